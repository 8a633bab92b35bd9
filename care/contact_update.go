package care

// UpdateContact corrects why or how the customer came.
type UpdateContact struct {
	ContactID string `json:"contact_id"`
	Account   string `json:"account"`
	Channel   string `json:"channel,omitempty"` // "" leaves it
	Reason    string `json:"reason,omitempty"`  // "" leaves it
}

// Kind is contact.update.
func (*UpdateContact) Kind() string { return "contact.update" }

// Permission is MayContact.
func (*UpdateContact) Permission() Permission { return MayContact }

// Targets is the account.
func (c *UpdateContact) Targets() []Ref { return []Ref{{KindAccount, c.Account}} }

// Validate wants a contact, its account, and something to change.
func (c *UpdateContact) Validate() error {
	if err := namesContact(c.ContactID, c.Account); err != nil {
		return err
	}
	if c.Channel == "" && c.Reason == "" {
		return Err(CodeNothingToChange)
	}
	if c.Channel == "" {
		return nil
	}
	return validChannel(c.Channel)
}

// Check wants the actor's own open contact, and a reason of the catalogue.
func (c *UpdateContact) Check(r Reader) error {
	if c.ContactID == "" {
		return nil
	}
	if _, err := OwnOpenContact(r, c.ContactID, c.Account); err != nil {
		return err
	}
	return inCatalogue(r, ReasonContact, c.Reason)
}

// Apply changes the contact. It makes no activity: what counts is how the contact ends.
func (c *UpdateContact) Apply(tx Tx) error {
	contact, err := OwnOpenContact(tx, c.ContactID, c.Account)
	if err != nil {
		return err
	}
	if c.Channel != "" {
		contact.Channel = c.Channel
	}
	if c.Reason != "" {
		contact.Reason = c.Reason
	}
	return tx.Put(&contact)
}
