package store

import (
	"context"
	"fmt"
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
