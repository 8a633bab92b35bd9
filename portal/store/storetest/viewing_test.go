package storetest

import (
	"context"
	"testing"

	"meterside/care"
	"meterside/portal/store"
)

// M6: under the mark of who may only look, the database itself refuses every change, whatever the code above it thinks: by
// records and by plain statements. What looking leaves in the log is written apart, and the next change goes as ever.
//
// Seen to fail with look on the writers' connections.
func TestM6TheDatabaseRefusesWhoMayOnlyLook(t *testing.T) {
	Databases(t, func(t *testing.T, database string) {
		s := open(t, database, deaf)
		put := func(ctx context.Context, id string) error {
			_, err := s.Update(ctx, store.Options{Actor: care.Actor{ID: "test", Origin: care.OriginSystem}, Command: id}, func(tx *store.Tx) error {
				return tx.Put(&care.District{ID: id, Name: "x"})
			})
			return err
		}
		looking := store.Viewing(t.Context())
		before := head(t, s)
		for name, change := range map[string]func(context.Context) error{
			"a record": func(ctx context.Context) error { return put(ctx, "D1") },
			"a plain statement": func(ctx context.Context) error {
				_, err := s.Group(ctx, func(g *store.Group) error {
					_, err := g.Tx(store.Options{}).Conn.ExecContext(ctx, "DELETE FROM desk_session")
					return err
				})
				return err
			},
			"a command's attempt": func(ctx context.Context) error {
				_, err := s.Update(ctx, store.Options{Actor: system, Command: "c"}, func(tx *store.Tx) error {
					_, err := tx.Try(func() error { return tx.Put(&care.District{ID: "D1", Name: "x"}) })
					return err
				})
				return err
			},
			"commands that share": func(ctx context.Context) error {
				_, err := s.Group(ctx, func(g *store.Group) error {
					if err := g.Together(nil, nil); err != nil {
						return err
					}
					tx := g.Tx(store.Options{Actor: system, Command: "c"})
					if err := tx.Put(&care.District{ID: "D1", Name: "x"}); err != nil {
						return err
					}
					return tx.Settle()
				})
				return err
			},
		} {
			if err := change(looking); care.CodeOf(err) != care.CodeReadOnly {
				t.Errorf("%s: %v", name, err)
			}
		}
		if now := head(t, s); now != before {
			t.Errorf("the clock went from %d to %d", before, now)
		}
		if err := put(store.Recording(looking), "D2"); err != nil {
			t.Errorf("what looking leaves in the log: %v", err)
		}
		if err := put(t.Context(), "D3"); err != nil || head(t, s) != before+2 {
			t.Errorf("a change after that: %v", err)
		}
		if _, err := s.Group(looking, func(*store.Group) error { return nil }); err != nil {
			t.Errorf("to look: %v", err)
		}
	})
}
