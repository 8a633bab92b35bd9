package snapshot

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"meterside/records"
	"meterside/sync/wire"
)

const many = 4000 // notes: several frames

func TestAFileIsFetchedAsItWasBuilt(t *testing.T) {
	s := filled(t, many)
	made, server := shelf(t, s)
	file := offered(t, made)
	for _, c := range []struct {
		name string
		file *wire.File
	}{{"whole", file}, {"bare", file.Bare}} {
		f := fetcher(t, server)
		var last, total int64
		f.Progress = func(done, all int64) {
			if done < last {
				t.Errorf("%s: progress goes back from %d to %d", c.name, last, done)
			}
			last, total = done, all
		}
		path, head, err := f.Run(context.Background(), c.file)
		if err != nil {
			t.Fatal(err)
		}
		if head.Seq != s.head || last != c.file.Bytes || total != c.file.Bytes || head.Frames() < 3 {
			t.Errorf("%s: at %d with %d of %d bytes in %d frames", c.name, head.Seq, last, total, head.Frames())
		}
		same(t, c.name, rows(t, path), s.holds(t, scopes))
		db, err := records.OpenSQLite(path, records.Disposable)
		if err != nil {
			t.Fatal(err)
		}
		found, err := records.Search(context.Background(), db.Read, records.Query{Text: "иван"})
		if err != nil || found.Total == 0 {
			t.Errorf("%s: the search finds %d, %v", c.name, found.Total, err)
		}
		stand, err := records.ReadStand(context.Background(), db.Read)
		if err != nil || stand.Cursor != s.head || stand.Server != "town" || strings.Join(stand.Scopes, ";") != "d:1;g" {
			t.Errorf("%s: it stands at %+v, %v", c.name, stand, err)
		}
		_ = db.Close()
		b, err := os.ReadFile(path)
		if err != nil || b[20] != records.PageReserve {
			t.Errorf("%s: %d bytes of each page are left free, %v", c.name, b[20], err)
		}
	}
}

// breaking is a server that stands between: it does to each answer what it is told to.
func breaking(t *testing.T, behind *httptest.Server, do func(n int, res *http.Response, body []byte) []byte) *httptest.Server {
	t.Helper()
	var n atomic.Int64
	between := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		req, err := http.NewRequestWithContext(r.Context(), r.Method, behind.URL+r.URL.Path, nil)
		if err != nil {
			t.Error(err)
			return
		}
		req.Header = r.Header
		res, err := behind.Client().Do(req)
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = res.Body.Close() }()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Error(err)
			return
		}
		whole := len(body)
		body = do(int(n.Add(1)), res, body)
		for name, values := range res.Header {
			w.Header()[name] = values
		}
		w.Header().Set("Content-Length", fmt.Sprint(whole))
		w.WriteHeader(res.StatusCode)
		_, _ = w.Write(body)
		if len(body) < whole {
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}
	}))
	t.Cleanup(between.Close)
	return between
}

// Seen to fail with the Range asked from the frame before the one that is missing.
func TestADownloadGoesOnWhereItWasCut(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 1))
	s := filled(t, many)
	made, server := shelf(t, s)
	file := offered(t, made)
	var sent int
	between := breaking(t, server, func(_ int, _ *http.Response, body []byte) []byte {
		cut := rng.IntN(len(body) + 1)
		if least := maxFrame + 4096; cut < least { // each answer brings one frame at the least
			cut = min(least, len(body))
		}
		sent += cut
		return body[:cut]
	})
	f := fetcher(t, server)
	f.Portal = between.URL
	path, _, err := f.Run(context.Background(), file)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "in pieces", rows(t, path), s.holds(t, scopes))
	if sent > 2*int(file.Bytes) {
		t.Errorf("%d bytes were sent of a file of %d", sent, file.Bytes)
	}
}

// A desk that was killed after any number of whole frames, and in the middle of one, takes up what is right on its disk.
// Seen to fail with the frames on the disk counted without looking at their hashes.
func TestADownloadGoesOnAfterTheDeskWasKilled(t *testing.T) {
	s := filled(t, many)
	made, server := shelf(t, s)
	file := offered(t, made)
	whole := fetcher(t, server)
	path, head, err := whole.Run(context.Background(), file)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for n := 0; n <= head.Frames(); n++ {
		for _, c := range []struct {
			name    string
			on      []byte
			damaged int // the first frame that is not right
		}{
			{"whole frames", plain[:min(n*FrameSize, len(plain))], n},
			{"half a frame more", plain[:min(n*FrameSize+FrameSize/2, len(plain))], n},
			{"zeros where the disk was not written", append(bytes.Clone(plain[:min(n*FrameSize, len(plain))]), make([]byte, FrameSize)...), n},
			{"a bit of the first frame", flipped(plain[:min(n*FrameSize, len(plain))], 77), 0},
		} {
			var asked []string
			between := breaking(t, server, func(_ int, res *http.Response, body []byte) []byte {
				asked = append(asked, res.Request.Header.Get("Range"))
				return body
			})
			f := fetcher(t, server)
			f.Portal = between.URL
			if err := os.WriteFile(f.part(file), c.on, 0o600); err != nil {
				t.Fatal(err)
			}
			path, _, err := f.Run(context.Background(), file)
			if err != nil {
				t.Fatalf("%s, %d: %v", c.name, n, err)
			}
			got, err := os.ReadFile(path)
			if err != nil || !bytes.Equal(got, plain) {
				t.Errorf("%s, %d: another database, %v", c.name, n, err)
			}
			want := fmt.Sprintf("bytes=%d-", head.offset(c.damaged))
			if c.damaged > 0 && c.damaged < head.Frames() && len(c.on) < len(plain) && (len(asked) != 2 || asked[1] != want) {
				t.Errorf("%s, %d: asked for %q, want %s", c.name, n, asked, want)
			}
		}
	}
}

func TestASlowLineGetsTheBareFile(t *testing.T) {
	s := filled(t, many)
	made, server := shelf(t, s)
	file := offered(t, made)
	var asked []string
	between := breaking(t, server, func(_ int, res *http.Response, body []byte) []byte {
		asked = append(asked, res.Request.URL.Path)
		return body
	})
	f := fetcher(t, server)
	f.Portal = between.URL
	f.slow = func(float64) bool { return true }
	path, head, err := f.Run(context.Background(), file)
	if err != nil || !head.Bare || len(asked) != 2 || asked[1] != file.Bare.Path {
		t.Fatalf("asked for %v, %v", asked, err)
	}
	same(t, "bare", rows(t, path), s.holds(t, scopes))
	db, err := records.OpenSQLite(path, records.Disposable)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	found, err := records.Search(context.Background(), db.Read, records.Query{Text: "иван"})
	if err != nil || found.Total == 0 {
		t.Errorf("the search finds %d, %v", found.Total, err)
	}
}

// What was fetched of a file that is no longer offered is taken away; a whole one whose installing was cut off is not fetched
// again.
func TestLeftoversAreUsedOrTakenAway(t *testing.T) {
	s := filled(t, many)
	made, server := shelf(t, s)
	file := offered(t, made)
	var sent int
	between := breaking(t, server, func(_ int, _ *http.Response, body []byte) []byte {
		sent += len(body)
		return body
	})
	f := fetcher(t, server)
	for _, name := range []string{"fetch-00.part", "fetch-11.db"} {
		if err := os.WriteFile(filepath.Join(f.Dir, name), []byte("old"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := f.Run(context.Background(), file); err != nil {
		t.Fatal(err)
	}
	if got := left(t, f.Dir); got != ".db" {
		t.Errorf("left: %s", got)
	}
	f.Portal = between.URL
	path, _, err := f.Run(context.Background(), file)
	if err != nil || sent > int(file.Bytes) {
		t.Errorf("%d bytes were sent again, %v", sent, err)
	}
	same(t, "taken up", rows(t, path), s.holds(t, scopes))
}
