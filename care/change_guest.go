package care

// ChangeGuest gives a guest of an account another role there.
type ChangeGuest struct {
	Account   string `json:"account"`
	WebUserID string `json:"web_user_id"` // the guest
	Role      string `json:"role"`        // one of GuestRoles
}

// Kind is guest.change.
func (*ChangeGuest) Kind() string { return "guest.change" }

// Permission is MayLink.
func (*ChangeGuest) Permission() Permission { return MayLink }

// PortalOnly marks a command that is never queued: it lets somebody see more.
func (*ChangeGuest) PortalOnly() {}

// Targets are the account and the guest.
func (c *ChangeGuest) Targets() []Ref { return guestTargets(c.Account, c.WebUserID) }

// AccountNumber is the account.
func (c *ChangeGuest) AccountNumber() string { return c.Account }

// Entitlements is the one for who may see an account.
func (*ChangeGuest) Entitlements() []string { return []string{guestsEdit} }

// Right is to let others in.
func (*ChangeGuest) Right() Right { return LetOtherIn }

// Validate wants an account, a guest and a role.
func (c *ChangeGuest) Validate() error {
	switch {
	case c.Account == "":
		return missing("account")
	case c.WebUserID == "":
		return missing("web_user_id")
	}
	return validGuestRole(c.Role)
}

// Check refuses who is no guest of the account.
func (c *ChangeGuest) Check(r Reader) error {
	if c.WebUserID == "" || c.Account == "" {
		return nil
	}
	_, err := guest(r, c.WebUserID, c.Account)
	return err
}

// Apply changes the role, with a task and an activity that hold both.
func (c *ChangeGuest) Apply(tx Tx) error {
	link, err := guest(tx, c.WebUserID, c.Account)
	if err != nil || link.Role == c.Role {
		return err
	}
	detail := Detail(map[string]any{"role": Change{link.Role, c.Role}, "guest": c.WebUserID})
	link.Role = c.Role
	if err := tx.Put(&link); err != nil {
		return err
	}
	return guestTask(tx, c.Account, "guest.changed", detail)
}

// guestTask writes the task and the activity of what became of a guest.
func guestTask(tx Tx, account, kind, detail string) error {
	user, err := profileOf(tx, account, "")
	if err != nil {
		return err
	}
	return recordLogged(tx, Task{Sort: kind, Status: TaskComplete, Account: account, WebUserID: user, Detail: detail})
}

func guestTargets(account, webUserID string) []Ref {
	targets := []Ref{{KindAccount, account}}
	if webUserID != "" {
		targets = append(targets, Ref{KindWebUser, webUserID})
	}
	return targets
}

// guest is a guest's link to an account. Nobody is a guest of their own, nor is who has the role of its customer.
func guest(r Reader, webUserID, account string) (WebUserAccount, error) {
	user, err := Find[WebUser](r, webUserID)
	if err != nil {
		return WebUserAccount{}, err
	}
	link, err := linked(r, user, account)
	if err == nil && (link.Role == "owner" || webUserID == r.Actor().WebUser()) {
		err = Err(CodeNoGuest, "username", user.Username)
	}
	return link, err
}
