// Package e2e plays desks and a portal together, over a real network and real databases.
package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"meterside/backend"
	"meterside/backend/keyring"
	"meterside/care"
	"meterside/portal"
	"meterside/portal/api"
	"meterside/portal/mail"
	"meterside/portal/store"
	"meterside/portal/web"
	"meterside/sync/hub"
	"meterside/sync/snapshot"
)

// stage is a portal on a port of its own, which can be stopped and started again there.
type stage struct {
	t       *testing.T
	dir     string
	portal  *portal.Portal
	address string
	stop    func()
	listen  func() (net.Listener, error) // nil for a port of this computer
	files   func(*snapshot.Shelf)        // nil where desks get rows: else what is set before they come
	options func(*hub.Options)           // what the hub does otherwise than it would; nil for nothing
	ahead   atomic.Int64                 // how far the portal's clock is ahead of this computer's, ns
}

const password = "a good password"

func newStage(t *testing.T) *stage {
	t.Helper()
	return newStageIn(t, t.TempDir())
}

// newStageIn is a stage whose portal keeps its data in a database, as portal.Open has it.
func newStageIn(t *testing.T, database string) *stage {
	t.Helper()
	s := &stage{t: t, dir: database}
	s.start()
	t.Cleanup(func() { s.stop() })
	return s
}

// start serves the portal; the second time at the same address.
func (s *stage) start() {
	s.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	p, err := portal.Open(ctx, s.dir)
	if err != nil {
		s.t.Fatal(err)
	}
	p.Letters = mail.Preview("http://127.0.0.1")
	listen := "127.0.0.1:0"
	if s.address != "" {
		listen = s.address
	}
	open := func() (net.Listener, error) { return net.Listen("tcp", listen) }
	if s.listen != nil {
		open = s.listen
	}
	var ln net.Listener
	for range 50 {
		if ln, err = open(); err == nil {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	p.Now = func() time.Time { return time.Now().Add(time.Duration(s.ahead.Load())) }
	desks := api.New(p, slog.New(slog.DiscardHandler))
	if s.options != nil {
		s.options(&desks.Hub().Options)
	}
	if s.files != nil {
		shelf, err := desks.Offer(s.shelf())
		if err != nil {
			s.t.Fatal(err)
		}
		s.files(shelf)
	}
	mux := http.NewServeMux()
	desks.Register(mux)
	mux.Handle("/", web.New(p, web.Options{}))
	server := &http.Server{Handler: mux, ReadHeaderTimeout: time.Second}
	followed, served := make(chan error, 1), make(chan struct{})
	go func() { followed <- desks.Run(ctx) }()
	go func() {
		defer close(served)
		_ = server.Serve(ln) // always ends with ErrServerClosed
	}()
	s.portal = p
	if s.listen == nil {
		s.address = ln.Addr().String()
	}
	s.stop = func() {
		cancel()
		_ = server.Close()
		<-served
		if err := errors.Join(<-followed, p.Close()); err != nil {
			s.t.Error(err)
		}
		s.stop = func() {}
	}
}

// put writes records as an import would.
func (s *stage) put(records ...care.Record) {
	s.t.Helper()
	s.update(func(tx *store.Tx) error {
		for _, rec := range records {
			if err := tx.Put(rec); err != nil {
				return err
			}
		}
		return nil
	})
}

// update does something in a transaction of the portal's.
func (s *stage) update(do func(*store.Tx) error) {
	s.t.Helper()
	_, err := s.portal.Store.Update(s.t.Context(), store.Options{Actor: portal.System("test"), Now: time.Now(), Command: fmt.Sprint(time.Now().UnixNano())}, do)
	if err != nil {
		s.t.Fatal(err)
	}
}

// town is three accounts in two districts, and staff.
func (s *stage) town() {
	s.put(
		&care.District{ID: "D01", Name: "Lamoille"}, &care.District{ID: "D02", Name: "Caledonia"},
		&care.Staff{ID: "CSR001", Name: "Ann", Role: care.RoleCSR, Team: "T1", Districts: care.List{"all"}, Active: true},
		&care.Staff{ID: "CSR002", Name: "Bob", Role: care.RoleCSR, Team: "T1", Districts: care.List{"D01"}, Active: true},
		&care.Staff{ID: "SUP01", Name: "Sue", Role: care.RoleSupervisor, Team: "T1", Districts: care.List{"all"}, Active: true},
		&care.Premise{ID: "P1", DistrictID: "D01", Address1: "2172 MAIN ST", Unit: "APT 1", City: "BARTON"},
		&care.Premise{ID: "P2", DistrictID: "D02", Address1: "9 ELM ST", City: "SHEFFIELD"},
		&care.Person{ID: "1", FirstName: "José", LastName: "Müller", Email: "jose@example.com"},
		&care.Person{ID: "2", FirstName: "Ada", LastName: "King"},
		&care.Account{Number: "030000013", MainPersonID: "1", PremiseID: "P1", DistrictID: "D01", CustomerClass: "residential", Status: "active", OpenedOn: "2020-01-01"},
		&care.Account{Number: "030000026", MainPersonID: "2", PremiseID: "P2", DistrictID: "D02", CustomerClass: "residential", Status: "active", OpenedOn: "2020-01-01"},
		&care.AccountPerson{Account: "030000013", PersonID: "1", Relationship: "main"},
		&care.AccountPerson{Account: "030000026", PersonID: "2", Relationship: "main"},
		&care.WebUser{ID: "W1", Username: "jose", Email: "jose@example.com", PersonID: "1", Enrolment: care.Enrolled, CreatedAt: 1},
		&care.WebUserAccount{WebUserID: "W1", Account: "030000013", Role: "owner", DefaultProfile: true},
	)
	for _, id := range []string{"CSR001", "CSR002", "SUP01"} {
		if err := s.portal.SetStaffPassword(s.t.Context(), id, password); err != nil {
			s.t.Fatal(err)
		}
	}
	if err := s.portal.SetWebUserPassword(s.t.Context(), "W1", password); err != nil {
		s.t.Fatal(err)
	}
}

// desk is a signed-in desk with a replica up to date.
func (s *stage) desk(user string) *backend.Backend {
	s.t.Helper()
	return s.deskOver(user, nil)
}

// deskOver is a desk whose sync goes over a network of the test's.
func (s *stage) deskOver(user string, dial func(ctx context.Context, network, address string) (net.Conn, error)) *backend.Backend {
	s.t.Helper()
	return s.deskWith(user, backend.Options{Profile: s.t.TempDir(), Dial: dial})
}

// deskIn is a desk in a folder that the test looks into.
func (s *stage) deskIn(profile, user string) *backend.Backend {
	s.t.Helper()
	return s.deskWith(user, backend.Options{Profile: profile})
}

func (s *stage) deskWith(user string, o backend.Options) *backend.Backend {
	s.t.Helper()
	b := s.signedIn(user, o)
	s.t.Cleanup(func() {
		if err := b.Close(); err != nil {
			s.t.Error(err)
		}
	})
	s.sync(b)
	return b
}

// signedIn is a desk that has nothing yet. Who asks for it closes it.
func (s *stage) signedIn(user string, o backend.Options) *backend.Backend {
	s.t.Helper()
	if o.Secrets == nil {
		o.Secrets = &keyring.Memory{}
	}
	o.Log = slog.New(slog.DiscardHandler)
	b, err := backend.Open(s.t.Context(), o)
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := b.SignIn(s.t.Context(), "http://"+s.address, user, password); err != nil {
		s.t.Fatal(errors.Join(err, b.Close()))
	}
	return b
}

func (s *stage) sync(b *backend.Backend) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), 30*time.Second)
	defer cancel()
	if _, err := b.SyncOnce(ctx); err != nil {
		s.t.Fatal(err)
	}
}

func (s *stage) show(b *backend.Backend, account string) backend.Console {
	s.t.Helper()
	c, err := b.Show(s.t.Context(), account)
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

func (s *stage) do(b *backend.Backend, kind, args string) backend.Queued {
	s.t.Helper()
	cmd, err := care.Decode(kind, json.RawMessage(args))
	if err != nil {
		s.t.Fatal(err)
	}
	q, err := b.Do(s.t.Context(), cmd)
	if err != nil {
		s.t.Fatal(err)
	}
	return q
}

// until waits for something to become true.
func until(t *testing.T, what string, true_ func() bool) {
	t.Helper()
	untilWithin(t, 15*time.Second, what, true_)
}

// untilWithin is until for what may take longer.
func untilWithin(t *testing.T, within time.Duration, what string, true_ func() bool) {
	t.Helper()
	deadline := time.Now().Add(within)
	for !true_() {
		if time.Now().After(deadline) {
			t.Fatalf("%s did not happen", what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// shelf is the folder of the ready-made files: in the portal's own, where it has one.
func (s *stage) shelf() string {
	if isPostgres(s.dir) {
		return s.t.TempDir()
	}
	return filepath.Join(s.dir, "snapshots")
}
