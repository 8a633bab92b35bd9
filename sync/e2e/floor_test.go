package e2e

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"

	"meterside/backend"
	"meterside/backend/keyring"
	"meterside/care"
	"meterside/sync/e2e/faultnet"
	"meterside/sync/snapshot"
)

// floor is a portal and desks that stand as they were built, with the model of what they should come to.
type floor struct {
	t     *testing.T
	rt    *rapid.T
	dir   string
	stage *stage
	drop  func() // the copy of a database, which stands in no folder
	up    bool
	seats []*seat

	said   map[string]*said // by command ID
	locks  []lockChange     // by the portal itself
	writes int
}

// seat is a desk that can be closed, and opened again where it stood.
type seat struct {
	user, profile string
	secrets       keyring.Memory
	line          *faultnet.Line // nil for the network of this computer
	desk          *backend.Backend
	live          bool
}

// said is a command that a desk accepted.
type said struct {
	seat      *seat
	cmd       care.Command
	discarded bool
}

type lockChange struct {
	seq  int64
	lock care.WebUserLock
	set  bool
}

var (
	accounts = []string{"030000013", "030000026", "030000039"}
	webUsers = []string{"W1", "W2"}
)

// buildFloor makes the town once, its portal in a folder or a PostgreSQL database; each check begins with a copy of it.
func buildFloor(t *testing.T, database string) *floor {
	t.Helper()
	made := &floor{t: t, dir: t.TempDir()}
	made.stage = &stage{t: t, dir: filepath.Join(made.dir, "portal")}
	if isPostgres(database) {
		made.stage.dir = database
	}
	made.stage.start()
	made.stage.town()
	made.stage.put(
		&care.Staff{ID: "SUP01", Name: "Sue", Role: care.RoleSupervisor, Team: "T2", Districts: care.List{"D02"}, Active: true},
		&care.Premise{ID: "P3", DistrictID: "D01", Address1: "5 OAK ST", City: "BARTON", Vacant: true},
		&care.Person{ID: "3", FirstName: "Ida", LastName: "Holm"},
		&care.Account{Number: "030000039", MainPersonID: "3", PremiseID: "P3", DistrictID: "D01", CustomerClass: "residential", Status: "active", OpenedOn: "2021-01-01"},
		&care.AccountPerson{Account: "030000039", PersonID: "3", Relationship: "main"},
		&care.AccountPerson{Account: "030000013", PersonID: "2", Relationship: "spouse"},
		&care.AccountPerson{Account: "030000026", PersonID: "1", Relationship: "tenant", EndedOn: "2022-01-01"},
		&care.WebUser{ID: "W2", Username: "ada", Email: "ada@example.com", PersonID: "2", Enrolment: care.Enrolled, CreatedAt: 1},
		&care.WebUserAccount{WebUserID: "W2", Account: "030000013", Role: "manager"},
		&care.WebUserAccount{WebUserID: "W2", Account: "030000026", Role: "owner", DefaultProfile: true},
	)
	for i, user := range []string{"CSR001", "CSR002", "SUP01"} {
		s := &seat{user: user, profile: fmt.Sprintf("desk%d", i)}
		made.seats = append(made.seats, s)
		b, err := backend.Open(t.Context(), backend.Options{Profile: filepath.Join(made.dir, s.profile), Secrets: &s.secrets, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.SignIn(t.Context(), "http://"+made.stage.address, user, password); err != nil {
			t.Fatal(err)
		}
		if i > 0 { // the first one begins with nothing
			made.stage.sync(b)
		}
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
	}
	made.stage.stop()
	return made
}

// again starts a copy of the floor; over networks in memory, the desks' and the portal's, where they are given.
func (f *floor) again(t *testing.T, rt *rapid.T, desks, portal *faultnet.Network, files func(*snapshot.Shelf)) *floor {
	dir := filepath.Join(t.TempDir(), "floor")
	if err := os.CopyFS(dir, os.DirFS(f.dir)); err != nil {
		rt.Fatal(err)
	}
	next := &floor{t: t, rt: rt, dir: dir, said: map[string]*said{}, stage: &stage{t: t, dir: filepath.Join(dir, "portal"), address: f.stage.address}}
	if portal != nil {
		next.stage.listen = portal.Listen
	}
	if f.postgres() {
		next.stage.dir, next.drop = copyPostgres(rt, f.stage.dir)
	}
	next.stage.files = files
	next.stage.start()
	next.up = true
	for _, s := range f.seats {
		seat := &seat{user: s.user, profile: filepath.Join(dir, s.profile)}
		s.secrets.Range(func(name, secret any) bool {
			seat.secrets.Store(name, secret)
			return true
		})
		if desks != nil {
			seat.line = desks.Line(s.user)
		}
		next.open(seat)
		next.seats = append(next.seats, seat)
	}
	return next
}

func (f *floor) open(s *seat) {
	o := backend.Options{Profile: s.profile, Secrets: &s.secrets, Log: slog.New(slog.DiscardHandler)}
	if s.line != nil {
		o.Dial = s.line.Dial
	}
	b, err := backend.Open(f.t.Context(), o)
	if err != nil {
		f.rt.Fatalf("opening the desk of %s: %v", s.user, err)
	}
	s.desk, s.live = b, false
}

func (f *floor) close() {
	for _, s := range f.seats {
		if err := s.desk.Close(); err != nil {
			f.rt.Errorf("closing the desk of %s: %v", s.user, err)
		}
	}
	f.stage.stop()
	if f.drop != nil {
		f.drop()
	}
	if err := os.RemoveAll(f.dir); err != nil {
		f.rt.Error(err)
	}
}

func (f *floor) postgres() bool { return isPostgres(f.stage.dir) }

func (f *floor) seat(rt *rapid.T) *seat {
	return f.seats[rapid.IntRange(0, len(f.seats)-1).Draw(rt, "desk")]
}
