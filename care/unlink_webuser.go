package care

import "errors"

// UnlinkWebUser takes an account from a web user, and ends their person's relationship to it (R38).
type UnlinkWebUser struct {
	WebUserID string `json:"web_user_id"`
	Account   string `json:"account"`
	Words     string `json:"words,omitempty"` // why
}

const unlinking = "web_user.unlink" // the entitlement, and the kind of the task

// Kind is web_user.unlink.
func (*UnlinkWebUser) Kind() string { return "web_user.unlink" }

// Permission is MayLink.
func (*UnlinkWebUser) Permission() Permission { return MayLink }

// NeedsConfirming marks a command that is kept as a draft offline.
func (*UnlinkWebUser) NeedsConfirming() {}

// Targets are the web user and the account.
func (c *UnlinkWebUser) Targets() []Ref {
	return []Ref{{KindWebUser, c.WebUserID}, {KindAccount, c.Account}}
}

// Validate wants a web user and an account.
func (c *UnlinkWebUser) Validate() error {
	switch {
	case c.WebUserID == "":
		return missing("web_user_id")
	case c.Account == "":
		return missing("account")
	case len(c.Words) > 500:
		return Err(CodeTooLong, "field", "words", "most", "500")
	}
	return nil
}

// Entitlements is the one to unlink.
func (*UnlinkWebUser) Entitlements() []string { return []string{unlinking} }

// Check refuses a web user who is not linked to the account.
func (c *UnlinkWebUser) Check(r Reader) error {
	if c.WebUserID == "" || c.Account == "" {
		return nil
	}
	user, err := Find[WebUser](r, c.WebUserID)
	if err != nil {
		return err
	}
	_, err = linked(r, user, c.Account)
	return err
}

// Apply unlinks the web user.
func (c *UnlinkWebUser) Apply(tx Tx) error {
	task := Task{Sort: unlinking, Status: TaskComplete, Account: c.Account, WebUserID: c.WebUserID}
	if c.Words != "" {
		task.Detail = Detail(map[string]string{"words": c.Words})
	}
	if err := RecordTask(tx, task); err != nil {
		return err
	}
	return unlink(tx, c.WebUserID, c.Account, c.Words)
}

// unlink takes the link away and ends the relationship. Whoever the account is in the name of stays its customer.
func unlink(tx Tx, webUserID, number, words string) error {
	user, err := Find[WebUser](tx, webUserID)
	if err != nil {
		return err
	}
	link, err := linked(tx, user, number)
	if err != nil {
		return err
	}
	if err := logWebUser(tx, webUserID, number, "web_user.unlinked", map[string]string{"role": link.Role, "words": words}); err != nil {
		return err
	}
	if err := tx.Delete(&link); err != nil {
		return err
	}
	account, err := Find[Account](tx, number)
	if err != nil || account.MainPersonID == user.PersonID {
		return err
	}
	person, err := Find[AccountPerson](tx, number, user.PersonID)
	if err != nil || person.EndedOn != "" {
		return unlessAbsent(err)
	}
	if person.EndedOn, err = today(tx); err != nil {
		return err
	}
	return tx.Put(&person)
}

// linked is a web user's link to an account, or CodeNotLinked.
func linked(r Reader, user WebUser, account string) (WebUserAccount, error) {
	link, err := Find[WebUserAccount](r, user.ID, account)
	if err != nil && !errors.Is(err, ErrNotHere) && CodeOf(err) == CodeNotFound {
		err = Err(CodeNotLinked, "username", user.Username, "account", account)
	}
	return link, err
}
