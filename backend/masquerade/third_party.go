package masquerade

import (
	"context"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"
)

const (
	reportPath    = "/.refused" // below either door's path secret
	maxReport     = 16 << 10    // bytes of a browser's report
	mostOrigins   = 20          // told apart in a session: a page can try as many as it likes
	longestOrigin = 260         // bytes; a host has 253 at most
	tellAgain     = 5 * time.Second
)

// thirdParties are the origins of others that a session was refused, each once, however it was tried: by the browser, which
// the fence has report them, and by the proxy, to which the portal named them.
type thirdParties struct {
	tell func(ctx context.Context, origins []string, more bool) error // has the portal record them
	wake chan struct{}                                                // there is something to tell
	own  []string                                                     // origins of the window itself, which are nobody else's

	mu      sync.Mutex
	origins []string // guarded by mu
	more    bool     // guarded by mu: there were others, which are not kept
	told    int      // guarded by mu: of origins
	toldAll bool     // guarded by mu: that there were more
}

func newThirdParties(tell func(context.Context, []string, bool) error, own ...string) *thirdParties {
	return &thirdParties{tell: tell, wake: make(chan struct{}, 1), own: own}
}

// refused notes an address that was refused. Only its origin is kept: what stands behind it can be about the customer.
func (t *thirdParties) refused(address string) {
	origin := originOf(address)
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case origin == "" || t.more || slices.Contains(t.own, origin) || slices.Contains(t.origins, origin):
		return
	case len(t.origins) < mostOrigins:
		t.origins = append(t.origins, origin)
	default:
		t.more = true
	}
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

// all are the origins so far, and whether there were others.
func (t *thirdParties) all() (origins []string, more bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.origins), t.more
}

// run has the portal hear of what is refused, until ctx is done.
func (t *thirdParties) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.wake:
		}
		for t.say(ctx) != nil {
			select {
			case <-ctx.Done():
				return
			case <-time.After(tellAgain):
			}
		}
	}
}

// say tells the portal what it was not told yet.
func (t *thirdParties) say(ctx context.Context) error {
	t.mu.Lock()
	upTo := len(t.origins)
	origins, more := slices.Clone(t.origins[t.told:]), t.more && !t.toldAll
	t.mu.Unlock()
	if len(origins) == 0 && !more {
		return nil
	}
	if err := t.tell(ctx, origins, more); err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.told = max(t.told, upTo) // the session's end says it too
	t.toldAll = t.toldAll || more
	return nil
}

// report takes a browser's word that the fence refused something: POST with application/csp-report. No script can have a request say
// what byBrowser asks for, so what a page has recorded is what it tried; where a browser says nothing of it, it can make up as many as
// are kept, in its own session.
func (t *thirdParties) report(w http.ResponseWriter, r *http.Request) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if r.Method != http.MethodPost || kind != "application/csp-report" || !byBrowser(r.Header) {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	var said struct {
		Report struct {
			Blocked string `json:"blocked-uri"`
		} `json:"csp-report"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxReport)).Decode(&said); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	t.refused(said.Report.Blocked)
	w.WriteHeader(http.StatusNoContent)
}

// byBrowser says whether a report is the browser's own. Chromium's names that purpose. WebKit's names none: it goes without CORS and from no
// origin, and still says which page it is about. A script's request without CORS has its page's origin, or is told to name no page.
func byBrowser(h http.Header) bool {
	switch h.Get("Sec-Fetch-Dest") {
	case "", "report":
		return true
	case "empty":
		return h.Get("Sec-Fetch-Mode") == "no-cors" && h.Get("Origin") == "null" && h.Get("Referer") != ""
	}
	return false
}

// originOf is an address's origin in plain letters, or "" where it has none. A socket's is its page's.
func originOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return ""
	}
	scheme := map[string]string{"http": "http", "https": "https", "ws": "http", "wss": "https"}[u.Scheme]
	origin := (&url.URL{Scheme: scheme, Host: u.Host}).String()
	if scheme == "" || len(origin) > longestOrigin {
		return ""
	}
	return origin
}

// tellRefused has the portal record what a session was refused of others. An answer that is no fault is final: asking again
// would not change it.
func (s *Session) tellRefused(ctx context.Context, origins []string, more bool) error {
	ctx, cancel := context.WithTimeout(ctx, endWithin)
	defer cancel()
	res, err := post(ctx, s.transport, s.portal.JoinPath("masquerade", "refused"), s.grant.Credential, map[string]any{"origins": origins, "more": more})
	if err != nil {
		return fmt.Errorf("telling the portal what was refused: %w", err)
	}
	defer res.Body.Close()
	if res.StatusCode >= http.StatusInternalServerError {
		return fmt.Errorf("telling the portal what was refused: status %d", res.StatusCode)
	}
	if res.StatusCode != http.StatusNoContent {
		s.log.Warn("the portal did not record what was refused", "status", res.StatusCode)
	}
	return nil
}
