package importer

import (
	"slices"

	"meterside/care"
	"meterside/portal"
)

// services are those who act for the portal itself.
var services = []string{"portal", actor, "signin"}

// derive sets what a record tells beyond its row and what the row implies.
func (r *run) derive(e *entry) error {
	switch rec := e.record.(type) {
	case *care.Person:
		rec.IDLast4 = lastFour(e.person.idValue)
	case *care.Task:
		if rec.Origin == "" {
			rec.Origin = originOf(rec)
		}
	case *care.Activity:
		if rec.ActorKind != "" {
			return nil
		}
		staff, err := r.isStaff(rec.Actor)
		if err != nil {
			return err
		}
		switch {
		case staff:
			rec.ActorKind = care.ByCSR
		case slices.Contains(services, rec.Actor):
			rec.ActorKind = care.BySystem
		default:
			rec.ActorKind = care.ByCustomer
		}
	}
	return nil
}

// forgetDerived makes derive look again where a row says something else now about who did it.
func (e *entry) forgetDerived(before *entry) {
	switch rec := e.record.(type) {
	case *care.Task:
		old := before.record.(*care.Task)
		if old.CreatedBy != rec.CreatedBy || old.Session != rec.Session {
			rec.Origin = ""
		}
	case *care.Activity:
		if before.record.(*care.Activity).Actor != rec.Actor {
			rec.ActorKind = ""
		}
	}
}

// originOf is where a task was made: a CSR's with a session came from inside a masquerade.
func originOf(t *care.Task) care.Origin {
	switch {
	case t.CreatedBy != care.ByCSR:
		return care.OriginPortal
	case t.Session != "":
		return care.OriginMasquerade
	}
	return care.OriginDesk
}

// isStaff reads who belongs to the staff once: they stand in a file before all activities.
func (r *run) isStaff(id string) (bool, error) {
	if r.staff == nil {
		r.staff = map[string]bool{}
		var one string
		err := r.portal.View(r.ctx, func(v *portal.View) error {
			return v.Rows(r.ctx, []any{&one}, func() error { r.staff[one] = true; return nil }, "SELECT csr_id FROM staff")
		})
		if err != nil {
			return false, err
		}
	}
	return r.staff[id], nil
}
