package snapshot

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"meterside/care"
	"meterside/records"
	"meterside/sync/wire"
)

func flipped(b []byte, bit int) []byte {
	if len(b) == 0 {
		return nil
	}
	b = bytes.Clone(b)
	bit %= 8 * len(b)
	b[bit/8] ^= 1 << (bit % 8)
	return b
}

// A flipped bit in any region of the file is found, and the database that comes of it is never given out; where only the way
// was bad, the next request brings what is right.
// Seen to fail with a frame that came damaged twice passed over.
func TestAFlippedBitIsFound(t *testing.T) {
	s := filled(t, many)
	made, server := shelf(t, s)
	file := offered(t, made)
	sealed, err := os.ReadFile(filepath.Join(made.dir, filepath.Base(file.Path)))
	if err != nil {
		t.Fatal(err)
	}
	head, err := readHead(bytes.NewReader(sealed), file.Key, file.Hash)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		at   int64
	}{
		{"the magic", 3}, {"the head's length", 11}, {"the head", 40}, {"the head's end", head.at - 1},
		{"the first frame", head.at}, {"the first frame's end", head.offset(1) - 1}, {"a frame", head.offset(2) + 100}, {"the last byte", int64(len(sealed)) - 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			once := breaking(t, server, func(n int, _ *http.Response, body []byte) []byte {
				if n > 1 {
					return body
				}
				return flipped(body, 8*int(c.at))
			})
			f := fetcher(t, server)
			f.Portal = once.URL
			path, _, err := f.Run(context.Background(), file)
			if err != nil {
				t.Fatalf("the second request was right: %v", err)
			}
			same(t, c.name, rows(t, path), s.holds(t, scopes))

			always := breaking(t, server, func(_ int, res *http.Response, body []byte) []byte {
				var from int64
				_, _ = fmt.Sscanf(res.Request.Header.Get("Range"), "bytes=%d-", &from)
				if from > c.at {
					return body
				}
				return flipped(body, 8*int(c.at-from))
			})
			f = fetcher(t, server)
			f.Portal = always.URL
			if path, _, err := f.Run(context.Background(), file); !errors.Is(err, ErrDamaged) || care.CodeOf(err) != care.CodeFileDamaged || path != "" {
				t.Errorf("it gave %q, %v", path, err)
			}
			if got := left(t, f.Dir); strings.Contains(got, ".db") {
				t.Errorf("a database is left: %s", got)
			}
		})
	}
}

// Whatever else answers is named, and nothing of it is kept. Invariant I15 for files: another server's, and another epoch's,
// never become a replica here. Seen to fail with agrees always nil, and with a client that follows redirects.
func TestWhatIsNotTheFileIsNamed(t *testing.T) {
	s := filled(t, many)
	made, server := shelf(t, s)
	file := offered(t, made)
	change := func(do func(*wire.File)) *wire.File {
		other := *file
		do(&other)
		return &other
	}
	answer := func(status int, header map[string]string, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			for name, value := range header {
				w.Header().Set(name, value)
			}
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}
	}
	page := map[string]string{"Content-Type": "text/html"}
	sealed := map[string]string{"Content-Type": ContentType}
	for _, c := range []struct {
		name  string
		file  *wire.File
		serve http.HandlerFunc // nil: the portal
		fetch func(*Fetch)
		want  care.Code
	}{
		{"another key", change(func(f *wire.File) { f.Key = make([]byte, 32) }), nil, nil, care.CodeFileDamaged},
		{"a short key", change(func(f *wire.File) { f.Key = f.Key[:5] }), nil, nil, care.CodeFileDamaged},
		{"another hash", change(func(f *wire.File) { f.Hash = make([]byte, 32) }), nil, nil, care.CodeFileDamaged},
		{"another cursor", change(func(f *wire.File) { f.Seq++ }), nil, nil, care.CodeFileDamaged},
		{"other scopes", change(func(f *wire.File) { f.Scopes = []string{"d:2"} }), nil, nil, care.CodeFileDamaged},
		{"a path elsewhere", change(func(f *wire.File) { f.Path = "/sync" }), nil, nil, care.CodeFileDamaged},
		{"another server", file, nil, func(f *Fetch) { f.Server = "village" }, care.CodeFileDamaged},
		{"another epoch", file, nil, func(f *Fetch) { f.Epoch = "e0" }, care.CodeFileDamaged},
		{"the bare one for the whole", change(func(f *wire.File) { f.Path = f.Bare.Path }), nil, nil, care.CodeFileDamaged},
		{"a file that is gone", change(func(f *wire.File) { f.Path = PathPrefix + strings.Repeat("0", 64) }), nil, nil, care.CodeFileGone},
		{"a captive portal's page", file, answer(200, page, "<h1>Welcome to the café</h1>"), nil, care.CodeNotThePortal},
		{"a redirect", file, answer(302, map[string]string{"Location": server.URL + file.Path}, ""), nil, care.CodeNotThePortal},
		{"the whole where a part was asked", file, nil, func(f *Fetch) { f.Portal += "/" }, ""},
		{"an error of a proxy", file, answer(502, page, "<h1>Bad gateway</h1>"), nil, care.CodeOffline},
		{"an empty file", file, answer(200, sealed, ""), nil, care.CodeOffline},
		{"48 MiB of zeros", file, answer(200, sealed, strings.Repeat("\x00", 48<<20)), nil, care.CodeFileDamaged},
		{"a head of 4 GiB", file, answer(200, sealed, magic+"\xff\xff\xff\xff"+strings.Repeat("x", 8<<20)), nil, care.CodeFileDamaged},
		{"nobody there", file, nil, func(f *Fetch) { f.Portal = "http://127.0.0.1:1" }, care.CodeOffline},
		{"a full disk", file, nil, func(f *Fetch) {
			f.write = func(*os.File, []byte, int64) error { return &os.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC} }
		}, care.CodeDiskFull},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := fetcher(t, server)
			if c.serve != nil {
				between := httptest.NewServer(c.serve)
				t.Cleanup(between.Close)
				f.Portal = between.URL
			}
			if c.fetch != nil {
				c.fetch(f)
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			path, _, err := f.Run(context.Background(), c.file)
			runtime.ReadMemStats(&after)
			if care.CodeOf(err) != c.want || (path == "") != (c.want != "") {
				t.Errorf("it gave %q, %v; want %s", path, err, c.want)
			}
			if spent := int64(after.TotalAlloc - before.TotalAlloc); c.want == care.CodeFileDamaged && spent > 24<<20 {
				t.Errorf("it took %d MiB of memory", spent>>20)
			}
			if got := left(t, f.Dir); c.want != "" && strings.Contains(got, ".db") {
				t.Errorf("a database is left: %s", got)
			}
		})
	}
}

// FuzzHead reads heads that nobody has sealed: they end in an error or in one that can be used.
func FuzzHead(f *testing.F) {
	key := bytes.Repeat([]byte{1}, keySize)
	h := Head{PageSize: records.PageSize, FrameSize: FrameSize, Server: "s", Epoch: "e", Scopes: []string{"g"}, Unpacked: 4096, Table: bytes.Repeat([]byte{0, 0, 1, 0}, tableLine/4)}
	plain, err := headEncoder.Marshal(h)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(plain)
	f.Fuzz(func(t *testing.T, plain []byte) {
		var in Head
		if headDecoder.Unmarshal(plain, &in) != nil || in.valid() != nil {
			return
		}
		begin, err := in.seal(key)
		if err != nil {
			t.Fatal(err)
		}
		out, err := readHead(bytes.NewReader(begin), key, in.sum[:])
		if err != nil || out.Frames() > maxFrames || out.offset(out.Frames()) > maxFrames*int64(maxFrame)+maxHead {
			t.Errorf("%+v: %v", out, err)
		}
	})
}
