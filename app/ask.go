package app

import (
	"meterside/backend"
	"meterside/care"
	"meterside/records"
)

// Reveal asks the portal for what is shown masked; it is logged there.
func (d *Desk) Reveal(q care.RevealIdentifier) (backend.Revealed, error) {
	return d.backend.Reveal(d.ctx, q)
}

// FindIdentifier asks the portal whose a full identifier is. It comes by a binding, as an address would be kept.
func (d *Desk) FindIdentifier(value string) (records.Result, error) {
	return d.backend.FindIdentifier(d.ctx, care.Secret(value))
}

// FetchAccount makes sure that an account can be shown, of whatever district it is.
func (d *Desk) FetchAccount(number string) error { return d.backend.FetchAccount(d.ctx, number) }

// SetPresence says which account is in front of the CSR, and whether they are changing it; "" for none.
func (d *Desk) SetPresence(account string, editing bool) error {
	return d.backend.SetPresence(account, editing)
}

// Present says who else has an account in front of them.
func (d *Desk) Present(account string) (backend.Presence, error) { return d.backend.Present(account) }
