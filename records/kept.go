package records

import (
	"reflect"

	"meterside/care"
)

// Kept is what nearly every command reads again: the policy, and the staff. It belongs to whoever writes just now, and
// forgets when any of it changes. The zero value is ready; nil keeps nothing.
type Kept struct {
	policy care.Policy
	staff  map[string]*care.Staff
}

// Forget drops everything: it is read again.
func (k *Kept) Forget() {
	if k != nil {
		k.policy, k.staff = nil, nil
	}
}

func (k *Kept) setPolicy(p care.Policy) {
	if k != nil {
		k.policy = p
	}
}

// staffOf fills rec where it is a member of staff who is kept.
func (k *Kept) staffOf(ref care.Ref, rec care.Record) bool {
	if k == nil || ref.Kind != care.KindStaff || k.staff[ref.ID] == nil {
		return false
	}
	copyRecord(rec, k.staff[ref.ID])
	return true
}

func (k *Kept) setStaff(ref care.Ref, rec care.Record) {
	staff, ok := rec.(*care.Staff)
	if k == nil || !ok {
		return
	}
	if k.staff == nil {
		k.staff = map[string]*care.Staff{}
	}
	kept := *staff
	k.staff[ref.ID] = &kept
}

// copyRecord copies a record's fields. Lists are shared, as nobody writes into one.
func copyRecord(to, from care.Record) {
	reflect.ValueOf(to).Elem().Set(reflect.ValueOf(from).Elem())
}
