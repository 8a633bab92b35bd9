package e2e

import (
	"errors"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"meterside/backend"
	"meterside/backend/keyring"
	"meterside/care"
	"meterside/records"
)

// copied is a desk on a copy of a profile's folder, as it stands while the first one is closed.
type copied struct {
	*backend.Backend
	profile string
	secrets keyring.Keyring
}

func (s *stage) openProfile(profile string, secrets keyring.Keyring) *copied {
	s.t.Helper()
	b, err := backend.Open(s.t.Context(), backend.Options{Profile: profile, Secrets: secrets, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		s.t.Fatal(err)
	}
	return &copied{b, profile, secrets}
}

func (c *copied) close(t *testing.T) {
	t.Helper()
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

func copyFolder(t *testing.T, from string) string {
	t.Helper()
	to := t.TempDir()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	return to
}

// notesAtPortal are the texts of all notes, in order.
func (s *stage) notesAtPortal() []string {
	s.t.Helper()
	notes, err := records.Select[care.Note](s.t.Context(), s.portal.Store.Reader(), "")
	if err != nil {
		s.t.Fatal(err)
	}
	var all []string
	for _, n := range notes {
		all = append(all, n.Text)
	}
	slices.Sort(all)
	return all
}

// I4, I5: a profile's folder is copied with changes that wait in it, one of them sent and not answered. Both copies go on: each change that both have is done
// once, those that each makes afterwards are all done, both outboxes end up answered, and the copies are two devices.
// Whether the copy stands on the same computer, with the keyring's secrets, or on another one, where somebody signs in
// again, makes no difference.
//
// It was seen to fail when Welcomed took up whatever count the portal had, and when what had been sent was not sent again.
func TestI5ACopiedProfileLosesNothingAndDoublesNothing(t *testing.T) {
	for name, samePlace := range map[string]bool{"on the same computer": true, "on another computer": false} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			s.town()
			first := s.openProfile(t.TempDir(), &keyring.Memory{})
			if _, err := first.SignIn(t.Context(), "http://"+s.address, "CSR001", password); err != nil {
				t.Fatal(err)
			}
			s.sync(first.Backend)
			s.do(first.Backend, "note.write", `{"account":"030000013","text":"answered before"}`)
			s.sync(first.Backend)
			s.stop()
			want := []string{"answered before"}
			note := func(b *copied, text string) {
				s.do(b.Backend, "note.write", `{"account":"030000013","text":"`+text+`"}`)
				want = append(want, text)
			}
			note(first, "waits in both 1")
			note(first, "waits in both 2")
			first.close(t)
			loseLine(t, first.profile)
			second := &copied{profile: copyFolder(t, first.profile), secrets: first.secrets}
			if !samePlace {
				second.secrets = &keyring.Memory{}
			}
			first, second = s.openProfile(first.profile, first.secrets), s.openProfile(second.profile, second.secrets)
			defer func() { first.close(t); second.close(t) }()
			s.start()
			if !samePlace {
				if session, err := second.Session(); err != nil || session.SignedIn {
					t.Fatalf("without its secrets the copy is signed in: %+v, %v", session, err)
				}
				if _, err := second.SignIn(t.Context(), "http://"+s.address, "CSR001", password); err != nil {
					t.Fatal(err)
				}
			}
			s.sync(first.Backend)
			note(first, "of the first")
			note(second, "of the second")
			for range 3 {
				s.sync(second.Backend)
				s.sync(first.Backend)
			}
			note(second, "of the second again")
			note(first, "of the first again")
			for _, b := range []*copied{second, first, second, first} {
				s.sync(b.Backend)
			}
			slices.Sort(want)
			if got := s.notesAtPortal(); !slices.Equal(got, want) {
				t.Errorf("the portal has the notes %q, want %q", got, want)
			}
			for name, b := range map[string]*copied{"first": first, "second": second} {
				left, err := b.Outbox(t.Context())
				attention, failed := b.Attention(t.Context())
				if err != nil || failed != nil || len(left)+len(attention) != 0 {
					t.Errorf("the %s copy has %v in its outbox and %v to decide: %v, %v", name, left, attention, err, failed)
				}
				if got := len(s.show(b.Backend, "030000013").Notes); got != len(want) {
					t.Errorf("the %s copy shows %d notes of %d", name, got, len(want))
				}
			}
			devices := map[string]bool{}
			for _, id := range slices.Concat(deviceIn(t, first.profile), deviceIn(t, second.profile)) {
				devices[id] = true
			}
			if len(devices) != 2 {
				t.Errorf("the copies are the devices %v", slices.Collect(maps.Keys(devices)))
			}
		})
	}
}

// loseLine leaves a desk as a line does that breaks after the first of its commands was sent and before anything came back.
func loseLine(t *testing.T, profile string) {
	t.Helper()
	inOutbox(t, profile, func(db *records.SQLite) error {
		for _, statement := range []string{
			"UPDATE command SET state = 'sent', n = (SELECT last_n + 1 FROM desk) WHERE place = (SELECT min(place) FROM command WHERE state = 'queued')",
			"UPDATE desk SET last_n = last_n + 1",
		} {
			if _, err := db.Write.ExecContext(t.Context(), statement); err != nil {
				return err
			}
		}
		return nil
	})
}

// deviceIn reads a desk's name and checks that its outbox is whole.
func deviceIn(t *testing.T, profile string) []string {
	t.Helper()
	var found []string
	inOutbox(t, profile, func(db *records.SQLite) error {
		var device, whole string
		if err := db.Read.QueryRowContext(t.Context(), "SELECT device FROM desk").Scan(&device); err != nil {
			return err
		}
		if err := db.Read.QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&whole); err != nil || whole != "ok" {
			t.Errorf("the outbox in %s is damaged: %s, %v", profile, whole, err)
		}
		found = append(found, device)
		return nil
	})
	return found
}

// inOutbox opens the outbox in a profile.
func inOutbox(t *testing.T, profile string, fn func(*records.SQLite) error) {
	t.Helper()
	err := filepath.WalkDir(profile, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.Name() != "outbox.db" {
			return err
		}
		db, err := records.OpenSQLite(path, records.Durable)
		if err != nil {
			return err
		}
		return errors.Join(fn(db), db.Close())
	})
	if err != nil {
		t.Fatal(err)
	}
}
