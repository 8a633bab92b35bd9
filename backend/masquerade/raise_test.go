package masquerade

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"meterside/care"
)

// viewing opens a session that begins as viewing and may be raised to limit.
func viewing(t *testing.T, limit care.Mode, raising http.HandlerFunc) (*fakePortal, *running) {
	t.Helper()
	p := newPortal(t)
	p.granted["mode"], p.granted["limit"], p.raising = care.ModeView, limit, raising
	p.pages.HandleFunc("GET /bills", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<h1>Bills</h1>") })
	p.pages.HandleFunc("GET /chart", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "image/svg+xml")
	})
	g := p.greeting(t)
	g.Mode = care.ModeView
	return p, open(t, g)
}

// change asks for changes as the banner does.
func (r *running) change() (said raised) {
	r.t.Helper()
	got := r.send(http.MethodPost, r.ShellURL()+"mode", "", with("Origin", r.shell.origin))
	if err := json.Unmarshal([]byte(got.body), &said); err != nil || got.status != http.StatusOK {
		r.t.Fatalf("changes: %d %s", got.status, got.body)
	}
	return said
}

// R61: the window lets changes through only after the portal said so for the session's own credential, and then shows the
// page again that was shown.
//
// Seen to fail where the window took its own wish for the portal's word, and where the frame went back to its first page.
func TestChangesAreAskedOfThePortal(t *testing.T) {
	p, r := viewing(t, care.ModeAssist, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"mode":"assist"}`) })
	p.pages.HandleFunc("POST /save", func(http.ResponseWriter, *http.Request) {})
	if got := r.submit("/save", "a=1"); got.status != http.StatusForbidden {
		t.Fatalf("a form before: %d", got.status)
	}
	for _, path := range []string{"/bills?account=1", "/chart", "/no-such-page"} {
		r.get(r.at(path))
	}
	if said := r.change(); said.Page != r.at("/bills?account=1") || said.Problem != "" {
		t.Errorf("the window says %+v", said)
	}
	asked := p.all("/masquerade/mode")
	if len(asked) != 1 || asked[0].header.Get("Authorization") != "Masquerade "+credential || asked[0].body != `{"acknowledged":true,"mode":"assist"}` {
		t.Errorf("the portal was asked %+v", asked)
	}
	if e := r.next(); e.Type != Raised || e.Mode != care.ModeAssist || r.Mode() != care.ModeAssist {
		t.Errorf("the desk hears %+v, the mode is %s", e, r.Mode())
	}
	if got := r.submit("/save", "a=1"); got.status != http.StatusOK {
		t.Errorf("a form after: %d", got.status)
	}
}

// R61: whatever the portal says that is not a plain yes, the session goes on for viewing.
func TestChangesAreRefused(t *testing.T) {
	says := func(status int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}
	}
	for name, c := range map[string]struct {
		limit  care.Mode
		answer http.HandlerFunc
		words  string
	}{
		"by the role":         {care.ModeView, nil, "Your role may only view"},
		"by the portal":       {care.ModeFull, says(http.StatusForbidden, `{"code":"mode_denied"}`), "did not allow changes"},
		"more than the limit": {care.ModeAssist, says(http.StatusOK, `{"mode":"full"}`), "did not allow changes"},
		"no mode at all":      {care.ModeFull, says(http.StatusOK, `yes`), "did not allow changes"},
		"viewing for changes": {care.ModeFull, says(http.StatusOK, `{"mode":"view"}`), "did not allow changes"},
		"in nobody's name": {care.ModeFull, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Del(headerActor)
			_, _ = io.WriteString(w, `{"mode":"full"}`)
		}, "in whose name"},
		"in another session": {care.ModeFull, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set(headerSession, "M-2")
			_, _ = io.WriteString(w, `{"mode":"full"}`)
		}, "in whose name"},
		"by a portal that is gone": {care.ModeFull, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "cannot be reached"},
	} {
		t.Run(name, func(t *testing.T) {
			_, r := viewing(t, c.limit, c.answer)
			if said := r.change(); said.Page != "" || !strings.Contains(said.Problem, c.words) {
				t.Errorf("the window says %+v", said)
			}
			if got := r.submit("/save", "a=1"); got.status != http.StatusForbidden || r.Mode() != care.ModeView {
				t.Errorf("a form after: %d, mode %s", got.status, r.Mode())
			}
		})
	}
}

func TestChangesInASessionThatThePortalEnded(t *testing.T) {
	_, r := viewing(t, care.ModeFull, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set(headerState, "ended")
		w.WriteHeader(http.StatusUnauthorized)
	})
	if said := r.change(); !strings.Contains(said.Problem, "is over") {
		t.Errorf("the window says %+v", said)
	}
	r.overWithin(5 * time.Second)
	if r.Reason() != ReasonPortal {
		t.Errorf("it ended: %q", r.Reason())
	}
}
