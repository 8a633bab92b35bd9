package app

import (
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
func (d *Desk) Devices() ([]care.Device, error) { return d.backend.Devices(d.ctx) }

// TryDepth says what a change of the depth would do to the desks.
func (d *Desk) TryDepth(q care.TryDepth) ([]care.DepthEffect, error) {
	return d.backend.TryDepth(d.ctx, q)
}

// TryLetter says how a message to customers would read after a change of the policy.
func (d *Desk) TryLetter(q care.TryLetter) (care.Letter, error) { return d.backend.TryLetter(d.ctx, q) }

// SupportBundle writes a support bundle into a file that the user chooses, and says whether they chose one.
func (d *Desk) SupportBundle() (bool, error) {
	path, err := d.chooseFile("meterside-support.zip")
	if err != nil || path == "" {
		return false, err
	}
	return true, d.backend.SupportBundleTo(d.ctx, path)
}
