package storetest

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"meterside/care"
	"meterside/portal/store"
)

// A lease is one's at a time, on whatever node, until it is given back; who lost it writes no more.
//
// It fails when a lease is taken whoever holds it, and when Hold does not look whose it is.
func TestALeaseIsOnesAtATime(t *testing.T) {
	Databases(t, func(t *testing.T, database string) {
		one, other := open(t, database, deaf), open(t, database, deaf)
		first, err := one.TakeLease(t.Context(), "import")
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []*store.Store{one, other} {
			if _, err := s.TakeLease(t.Context(), "import"); care.CodeOf(err) != care.CodeImportRunning {
				t.Errorf("taken twice: %v", err)
			}
		}
		another, err := other.TakeLease(t.Context(), "something else")
		if err != nil {
			t.Fatal(err)
		}
		if err := another.End(t.Context()); err != nil {
			t.Error(err)
		}
		bulk := one.NewBulk(system, func() time.Time { return noon })
		bulk.Under(first)
		add := func(id string) error {
			return bulk.Chunk(t.Context(), func(c *store.Chunk) error { return c.Add(&care.District{ID: id, Name: "x"}) })
		}
		if err := add("D01"); err != nil {
			t.Errorf("under the lease: %v", err)
		}
		if _, err := update(one, "c", func(tx *store.Tx) error { // as after minutes of standing still
			_, err := tx.Conn.ExecContext(t.Context(), "UPDATE lease SET until = 1")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		second, err := other.TakeLease(t.Context(), "import")
		if err != nil {
			t.Fatalf("a lease that ran out is not given: %v", err)
		}
		if err := add("D02"); !errors.Is(err, store.ErrLeaseLost) {
			t.Errorf("after the lease was lost: %v", err)
		}
		if err := first.End(t.Context()); err != nil {
			t.Error(err)
		}
		if _, err := one.TakeLease(t.Context(), "import"); care.CodeOf(err) != care.CodeImportRunning {
			t.Errorf("the loser gave back what was not its own: %v", err)
		}
		if err := second.End(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// Commands of another process go between the chunks of a bulk.
//
// It fails, on SQLite, when writers do not wait for their turn.
func TestCommandsGoBetweenChunks(t *testing.T) {
	Databases(t, func(t *testing.T, database string) {
		const chunks, rows = 30, 500
		importing, serving := open(t, database, deaf), open(t, database, deaf)
		put(t, importing, &care.District{ID: "D01", Name: "One"})
		bulk := importing.NewBulk(system, func() time.Time { return noon })
		var first, last int64
		done := make(chan struct{})
		var all sync.WaitGroup
		all.Go(func() {
			defer close(done)
			for n := range chunks {
				err := bulk.Chunk(t.Context(), func(c *store.Chunk) error {
					if last = c.Seq; first == 0 {
						first = c.Seq
					}
					for i := range rows {
						if err := c.Add(&care.Premise{ID: fmt.Sprint(n, " ", i), DistrictID: "D01"}); err != nil {
							return err
						}
					}
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
		var commands []int64
		for n := 0; ; n++ {
			seq, err := update(serving, fmt.Sprint(n), func(tx *store.Tx) error {
				return tx.Put(&care.District{ID: fmt.Sprint("N", n), Name: "x"})
			})
			if err != nil {
				t.Error(err)
			}
			commands = append(commands, seq)
			select {
			case <-done:
			default:
				continue
			}
			break
		}
		all.Wait()
		between := 0
		for _, seq := range commands {
			if seq > first && seq < last {
				between++
			}
		}
		if between < chunks/6 {
			t.Errorf("%d commands went between %d chunks", between, chunks)
		}
		t.Logf("%d commands between %d chunks of %d rows", between, chunks, rows)
	})
}
