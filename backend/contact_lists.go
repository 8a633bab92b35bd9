package backend

import (
	"context"

	"meterside/care"
	"meterside/records"
)

// PastContact is a contact about an account, with who had it.
type PastContact struct {
	care.Contact
	By string `json:"by"` // the CSR's name, or their ID where the desk does not know it
}

// Promise is a callback, with whose account it is about and who keeps it.
type Promise struct {
	care.Callback
	Named
	By      string `json:"by"` // the name of who keeps it
	Overdue bool   `json:"overdue"`
	Pending bool   `json:"pending"`
}

// ContactHistory is what an account's overview tells of earlier conversations.
type ContactHistory struct {
	Contacts  []PastContact `json:"contacts"`  // the newest first
	Callbacks []Promise     `json:"callbacks"` // those to be kept, the next first
}

const (
	lastContacts = 5
	mostPromises = 100
)

// ContactsOf gathers the last contacts about an account, and the promises that are still to be kept.
func (b *Backend) ContactsOf(ctx context.Context, number string) (ContactHistory, error) {
	h := ContactHistory{Contacts: []PastContact{}}
	u, _, err := b.forAccount(ctx, number)
	if err != nil {
		return h, err
	}
	found, err := records.Select[care.Contact](ctx, u.cache.Reader(), "WHERE account_number = $1 ORDER BY opened_at DESC, contact_id LIMIT $2", number, lastContacts)
	if err != nil {
		return h, err
	}
	for _, c := range found {
		by, err := u.staffName(ctx, c.CSRID)
		if err != nil {
			return h, err
		}
		c.Facts = some(c.Facts)
		h.Contacts = append(h.Contacts, PastContact{c, by})
	}
	h.Callbacks, err = u.promises(ctx, "WHERE account_number = $1 AND done_at = 0 ORDER BY due_at, callback_id LIMIT $2", number, mostPromises)
	return h, err
}

// Callbacks lists the promises that the user has to keep, the most overdue first.
func (b *Backend) Callbacks(ctx context.Context) ([]Promise, error) {
	u, err := b.signedIn()
	if err != nil {
		return nil, err
	}
	return u.promises(ctx, "WHERE csr_id = $1 AND done_at = 0 ORDER BY due_at, callback_id LIMIT $2", u.cache.Actor().ID, mostPromises)
}

func (u *user) promises(ctx context.Context, tail string, args ...any) ([]Promise, error) {
	all := []Promise{}
	found, err := records.Select[care.Callback](ctx, u.cache.Reader(), tail, args...)
	if err != nil || len(found) == 0 {
		return all, err
	}
	pending, err := u.cache.Pending(ctx)
	if err != nil {
		return nil, err
	}
	now := u.sink.now().UnixMilli()
	for _, c := range found {
		p := Promise{Callback: c, Overdue: c.DueAt < now, Pending: pending[care.Ref{Kind: care.KindCallback, ID: c.ID}]}
		if p.Named, err = u.named(ctx, c.Account); err != nil {
			return nil, err
		}
		if p.By, err = u.staffName(ctx, c.CSRID); err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

// staffName is the name of a member of staff, or the ID where the desk does not know them.
func (u *user) staffName(ctx context.Context, id string) (string, error) {
	var s care.Staff
	if ok, err := records.Load(ctx, u.cache.Reader(), &s, id); err != nil || !ok || s.Name == "" {
		return id, err
	}
	return s.Name, nil
}

// Reasons gives the catalogues of reasons: why customers come, and how contacts end.
func (b *Backend) Reasons(ctx context.Context) ([]care.Reason, error) {
	u, err := b.signedIn()
	if err != nil {
		return nil, err
	}
	stored, err := u.storedReasons(ctx)
	if err != nil {
		return nil, err
	}
	return append(care.ReasonsOf(care.ReasonContact, stored), care.ReasonsOf(care.ReasonWrapUp, stored)...), nil
}

// storedReasons are what the utility set of the catalogues, in their order.
func (u *user) storedReasons(ctx context.Context) ([]care.Reason, error) {
	return records.Select[care.Reason](ctx, u.cache.Reader(), "ORDER BY sort, rank, reason_id")
}
