package e2e

import (
	"fmt"
	"os"
	"testing"
	"time"

	"meterside/backend"
	"meterside/care/demo"
	"meterside/portal/importer"
	"meterside/portal/store/storetest"
	"meterside/records"
	"meterside/sync/snapshot"
)

// I2, I4, I5: an import that brings a whole town comes while desks work. What they say is answered while it runs, each once, and
// when all is quiet every replica is the portal's view, however it came, and every outbox is whole. That commands go between
// the chunks is the importer's own test. METERSIDE_IMPORT names the folder of an export to be taken in the town's place, as one
// of 100,000 accounts: that takes some minutes, and says how long the desks waited.
//
// It fails when rows that come in bulk are not counted in the digests of their scopes.
func TestDesksWorkWhileATownIsImported(t *testing.T) {
	storetest.Databases(t, func(t *testing.T, database string) {
		dir := os.Getenv("METERSIDE_IMPORT")
		s := &stage{t: t, dir: database, files: func(*snapshot.Shelf) {}}
		if dir == "" {
			s.files = func(shelf *snapshot.Shelf) { shelf.Few, shelf.Stale, shelf.Again = 4_000, 4_000, 20*time.Millisecond }
			dir = t.TempDir()
			if _, err := demo.Write(dir, demo.Options{Accounts: 120, Seed: 1, Today: time.Now().UTC().Truncate(24 * time.Hour)}); err != nil {
				t.Fatal(err)
			}
		}
		s.start()
		t.Cleanup(func() { s.stop() })
		s.town()
		var all []*clerk
		for _, user := range []string{"CSR001", "SUP01"} {
			b, profile := s.newcomer(user, "http://"+s.address)
			s.sync(b)
			b.Connect()
			all = append(all, &clerk{user: user, desk: b, profile: profile})
		}
		for range calmCommands {
			for _, c := range all {
				c.writes(s)
			}
		}
		for _, c := range all {
			t.Logf("%s: before the import the slowest answer took %v", c.user, c.longest)
			c.longest = 0
		}
		imported := make(chan error, 1)
		began := time.Now()
		go func() {
			_, err := importer.Import(t.Context(), s.portal, dir, importer.Options{})
			imported <- err
		}()
		during := 0
		for running := true; running; {
			for _, c := range all {
				c.writes(s)
			}
			select {
			case err := <-imported:
				if err != nil {
					t.Fatal(err)
				}
				running = false
			default:
				during += len(all)
			}
		}
		t.Logf("imported in %v, %d commands answered meanwhile", time.Since(began), during)
		for _, c := range all {
			c.quiet(s)
		}
		s.allAnswered(all)
	})
}

// clerk is a desk that is at work while something else happens.
type clerk struct {
	user, profile string
	desk          *backend.Backend
	said          int
	longest       time.Duration // that an answer took
}

// calmCommands is how many commands each desk makes before the import begins, to compare with.
const calmCommands = 10

// answerWithin is how long an answer may take in the worst case: while a large page is applied, or a file fetched.
const answerWithin = 3 * time.Minute

// writes makes a command and waits for its answer.
func (c *clerk) writes(s *stage) {
	s.t.Helper()
	began := time.Now()
	note := s.do(c.desk, "note.write", fmt.Sprintf(`{"account":"030000013","text":"%d by %s"}`, c.said, c.user))
	c.said++
	untilWithin(s.t, answerWithin, "the answer to "+c.user, func() bool {
		q, err := c.desk.Answer(s.t.Context(), note.CommandID)
		return err == nil && q.State == "applied"
	})
	c.longest = max(c.longest, time.Since(began))
}

// quiet waits until the desk is at the portal's head, and holds it against the portal's view: by digests, those of its file
// included, after a large import.
func (c *clerk) quiet(s *stage) {
	s.t.Helper()
	untilWithin(s.t, answerWithin, "the replica of "+c.user, func() bool {
		replica := inProfile(s.t, c.profile, "replica.db")
		defer func() { _ = replica.Close() }()
		return at(s.t, replica) == head(s.t, s)
	})
	if os.Getenv("METERSIDE_IMPORT") != "" { // row by row a million rows take longer than a test may
		s.proved(c.desk)
	} else if d := s.isView(c.profile, c.user); d != "" {
		s.t.Errorf("the replica of %s is not the portal's view:\n%s", c.user, d)
	}
	if unsent, err := c.desk.Outbox(s.t.Context()); err != nil || len(unsent) > 0 {
		s.t.Errorf("the outbox of %s still holds %d commands, %v", c.user, len(unsent), err)
	}
	s.t.Logf("%s: %d commands, the slowest answer took %v", c.user, c.said, c.longest)
}

// allAnswered wants each command of some clerks to be answered, and logged, once.
func (s *stage) allAnswered(all []*clerk) {
	s.t.Helper()
	said := 0
	for _, c := range all {
		said += c.said
	}
	verdicts, err := verdictsOf(s.t.Context(), s.portal.Store.Reader())
	if err != nil {
		s.t.Fatal(err)
	}
	var logged int
	if err := s.portal.Store.Reader().QueryRowContext(s.t.Context(), "SELECT count(*) FROM activities WHERE kind = 'note.written'").Scan(&logged); err != nil {
		s.t.Fatal(err)
	}
	if len(verdicts) != said || logged != said {
		s.t.Errorf("%d commands were said, %d answered, %d notes are logged", said, len(verdicts), logged)
	}
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
