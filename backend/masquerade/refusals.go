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

	"meterside/care"
)

const (
	reportPath    = "/.refused" // below either door's path secret
	maxReport     = 16 << 10    // bytes of a browser's report
	mostOrigins   = 20          // told apart in a session: a page can try as many as it likes
	longestOrigin = 260         // bytes; a host has 253 at most
	mostRefused   = 50          // requests that are told apart in a session, as at the portal
	longestPath   = 200         // bytes of a path that are kept
	tellAgain     = 5 * time.Second
)

// refusals are what a session was refused in this window, for the portal to record: the origins of others, however they were tried,
// by the browser, which the fence has report them, or by the portal, which named them to the proxy; and requests of its pages, which
// never reach the portal. Each is told once.
type refusals struct {
	tell func(context.Context, refusedNow) error // has the portal record them
	wake chan struct{}                           // there is something to tell
	own  []string                                // origins of the window itself, which are nobody else's

	saying sync.Mutex // one telling at a time: the portal takes what it is told twice at once for told, though one of them may fail

	mu    sync.Mutex
	all   refusedNow // guarded by mu
	told  refusedNow // guarded by mu: how much of it was
	known map[refusedPage]bool
}

// refusedNow is what the portal is told.
type refusedNow struct {
	More    bool          `json:"more"` // there were other origins, which are not kept
	Origins []string      `json:"origins"`
	Pages   []refusedPage `json:"pages,omitempty"`
}

// refusedPage is a request that was refused: why, and where to, without its query.
type refusedPage struct {
	Code care.Code `json:"code"`
	Path string    `json:"path"`
}

func newRefusals(tell func(context.Context, refusedNow) error, own ...string) *refusals {
	return &refusals{tell: tell, wake: make(chan struct{}, 1), own: own, known: map[refusedPage]bool{}}
}

// other notes an address of others. Only its origin is kept: what stands behind it can be about the customer.
func (t *refusals) other(address string) {
	origin := originOf(address)
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case origin == "" || t.all.More || slices.Contains(t.own, origin) || slices.Contains(t.all.Origins, origin):
		return
	case len(t.all.Origins) < mostOrigins:
		t.all.Origins = append(t.all.Origins, origin)
	default:
		t.all.More = true
	}
	t.rouse()
}

// page notes a request of a page.
func (t *refusals) page(code care.Code, path string) {
	what := refusedPage{code, path[:min(len(path), longestPath)]}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.known[what] || len(t.all.Pages) >= mostRefused {
		return
	}
	t.known[what] = true
	t.all.Pages = append(t.all.Pages, what)
	t.rouse()
}

func (t *refusals) rouse() {
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

// others are the origins so far, and whether there were more.
func (t *refusals) others() (origins []string, more bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.all.Origins), t.all.More
}

// run has the portal hear of what is refused, until ctx is done.
func (t *refusals) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.wake:
		}
		for t.say(context.WithoutCancel(ctx)) != nil { // what is under way at the end comes to its own end
			select {
			case <-ctx.Done():
				return
			case <-time.After(tellAgain):
			}
		}
	}
}

// say tells the portal what it was not told yet.
func (t *refusals) say(ctx context.Context) error {
	t.saying.Lock()
	defer t.saying.Unlock()
	t.mu.Lock()
	upTo := t.all
	now := refusedNow{
		More: upTo.More && !t.told.More, Origins: slices.Clone(upTo.Origins[len(t.told.Origins):]), Pages: slices.Clone(upTo.Pages[len(t.told.Pages):]),
	}
	t.mu.Unlock()
	if !now.More && len(now.Origins) == 0 && len(now.Pages) == 0 {
		return nil
	}
	if err := t.tell(ctx, now); err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.told = upTo
	return nil
}

// report takes a browser's word that the fence refused something: POST with application/csp-report. No script can have a request say
// what byBrowser asks for, so what a page has recorded is what it tried; where a browser says nothing of it, it can make up as many as
// are kept, in its own session.
func (t *refusals) report(w http.ResponseWriter, r *http.Request) {
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
	t.other(said.Report.Blocked)
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

// tellRefused has the portal record what a session was refused. An answer that is no fault is final: asking again
// would not change it.
func (s *Session) tellRefused(ctx context.Context, what refusedNow) error {
	ctx, cancel := context.WithTimeout(ctx, endWithin)
	defer cancel()
	res, err := post(ctx, s.transport, s.portal.JoinPath("masquerade", "refused"), s.grant.Credential, what)
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
