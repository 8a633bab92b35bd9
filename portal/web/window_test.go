package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
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

// R64: what the desk's own window refuses comes no further, and is on record all the same, as what the portal refuses is: once for each
// page, by which rule, in the name of who tried; also where the pages are the utility's own portal's. However often a page tries, the
// log does not fill. Seen to fail with the window's refusals not told.
func TestR64WhatTheWindowRefusesIsOnRecord(t *testing.T) {
	for _, where := range []string{"our own pages", "another portal's"} {
		t.Run(where, func(t *testing.T) {
			town := newTown(t)
			town.now.Store(time.Now().UnixMilli())
			if where != "our own pages" {
				town.elsewhere(care.HandOverView)
			}
			g := town.grant(care.ModeView)
			w := town.window(g)
			own := with("Origin", w.origin)
			to := func(path string) string { return w.origin + w.prefix + path }
			for range 3 {
				town.from(http.MethodPost, to("/save?account="+home1), "paperless=on", own).wants(t, http.StatusForbidden, "for viewing only")
				town.from(http.MethodPut, to("/profile"), "", own).wants(t, http.StatusForbidden, "for viewing only")
				town.from("PROPFIND", to("/bills"), "", own).wants(t, http.StatusMethodNotAllowed)
				town.from(http.MethodPost, to("/pay"), "", with("Origin", "https://evil.example")).wants(t, http.StatusForbidden, "did not come from")
			}
			for n := range 80 {
				town.from(http.MethodPost, to(fmt.Sprintf("/try/%d", n)), "", own).wants(t, http.StatusForbidden)
			}
			w.Close(masquerade.ReasonClosed)
			got := town.rows("SELECT detail FROM activities WHERE kind = 'masquerade.refused' AND session_id = $1 AND web_user_id = $2 AND account_number = $3 AND actor = 'CSR001' ORDER BY rv", g.SessionID, jane, home1)
			want := []string{
				`{"code":"read_only","page":"/save"}`, `{"code":"read_only","page":"/profile"}`,
				`{"code":"masquerade_method","page":"/bills"}`, `{"code":"masquerade_foreign","page":"/pay"}`, `{"code":"read_only","page":"/try/0"}`,
			}
			if len(got) != 50 || !slices.Equal(got[:5], want) {
				t.Errorf("%d on record, of which the first are %q", len(got), got[:min(len(got), 5)])
			}
		})
	}
}

// R64: a window may say which of its own rules refused what, and nothing else. Seen to fail with the rule, and with the letters of the path, not asked.
func TestR64AWindowSaysNothingElse(t *testing.T) {
	town := newTown(t)
	credential, _ := town.masquerade(care.ModeView)
	for name, said := range map[string]string{
		"another rule": `{"pages":[{"code":"read_only","path":"/save"},{"code":"entitlement","path":"/pay"}]}`,
		"no path":      `{"pages":[{"code":"read_only","path":"save"}]}`,
		"a long path":  `{"pages":[{"code":"read_only","path":"/` + strings.Repeat("x", 200) + `"}]}`,
		"a hidden one": `{"pages":[{"code":"read_only","path":"/\u202eevas"}]}`,
	} {
		if got := town.send(http.MethodPost, "/masquerade/refused", said, as(credential)); got.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: status %d", name, got.StatusCode)
		}
	}
	if got := town.rows("SELECT detail FROM activities WHERE kind = 'masquerade.refused'"); len(got) != 0 {
		t.Errorf("on record: %q", got)
	}
}
