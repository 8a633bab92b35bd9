package e2e

import (
	"fmt"
	"testing"
	"time"

	"meterside/backend"
	"meterside/care/demo"
	"meterside/portal/importer"
	"meterside/portal/store/storetest"
	"meterside/records"
	"meterside/sync/snapshot"
)

// I2, I4, I5: an import that brings a whole town comes while desks work. What they say is answered, each once, and when all is
// quiet every replica is the portal's view, however it came. That commands go between the chunks is the importer's own test.
//
// It fails when rows that come in bulk are not counted in the digests of their scopes.
func TestDesksWorkWhileATownIsImported(t *testing.T) {
	storetest.Databases(t, func(t *testing.T, database string) {
		s := &stage{t: t, dir: database, files: func(shelf *snapshot.Shelf) { shelf.Few, shelf.Stale, shelf.Again = 4_000, 4_000, 20*time.Millisecond }}
		s.start()
		t.Cleanup(func() { s.stop() })
		s.town()
		dir := t.TempDir()
		if _, err := demo.Write(dir, demo.Options{Accounts: 120, Seed: 1, Today: time.Now().UTC().Truncate(24 * time.Hour)}); err != nil {
			t.Fatal(err)
		}
		type worker struct {
			desk    *backend.Backend
			profile string
			said    []string // command IDs
		}
		var all []*worker
		for _, user := range []string{"CSR001", "SUP01"} {
			b, profile := s.newcomer(user, "http://"+s.address)
			s.sync(b)
			b.Connect()
			all = append(all, &worker{desk: b, profile: profile})
		}
		imported := make(chan error, 1)
		go func() {
			_, err := importer.Import(t.Context(), s.portal, dir, importer.Options{})
			imported <- err
		}()
		answered := 0 // while the import ran
		for running := true; running; {
			for i, w := range all {
				note := s.do(w.desk, "note.write", fmt.Sprintf(`{"account":"030000013","text":"%d by %d"}`, len(w.said), i))
				w.said = append(w.said, note.CommandID)
				until(t, "the answer", func() bool {
					q, err := w.desk.Answer(t.Context(), note.CommandID)
					return err == nil && q.State == "applied"
				})
			}
			select {
			case err := <-imported:
				if err != nil {
					t.Fatal(err)
				}
				running = false
			default:
				answered += len(all)
			}
		}
		verdicts, err := verdictsOf(t.Context(), s.portal.Store.Reader())
		if err != nil {
			t.Fatal(err)
		}
		said := 0
		for _, w := range all {
			said += len(w.said)
		}
		m, err := asModel(t.Context(), s.portal.Store.Reader())
		if err != nil {
			t.Fatal(err)
		}
		if len(verdicts) != said || m.activities["note.written"] != said {
			t.Errorf("%d commands were said, %d answered, %d notes are logged", said, len(verdicts), m.activities["note.written"])
		}
		for i, user := range []string{"CSR001", "SUP01"} {
			w := all[i]
			until(t, "the replica of "+user, func() bool {
				replica := inProfile(t, w.profile, "replica.db")
				defer func() { _ = replica.Close() }()
				return at(t, replica) == head(t, s)
			})
			if d := s.isView(w.profile, user); d != "" {
				t.Errorf("the replica of %s is not the portal's view:\n%s", user, d)
			}
		}
		t.Logf("%d commands, %d of them answered while the import ran", said, answered)
	})
}

// at is the cursor of a replica.
func at(t *testing.T, replica *records.SQLite) (cursor int64) {
	t.Helper()
	if err := replica.Read.QueryRowContext(t.Context(), "SELECT cursor FROM replica").Scan(&cursor); err != nil {
		t.Fatal(err)
	}
	return cursor
}

func head(t *testing.T, s *stage) int64 {
	t.Helper()
	seq, err := s.portal.Store.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return seq
}
