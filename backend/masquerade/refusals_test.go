package masquerade

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"meterside/care"
)

// R65: nobody else's files are used in a masquerade unless policy allows their origin; then their scripts, styles, pictures, fonts
// and answers are, and still no page of theirs opens in the frame. Seen to fail while the list was read by nothing, and with a
// list that was put into the header as it came.
func TestR65OnlyAllowedOriginsAreReached(t *testing.T) {
	const maps = "https://maps.example.com"
	for name, allowed := range map[string][]string{"denied": nil, "allowed": {maps, "https://x.example; script-src *", "https://x.example;script-src", "https://*", "http://plain.example/x", "*"}} {
		t.Run(name, func(t *testing.T) {
			p := newPortal(t)
			p.granted["third_party"] = allowed
			p.pages.HandleFunc("GET /away", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, maps+"/map", http.StatusSeeOther) })
			r := open(t, p.greeting(t))
			said := r.get(r.origin() + r.prefix() + "/").header.Get("Content-Security-Policy")
			for _, kind := range []string{"script-src", "style-src", "img-src", "font-src", "connect-src"} {
				want := kind + " 'self'"
				if allowed != nil {
					want += " " + maps
				}
				if !strings.Contains(said, want) {
					t.Errorf("no %q in %s", want, said)
				}
			}
			if strings.ContainsAny(said, "*") || strings.Contains(said, "x.example") || strings.Contains(said, "plain.example") || strings.Count(said, maps) != map[bool]int{true: 5}[allowed != nil] || !strings.Contains(said, "form-action 'self';") {
				t.Errorf("it allows %s", said)
			}
			if got := r.get(r.origin() + r.prefix() + "/away"); got.status != http.StatusBadGateway || !strings.Contains(got.body, "This leads outside the portal") {
				t.Errorf("led to them: %d %s", got.status, got.body)
			}
		})
	}
}

// R65: what is denied, and what is none, are no origins.
func TestR65OriginsOfThePolicy(t *testing.T) {
	for value, want := range map[string]string{"deny": "", "": "", "https://a.example;https://b.example:8443": "https://a.example https://b.example:8443", "https://a.example/x;*;https://*": ""} {
		if got := strings.Join(care.Policy{"masquerade.third_party": value}.ThirdParty(), " "); got != want {
			t.Errorf("%q allows %q", value, got)
		}
	}
}

// told is what the portal is told of refusals, one answer of it at a time.
func (p *fakePortal) told(t *testing.T, status *atomic.Int32) <-chan string {
	t.Helper()
	heard := make(chan string, 100)
	p.pages.HandleFunc("POST /masquerade/refused", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.Header.Get("Authorization") != "Masquerade "+credential {
			t.Errorf("told by %q", r.Header.Get("Authorization"))
		}
		heard <- string(body)
		w.WriteHeader(int(status.Load()))
	})
	return heard
}

// reports sends a browser's report of what it refused.
func (r *running) reports(to, blocked string, edits ...edit) int {
	r.t.Helper()
	all := append([]edit{with("Content-Type", "application/csp-report"), with("Sec-Fetch-Dest", "report")}, edits...)
	return r.send(http.MethodPost, to+reportPath, `{"csp-report":{"blocked-uri":"`+blocked+`","document-uri":"x"}}`, all...).status
}

// settled waits until what the portal has heard is known to be told: by its answer, without which the end says it again.
func (r *running) settled() {
	r.t.Helper()
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		r.refused.mu.Lock()
		all := len(r.refused.told.Origins) == len(r.refused.all.Origins)
		r.refused.mu.Unlock()
		if all {
			return
		}
		if time.Now().After(end) {
			r.t.Fatal("what was refused is not told")
		}
	}
}

func within(t *testing.T, heard <-chan string) string {
	t.Helper()
	select {
	case said := <-heard:
		return said
	case <-time.After(10 * time.Second):
		t.Fatal("the portal was told nothing")
		return ""
	}
}

// R65: what the browser refused of others, and where a redirect led, is told to the portal and the banner, each origin once and
// nothing behind it. Seen to fail with redirects left out, with whole addresses kept, with an origin told each time, and with only Chromium's reports taken.
func TestR65WhatIsRefusedIsToldOnce(t *testing.T) {
	p := newPortal(t)
	var status atomic.Int32
	status.Store(http.StatusNoContent)
	heard := p.told(t, &status)
	p.pages.HandleFunc("GET /away", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "https://pay.example.com/card?customer=jdoe", http.StatusSeeOther)
	})
	r := open(t, p.greeting(t))
	inner, outer := r.origin()+r.prefix(), strings.TrimSuffix(r.ShellURL(), "/")
	if said := r.get(inner + "/").header.Get("Content-Security-Policy"); !strings.HasSuffix(said, "; report-uri "+r.prefix()+reportPath) {
		t.Errorf("the page's fence reports nowhere: %s", said)
	}
	if said := r.get(outer + "/").header.Get("Content-Security-Policy"); !strings.HasSuffix(said, "; report-uri "+strings.TrimPrefix(outer, r.shell.origin)+reportPath) {
		t.Errorf("the banner's fence reports nowhere: %s", said)
	}
	for _, c := range []struct{ to, blocked, told string }{
		{inner, "https://maps.example.com/tile/44.2?account=030000013", `{"more":false,"origins":["https://maps.example.com"]}`},
		{inner, "https://maps.example.com/other", ""},
		{inner, "wss://live.example.com:8443/x", `{"more":false,"origins":["https://live.example.com:8443"]}`},
		{outer, "http://shop.example.com/", `{"more":false,"origins":["http://shop.example.com"]}`},
		{inner, "inline", ""}, {inner, "data", ""}, {inner, "blob:https://x.example.com/1", ""}, {inner, r.origin() + "/m/x", ""}, {inner, r.shell.origin + "/end", ""},
		{inner, "https://\u202egro.elpmaxe.evil/", `{"more":false,"origins":["https://%E2%80%AEgro.elpmaxe.evil"]}`},
	} {
		if got := r.reports(c.to, c.blocked); got != http.StatusNoContent {
			t.Errorf("%s: status %d", c.blocked, got)
		}
		if c.told != "" {
			if said := within(t, heard); said != c.told {
				t.Errorf("%s: told %s", c.blocked, said)
			}
		}
	}
	webkit := []edit{with("Sec-Fetch-Dest", "empty"), with("Sec-Fetch-Mode", "no-cors"), with("Origin", "null"), with("Referer", inner+"/")}
	if got := r.reports(inner, "https://fonts.example.com/a", webkit...); got != http.StatusNoContent {
		t.Errorf("a report of WebKit's: status %d", got)
	}
	if said := within(t, heard); said != `{"more":false,"origins":["https://fonts.example.com"]}` {
		t.Errorf("a report of WebKit's: told %s", said)
	}
	r.get(inner + "/away")
	r.get(inner + "/away")
	if said := within(t, heard); said != `{"more":false,"origins":["https://pay.example.com"]}` {
		t.Errorf("a redirect: told %s", said)
	}
	pulse := r.send(http.MethodPost, outer+"/hb", "", with("Origin", r.shell.origin)).body
	if !strings.Contains(pulse, `"refused":["https://maps.example.com","https://live.example.com:8443","http://shop.example.com","https://%E2%80%AEgro.elpmaxe.evil","https://fonts.example.com","https://pay.example.com"]`) {
		t.Errorf("the banner hears %s", pulse)
	}
	r.settled()
	r.Close(ReasonClosed)
	if len(heard) != 0 {
		t.Errorf("told again: %s", <-heard)
	}
}

// R65: a page cannot flood what is told, nor make a report up, and what the portal could not be told is told at the end. Seen to fail
// without the bounds, with a script's own request taken for a report, and with the end saying nothing.
func TestR65AHostilePageFloodsNothing(t *testing.T) {
	p := newPortal(t)
	var status atomic.Int32
	status.Store(http.StatusServiceUnavailable)
	heard := p.told(t, &status)
	r := open(t, p.greeting(t))
	inner := r.origin() + r.prefix()
	for name, c := range map[string]struct {
		to, blocked string
		status      int
		edits       []edit
	}{
		"a script":          {inner, "https://made.up", http.StatusForbidden, []edit{with("Sec-Fetch-Dest", "empty"), with("Sec-Fetch-Mode", "cors")}},
		"one of its origin": {inner, "https://made.up", http.StatusForbidden, []edit{with("Sec-Fetch-Dest", "empty"), with("Sec-Fetch-Mode", "no-cors"), with("Origin", r.origin()), with("Referer", inner+"/")}},
		"one of no page":    {inner, "https://made.up", http.StatusForbidden, []edit{with("Sec-Fetch-Dest", "empty"), with("Sec-Fetch-Mode", "no-cors"), with("Origin", "null")}},
		"a picture":         {inner, "https://made.up", http.StatusForbidden, []edit{with("Sec-Fetch-Dest", "image"), with("Sec-Fetch-Mode", "no-cors")}},
		"a form":            {inner, "https://made.up", http.StatusForbidden, []edit{with("Content-Type", "text/plain")}},
		"no secret":         {r.origin() + "/m/00000000000000000000000000000000", "https://made.up", http.StatusNotFound, nil},
		"too large":         {inner, "https://" + strings.Repeat("x", maxReport), http.StatusBadRequest, nil},
		"no JSON":           {inner, `"`, http.StatusBadRequest, nil},
		"a long host":       {inner, "https://" + strings.Repeat("x", longestOrigin), http.StatusNoContent, nil},
		"another name":      {inner, "https://made.up", http.StatusMisdirectedRequest, []edit{func(q *http.Request) { q.Host = "evil.example" }}},
	} {
		if got := r.reports(c.to, c.blocked, c.edits...); got != c.status {
			t.Errorf("%s: status %d", name, got)
		}
	}
	for n := range 60 {
		r.reports(inner, fmt.Sprintf("https://x%d.example", n))
	}
	within(t, heard) // in vain
	if origins, more := r.refused.others(); len(origins) != 20 || !more || slices.Contains(origins, "https://made.up") {
		t.Errorf("kept %d, more %v: %q", len(origins), more, origins)
	}
	status.Store(http.StatusNoContent)
	r.Close(ReasonClosed)
	var whole string
	for len(heard) > 0 {
		if said := <-heard; len(said) > len(whole) {
			whole = said
		}
	}
	if strings.Count(whole, "https://") != 20 || !strings.Contains(whole, `"more":true`) {
		t.Errorf("told at the end: %s", whole)
	}
}
