package storetest

import (
	"errors"
	"strings"
	"testing"

	"meterside/care"
	"meterside/portal/store"
)

// M8: neither database takes a row that does not name who did it, whatever writes it.
func TestM8TheDatabaseTakesNoRowOfNobodys(t *testing.T) {
	const account, csr, session = "A001", "CSR001", "S1"
	inside, desk := care.OriginMasquerade, care.OriginDesk
	whole := []care.Record{
		&care.Task{ID: "T1", Account: account, CreatedBy: care.ByCSR, Origin: inside, CSRID: csr, Session: session},
		&care.Activity{ID: "E1", Actor: csr, ActorKind: care.ByCSR},
		&care.Note{ID: "N1", Account: account, Text: "x", By: csr},
		&care.Contact{ID: "C1", Account: account, CSRID: csr},
		&care.Recovery{ID: "R1", WebUserID: "W1", By: csr},
		&care.Masquerade{ID: session, Account: account, CSRID: csr},
		&care.Notification{ID: "M1", Account: account, CSRID: csr, Session: session},
		&care.Payment{ID: "Y1", Account: account, CSRID: csr, Session: session},
	}
	nobodys := map[string]care.Record{
		"a task of a masquerade, said to be the customer's": &care.Task{ID: "T2", Account: account, CreatedBy: care.ByCustomer, Origin: inside, CSRID: csr, Session: session},
		"a task of a masquerade, without the CSR":           &care.Task{ID: "T2", Account: account, CreatedBy: care.ByCSR, Origin: inside, Session: session},
		"a customer's task of a masquerade, without a CSR":  &care.Task{ID: "T2", Account: account, CreatedBy: care.ByCustomer, Origin: inside, Session: session},
		"a task of a masquerade, without the session":       &care.Task{ID: "T2", Account: account, CreatedBy: care.ByCSR, Origin: inside, CSRID: csr},
		"a task of a CSR's, without the CSR":                &care.Task{ID: "T2", Account: account, CreatedBy: care.ByCSR, Origin: desk},
		"a task of something else's":                        &care.Task{ID: "T2", Account: account, CreatedBy: "robot", Origin: desk, CSRID: csr},
		"an activity":                                       &care.Activity{ID: "E2", ActorKind: care.ByCSR},
		"a note":                                            &care.Note{ID: "N2", Account: account, Text: "x"},
		"a contact":                                         &care.Contact{ID: "C2", Account: account},
		"a recovery":                                        &care.Recovery{ID: "R2", WebUserID: "W1"},
		"a masquerade":                                      &care.Masquerade{ID: "S2", Account: account},
		"a message of a session":                            &care.Notification{ID: "M2", Account: account, Session: session},
		"a payment of a session":                            &care.Payment{ID: "Y2", Account: account, Session: session},
	}
	Databases(t, func(t *testing.T, database string) {
		s := open(t, database, deaf)
		put(t, s, append(town(), whole...)...)
		for what, rec := range nobodys {
			_, err := update(s, "nobody's", func(tx *store.Tx) error { return tx.Put(rec) })
			if err == nil || !strings.Contains(strings.ToLower(err.Error()), "check constraint") {
				t.Errorf("%s that names nobody is written: %v", what, err)
			}
		}
	})
}

// M8: the store writes for nobody, neither by itself nor for commands that share a transaction, and leaves nothing of it.
func TestM8NobodyWrites(t *testing.T) {
	Databases(t, func(t *testing.T, database string) {
		s := open(t, database, deaf)
		for name, actor := range map[string]care.Actor{"nobody": {}, "one without an ID": {Origin: care.OriginDesk, Role: care.RoleAdmin}} {
			o := store.Options{Actor: actor, Now: noon, Command: name}
			put := func(tx *store.Tx) error { return tx.Put(&care.District{ID: "D01", Name: name}) }
			_, alone := s.Update(t.Context(), o, put)
			_, plain := s.Update(t.Context(), o, func(tx *store.Tx) error {
				_, err := tx.Conn.ExecContext(t.Context(), "DELETE FROM desk_session")
				return err
			})
			_, shared := s.Group(t.Context(), func(g *store.Group) error { return put(g.Tx(o)) })
			var said care.Error
			for how, err := range map[string]error{"alone": alone, "by a plain statement": plain, "in a group": shared} {
				if err == nil || errors.As(err, &said) {
					t.Errorf("%s %s: %v", name, how, err)
				}
			}
		}
		if at := head(t, s); at != 0 || len(everything(t, s)) != 0 {
			t.Errorf("the clock stands at %d", at)
		}
	})
}
