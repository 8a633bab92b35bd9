package care

import "slices"

// LinkAccount gives a web user who exists one more account (R39). Account is the one that the CSR has open, with the caller
// on the line; Add is the one that the web user gets.
type LinkAccount struct {
	WebUserID    string `json:"web_user_id"`
	Account      string `json:"account"`
	Add          string `json:"add"`
	Role         string `json:"role"`                   // one of webRoles
	Relationship string `json:"relationship,omitempty"` // needed where the web user's person has none to the account
}

// Kind is account.link.
func (*LinkAccount) Kind() string { return "account.link" }

// Permission is MayLink.
func (*LinkAccount) Permission() Permission { return MayLink }

// NeedsConfirming marks a command that is kept as a draft offline: it lets somebody see an account.
func (*LinkAccount) NeedsConfirming() {}

// Targets are the web user and the two accounts, the one that the CSR has open first.
func (c *LinkAccount) Targets() []Ref {
	targets := []Ref{{KindWebUser, c.WebUserID}, {KindAccount, c.Account}}
	if c.Add != "" && c.Add != c.Account {
		targets = append(targets, Ref{KindAccount, c.Add})
	}
	return targets
}

// Validate wants a web user, two accounts and a role.
func (c *LinkAccount) Validate() error {
	switch {
	case c.WebUserID == "":
		return missing("web_user_id")
	case c.Account == "":
		return missing("account")
	case c.Add == "":
		return missing("add")
	case !slices.Contains(webRoles, c.Role):
		return Err(CodeNoChoice, "field", "role", "choices", List(webRoles).String())
	}
	return oneLine("relationship", c.Relationship, 40)
}

// Check refuses a closed account, one that the web user has already, and a stranger to the account without a relationship.
func (c *LinkAccount) Check(r Reader) error {
	if c.WebUserID == "" || c.Add == "" {
		return nil
	}
	user, err := Find[WebUser](r, c.WebUserID)
	if err != nil {
		return err
	}
	account, err := Find[Account](r, c.Add)
	if err != nil {
		return err
	}
	if account.Status == "closed" {
		return Err(CodeAccountClosed, "account", c.Add)
	}
	_, err = Find[WebUserAccount](r, user.ID, c.Add)
	if err == nil {
		return Err(CodeAlreadyLinked, "username", user.Username, "account", c.Add)
	}
	if unlessAbsent(err) != nil || c.Role == "" {
		return unlessAbsent(err)
	}
	person, err := c.person(r, user, account)
	if err == nil && person.Relationship == "" {
		err = missing("relationship")
	}
	return err
}

// person is the relationship that the web user's person has to the account, or shall have.
func (c *LinkAccount) person(r Reader, user WebUser, account Account) (AccountPerson, error) {
	person, err := Find[AccountPerson](r, account.Number, user.PersonID)
	if unlessAbsent(err) != nil {
		return person, err
	}
	if err == nil && person.EndedOn == "" {
		return person, nil
	}
	fresh := AccountPerson{Account: account.Number, PersonID: user.PersonID, Relationship: c.Relationship}
	if account.MainPersonID == user.PersonID {
		fresh.Relationship, fresh.FinanciallyResponsible = "main", true
	}
	return fresh, nil
}

// Apply links the account, with the person's relationship to it, makes a task, and tells who has the account already.
func (c *LinkAccount) Apply(tx Tx) error {
	user, err := Find[WebUser](tx, c.WebUserID)
	if err != nil {
		return err
	}
	account, err := Find[Account](tx, c.Add)
	if err != nil {
		return err
	}
	person, err := c.person(tx, user, account)
	if err != nil {
		return err
	}
	if err := tx.Put(&person); err != nil {
		return err
	}
	links, err := tx.LinksOfAccount(c.Add)
	if err != nil {
		return err
	}
	link := WebUserAccount{
		WebUserID: user.ID, Account: c.Add, Role: c.Role, Relationship: person.Relationship,
		FinanciallyResponsible: person.FinanciallyResponsible, DefaultProfile: len(links) == 0,
	}
	if err := tx.Put(&link); err != nil {
		return err
	}
	detail := map[string]string{"account_number": c.Add, "role": c.Role}
	task := Task{Sort: "account.linked", Status: TaskComplete, Account: c.Add, WebUserID: user.ID, Detail: Detail(detail)}
	if err := RecordTask(tx, task); err != nil {
		return err
	}
	if err := tellOfJoining(tx, c.Add, user.ID); err != nil {
		return err
	}
	if c.Account != c.Add {
		if err := logWebUser(tx, user.ID, c.Account, "account.linked", detail); err != nil {
			return err
		}
	}
	return logWebUser(tx, user.ID, c.Add, "account.linked", detail)
}
