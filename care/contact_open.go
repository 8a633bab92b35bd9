package care

import "slices"

// OpenContact begins a contact about an account: a call, an email, a visit.
type OpenContact struct {
	Account string `json:"account"`
	Channel string `json:"channel"`          // one of Channels
	Reason  string `json:"reason,omitempty"` // of the catalogue (R25); "" where the caller has not said yet
}

// Channels are the ways in which customers come.
var Channels = []string{"phone", "email", "chat", "visit", "letter"}

// MostContacts is how many contacts a CSR may have open at once.
const MostContacts = 4

// Kind is contact.open.
func (*OpenContact) Kind() string { return "contact.open" }

// Permission is MayContact.
func (*OpenContact) Permission() Permission { return MayContact }

// Targets is the account.
func (c *OpenContact) Targets() []Ref { return []Ref{{KindAccount, c.Account}} }

// Validate wants an account and a channel.
func (c *OpenContact) Validate() error {
	if c.Account == "" {
		return missing("account")
	}
	return validChannel(c.Channel)
}

// Check wants a reason of the catalogue, no open contact about the same account, and fewer than four about others.
func (c *OpenContact) Check(r Reader) error {
	if c.Account == "" {
		return nil
	}
	if _, err := Find[Account](r, c.Account); err != nil {
		return err
	}
	if err := inCatalogue(r, ReasonContact, c.Reason); err != nil {
		return err
	}
	open, err := r.OpenContacts(r.Actor().ID)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(open, func(o Contact) bool { return o.Account == c.Account }) {
		return Err(CodeContactOpen, "account", c.Account)
	}
	if len(open) >= MostContacts {
		return Err(CodeContactsOpen, "most", "4")
	}
	return nil
}

// Apply opens the contact.
func (c *OpenContact) Apply(tx Tx) error {
	who := tx.Actor()
	contact := Contact{
		ID: tx.NewID("C"), Account: c.Account, CSRID: who.ID, Channel: c.Channel, Reason: c.Reason,
		OpenedAt: tx.Now().UnixMilli(), Offline: who.Offline,
	}
	if err := tx.Put(&contact); err != nil {
		return err
	}
	return logContact(tx, contact, "contact.opened", map[string]string{"channel": c.Channel, "reason": c.Reason})
}

func validChannel(channel string) error {
	if channel == "" {
		return missing("channel")
	}
	if !slices.Contains(Channels, channel) {
		return Err(CodeNoChoice, "field", "channel", "choices", List(Channels).String())
	}
	return nil
}

// logContact writes an activity of a contact, also where the contact is not yet the one that the actor acts under.
func logContact(tx Tx, contact Contact, sort string, detail map[string]string) error {
	said := map[string]string{"contact_id": contact.ID}
	for name, value := range detail {
		if value != "" {
			said[name] = value
		}
	}
	return Log(tx, Activity{Account: contact.Account, Sort: sort, Detail: Detail(said)})
}

// OwnContact is an actor's own contact about an account. One of somebody else, or about another account, is none.
func OwnContact(r Reader, id, account string) (Contact, error) {
	contact, err := Find[Contact](r, id)
	if err != nil {
		return contact, err
	}
	if contact.CSRID != r.Actor().ID || contact.Account != account {
		return contact, Err(CodeNotFound, "what", "contact", "id", id)
	}
	return contact, nil
}

// OwnOpenContact is OwnContact while it lasts.
func OwnOpenContact(r Reader, id, account string) (Contact, error) {
	contact, err := OwnContact(r, id, account)
	if err == nil && contact.ClosedAt != 0 {
		err = Err(CodeContactClosed)
	}
	return contact, err
}

// namesContact wants a contact and the account that it is about.
func namesContact(id, account string) error {
	if id == "" {
		return missing("contact_id")
	}
	if account == "" {
		return missing("account")
	}
	return nil
}
