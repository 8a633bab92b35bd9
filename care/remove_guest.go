package care

// RemoveGuest takes an account from a guest, or takes an invitation back that nobody has accepted yet.
type RemoveGuest struct {
	Account    string `json:"account"`
	WebUserID  string `json:"web_user_id,omitempty"` // the guest
	Invitation string `json:"invitation,omitempty"`  // or the ID of its task
}

// Kind is guest.remove.
func (*RemoveGuest) Kind() string { return "guest.remove" }

// Permission is MayLink.
func (*RemoveGuest) Permission() Permission { return MayLink }

// PortalOnly marks a command that is never queued.
func (*RemoveGuest) PortalOnly() {}

// Targets are the account, and the guest or the invitation.
func (c *RemoveGuest) Targets() []Ref {
	targets := guestTargets(c.Account, c.WebUserID)
	if c.Invitation != "" {
		targets = append(targets, Ref{KindTask, c.Invitation})
	}
	return targets
}

// AccountNumber is the account.
func (c *RemoveGuest) AccountNumber() string { return c.Account }

// Entitlements is the one for who may see an account.
func (*RemoveGuest) Entitlements() []string { return []string{guestsEdit} }

// Right is to let others in.
func (*RemoveGuest) Right() Right { return LetOtherIn }

// Validate wants an account, and a guest or an invitation.
func (c *RemoveGuest) Validate() error {
	switch {
	case c.Account == "":
		return missing("account")
	case (c.WebUserID == "") == (c.Invitation == ""):
		return missing("web_user_id")
	}
	return nil
}

// Check refuses who is no guest of the account, and what is no open invitation to it.
func (c *RemoveGuest) Check(r Reader) (err error) {
	switch {
	case c.Account == "":
	case c.Invitation != "":
		_, err = c.invitation(r)
	case c.WebUserID != "":
		_, err = guest(r, c.WebUserID, c.Account)
	}
	return err
}

// Apply ends the invitation, or unlinks the guest as a member of staff would.
func (c *RemoveGuest) Apply(tx Tx) error {
	if c.Invitation != "" {
		if _, err := c.invitation(tx); err != nil {
			return err
		}
		return endTask(tx, c.Invitation, c.Account, TaskCancelled, "")
	}
	link, err := guest(tx, c.WebUserID, c.Account)
	if err != nil {
		return err
	}
	if err := unlink(tx, c.WebUserID, c.Account, ""); err != nil {
		return err
	}
	return guestTask(tx, c.Account, "guest.removed", Detail(map[string]string{"role": link.Role, "guest": c.WebUserID}))
}

func (c *RemoveGuest) invitation(r Reader) (Task, error) {
	task, err := openTask(r, c.Invitation, c.Account)
	if err == nil && !task.invitation() {
		err = Err(CodeNotFound, "what", "invitation", "id", c.Invitation)
	}
	return task, err
}
