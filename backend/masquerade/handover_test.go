package masquerade

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"meterside/care"
)

// R6, M6: at the utility's own portal the proxy itself lets GET and HEAD alone through while a session is to look, whatever the portal
// would say; what cannot be recorded is not sent, and a hand-over that is not taken opens no window. It was seen to fail with the
// mode not judged in the proxy, and with a request sent though the portal did not answer.
func TestR6TheProxyLooksOnlyAtAnotherPortal(t *testing.T) {
	var mu sync.Mutex
	var heard []string
	taken := http.StatusNoContent
	theirs := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		heard = append(heard, r.Method+" "+r.URL.Path)
		if r.URL.Path == "/masquerade/hand-over" {
			w.WriteHeader(taken)
			return
		}
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, "<h1>Theirs</h1>")
	}))
	defer theirs.Close()
	p := newPortal(t)
	p.granted["mode"], p.granted["hand_over"] = care.ModeView, map[string]string{"address": theirs.URL, "home": "/home", "token": "TOKEN"}
	passes := http.StatusNoContent
	p.pages.HandleFunc("POST /masquerade/pass", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(passes) })
	r := open(t, p.greeting(t))
	html := func(req *http.Request) { req.Header.Set("Accept", "text/html") }
	if got := r.get(r.page.String(), html); got.status != http.StatusOK || got.body != "<h1>Theirs</h1>" {
		t.Errorf("looking: %d %s", got.status, got.body)
	}
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		req, err := http.NewRequestWithContext(t.Context(), method, r.page.String(), http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Origin", "http://"+r.page.Host)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != http.StatusForbidden {
			t.Errorf("%s: %d", method, res.StatusCode)
		}
	}
	passes = http.StatusServiceUnavailable
	if got := r.get(r.page.String(), html); got.status != http.StatusBadGateway {
		t.Errorf("unrecorded: %d", got.status)
	}
	mu.Lock()
	if len(heard) != 2 || heard[0] != "POST /masquerade/hand-over" || heard[1] != "GET /home" {
		t.Errorf("it heard %q", heard)
	}
	taken = http.StatusUnauthorized
	mu.Unlock()
	if _, err := Open(context.Background(), p.greeting(t), Options{}); care.CodeOf(err) != CodeHandOver {
		t.Errorf("a hand-over that is not taken: %v", err)
	}
	if len(p.all("/masquerade/end")) == 0 {
		t.Error("the portal was not told")
	}
}
