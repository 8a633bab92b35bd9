package storetest

import (
	"context"
	"reflect"
	"testing"

	"meterside/care"
	"meterside/portal/store"
)

func TestVerdictsAreKeptAndReadBack(t *testing.T) {
	Databases(t, func(t *testing.T, database string) {
		s := open(t, database, deaf)
		said := []care.Verdict{
			{CommandID: "c1", N: 1, Outcome: care.Applied, Seq: 1},
			{CommandID: "c2", N: 2, Outcome: care.Rejected, Code: care.CodeNotFound, Params: map[string]string{"what": "account", "id": "ñ'\"%s"}, Seq: 2},
			{CommandID: "c3", N: 3, Outcome: care.Lapsed, Code: care.CodeLapsed, Params: map[string]string{"minutes": "5"}, Seq: 3},
		}
		for _, v := range said {
			_, err := update(s, v.CommandID, func(tx *store.Tx) error {
				if _, answered, err := tx.Answered(v.CommandID); err != nil || answered {
					t.Errorf("%s was answered before: %v", v.CommandID, err)
				}
				if ok, err := tx.Count("desk", "CSR001", v.N, noon); err != nil || !ok {
					t.Errorf("%s is not the next one: %v", v.CommandID, err)
				}
				ok, err := tx.Answer(store.Answer{Device: "desk", Envelope: care.Envelope{ID: v.CommandID, N: v.N, Kind: "note.write"}, Verdict: v, At: noon})
				if !ok {
					t.Errorf("%s was answered before", v.CommandID)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		var read []care.Verdict
		if err := s.View(t.Context(), func(v *store.View) (err error) {
			read, err = v.Verdicts(t.Context(), "desk", 1)
			return err
		}); err != nil || !reflect.DeepEqual(read, said[1:]) {
			t.Errorf("after 1: %v, %v", read, err)
		}
		if n, err := s.LastN(t.Context(), "desk"); err != nil || n != 3 {
			t.Errorf("the last number is %d, %v", n, err)
		}
		if n, err := s.LastN(t.Context(), "another desk"); err != nil || n != 0 {
			t.Errorf("the last number of a new desk is %d, %v", n, err)
		}
		if _, err := update(s, "again", func(tx *store.Tx) error {
			v, answered, err := tx.Answered("c2")
			if !answered || !reflect.DeepEqual(v, said[1]) {
				t.Errorf("found %v, %v", v, answered)
			}
			return err
		}); err != nil {
			t.Error(err)
		}
	})
}

func TestADeviceIsOneMembersOfStaff(t *testing.T) {
	Databases(t, func(t *testing.T, database string) {
		s := open(t, database, deaf)
		for _, c := range []struct {
			csr  string
			want care.Code
		}{{"CSR001", ""}, {"CSR001", ""}, {"CSR002", care.CodeClonedDesk}} {
			_, err := update(s, "enrol", func(tx *store.Tx) error { return tx.Enrol("desk", c.csr, nil, noon) })
			if care.CodeOf(err) != c.want {
				t.Errorf("%s: %v, want %q", c.csr, err, c.want)
			}
		}
	})
}

func TestExamineCountsWhatIsWrong(t *testing.T) {
	Databases(t, func(t *testing.T, database string) {
		s := open(t, database, deaf)
		put(t, s,
			&care.District{ID: "D01", Name: "One"}, &care.Premise{ID: "P1", DistrictID: "D01"}, &care.Person{ID: "1"},
			&care.Account{Number: "A1", DistrictID: "D01", PremiseID: "P1", MainPersonID: "1"},
			&care.Account{Number: "A2", DistrictID: "D01", PremiseID: "P1", MainPersonID: "nobody"},
			&care.WebUser{ID: "W1", Username: "ann"}, &care.WebUser{ID: "W2", Username: "Ann"},
			&care.WebUserAccount{WebUserID: "W1", Account: "A1"}, &care.WebUserAccount{WebUserID: "W2", Account: "A1"},
		)
		findings, err := s.Examine(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		wrong := map[string]int{}
		for _, f := range findings {
			if f.Count > 0 {
				wrong[f.Question] = f.Count
			}
		}
		if want := map[string]int{"accounts without their main person": 1, "web users who share a user name": 1}; !reflect.DeepEqual(wrong, want) {
			t.Errorf("found %v, want %v", wrong, want)
		}
	})
}
