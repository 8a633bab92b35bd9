package backend

import (
	"context"
	"time"

	"meterside/care"
	"meterside/records"
)

// OpenContact is one of the user's own contacts that are open, with whose account it is about.
type OpenContact struct {
	care.Contact
	Named
	// VerifiedUntil is when the caller's verification is over although the contact lasts, ms; 0 is not before its end. The level
	// is then 0.
	VerifiedUntil int64 `json:"verified_until"`
	Front         bool  `json:"front"`   // it is the one that the CSR works on
	Pending       bool  `json:"pending"` // the portal does not know it yet
}

// Named is whose account something is about: the identity that stands on everything a CSR does.
type Named struct {
	Name           string `json:"name"`
	ServiceAddress string `json:"service_address"`
}

// OpenContacts are the user's open contacts in the order in which they were opened, and the portal's time.
type OpenContacts struct {
	Now  int64         `json:"now"` // ms
	Rows []OpenContact `json:"rows"`
}

// Contacts lists the user's open contacts. One of them is in front: the one that was put there, else the newest.
func (b *Backend) Contacts(ctx context.Context) (OpenContacts, error) {
	all := OpenContacts{Rows: []OpenContact{}}
	u, err := b.signedIn()
	if err != nil {
		return all, err
	}
	all.Now = u.sink.now().UnixMilli()
	open, err := records.Select[care.Contact](ctx, u.cache.Reader(), "WHERE csr_id = $1 AND closed_at = 0 ORDER BY opened_at, contact_id", u.cache.Actor().ID)
	if err != nil || len(open) == 0 {
		return all, err
	}
	pending, err := u.cache.Pending(ctx)
	if err != nil {
		return all, err
	}
	policy, err := b.Policy(ctx)
	if err != nil {
		return all, err
	}
	front := len(open) - 1
	for i, c := range open {
		if chosen := u.front.Load(); chosen != nil && *chosen == c.ID {
			front = i
		}
		named, err := u.named(ctx, c.Account)
		if err != nil {
			return all, err
		}
		c.Facts, c.Level = some(c.Facts), c.Verified(policy, u.sink.now())
		all.Rows = append(all.Rows, OpenContact{Contact: c, Named: named, VerifiedUntil: c.VerifiedUntil(policy), Pending: pending[care.Ref{Kind: care.KindContact, ID: c.ID}]})
	}
	all.Rows[front].Front = true
	return all, nil
}

// named looks up whose an account is; what is not here is left empty.
func (u *user) named(ctx context.Context, number string) (Named, error) {
	db, _, err := u.reader(ctx, number)
	if err != nil {
		return Named{}, err
	}
	return namedIn(ctx, db, number)
}

func namedIn(ctx context.Context, db records.Conn, number string) (Named, error) {
	var account care.Account
	var person care.Person
	var premise care.Premise
	for _, part := range []struct {
		rec care.Record
		key func() string
	}{
		{&account, func() string { return number }}, {&person, func() string { return account.MainPersonID }},
		{&premise, func() string { return account.PremiseID }},
	} {
		if _, err := records.Load(ctx, db, part.rec, part.key()); err != nil {
			return Named{}, err
		}
	}
	n := Named{Name: person.Name()}
	if premise.ID != "" {
		n.ServiceAddress = premise.ServiceAddress()
	}
	return n, nil
}

// FrontContact puts an open contact in front; "" leaves that to the newest.
func (b *Backend) FrontContact(contactID string) error {
	u, err := b.signedIn()
	if err != nil {
		return err
	}
	u.front.Store(&contactID)
	b.opts.Changed("contacts")
	return nil
}

// StartContact opens a contact and puts it in front.
func (b *Backend) StartContact(ctx context.Context, c care.OpenContact) (Queued, error) {
	q, err := b.Do(ctx, &c)
	if err != nil {
		return q, err
	}
	u, err := b.signedIn()
	if err != nil {
		return q, err
	}
	open, err := u.openContacts(ctx)
	if err != nil {
		return q, err
	}
	front := "" // about an account of elsewhere it is shown once the portal knows it; with none chosen the newest stands in front
	if len(open) > 0 && open[0].Account == c.Account {
		front = open[0].ID
	}
	return q, b.FrontContact(front)
}

// CloseContact wraps a contact up, and drops the drafts that its note and its ticks were.
func (b *Backend) CloseContact(ctx context.Context, c care.CloseContact) (Queued, error) {
	q, err := b.Do(ctx, &c)
	if err != nil {
		return q, err
	}
	for _, draft := range []string{c.Account, c.ContactID} {
		if err := b.SaveDraft(ctx, draft, ""); err != nil {
			return q, err
		}
	}
	return q, b.forgetFetched(ctx, c.ContactID)
}

// accessEvery is how often opening the same account is recorded.
const accessEvery = time.Hour

// RecordAccess says that the user opened an account: once in a contact, and without one once an hour. An account that was
// fetched was recorded by the portal then.
func (b *Backend) RecordAccess(ctx context.Context, c care.RecordAccess) error {
	u, err := b.signedIn()
	if err != nil {
		return err
	}
	if here, err := records.Load(ctx, u.cache.Reader(), &care.Account{}, c.Account); err != nil || !here {
		return err
	}
	if err := u.cache.Opened(ctx, c.Account); err != nil {
		return err
	}
	b.opts.Changed("recent")
	contact, err := u.contactFor(ctx, c.Targets())
	if err != nil {
		return err
	}
	var known int
	err = u.cache.Reader().QueryRowContext(ctx, `SELECT count(*) FROM activities
		WHERE account_number = $1 AND kind = $2 AND actor = $3 AND contact_id = $4 AND happened_at > $5`,
		c.Account, care.AccessRecorded, u.cache.Actor().ID, contact, u.sink.now().Add(-accessEvery).UnixMilli()).Scan(&known)
	if err != nil || known > 0 {
		return err
	}
	_, err = b.Do(ctx, &c)
	return err
}
