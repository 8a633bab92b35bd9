package snapshot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"meterside/care"
	"meterside/records"
)

func TestAFileIsBuiltOnceForAllWhoAsk(t *testing.T) {
	s := filled(t, 300)
	made, _ := shelf(t, s)
	var builds atomic.Int64
	made.Built = func(time.Duration, error) { builds.Add(1) }
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			if file, wait, err := made.File(context.Background(), []string{"g", "d:1", "g"}, records.ReplicaVersion()); err != nil || file == nil && wait == 0 {
				t.Errorf("file %v, wait %v, %v", file, wait, err)
			}
		})
	}
	all.Wait()
	file := offered(t, made)
	if again := offered(t, made); again != file || builds.Load() != 1 {
		t.Errorf("%d builds, files %s and %s", builds.Load(), file.Path, again.Path)
	}
	for _, c := range []struct {
		name   string
		scopes []string
		schema int64
	}{{"another schema", scopes, 1}, {"no scopes", nil, records.ReplicaVersion()}, {"few rows", []string{"g"}, records.ReplicaVersion()}} {
		if file, wait, err := made.File(context.Background(), c.scopes, c.schema); file != nil || wait != 0 || err != nil {
			t.Errorf("%s: file %v, wait %v, %v", c.name, file, wait, err)
		}
	}
}

func TestAFileIsKeptFreshByCost(t *testing.T) {
	s := filled(t, 300)
	made, _ := shelf(t, s)
	made.Stale, made.Far = 10, 40
	var builds atomic.Int64
	made.Built = func(time.Duration, error) { builds.Add(1) }
	first := offered(t, made)
	more := func(n int) {
		for range n {
			s.put(t, &care.Note{ID: fmt.Sprintf("M%d", s.head), Account: "A1", Text: "more"}, "d:1")
		}
	}
	later := func(d time.Duration) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.now = s.now.Add(d)
	}
	ask := func() string {
		file, wait, err := made.File(context.Background(), scopes, records.ReplicaVersion())
		if err != nil {
			t.Fatal(err)
		}
		if file == nil {
			return fmt.Sprint("wait ", wait > 0)
		}
		return fmt.Sprint(file.Seq)
	}
	old := fmt.Sprint(first.Seq)
	step := func(name, want string, wantBuilds int64) {
		t.Helper()
		got := ask()
		made.builds.Wait()
		if got != want || builds.Load() != wantBuilds {
			t.Errorf("%s: got %s after %d builds, want %s after %d", name, got, builds.Load(), want, wantBuilds)
		}
	}
	more(10)
	step("a few changes", old, 1)
	more(1)
	step("more than are worth sending to each: offered once more, and made anew", old, 2)
	second := fmt.Sprint(s.head)
	step("then", second, 2)
	later(2 * time.Hour)
	step("old and nothing changed", second, 2)
	more(1)
	step("old and changed", second, 3)
	more(41)
	step("too far behind to be offered", "wait true", 4)
	step("then", fmt.Sprint(s.head), 4)
	if seq, ok := made.Floor(); !ok || seq != first.Seq {
		t.Errorf("the floor is %d, %v; the first file may be on its way to a desk still, at %d", seq, ok, first.Seq)
	}
	later(25 * time.Hour)
	if err := made.Sweep(); err != nil {
		t.Fatal(err)
	}
	if _, ok := made.Floor(); ok {
		t.Error("nobody was offered anything for a day, and there still is a floor")
	}
	if found, err := filepath.Glob(filepath.Join(made.dir, "*")); err != nil || len(found) != 1 || !strings.Contains(found[0], "work-") {
		t.Errorf("left on the disk: %v, %v", found, err)
	}
}

// Another epoch is another history: neither file nor database of the one before is of use. A build that fails lets desks have
// rows meanwhile.
func TestARewoundPortalBeginsAnew(t *testing.T) {
	s := filled(t, 300)
	made, server := shelf(t, s)
	old := offered(t, made)
	s.mu.Lock()
	s.epoch, s.broken = "e2", errors.New("the disk is on fire")
	s.mu.Unlock()
	ask := func() (bool, time.Duration) {
		file, wait, err := made.File(context.Background(), scopes, records.ReplicaVersion())
		if err != nil {
			t.Fatal(err)
		}
		made.builds.Wait()
		return file != nil, wait
	}
	if file, wait := ask(); file || wait == 0 {
		t.Errorf("in the new epoch: file %v, wait %v", file, wait)
	}
	if file, wait := ask(); file || wait != 0 {
		t.Errorf("after a build that failed: file %v, wait %v; rows are to be sent", file, wait)
	}
	s.mu.Lock()
	s.broken, s.now = nil, s.now.Add(time.Hour)
	s.mu.Unlock()
	file := offered(t, made)
	f := fetcher(t, server)
	f.Epoch = "e2"
	path, _, err := f.Run(context.Background(), file)
	if err != nil || file.Path == old.Path {
		t.Fatal(err)
	}
	same(t, "in the new epoch", rows(t, path), s.holds(t, scopes))
	if err := made.Sweep(); err != nil {
		t.Fatal(err)
	}
	res, err := http.Get(server.URL + old.Path)
	if err != nil || res.StatusCode != http.StatusNotFound {
		t.Errorf("the file of the old epoch: %v, %v", res.Status, err)
	}
	_ = res.Body.Close()
}

func TestNodesShareAFolder(t *testing.T) {
	s := filled(t, 300)
	one, _ := shelf(t, s)
	other, err := NewShelf(one.dir, s, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = other.Close() })
	other.Few = 100
	other.Built = func(time.Duration, error) { t.Error("the other node built it once more") }
	file := offered(t, one)
	if again := offered(t, other); again.Path != file.Path || string(again.Key) != string(file.Key) {
		t.Errorf("the nodes offer %s and %s", file.Path, again.Path)
	}
	restarted, err := NewShelf(one.dir, s, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = restarted.Close() })
	if seq, ok := restarted.Floor(); !ok || seq != file.Seq {
		t.Errorf("after a restart the floor is %d, %v", seq, ok)
	}
}

// Invariant I8, for the databases that files are made of: one that was brought up to date at any number of moments holds what
// one holds that was made at the last of them. Seen to fail with the scopes that a row left not looked at in Remove, and with
// deletions left out of the delta.
func TestABuildGoesOnFromTheOneBefore(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := newTown()
		dir, err := tempDir(t)
		if err != nil {
			rt.Fatal(err)
		}
		kept := filepath.Join(dir, "kept.db")
		held := []string{"d:1", "d:2", "g"}
		all := []string{"d:1", "d:2", "d:3", "g"}
		var stand records.Stand
		for cut := range rapid.IntRange(1, 4).Draw(rt, "cuts") {
			for range rapid.IntRange(1, 12).Draw(rt, "changes") {
				where := rapid.SliceOfNDistinct(rapid.SampledFrom(all), 0, 3, rapid.ID[string]).Draw(rt, "scopes")
				id := rapid.IntRange(0, 5).Draw(rt, "id")
				s.put(t, &care.Note{ID: fmt.Sprint("N", id), Account: "A", Text: rapid.String().Draw(rt, "text")}, where...)
			}
			if stand, err = build(context.Background(), s, kept, held, stand); err != nil {
				rt.Fatal(err)
			}
			if got, want := rows(t, kept), s.holds(t, held); strings.Join(got, "\n") != strings.Join(want, "\n") {
				rt.Fatalf("after cut %d: %q, want %q", cut, got, want)
			}
		}
	})
}
