package storetest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"meterside/care"
	"meterside/portal/store"
)

// leftOver is enough rows for full statements of a bulk, and for some that are left over.
const leftOver = 67

func town() []care.Record {
	all := []care.Record{
		&care.District{ID: "D01", Name: "One"}, &care.District{ID: "D02", Name: "Two"},
		&care.Staff{ID: "CSR001", Name: "Rep", Role: care.RoleCSR, Team: "T1", Districts: care.List{"all"}, Active: true},
	}
	for n := range leftOver {
		number := fmt.Sprintf("A%03d", n)
		all = append(all, &care.Account{Number: number, DistrictID: fmt.Sprintf("D%02d", n%2+1)})
	}
	for n := range leftOver {
		number := fmt.Sprintf("A%03d", n)
		all = append(all,
			&care.Task{ID: "T" + number, Account: number, CreatedBy: care.ByCSR, CSRID: "CSR001"},
			&care.Payment{ID: "Y" + number, Account: number, CreatedAt: noon.AddDate(0, -n, 0).UnixMilli()},
		)
	}
	return all
}

func TestAddIndexesWhatPutDoes(t *testing.T) {
	Databases(t, func(t *testing.T, database string) {
		one, many := open(t, t.TempDir(), deaf), open(t, database, deaf)
		put(t, one, town()...)
		bulk := many.NewBulk(system, func() time.Time { return noon })
		kinds := map[care.Kind][]care.Record{}
		for _, rec := range town() {
			kinds[rec.RecordKind()] = append(kinds[rec.RecordKind()], rec)
		}
		for _, kind := range []care.Kind{care.KindDistrict, care.KindStaff, care.KindAccount, care.KindTask, care.KindPayment} {
			err := bulk.Chunk(t.Context(), func(c *store.Chunk) error {
				for _, rec := range kinds[kind] {
					if err := c.Add(rec); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		want, got := everything(t, one), everything(t, many)
		if len(want) == 0 || !reflect.DeepEqual(got, want) {
			t.Errorf("%d lines, want %d, or the lines differ", len(got), len(want))
		}
	})
}

// However much there is to write, others get their turn when a transaction has taken as long as it may, and each thing is written
// once. A turn that is over before it began still writes one, or nothing would ever be done.
//
// Seen to fail where a transaction takes all there is.
func TestABulkGivesTheTurnBack(t *testing.T) {
	Databases(t, func(t *testing.T, database string) {
		s := open(t, database, func(int64) {})
		const n = 20
		for _, c := range []struct {
			holds time.Duration
			heads int64 // that the clock moves by
		}{{0, n}, {time.Hour, 1}} {
			bulk := s.NewBulk(system, func() time.Time { return noon })
			bulk.Holds = c.holds
			before := head(t, s)
			err := bulk.Each(t.Context(), n, func(chunk *store.Chunk, i int) error {
				return chunk.Add(&care.District{ID: fmt.Sprint("D", before, "-", i)})
			})
			if moved := head(t, s) - before; err != nil || moved != c.heads {
				t.Errorf("turns of %v: %d transactions for %d rows, want %d; %v", c.holds, moved, n, c.heads, err)
			}
		}
		if got := len(everything(t, s)); got != 2*n {
			t.Errorf("%d lines for %d rows", got, 2*n)
		}
	})
}

func TestAChunkThatChangesNothing(t *testing.T) {
	Databases(t, func(t *testing.T, database string) {
		ctx := context.Background()
		rung := 0
		s := open(t, database, func(int64) { rung++ })
		bulk := s.NewBulk(system, func() time.Time { return noon })
		district := func() *care.District { return &care.District{ID: "D01", Name: "One"} }
		if err := bulk.Chunk(ctx, func(c *store.Chunk) error { return c.Add(district()) }); err != nil || head(t, s) != 1 || rung != 1 {
			t.Fatalf("the first chunk: error %v, clock at %d, rung %d times", err, head(t, s), rung)
		}
		if err := bulk.Chunk(ctx, func(c *store.Chunk) error { return c.Put(district()) }); err != nil || head(t, s) != 1 || rung != 1 {
			t.Errorf("the same row: error %v, clock at %d, rung %d times", err, head(t, s), rung)
		}

		// What stands beside the records is kept, and no desk has to hear of it.
		if err := bulk.Chunk(ctx, func(c *store.Chunk) error { return c.SetImported(care.KindDistrict, "D01", []byte("x")) }); err != nil || head(t, s) != 1 {
			t.Errorf("beside: error %v, clock at %d", err, head(t, s))
		}
		var body []byte
		if err := bulk.Chunk(ctx, func(c *store.Chunk) (err error) {
			body, err = c.Imported(care.KindDistrict, "D01")
			return err
		}); err != nil || string(body) != "x" {
			t.Errorf("what was imported: %q, error %v", body, err)
		}

		failed := errors.New("failed")
		if err := bulk.Chunk(ctx, func(c *store.Chunk) error {
			if err := c.Add(&care.District{ID: "D02"}); err != nil {
				return err
			}
			return failed
		}); !errors.Is(err, failed) || head(t, s) != 1 || len(everything(t, s)) != 1 {
			t.Errorf("a chunk that fails: error %v, clock at %d", err, head(t, s))
		}
	})
}
