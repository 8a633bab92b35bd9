package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"meterside/care"
	"meterside/portal/store"
)

// I1: no reader ever sees a number without everything below it, nor anything above it, with writers in two processes.
//
// It fails when the clock is moved ahead of the transaction that does the work, when the clock is taken at the end of it
// on what was read at its beginning, and on PostgreSQL when a View does not ask for one moment (REPEATABLE READ).
func TestAReaderSeesEveryNumberBelowTheOneItSees(t *testing.T) {
	Databases(t, func(t *testing.T, database string) {
		const writers, each = 4, 30
		nodes := []*store.Store{open(t, database, deaf), open(t, database, deaf)}
		var writing, reading sync.WaitGroup
		failed := make(chan error, 2*writers)
		done := make(chan struct{})
		for w := range writers {
			writing.Go(func() {
				for n := range each {
					_, err := update(nodes[w%2], "c", func(tx *store.Tx) error {
						if n%7 == 3 {
							return errGaveUp // leaves no gap
						}
						return tx.Put(&care.District{ID: fmt.Sprint("D", tx.Seq), Name: "x"})
					})
					if err != nil && !errors.Is(err, errGaveUp) {
						failed <- err
						return
					}
				}
			})
		}
		for r := range 2 {
			reading.Go(func() {
				for {
					if err := prefix(nodes[r]); err != nil {
						failed <- err
						return
					}
					select {
					case <-done:
						return
					default:
					}
				}
			})
		}
		writing.Wait()
		close(done)
		reading.Wait()
		close(failed)
		for err := range failed {
			t.Error(err)
		}
		if h, want := head(t, nodes[0]), int64(writers*(each-4)); h != want {
			t.Errorf("the clock stands at %d, want %d", h, want)
		}
	})
}

var errGaveUp = errors.New("gave up")

// prefix looks at one moment in which every commit wrote the one row that is named after its number.
func prefix(s *store.Store) error {
	return s.View(context.Background(), func(v *store.View) error {
		var next int64
		err := v.Changes(context.Background(), "g", 0, func(c store.Change) error {
			if next++; c.Seq != next || c.ID != fmt.Sprint("D", next) {
				return fmt.Errorf("at %d stands %s with %d, where %d was due", v.Head, c.ID, c.Seq, next)
			}
			return nil
		})
		if err == nil && next != v.Head {
			err = fmt.Errorf("at %d there are changes up to %d", v.Head, next)
		}
		return err
	})
}

func TestARefusalLeavesNothingAndTheRestGoesOn(t *testing.T) {
	Databases(t, func(t *testing.T, database string) {
		s := open(t, database, deaf)
		put(t, s, town()...)
		before := head(t, s)
		seq, err := update(s, "c", func(tx *store.Tx) error {
			if err := tx.Put(&care.District{ID: "D03", Name: "Three"}); err != nil {
				return err
			}
			refused, err := tx.Try(func() error {
				// Links mark who has to be settled; a refusal forgets that too.
				if err := tx.Put(&care.WebUserAccount{WebUserID: "W1", Account: "A001", Role: "owner"}); err != nil {
					return err
				}
				return care.Err(care.CodeNothingToChange)
			})
			if err != nil || refused == nil || refused.Code != care.CodeNothingToChange {
				t.Errorf("the first attempt: refused %v, error %v", refused, err)
			}
			refused, err = tx.Try(func() error { return tx.Put(&care.District{ID: "D04", Name: "Four"}) })
			if refused != nil {
				t.Errorf("the second attempt: refused %v", refused)
			}
			return err
		})
		if err != nil || seq != before+1 {
			t.Fatalf("number %d after %d: %v", seq, before, err)
		}
		lines := everything(t, s)
		for id, want := range map[string]bool{"1 D03 g": true, "1 D04 g": true, "11 W1\x1fA001 d:D02": false} {
			if _, there := lines[id]; there != want {
				t.Errorf("%q stands in the index: %v", id, there)
			}
		}
	})
}

// What the database itself refuses is no refusal of a command: it ends the transaction, and nothing of it stays.
func TestAFaultInsideAnAttemptEndsTheTransaction(t *testing.T) {
	Databases(t, func(t *testing.T, database string) {
		s := open(t, database, deaf)
		_, err := update(s, "c", func(tx *store.Tx) error {
			if err := tx.Put(&care.District{ID: "D01", Name: "One"}); err != nil {
				return err
			}
			_, err := tx.Try(func() error {
				_, err := tx.Conn.ExecContext(t.Context(), "INSERT INTO no_such_table (x) VALUES ($1)", 1)
				return err
			})
			return err
		})
		if err == nil || head(t, s) != 0 || len(everything(t, s)) != 0 {
			t.Errorf("error %v, clock at %d", err, head(t, s))
		}
	})
}

// It fails when a View of PostgreSQL does not ask for one moment (REPEATABLE READ).
func TestAMomentStaysAsItIs(t *testing.T) {
	Databases(t, func(t *testing.T, database string) {
		s := open(t, database, deaf)
		put(t, s, &care.District{ID: "D01", Name: "One"})
		err := s.View(t.Context(), func(v *store.View) error {
			put(t, s, &care.District{ID: "D02", Name: "Two"})
			seen := 0
			err := v.Changes(t.Context(), "g", 0, func(store.Change) error { seen++; return nil })
			if v.Head != 1 || seen != 1 {
				t.Errorf("at %d stand %d changes after somebody else wrote", v.Head, seen)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// Text is compared by its bytes on both databases, whatever a server's own language is, or the same question would be
// answered in another order.
//
// It fails when the tables of PostgreSQL are made without COLLATE "C".
func TestTextIsOrderedByItsBytes(t *testing.T) {
	want := []string{"A 1", "A-1", "A1", "B", "Z", "a", "b", "Å", "é"}
	Databases(t, func(t *testing.T, database string) {
		s := open(t, database, deaf)
		for _, id := range []string{"é", "B", "a", "Å", "A1", "b", "Z", "A-1", "A 1"} {
			put(t, s, &care.District{ID: id, Name: "x"})
		}
		var got []string
		if err := s.View(t.Context(), func(v *store.View) error {
			var id string
			return v.Rows(t.Context(), []any{&id}, func() error { got = append(got, id); return nil }, "SELECT id FROM sync_change ORDER BY id")
		}); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// It fails when a migration of SQLite that collided with another program's is not tried again.
func TestManyNodesStartAtOnce(t *testing.T) {
	Databases(t, func(t *testing.T, database string) {
		var all sync.WaitGroup
		servers := make(chan string, 4)
		for range cap(servers) {
			all.Go(func() {
				s, err := store.Open(context.Background(), database, deaf)
				if err != nil {
					t.Error(err)
					return
				}
				servers <- s.Server() + " " + s.Epoch()
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		close(servers)
		first := <-servers
		for other := range servers {
			if other != first {
				t.Errorf("one node is of %s, another of %s", first, other)
			}
		}
	})
}

func TestADatabaseThatCannotBeIsRefusedByName(t *testing.T) {
	for _, c := range []struct{ database, says string }{
		{"mysql://root:secret@127.0.0.1/x", "database_unsupported database=mysql://…"},
		{"http://127.0.0.1/x", "database_unsupported database=http://…"},
	} {
		_, err := store.Open(t.Context(), c.database, deaf)
		if err == nil || err.Error() != c.says {
			t.Errorf("%s: %v", c.database, err)
		}
	}
}

// Text that PostgreSQL cannot store is not found, and ends no transaction.
//
// It fails when the driver sends text as it comes.
func TestTextThatIsNoneIsNotFound(t *testing.T) {
	Databases(t, func(t *testing.T, database string) {
		s := open(t, database, deaf)
		for _, id := range []string{"a\x00b", "a\xffb"} {
			_, err := update(s, "c", func(tx *store.Tx) error {
				err := tx.Get(&care.District{}, id)
				if care.CodeOf(err) != care.CodeNotFound {
					t.Errorf("%q: %v", id, err)
				}
				_, _, err = tx.Answered(id)
				return err
			})
			if err != nil {
				t.Errorf("%q: %v", id, err)
			}
		}
	})
}
