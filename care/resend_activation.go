package care

import "time"

// ResendActivation sends a web user who is pending (R42) the message to validate their address once more.
type ResendActivation struct {
	WebUserID string `json:"web_user_id"`
	Account   string `json:"account,omitempty"` // the account the CSR had open, for its log
}

// Kind is activation.resend.
func (*ResendActivation) Kind() string { return "activation.resend" }

// Permission is MayRecover.
func (*ResendActivation) Permission() Permission { return MayRecover }

// Targets are the web user and, where given, the account.
func (c *ResendActivation) Targets() []Ref { return webUserTargets(c.WebUserID, c.Account) }

// ExpiresAfter is short: the caller was verified when the command was made, not when the network came back.
func (*ResendActivation) ExpiresAfter(p Policy) time.Duration { return p.Duration("unlock.queue") }

// Validate wants a web user.
func (c *ResendActivation) Validate() error {
	if c.WebUserID == "" {
		return missing("web_user_id")
	}
	return nil
}

// Check refuses a web user who has validated their address, who is locked or deactivated, or who has none.
func (c *ResendActivation) Check(r Reader) error {
	if c.WebUserID == "" {
		return nil
	}
	user, err := signable(r, c.WebUserID)
	switch {
	case CodeOf(err) == CodeNotEnrolled:
		if user.Email == "" {
			return Err(CodeNoEmail, "username", user.Username)
		}
		return nil
	case err == nil:
		return Err(CodeAlreadyEnrolled, "username", user.Username)
	}
	return err
}

// Apply puts the message in line to be sent, and logs it.
func (c *ResendActivation) Apply(tx Tx) error {
	user, err := Find[WebUser](tx, c.WebUserID)
	if err != nil {
		return err
	}
	if err := Post(tx, user, Message{Template: TemplateValidation, Account: c.Account}); err != nil {
		return err
	}
	return logWebUser(tx, user.ID, c.Account, "activation.sent", map[string]string{"address": user.Email})
}
