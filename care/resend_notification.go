package care

import (
	"slices"
	"strings"
	"time"
)

// ResendNotification sends a message to a customer once more, to the address that is on record now (R54).
type ResendNotification struct {
	NotificationID string `json:"notification_id"`
	Account        string `json:"account"` // the message's, as the CSR has it before them
}

// Kind is notification.resend.
func (*ResendNotification) Kind() string { return "notification.resend" }

// Permission is MayResend.
func (*ResendNotification) Permission() Permission { return MayResend }

// Targets are the message and its account.
func (c *ResendNotification) Targets() []Ref {
	return []Ref{{KindNotification, c.NotificationID}, {KindAccount, c.Account}}
}

// ExpiresAfter is short: a message that comes an hour after the call is a surprise.
func (*ResendNotification) ExpiresAfter(p Policy) time.Duration { return p.Duration("unlock.queue") }

// Validate wants a message and its account.
func (c *ResendNotification) Validate() error {
	switch {
	case c.NotificationID == "":
		return missing("notification_id")
	case c.Account == "":
		return missing("account")
	}
	return nil
}

// Check refuses a message that still waits to be sent, one that lets somebody in or that the portal has no text for, and one
// without an address.
func (c *ResendNotification) Check(r Reader) error {
	if c.NotificationID == "" {
		return nil
	}
	_, _, err := c.again(r)
	return err
}

// Apply queues a new message of the same kind. What became of the earlier one stays as it is.
func (c *ResendNotification) Apply(tx Tx) error {
	sent, address, err := c.again(tx)
	if err != nil {
		return err
	}
	now := tx.Now().UnixMilli()
	queued := Notification{
		ID: tx.NewID("N"), Account: sent.Account, WebUserID: sent.WebUserID, Template: sent.Template, About: sent.About, Address: address,
		SentAt: now, Status: NotificationQueued, StatusAt: now,
		CSRID: sent.CSRID, Session: sent.Session, // who did what it tells of; who sent it again stands in the log
	}
	if err := tx.Put(&queued); err != nil {
		return err
	}
	return logWebUser(tx, sent.WebUserID, sent.Account, "notification.resent",
		map[string]string{"template": sent.Template, "address": address, "notification_id": sent.ID})
}

// again is the message, and the address that it would go to now.
func (c *ResendNotification) again(r Reader) (Notification, string, error) {
	sent, err := Find[Notification](r, c.NotificationID)
	if err != nil {
		return sent, "", err
	}
	switch {
	case c.Account != "" && sent.Account != c.Account:
		return sent, "", Err(CodeInvalid, "field", "account", "problem", "is not the message's")
	case sent.Status == NotificationQueued:
		return sent, "", Err(CodeStillQueued, "address", sent.Address)
	case slices.Contains(withSecret, sent.Template), !known(sent.Template):
		return sent, "", Err(CodeNotResent, "template", sent.Template)
	}
	user, err := Find[WebUser](r, sent.WebUserID)
	if unlessAbsent(err) != nil {
		return sent, "", err
	}
	address := user.Email
	if address == "" {
		address = sent.Address
	}
	if strings.TrimSpace(address) == "" {
		return sent, "", Err(CodeNoAddress)
	}
	return sent, address, nil
}
