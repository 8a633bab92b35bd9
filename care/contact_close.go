package care

import (
	"strings"
	"unicode/utf8"
)

// CloseContact wraps a contact up: how it ended, and the note, which is kept together with it or not at all. The caller's
// verification ends with it.
type CloseContact struct {
	ContactID string `json:"contact_id"`
	Account   string `json:"account"`
	WrapUp    string `json:"wrap_up"` // of the catalogue
	Note      string `json:"note,omitempty"`
}

// Kind is contact.close.
func (*CloseContact) Kind() string { return "contact.close" }

// Permission is MayContact.
func (*CloseContact) Permission() Permission { return MayContact }

// Targets is the account.
func (c *CloseContact) Targets() []Ref { return []Ref{{KindAccount, c.Account}} }

// Validate wants a contact, its account and a wrap-up code.
func (c *CloseContact) Validate() error {
	if err := namesContact(c.ContactID, c.Account); err != nil {
		return err
	}
	if c.WrapUp == "" {
		return missing("wrap_up")
	}
	if utf8.RuneCountInString(c.Note) > noteRunes {
		return Err(CodeTooLong, "field", "note", "most", "10000")
	}
	return nil
}

// Check wants the actor's own contact and a code of the catalogue. A contact that ended meanwhile can still be wrapped up:
// the note must not be lost.
func (c *CloseContact) Check(r Reader) error {
	if c.ContactID == "" {
		return nil
	}
	if _, err := OwnContact(r, c.ContactID, c.Account); err != nil {
		return err
	}
	return inCatalogue(r, ReasonWrapUp, c.WrapUp)
}

// Apply closes the contact and writes its note.
func (c *CloseContact) Apply(tx Tx) error {
	contact, err := OwnContact(tx, c.ContactID, c.Account)
	if err != nil {
		return err
	}
	contact.WrapUp = c.WrapUp
	now := tx.Now().UnixMilli()
	if contact.ClosedAt == 0 {
		contact.ClosedAt = now
	}
	if err := tx.Put(&contact); err != nil {
		return err
	}
	if strings.TrimSpace(c.Note) != "" {
		note := Note{ID: tx.NewID("O"), Account: c.Account, Text: c.Note, By: tx.Actor().ID, At: now, ContactID: contact.ID}
		if err := tx.Put(&note); err != nil {
			return err
		}
	}
	return logContact(tx, contact, "contact.closed", map[string]string{"wrap_up": c.WrapUp, "reason": contact.Reason})
}
