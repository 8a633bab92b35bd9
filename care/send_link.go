package care

import "time"

// SendLink sends a web user a link to set a new password (R49), to the address on record and to no other. The link's own
// letters are made by the portal and seen by nobody but the customer.
type SendLink struct {
	WebUserID string `json:"web_user_id"`
	Account   string `json:"account,omitempty"` // the account the CSR had open, for its log
}

// Kind is recovery.send_link.
func (*SendLink) Kind() string { return "recovery.send_link" }

// Permission is MayRecover.
func (*SendLink) Permission() Permission { return MayRecover }

// Targets are the web user and, where given, the account.
func (c *SendLink) Targets() []Ref { return webUserTargets(c.WebUserID, c.Account) }

// ExpiresAfter is short: the caller was verified when the command was made, not when the network came back.
func (*SendLink) ExpiresAfter(p Policy) time.Duration { return p.Duration("unlock.queue") }

// Validate wants a web user.
func (c *SendLink) Validate() error {
	if c.WebUserID == "" {
		return missing("web_user_id")
	}
	return nil
}

// Check refuses a web user who is locked (R50), deactivated or not validated yet, and one without an address.
func (c *SendLink) Check(r Reader) error {
	if c.WebUserID == "" {
		return nil
	}
	_, err := c.who(r)
	return err
}

func (c *SendLink) who(r Reader) (WebUser, error) {
	user, err := signable(r, c.WebUserID)
	if err == nil && user.Email == "" {
		err = Err(CodeNoEmail, "username", user.Username)
	}
	return user, err
}

// Apply writes the recovery, has the portal make the link, and puts the message in line to be sent. An earlier link ends.
func (c *SendLink) Apply(tx Tx) error {
	user, err := c.who(tx)
	if err != nil {
		return err
	}
	given, err := give(tx, user, RecoverByLink, user.Email, "recovery.link_ttl")
	if err != nil {
		return err
	}
	if err := tx.MakeLink(given); err != nil {
		return err
	}
	if err := Post(tx, user, Message{Template: TemplatePasswordReset, Account: c.Account, About: given.ID}); err != nil {
		return err
	}
	return logWebUser(tx, user.ID, c.Account, "recovery.link_sent", map[string]string{"address": user.Email})
}
