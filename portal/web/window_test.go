package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"meterside/backend/masquerade"
	"meterside/care"
	"meterside/portal"
)

// TestTheRealWindowShowsThePages puts the desk's own proxy in front: what one side says the other must understand.
func TestTheRealWindowShowsThePages(t *testing.T) {
	for _, mode := range []care.Mode{care.ModeFull, care.ModeView} {
		t.Run(string(mode), func(t *testing.T) {
			town := newTown(t)
			town.now.Store(time.Now().UnixMilli()) // the window compares with the date of the portal's answers
			g := town.grant(mode)
			window := town.window(g)
			page, prefix, origin := window.page, window.prefix, window.origin

			first := town.from(http.MethodGet, page.String(), "")
			first.wants(t, http.StatusOK, "Hello, Jane Doe", `<title>AS: `, `href="`+prefix+`/bills?account=`+home1)
			for _, at := range addresses(first.body) {
				if strings.HasPrefix(at, prefix+"/static/") {
					town.from(http.MethodGet, origin+at, "").wants(t, http.StatusOK, "prefers-color-scheme")
				}
			}
			if mode == care.ModeFull {
				town.from(http.MethodPost, window.ShellURL()+"mode", "", with("Origin", window.shell)).wants(t, http.StatusOK, `"page":"`+page.String())
			}
			saved := town.from(http.MethodPost, origin+prefix+"/preferences?account="+home1, paperlessOn().Encode(),
				with("Origin", origin), with("Content-Type", "application/x-www-form-urlencoded"))
			if mode == care.ModeView {
				saved.wants(t, http.StatusForbidden)
			} else {
				saved.wants(t, http.StatusSeeOther)
				town.from(http.MethodGet, origin+saved.Header.Get("Location"), "").wants(t, http.StatusOK, "Your preferences were saved.")
			}
			if got := town.rows(taskFields); (len(got) == 1) != (mode == care.ModeFull) {
				t.Errorf("tasks: %q", got)
			}
			town.from(http.MethodGet, origin+prefix+"/bills?account="+shop, "").wants(t, http.StatusNotFound, "or it is not yours")

			window.Close(masquerade.ReasonClosed)
			if got := town.rows("SELECT end_reason FROM masquerades"); got[0] != masquerade.ReasonClosed {
				t.Errorf("the portal was told %q", got)
			}
		})
	}
}

// greeting is what the desk tells the window of a grant.
func (town *town) greeting(g portal.Grant) masquerade.Greeting {
	return masquerade.Greeting{
		Portal: town.web.URL, Ticket: masquerade.Secret(g.Ticket), Verifier: verifier, SessionID: g.SessionID, Device: device,
		CSRID: "CSR001", CSRName: "Ann Ruiz", WebUserID: jane, Username: "jdoe", CustomerName: "Jane Doe", Account: home1, Mode: g.Mode,
		EndsAt: g.EndsAt, IdleMS: g.IdleMS, Language: "en", Downloads: town.t.TempDir(),
	}
}

// window opens the desk's own window on a grant, without the window.
func (town *town) window(g portal.Grant) *through {
	town.t.Helper()
	ctx, cancel := context.WithCancel(town.t.Context())
	window, err := masquerade.Open(ctx, town.greeting(g), masquerade.Options{})
	if err != nil {
		cancel()
		town.t.Fatal(err)
	}
	town.t.Cleanup(func() { cancel(); window.Wait() })
	shown := town.from(http.MethodGet, window.ShellURL(), "")
	_, src, _ := strings.Cut(shown.body, ` src="http`)
	src, _, _ = strings.Cut(src, `"`)
	page, err := url.Parse("http" + src)
	town.must(err)
	shell, err := url.Parse(window.ShellURL())
	town.must(err)
	prefix := strings.Join(strings.Split(page.Path, "/")[:3], "/") // a letter and the secret
	return &through{Session: window, town: town, shell: "http://" + shell.Host, origin: "http://" + page.Host, page: page, prefix: prefix}
}

// from makes one request to a whole address and follows nothing.
func (town *town) from(method, address, body string, edits ...edit) reply {
	town.t.Helper()
	whole, err := url.Parse(address)
	town.must(err)
	here := func(r *http.Request) { r.URL, r.Host = whole, whole.Host }
	return town.send(method, "/", body, append([]edit{here}, edits...)...)
}
