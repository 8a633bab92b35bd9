package records

import (
	"maps"
	"slices"

	"meterside/care"
)

// Settle puts again what stands in other scopes now, because the links or accounts around it changed. It is called once,
// after Apply: a change of scope is a change of the row.
func (t *Tx) Settle() error {
	for len(t.moved) > 0 {
		moved := t.moved
		t.moved = map[care.Ref]bool{}
		// In one order, so that the same change gives the same numbers, and the same refusal, every time.
		for _, ref := range slices.SortedFunc(maps.Keys(moved), care.Ref.Compare) {
			if err := t.settle(ref); err != nil {
				return err
			}
		}
	}
	return nil
}

// Forget drops what Settle would put again, and what was read, after the change was taken back. It is not for who shares.
func (t *Tx) Forget() {
	t.moved = map[care.Ref]bool{}
	t.policy = nil
	t.kept.Forget()
}

func (t *Tx) settle(ref care.Ref) error {
	switch ref.Kind {
	case care.KindPerson:
		return t.again(care.KindPerson, "person_id", ref.ID)
	case care.KindWebUser:
		for _, k := range []care.Kind{care.KindWebUser, care.KindWebUserLock, care.KindWebUserLogon, care.KindRecovery} {
			if err := t.again(k, "web_user_id", ref.ID); err != nil {
				return err
			}
		}
	case care.KindStaff: // what they did stands in their team's scope
		for _, k := range []care.Kind{care.KindTask, care.KindMasquerade, care.KindContact, care.KindCallback} {
			if err := t.again(k, "csr_id", ref.ID); err != nil {
				return err
			}
		}
	case care.KindAccount:
		for _, k := range care.Kinds() {
			if k == care.KindAccount || !kinds[k].account {
				continue
			}
			if err := t.again(k, "account_number", ref.ID); err != nil {
				return err
			}
		}
		return t.holders(ref.ID)
	}
	return nil
}

// holders marks the persons and web users of an account that moved.
func (t *Tx) holders(number string) error {
	if err := t.Written(care.KindAccountPerson, care.KindWebUserAccount); err != nil {
		return err
	}
	persons, err := texts(t.ctx, t.db, "SELECT person_id FROM account_persons WHERE account_number = $1", number)
	if err != nil {
		return err
	}
	users, err := texts(t.ctx, t.db, "SELECT web_user_id FROM web_user_accounts WHERE account_number = $1", number)
	if err != nil {
		return err
	}
	for _, id := range persons {
		t.moved[care.Ref{Kind: care.KindPerson, ID: id}] = true
	}
	for _, id := range users {
		t.moved[care.Ref{Kind: care.KindWebUser, ID: id}] = true
	}
	return nil
}

func (t *Tx) again(k care.Kind, column, value string) error {
	if err := t.Written(k); err != nil {
		return err
	}
	found, err := LoadAll(t.ctx, t.db, k, "WHERE "+column+" = $1", value)
	if err != nil {
		return err
	}
	for _, rec := range found {
		if err := t.Put(rec); err != nil {
			return err
		}
	}
	return nil
}
