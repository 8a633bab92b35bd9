package care

// Register gives a web user who is new, and the customer of an account, that account, a task that says so, and the message to
// validate their address; who had the account before is told.
func Register(tx Tx, user WebUser, account Account) error {
	links, err := tx.LinksOfAccount(account.Number)
	if err != nil {
		return err
	}
	link := WebUserAccount{
		WebUserID: user.ID, Account: account.Number, Role: "owner", Relationship: "main", FinanciallyResponsible: true, DefaultProfile: len(links) == 0,
	}
	if err := tx.Put(&link); err != nil {
		return err
	}
	if err := RecordTask(tx, Task{Sort: "web_user.registered", Status: TaskComplete, Account: account.Number, WebUserID: user.ID}); err != nil {
		return err
	}
	if err := Post(tx, user, Message{Template: TemplateValidation, Account: account.Number}); err != nil {
		return err
	}
	if err := tellOfJoining(tx, account.Number, user.ID); err != nil {
		return err
	}
	return logWebUser(tx, user.ID, account.Number, "web_user.registered", map[string]string{"address": user.Email})
}

// RegisterElsewhere gives a web user who is pending another address, and sends the message to validate it there.
func RegisterElsewhere(tx Tx, webUserID, email string) error {
	user, err := Find[WebUser](tx, webUserID)
	if err != nil {
		return err
	}
	if user.Enrolment != Pending {
		return Err(CodeAlreadyEnrolled, "username", user.Username)
	}
	links, err := tx.LinksOfWebUser(user.ID)
	if err != nil {
		return err
	}
	said := Activity{WebUserID: user.ID, Sort: "registration.address_changed", Detail: Detail(map[string]Change{"email": {user.Email, email}})}
	if len(links) > 0 {
		said.Account = links[0].Account
	}
	user.Email = email
	if err := tx.Put(&user); err != nil {
		return err
	}
	if err := Post(tx, user, Message{Template: TemplateValidation, Account: said.Account}); err != nil {
		return err
	}
	return Log(tx, said)
}
