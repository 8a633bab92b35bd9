package backend

import (
	"context"
	"database/sql"
	"slices"

	"meterside/backend/cache"
	"meterside/care"
	"meterside/records"
)

// FetchAccount makes sure that an account can be shown: one that the desk does not hold is asked of the portal, and kept for
// the contact.
func (b *Backend) FetchAccount(ctx context.Context, number string) error {
	u, err := b.signedIn()
	if err != nil {
		return err
	}
	if here, err := records.Load(ctx, u.cache.Reader(), &care.Account{}, number); err != nil || here {
		return err
	}
	var fetched care.Fetched
	if err := u.ask(ctx, &care.FetchAccount{Account: number}, &fetched); err != nil {
		return err
	}
	if err := u.cache.Extras().Keep(ctx, number, fetched, true, cache.Span{}); err != nil {
		return err
	}
	b.opts.Changed("accounts")
	return nil
}

// forgetFetched takes out what was fetched for contacts, to the last byte, when the last of the user's contacts ends.
func (b *Backend) forgetFetched(ctx context.Context, ended string) error {
	u, err := b.signedIn()
	if err != nil {
		return err
	}
	open, err := u.openContacts(ctx)
	if err != nil || slices.ContainsFunc(open, func(c care.Contact) bool { return c.ID != ended }) {
		return err
	}
	if err := u.cache.Extras().PurgeFetched(ctx); err != nil {
		return err
	}
	b.opts.Changed("accounts")
	return nil
}

// reader gives the rows of an account: those of the replica, or those that were fetched for a contact, with since when.
func (u *user) reader(ctx context.Context, number string) (*sql.DB, int64, error) {
	here, err := records.Load(ctx, u.cache.Reader(), &care.Account{}, number)
	if err != nil || here || number == "" || !u.cache.Extras().There() {
		return u.cache.Reader(), 0, err
	}
	at, err := u.cache.Extras().Holds(ctx, number)
	if err != nil || at == 0 {
		return u.cache.Reader(), 0, err
	}
	reader, err := u.cache.Extras().Reader(ctx)
	return reader, at, err
}
