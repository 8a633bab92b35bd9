package snapshot

import (
	"context"
	"encoding/hex"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"meterside/care"
	"meterside/records"
	"meterside/sync/client"
	"meterside/sync/wire"
)

// town is a portal's change index in memory: the last change of each row in each scope.
type town struct {
	mu     sync.Mutex
	epoch  string
	now    time.Time
	head   int64
	rows   map[care.Ref]care.Record
	index  map[string]map[care.Ref]wire.Change // by scope
	broken error
	views  int
}

func newTown() *town {
	return &town{epoch: "e1", now: time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC), rows: map[care.Ref]care.Record{}, index: map[string]map[care.Ref]wire.Change{}}
}

func (s *town) Server() string { return "town" }

func (s *town) Epoch() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.epoch
}

func (s *town) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

func (s *town) View(_ context.Context, fn func(Moment) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.views++
	return fn(townMoment{s})
}

type townMoment struct{ *town }

func (m townMoment) Head() int64   { return m.head }
func (m townMoment) Epoch() string { return m.epoch }

func (m townMoment) Changes(_ context.Context, scope string, from int64, fn func(wire.Change) error) error {
	if m.broken != nil {
		return m.broken
	}
	var all []wire.Change
	for _, c := range m.index[scope] {
		if c.Seq > from {
			all = append(all, c)
		}
	}
	slices.SortFunc(all, func(a, b wire.Change) int { return int(a.Seq - b.Seq) })
	for _, c := range all {
		if err := fn(c); err != nil {
			return err
		}
	}
	return nil
}

func (m townMoment) Count(_ context.Context, scope string, from int64, most int) (int, error) {
	n := 0
	for _, c := range m.index[scope] {
		if c.Seq > from && n < most {
			n++
		}
	}
	return n, nil
}

// put writes a row at the next number; with no scopes it leaves all.
func (s *town) put(t testing.TB, rec care.Record, scopes ...string) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.head++
	ref := care.Ref{Kind: rec.RecordKind(), ID: rec.RecordID()}
	rec.RecordMeta().Scopes = scopes
	body, err := records.Encode(rec)
	if err != nil {
		t.Fatal(err)
	}
	change := wire.Change{Kind: uint8(ref.Kind), ID: ref.ID, Seq: s.head}
	if old := s.rows[ref]; old != nil {
		for _, scope := range old.RecordMeta().Scopes {
			s.index[scope][ref] = change
		}
	}
	change.Body = body
	for _, scope := range scopes {
		if s.index[scope] == nil {
			s.index[scope] = map[care.Ref]wire.Change{}
		}
		s.index[scope][ref] = change
	}
	s.rows[ref] = rec
}

// filled is a town of so many notes, with text that does not compress.
func filled(t testing.TB, notes int) *town {
	s := newTown()
	rng := rand.New(rand.NewPCG(7, 7))
	text := make([]byte, 300)
	for i := range notes {
		for j := range text {
			text[j] = byte(rng.Uint32())
		}
		s.put(t, &care.Note{ID: fmt.Sprintf("N%06d", i), Account: fmt.Sprint("A", i%50), Text: hex.EncodeToString(text)}, "d:1")
	}
	s.put(t, &care.Account{Number: "A1", MainPersonID: "P1", DistrictID: "1"}, "d:1")
	s.put(t, &care.Person{ID: "P1", LastName: "Иванова"}, "d:1", "d:2")
	s.put(t, &care.District{ID: "1", Name: "One"}, "g")
	return s
}

var scopes = []string{"d:1", "g"}

// shelf opens one over a town, and a server that gives its files out.
func shelf(t testing.TB, s *town) (*Shelf, *httptest.Server) {
	t.Helper()
	made, err := NewShelf(t.TempDir(), s, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	made.Few = 100
	t.Cleanup(func() {
		if err := made.Close(); err != nil {
			t.Error(err)
		}
	})
	mux := http.NewServeMux()
	mux.Handle("GET /snapshots/{hash}", made)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return made, server
}

// offered asks until there is a file.
func offered(t testing.TB, s *Shelf) *wire.File {
	t.Helper()
	for range 1000 {
		file, wait, err := s.File(context.Background(), scopes, records.ReplicaVersion())
		if err != nil {
			t.Fatal(err)
		}
		if file != nil {
			return file
		}
		if wait == 0 {
			t.Fatal("rows are to be sent, and no file")
		}
		s.builds.Wait()
	}
	t.Fatal("there is never a file")
	return nil
}

func fetcher(t testing.TB, server *httptest.Server) *Fetch {
	return &Fetch{Client: &client.Line{}, Portal: server.URL, Server: "town", Epoch: "e1", Dir: t.TempDir(), Patience: 5 * time.Second}
}

// rows are what a replica holds, as text, each with its number.
func rows(t testing.TB, path string) []string {
	t.Helper()
	db, err := records.OpenSQLite(path, records.Disposable)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var all []string
	for _, k := range care.Kinds() {
		found, err := records.LoadAll(context.Background(), db.Read, k, "")
		if err != nil {
			t.Fatal(err)
		}
		for _, rec := range found {
			body, err := records.Encode(rec)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, fmt.Sprintf("%d %s %d %x", k, rec.RecordID(), rec.RecordMeta().RV, body))
		}
	}
	slices.Sort(all)
	return all
}

// holds is what a replica of the scopes must hold now.
func (s *town) holds(t testing.TB, scopes []string) []string {
	t.Helper()
	var all []string
	for _, scope := range scopes {
		for ref, c := range s.index[scope] {
			if c.Body == nil {
				continue
			}
			all = append(all, fmt.Sprintf("%d %s %d %x", ref.Kind, ref.ID, c.Seq, c.Body))
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func same(t testing.TB, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: %d rows, want %d, or they differ", what, len(got), len(want))
	}
}

// left are the names in a folder.
func left(t testing.TB, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, filepath.Ext(e.Name()))
	}
	return strings.Join(names, " ")
}

// tempDir gives a folder for one of many runs of a test.
func tempDir(t *testing.T) (string, error) { return os.MkdirTemp(t.TempDir(), "run-") }
