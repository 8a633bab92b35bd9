package e2e

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"meterside/backend"
	"meterside/backend/keyring"
	"meterside/care"
	"meterside/portal"
	"meterside/portal/store"
	"meterside/sync/snapshot"
)

// filing is a stage whose desks start from ready-made files, however few the rows.
func filing(t *testing.T) (*stage, *snapshot.Shelf) {
	t.Helper()
	s := &stage{t: t, dir: t.TempDir()}
	var shelf *snapshot.Shelf
	s.files = func(made *snapshot.Shelf) {
		shelf = made
		shelf.Few, shelf.Again = 0, 20*time.Millisecond
	}
	s.start()
	t.Cleanup(func() { s.stop() })
	s.town()
	return s, shelf
}

// newcomer is a desk that has nothing yet, at an address.
func (s *stage) newcomer(user, address string) (*backend.Backend, string) {
	s.t.Helper()
	profile := s.t.TempDir()
	b, err := backend.Open(s.t.Context(), backend.Options{Profile: profile, Secrets: &keyring.Memory{}, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = b.Close() })
	if _, err := b.SignIn(s.t.Context(), address, user, password); err != nil {
		s.t.Fatal(err)
	}
	return b, profile
}

// isView holds a desk's replica against what its user may see at the portal.
func (s *stage) isView(profile, user string) string {
	s.t.Helper()
	replica := inProfile(s.t, profile, "replica.db")
	defer func() { _ = replica.Close() }()
	d, err := whatDiffers(s.t.Context(), s.portal.Store.Reader(), replica, user)
	if err != nil {
		s.t.Fatal(err)
	}
	return d
}

func TestDesksStartFromOneFile(t *testing.T) {
	s, _ := filing(t)
	for _, user := range []string{"CSR001", "CSR002", "SUP01"} {
		b, profile := s.newcomer(user, "http://"+s.address)
		p, err := b.SyncOnce(t.Context())
		if err != nil || p.Plan != "snapshot" {
			t.Fatalf("%s: by %s, %v", user, p.Plan, err)
		}
		if d := s.isView(profile, user); d != "" {
			t.Errorf("%s: %s", user, d)
		}
		// From here on it is a replica like any other.
		s.do(b, "note.write", `{"account":"030000013","text":"from `+user+`"}`)
		s.sync(b)
		if d := s.isView(profile, user); d != "" {
			t.Errorf("%s after its own changes: %s", user, d)
		}
	}
	figures, err := s.portal.Figures.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var n uint64
	for _, f := range figures {
		if f.GetName() == "meterside_snapshot_build_seconds" {
			n = f.GetMetric()[0].GetHistogram().GetSampleCount()
		}
	}
	if n != 2 { // the supervisor holds the same districts as the first
		t.Errorf("%d files were built for three desks in two sets of districts", n)
	}
}

// Invariant I8: a file of any moment and what happened since are what the rows from the beginning are. Desks of two sets of
// districts fetch files of random moments, and desks that get rows come beside them; each is held against the portal's view.
// Seen to fail with deletions left out of the delta by the hub's catch-up.
func TestAFileAndWhatHappenedSinceAreTheWhole(t *testing.T) {
	s, shelf := filing(t)
	shelf.Stale = 1 << 20 // a file is made anew only where this test says so
	checks := 0
	rapid.Check(t, func(rt *rapid.T) {
		if checks++; checks > 12 {
			return
		}
		s.happen(rt)
		files := rapid.Bool().Draw(rt, "file")
		user := rapid.SampledFrom([]string{"CSR001", "CSR002"}).Draw(rt, "user")
		if rapid.Bool().Draw(rt, "anew") { // at this moment, by a desk that is not looked at
			s.ahead.Add(int64(25 * time.Hour))
			if err := shelf.Sweep(); err != nil {
				rt.Fatal(err)
			}
			other, _ := s.newcomer(user, "http://"+s.address)
			s.sync(other)
		}
		s.happen(rt)
		shelf.Few = 0
		if !files {
			shelf.Few = 1 << 20
		}
		b, profile := s.newcomer(user, "http://"+s.address)
		p, err := b.SyncOnce(t.Context())
		if err != nil {
			rt.Fatal(err)
		}
		if d := s.isView(profile, user); d != "" {
			rt.Fatalf("%s by %s: %s", user, p.Plan, d)
		}
	})
}

// happen lets rows come, change, move between districts and go.
func (s *stage) happen(rt *rapid.T) {
	at := rapid.SampledFrom([]string{"030000013", "030000026"})
	for range rapid.IntRange(0, 6).Draw(rt, "changes") {
		_, err := s.portal.Store.Update(s.t.Context(), store.Options{Actor: portal.System("test"), Now: time.Now(), Command: fmt.Sprint(rand.Uint64())}, func(tx *store.Tx) error {
			n := rapid.IntRange(0, 9).Draw(rt, "row")
			switch rapid.IntRange(0, 4).Draw(rt, "what") {
			case 0:
				return tx.Put(&care.Note{ID: fmt.Sprint("N", n), Account: at.Draw(rt, "account"), Text: fmt.Sprint("words ", rand.Uint64()), By: "CSR001"})
			case 1:
				return tx.Delete(&care.Note{ID: fmt.Sprint("N", n)})
			case 2:
				return tx.Put(&care.Person{ID: fmt.Sprint(10 + n), LastName: fmt.Sprint("Name", rand.IntN(1000))})
			case 3:
				return tx.Put(&care.AccountPerson{Account: at.Draw(rt, "account"), PersonID: fmt.Sprint(10 + n), Relationship: "tenant"})
			default:
				return tx.Delete(&care.AccountPerson{Account: at.Draw(rt, "account"), PersonID: fmt.Sprint(10 + n)})
			}
		})
		if err != nil && care.CodeOf(err) != care.CodeNotFound {
			rt.Fatal(err)
		}
	}
}

// A replica that is wanted anew is fetched once, not again and again. Seen to fail with hello asking for it as long as the one
// in doubt is in use.
func TestAReplicaInDoubtIsFetchedOnce(t *testing.T) {
	s, _ := filing(t)
	b, profile := s.newcomer("CSR001", "http://"+s.address)
	s.sync(b)
	if err := b.Recover(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	p, err := b.SyncOnce(ctx)
	if err != nil || p.Plan != "delta" && p.Plan != "snapshot" {
		t.Fatalf("by %s, %v", p.Plan, err)
	}
	if status, err := b.Status(t.Context()); err != nil || status.Problem != nil {
		t.Errorf("the desk says %v, %v", status.Problem, err)
	}
	if d := s.isView(profile, "CSR001"); d != "" {
		t.Error(d)
	}
}

// A file that cannot be had leaves the desk as it was, and says why; it is had once it can.
func TestAFileThatCannotBeHad(t *testing.T) {
	s, _ := filing(t)
	target, err := url.Parse("http://" + s.address)
	if err != nil {
		t.Fatal(err)
	}
	var broken atomic.Bool
	broken.Store(true)
	proxy := httputil.NewSingleHostReverseProxy(target)
	between := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if broken.Load() && strings.HasPrefix(r.URL.Path, snapshot.PathPrefix) {
			_, _ = w.Write([]byte("<h1>Welcome. Please accept our terms.</h1>"))
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(between.Close)
	b, profile := s.newcomer("CSR001", between.URL)
	if _, err := b.SyncOnce(t.Context()); care.CodeOf(err) != care.CodeNotThePortal {
		t.Fatalf("a captive portal's page in the place of the file: %v", err)
	}
	status, err := b.Status(t.Context())
	if err != nil || status.AsOf != 0 {
		t.Errorf("the desk says it is ready: %+v, %v", status, err)
	}
	broken.Store(false)
	if p, err := b.SyncOnce(t.Context()); err != nil || p.Plan != "snapshot" {
		t.Fatalf("by %s, %v", p.Plan, err)
	}
	if d := s.isView(profile, "CSR001"); d != "" {
		t.Error(d)
	}
}
