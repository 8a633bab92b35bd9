package app

import (
	"meterside/backend"
	"meterside/care"
)

// OpenContact begins a contact and puts it in front.
func (d *Desk) OpenContact(c care.OpenContact) (backend.Queued, error) {
	return d.backend.StartContact(d.ctx, c)
}

// UpdateContact corrects why or how the customer came.
func (d *Desk) UpdateContact(c care.UpdateContact) (backend.Queued, error) {
	return d.backend.Do(d.ctx, &c)
}

// CloseContact wraps a contact up with its note.
func (d *Desk) CloseContact(c care.CloseContact) (backend.Queued, error) {
	return d.backend.CloseContact(d.ctx, c)
}

// FrontContact puts one of the open contacts in front.
func (d *Desk) FrontContact(contactID string) error { return d.backend.FrontContact(contactID) }

// OverrideVerification takes a caller for verified by the CSR's own judgement.
func (d *Desk) OverrideVerification(c care.OverrideVerification) (backend.Queued, error) {
	return d.backend.Do(d.ctx, &c)
}

// VerifyCaller asks the portal whether an answer is right. It comes by a binding, as an address would be kept.
func (d *Desk) VerifyCaller(q care.VerifyCaller) (care.Verified, error) {
	return d.backend.VerifyCaller(d.ctx, q)
}

// CallerFacts asks the portal what a caller can be asked for.
func (d *Desk) CallerFacts(q care.CallerFacts) (care.FactsOnFile, error) {
	return d.backend.CallerFacts(d.ctx, q)
}

// SetPassphrase agrees with a verified caller on words to know them by. They come by a binding, as an address would be kept.
func (d *Desk) SetPassphrase(q care.SetPassphrase) error { return d.backend.SetPassphrase(d.ctx, q) }

// RecordAccess says that an account was opened.
func (d *Desk) RecordAccess(c care.RecordAccess) error { return d.backend.RecordAccess(d.ctx, c) }

// PlanCallback promises a customer to call back.
func (d *Desk) PlanCallback(c care.PlanCallback) (backend.Queued, error) {
	return d.backend.Do(d.ctx, &c)
}

// EndCallback says what became of a promised call.
func (d *Desk) EndCallback(c care.EndCallback) (backend.Queued, error) {
	return d.backend.Do(d.ctx, &c)
}
