package app

import (
	"meterside/backend"
	"meterside/care"
)

// DryRun says what a change of the policy would change for whom.
func (d *Desk) DryRun(q care.ChangePolicy) ([]care.Effect, error) { return d.backend.DryRun(d.ctx, q) }

// ChangePolicy changes the policy at the portal.
func (d *Desk) ChangePolicy(q care.ChangePolicy) error { return d.backend.Administer(d.ctx, &q) }

// Explain says what a member of staff may and why.
func (d *Desk) Explain(id string) ([]care.Standing, error) { return d.backend.Explain(d.ctx, id) }

// ChangeStaff makes or changes a member of staff at the portal. The password comes by a binding, as an address would be kept.
func (d *Desk) ChangeStaff(q care.ChangeStaff) error { return d.backend.Administer(d.ctx, &q) }

// ChangeReason makes or changes an entry of a catalogue at the portal.
func (d *Desk) ChangeReason(q care.ChangeReason) error { return d.backend.Administer(d.ctx, &q) }

// ChangeDevice takes a desk its access, or gives it back.
func (d *Desk) ChangeDevice(q care.ChangeDevice) error { return d.backend.Administer(d.ctx, &q) }

// Devices lists every desk that somebody has signed in at.
func (d *Desk) Devices() ([]backend.Device, error) { return d.backend.Devices(d.ctx) }
