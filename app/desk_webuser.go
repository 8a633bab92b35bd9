package app

import (
	"meterside/backend"
	"meterside/care"
)

// SendResetLink sends a web user a link to set a new password.
func (d *Desk) SendResetLink(c care.SendLink) (backend.Queued, error) { return d.backend.Do(d.ctx, &c) }

// GenerateCode asks the portal for a recovery code, to read out.
func (d *Desk) GenerateCode(q care.GenerateCode) (backend.RecoveryCode, error) {
	return d.backend.GenerateCode(d.ctx, q)
}

// Profile asks the utility's service for web users about one.
func (d *Desk) Profile(q care.AskProfile) (care.ProfileFacts, error) {
	return d.backend.Profile(d.ctx, q)
}

// UnlockProfile has that service lift a password lock.
func (d *Desk) UnlockProfile(q care.UnlockProfile) (care.ProfileFacts, error) {
	return d.backend.UnlockProfile(d.ctx, q)
}

// RevokeCode ends a web user's recovery code.
func (d *Desk) RevokeCode(c care.RevokeCode) (backend.Queued, error) { return d.backend.Do(d.ctx, &c) }

// ChangeLoginEmail sends a link to another address that a web user's letters are to go to.
func (d *Desk) ChangeLoginEmail(c care.ChangeLoginEmail) (backend.Queued, error) {
	return d.backend.Do(d.ctx, &c)
}

// KeepLoginEmail ends the link to a web user's new address.
func (d *Desk) KeepLoginEmail(c care.KeepLoginEmail) (backend.Queued, error) {
	return d.backend.Do(d.ctx, &c)
}

// ResendActivation sends a pending web user the activation once more.
func (d *Desk) ResendActivation(c care.ResendActivation) (backend.Queued, error) {
	return d.backend.Do(d.ctx, &c)
}

// UnlinkWebUser takes an account from a web user.
func (d *Desk) UnlinkWebUser(c care.UnlinkWebUser) (backend.Queued, error) {
	return d.backend.Do(d.ctx, &c)
}

// LinkAccount adds an account to a web user.
func (d *Desk) LinkAccount(c care.LinkAccount) (backend.Queued, error) {
	return d.backend.Do(d.ctx, &c)
}

// DeactivatePortal ends a web user's use of the portal. Payments is empty, not missing, where there was none to confirm.
func (d *Desk) DeactivatePortal(c care.DeactivatePortal) (backend.Queued, error) {
	if c.Payments == nil {
		c.Payments = []string{}
	}
	return d.backend.Do(d.ctx, &c)
}

// ReactivatePortal gives a deactivated web user the portal back.
func (d *Desk) ReactivatePortal(c care.ReactivatePortal) (backend.Queued, error) {
	return d.backend.Do(d.ctx, &c)
}

// ChangeProfile changes how a customer is reached.
func (d *Desk) ChangeProfile(c care.ChangeProfile) (backend.Queued, error) {
	return d.backend.Do(d.ctx, &c)
}
