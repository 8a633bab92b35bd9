package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"meterside/care"
	"meterside/portal/store"
)

var (
	noon   = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	system = care.Actor{ID: "test", Origin: care.OriginSystem}
)

// deaf hears no commit.
func deaf(int64) {}

func open(t testing.TB, database string, committed func(int64)) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), database, committed)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// update writes as who the tests are.
func update(s *store.Store, command string, fn func(*store.Tx) error) (int64, error) {
	return s.Update(context.Background(), store.Options{Actor: system, Now: noon, Command: command}, fn)
}

func put(t testing.TB, s *store.Store, records ...care.Record) int64 {
	t.Helper()
	seq, err := update(s, "put", func(tx *store.Tx) error {
		for _, rec := range records {
			if err := tx.Put(rec); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return seq
}

func head(t testing.TB, s *store.Store) int64 {
	t.Helper()
	n, err := s.Head(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// everything is each line of the change index, but for its number.
func everything(t testing.TB, s *store.Store) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := s.View(context.Background(), func(v *store.View) error {
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
