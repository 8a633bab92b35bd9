package store

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"meterside/care"
)

// few checks are enough here, unless whoever runs the test asks for another number.
func few(t *testing.T) {
	t.Helper()
	if f := flag.Lookup("rapid.checks"); f.Value.String() == f.DefValue {
		if err := f.Value.Set("25"); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = f.Value.Set(f.DefValue) })
	}
}

func unproved(t testing.TB, s *Store) (wrong int) {
	t.Helper()
	err := s.View(context.Background(), func(v *View) (err error) {
		wrong, err = v.unproved(context.Background())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return wrong
}

// I10: whatever is written, refused or failed, the digest of each scope is that of its rows.
//
// It fails when count leaves out the row as it was, when Try keeps what a refused command counted, and when Add does not
// count.
func TestDigestsFollowTheRows(t *testing.T) {
	few(t)
	rapid.Check(t, func(rt *rapid.T) {
		s := open(t, func(int64) {})
		defer func() { _ = s.Close() }()
		ctx := context.Background()
		bulk := s.NewBulk(system, func() time.Time { return noon })
		if err := bulk.Chunk(ctx, func(c *Chunk) error {
			return errors.Join(c.Add(&care.District{ID: "D01"}), c.Add(&care.District{ID: "D02"}))
		}); err != nil {
			rt.Fatal(err)
		}
		change := func(rt *rapid.T, tx *Tx) error {
			number := rapid.SampledFrom([]string{"A1", "A2"}).Draw(rt, "account")
			person := rapid.SampledFrom([]string{"1", "2"}).Draw(rt, "person")
			link := &care.AccountPerson{Account: number, PersonID: person}
			var rec care.Record
			switch rapid.IntRange(0, 4).Draw(rt, "what") {
			case 0:
				rec = &care.Account{Number: number, DistrictID: rapid.SampledFrom([]string{"D01", "D02"}).Draw(rt, "district")}
			case 1:
				rec = &care.Person{ID: person, FirstName: rapid.SampledFrom([]string{"Ann", "Bob"}).Draw(rt, "name")}
			case 2:
				rec = link
			case 3:
				return tx.Delete(link)
			case 4:
				rec = &care.Payment{ID: "Y" + number, Account: number, CreatedAt: noon.AddDate(0, -rapid.IntRange(0, 20).Draw(rt, "months"), 0).UnixMilli()}
			}
			err := tx.Put(rec)
			if care.CodeOf(err) == care.CodeNotFound {
				return nil // of an account that is not there
			}
			return err
		}
		writes := 0
		rt.Repeat(map[string]func(*rapid.T){
			"": func(rt *rapid.T) {
				if wrong := unproved(t, s); wrong > 0 {
					rt.Fatalf("%d scopes have another digest than their rows", wrong)
				}
			},
			"changes": func(rt *rapid.T) {
				writes++
				_, err := s.Update(ctx, Options{Actor: system, Now: noon, Command: fmt.Sprint(writes)}, func(tx *Tx) error {
					for range rapid.IntRange(1, 3).Draw(rt, "changes") {
						if err := change(rt, tx); err != nil {
							return err
						}
					}
					if _, err := tx.Try(func() error {
						return errors.Join(change(rt, tx), tx.Settle(), care.Err(care.CodeNoPermission))
					}); err != nil {
						return err
					}
					if rapid.Bool().Draw(rt, "fails") {
						return errNothing
					}
					return nil
				})
				if err != nil && !errors.Is(err, errNothing) {
					rt.Fatal(err)
				}
			},
			"many at once": func(rt *rapid.T) {
				writes++
				if err := bulk.Chunk(ctx, func(c *Chunk) error {
					return c.Add(&care.Premise{ID: fmt.Sprint("P", writes), DistrictID: "D01"})
				}); err != nil {
					rt.Fatal(err)
				}
			},
		})
	})
}

// A store of an earlier version gets its digests when it is opened, and rows that were encoded otherwise are encoded anew.
func TestAnEarlierStoreGetsItsDigests(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	s, err := Open(ctx, dir, func(int64) {})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Update(ctx, Options{Actor: system, Now: noon, Command: "c"}, func(tx *Tx) error {
		return errors.Join(tx.Put(&care.District{ID: "D01", Name: "One"}), tx.Put(&care.Staff{ID: "CSR001", Role: care.RoleCSR, Districts: care.List{"D01", "D02"}}))
	})
	if err != nil {
		t.Fatal(err)
	}
	want := everything(t, s)
	// The same districts in one word of the list, as they would be read back as two.
	earlier := bytes.Replace([]byte(want["2 CSR001 g"]), []byte("\x82\x63D01\x63D02"), []byte("\x81\x67D01;D02"), 1)
	if _, err := s.db.Write.ExecContext(ctx, "UPDATE sync_change SET body = $1 WHERE id = 'CSR001'", earlier); err != nil {
		t.Fatal(err)
	}
	if _, err := s.db.Write.ExecContext(ctx, "DELETE FROM sync_scope"); err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(everything(t, s)) == fmt.Sprint(want) {
		t.Fatal("the earlier store is like this one")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = Open(ctx, dir, func(int64) {}); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if fmt.Sprint(everything(t, s)) != fmt.Sprint(want) {
		t.Error("the rows were not encoded anew")
	}
	if wrong := unproved(t, s); wrong > 0 {
		t.Errorf("%d scopes have another digest than their rows", wrong)
	}
}
