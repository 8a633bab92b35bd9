package backend

import (
	"context"
	"slices"

	"meterside/care"
)

// contactFor is the user's own open contact about the account that a command or question names, or "" where there is none:
// what is done belongs to the contact of its own account, never to the one that was opened last.
func (u *user) contactFor(ctx context.Context, targets []care.Ref) (string, error) {
	open, err := u.openContacts(ctx)
	if err != nil || len(open) == 0 {
		return "", err
	}
	accounts, _, err := care.AccountsNamed(u.cache.Read(ctx, u.sink.now()), targets)
	if err != nil {
		return "", err
	}
	at := slices.IndexFunc(open, func(c care.Contact) bool { return slices.Contains(accounts, c.Account) })
	if at < 0 {
		return "", nil
	}
	return open[at].ID, nil
}

// openContacts are the user's open contacts, the newest first.
func (u *user) openContacts(ctx context.Context) ([]care.Contact, error) {
	return u.cache.Read(ctx, u.sink.now()).OpenContacts(u.cache.Actor().ID)
}
