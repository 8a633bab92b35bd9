package masquerade

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"meterside/care"
)

const (
	ticket     = "TICKET-canary-1f6a"
	verifier   = "VERIFIER-canary-77c0"
	credential = "CREDENTIAL-canary-93be"
)

// fakePortal is a portal on loopback that answers as a test tells it and keeps what it was asked.
type fakePortal struct {
	*httptest.Server
	pages *http.ServeMux // the customer's pages; answers are attributed unless a handler deletes the headers

	mu      sync.Mutex
	asked   []asked
	granted map[string]any // answer to redeem
	status  int            // status of the answer to redeem
	raising http.HandlerFunc
}

// asked is one request the portal received.
type asked struct {
	method, path, body string
	header             http.Header
}

// newPortal starts a portal that grants a full session of half an hour.
func newPortal(t *testing.T) *fakePortal {
	t.Helper()
	p := &fakePortal{pages: http.NewServeMux(), status: http.StatusOK, granted: map[string]any{
		"credential": credential, "session_id": "M-1", "ends_at": time.Now().Add(30 * time.Minute).UnixMilli(), "mode": care.ModeFull,
	}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /masquerade/redeem", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(p.status)
		_ = json.NewEncoder(w).Encode(p.granted)
	})
	mux.HandleFunc("POST /masquerade/mode", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set(headerSession, "M-1")
		w.Header().Set(headerActor, "CSR001")
		p.raising(w, r)
	})
	mux.HandleFunc("POST /masquerade/end", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set(headerSession, "M-1")
		w.Header().Set(headerActor, "CSR001")
		p.pages.ServeHTTP(w, r)
	})
	p.pages.HandleFunc("/{$}", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<h1>Hello customer</h1>") })
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		p.mu.Lock()
		p.asked = append(p.asked, asked{r.Method, r.URL.RequestURI(), string(body), r.Header.Clone()})
		p.mu.Unlock()
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(p.Close)
	return p
}

// all returns the requests received so far for a path.
func (p *fakePortal) all(path string) []asked {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []asked
	for _, a := range p.asked {
		if a.path == path {
			out = append(out, a)
		}
	}
	return out
}

// count is how many requests of the pages were received so far, beside what the window itself says and asks.
func (p *fakePortal) count() (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, a := range p.asked {
		if !strings.HasPrefix(a.path, "/masquerade/") && a.path != "/healthz" {
			n++
		}
	}
	return n
}

// host is the portal's host and port.
func (p *fakePortal) host() string { return p.Listener.Addr().String() }

// greeting is a sound greeting for the portal.
func (p *fakePortal) greeting(t *testing.T) Greeting { return soundGreeting(t, p.URL) }

// soundGreeting is a greeting with nothing wrong.
func soundGreeting(t *testing.T, portal string) Greeting {
	return Greeting{
		Portal: portal, Ticket: ticket, Verifier: verifier, SessionID: "M-1", Device: "desk-1", CSRID: "CSR001", CSRName: "Ann Ruiz",
		WebUserID: "W00000001", Username: "jdoe", CustomerName: "Jane Doe", Account: "030000013", Mode: care.ModeFull,
		IdleMS: (10 * time.Minute).Milliseconds(), Language: "en", Downloads: t.TempDir(),
	}
}

// running is an open session with the events it told.
type running struct {
	*Session
	t      *testing.T
	page   *url.URL // the frame's first page
	events chan Event
}

// open opens a session that is put away when the test ends.
func open(t *testing.T, g Greeting) *running {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r := &running{t: t, events: make(chan Event, 100)}
	s, err := Open(ctx, g, Options{Tell: func(e Event) { r.events <- e }})
	if err != nil {
		cancel()
		t.Fatalf("Open: %v", err)
	}
	t.Cleanup(func() { cancel(); s.Wait() })
	r.Session = s
	src := between(t, r.get(s.ShellURL()).body, ` src="http`, `"`)
	if r.page, err = url.Parse("http" + src); err != nil {
		t.Fatal(err)
	}
	return r
}

// reply is an answer with its body read.
type reply struct {
	status int
	header http.Header
	body   string
}

// edit changes a request before it is sent.
type edit func(*http.Request)

// with sets a header.
func with(name, value string) edit { return func(r *http.Request) { r.Header.Set(name, value) } }

// send makes one request, following nothing.
func (r *running) send(method, to, body string, edits ...edit) reply {
	r.t.Helper()
	req, err := http.NewRequest(method, to, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	for _, e := range edits {
		e(req)
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return reply{res.StatusCode, res.Header, string(b)}
}

// get asks for a URL.
func (r *running) get(to string, edits ...edit) reply {
	r.t.Helper()
	return r.send(http.MethodGet, to, "", edits...)
}

// at is the URL of a portal path in the frame.
func (r *running) at(path string) string { return r.origin() + r.prefix() + path }

// origin is the frame's origin.
func (r *running) origin() string { return r.page.Scheme + "://" + r.page.Host }

// prefix is the frame's path secret.
func (r *running) prefix() string { return strings.TrimSuffix(r.page.Path, "/") }

// submit posts a form as a page in the frame would.
func (r *running) submit(path, body string) reply {
	r.t.Helper()
	return r.send(http.MethodPost, r.at(path), body, with("Origin", r.origin()), with("Content-Type", "application/x-www-form-urlencoded"))
}

// next waits for the next event.
func (r *running) next() Event {
	r.t.Helper()
	select {
	case e := <-r.events:
		return e
	case <-time.After(10 * time.Second):
		r.t.Fatal("no event came")
		return Event{}
	}
}

// overWithin waits for the end.
func (r *running) overWithin(limit time.Duration) {
	r.t.Helper()
	select {
	case <-r.Done():
	case <-time.After(limit):
		r.t.Fatal("the session did not end")
	}
}

// between cuts out what stands between two strings.
func between(t *testing.T, s, from, to string) string {
	t.Helper()
	_, s, ok := strings.Cut(s, from)
	s, _, ok2 := strings.Cut(s, to)
	if !ok || !ok2 {
		t.Fatalf("no %q ... %q", from, to)
	}
	return s
}
