package store

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"meterside/care"
)

var (
	noon   = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	system = care.Actor{ID: "test", Origin: care.OriginSystem}
)

func open(t *testing.T, committed func(int64)) *Store {
	t.Helper()
	s, err := Open(context.Background(), t.TempDir(), committed)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// everything is each line of the change index, but for its number.
func everything(t *testing.T, s *Store) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := s.View(context.Background(), func(v *View) error {
		var kind int64
		var id, scope string
		var body []byte
		return v.Rows(context.Background(), []any{&kind, &id, &scope, &body}, func() error {
			all[fmt.Sprint(kind, " ", id, " ", scope)] = string(body)
			return nil
		}, "SELECT kind, id, scope, body FROM sync_change")
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// town is enough rows for full statements and for some that are left over.
func town() []care.Record {
	all := []care.Record{
		&care.District{ID: "D01", Name: "One"}, &care.District{ID: "D02", Name: "Two"},
		&care.Staff{ID: "CSR001", Name: "Rep", Role: care.RoleCSR, Team: "T1", Districts: care.List{"all"}, Active: true},
	}
	for n := range 2*atOnce + 3 {
		number := fmt.Sprintf("A%03d", n)
		all = append(all, &care.Account{Number: number, DistrictID: fmt.Sprintf("D%02d", n%2+1)})
	}
	for n := range 2*atOnce + 3 {
		number := fmt.Sprintf("A%03d", n)
		all = append(all,
			&care.Task{ID: "T" + number, Account: number, CreatedBy: care.ByCSR, CSRID: "CSR001"},
			&care.Payment{ID: "Y" + number, Account: number, CreatedAt: noon.AddDate(0, -n, 0).UnixMilli()},
		)
	}
	return all
}

func TestAddIndexesWhatPutDoes(t *testing.T) {
	ctx := context.Background()
	one, many := open(t, func(int64) {}), open(t, func(int64) {})
	if _, err := one.Update(ctx, Options{Actor: system, Now: noon, Command: "c"}, func(tx *Tx) error {
		for _, rec := range town() {
			if err := tx.Put(rec); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	bulk := many.NewBulk(system, func() time.Time { return noon })
	kinds := map[care.Kind][]care.Record{}
	for _, rec := range town() {
		kinds[rec.RecordKind()] = append(kinds[rec.RecordKind()], rec)
	}
	for _, kind := range []care.Kind{care.KindDistrict, care.KindStaff, care.KindAccount, care.KindTask, care.KindPayment} {
		err := bulk.Chunk(ctx, func(c *Chunk) error {
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
}

func TestAChunkThatChangesNothing(t *testing.T) {
	ctx := context.Background()
	rung := 0
	s := open(t, func(int64) { rung++ })
	bulk := s.NewBulk(system, func() time.Time { return noon })
	district := func() *care.District { return &care.District{ID: "D01", Name: "One"} }
	head := func() int64 {
		t.Helper()
		n, err := s.Head(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if err := bulk.Chunk(ctx, func(c *Chunk) error { return c.Add(district()) }); err != nil || head() != 1 || rung != 1 {
		t.Fatalf("the first chunk: error %v, clock at %d, rung %d times", err, head(), rung)
	}
	if err := bulk.Chunk(ctx, func(c *Chunk) error { return c.Put(district()) }); err != nil || head() != 1 || rung != 1 {
		t.Errorf("the same row: error %v, clock at %d, rung %d times", err, head(), rung)
	}

	// What stands beside the records is kept, and no desk has to hear of it.
	if err := bulk.Chunk(ctx, func(c *Chunk) error { return c.SetImported(care.KindDistrict, "D01", []byte("x")) }); err != nil || head() != 1 {
		t.Errorf("beside: error %v, clock at %d", err, head())
	}
	var body []byte
	if err := bulk.Chunk(ctx, func(c *Chunk) (err error) {
		body, err = c.Imported(care.KindDistrict, "D01")
		return err
	}); err != nil || string(body) != "x" {
		t.Errorf("what was imported: %q, error %v", body, err)
	}

	failed := errors.New("failed")
	if err := bulk.Chunk(ctx, func(c *Chunk) error {
		if err := c.Add(&care.District{ID: "D02"}); err != nil {
			return err
		}
		return failed
	}); !errors.Is(err, failed) || head() != 1 || len(everything(t, s)) != 1 {
		t.Errorf("a chunk that fails: error %v, clock at %d", err, head())
	}
}
