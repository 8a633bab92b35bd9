package masquerade

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"meterside/care"
)

func TestWhatGoesUp(t *testing.T) {
	p := newPortal(t)
	p.pages.HandleFunc("/", func(http.ResponseWriter, *http.Request) {})
	r := open(t, p.greeting(t))
	r.send(http.MethodPost, r.at("/pay%2Fnow?x=1&y=%20"), "a=b", with("Origin", r.origin()), with("Content-Type", "text/plain"),
		with("Cookie", "stolen=1"), with("Referer", r.at("/")), with("Authorization", "Bearer x"), with("X-Forwarded-For", "1.2.3.4"),
		with("X-Forwarded-Prefix", "/evil"), with("Sec-Fetch-Site", "cross-site"), with("Meterside-Actor", "SUP01"), with("X-Http-Method-Override", "DELETE"))
	got := p.all("/pay%2Fnow?x=1&y=%20")
	if len(got) != 1 || got[0].method != http.MethodPost || got[0].body != "a=b" {
		t.Fatalf("the portal got %+v", got)
	}
	h := got[0].header
	for name, want := range map[string]string{
		"Authorization": "Masquerade " + credential, "X-Forwarded-Prefix": r.prefix(), "Sec-Fetch-Site": "same-origin", "Content-Type": "text/plain",
		"Cookie": "", "Origin": "", "Referer": "", "X-Forwarded-For": "", "Meterside-Actor": "", "X-Http-Method-Override": "",
	} {
		if h.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, h.Get(name), want)
		}
	}
}

func TestWhatComesDown(t *testing.T) {
	p := newPortal(t)
	p.pages.HandleFunc("/page", func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src *")
		h.Set("X-Frame-Options", "ALLOWALL")
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Refresh", "0; url=https://evil.example")
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Service-Worker-Allowed", "/")
		h.Set("Cache-Control", "public, max-age=3600")
		h.Set("Set-Cookie", "basket=1; Path=/")
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.WriteString(w, "short and stout")
	})
	r := open(t, p.greeting(t))
	got := r.get(r.at("/page"))
	if got.status != http.StatusTeapot || got.body != "short and stout" {
		t.Errorf("%d %q", got.status, got.body)
	}
	for _, gone := range []string{"X-Frame-Options", "Refresh", "Access-Control-Allow-Origin", "Service-Worker-Allowed", "Set-Cookie", headerSession, headerActor} {
		if v := got.header.Values(gone); v != nil {
			t.Errorf("%s came down: %q", gone, v)
		}
	}
	csp := got.header.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "form-action 'self'", "base-uri 'none'", "frame-ancestors " + r.shell.origin} {
		if !strings.Contains(csp, want) {
			t.Errorf("the policy lacks %q: %s", want, csp)
		}
	}
	for name, want := range map[string]string{"Cache-Control": "no-store", "Referrer-Policy": "same-origin", "X-Content-Type-Options": "nosniff", "Content-Type": "text/html; charset=utf-8"} {
		if got.header.Get(name) != want {
			t.Errorf("%s is %q", name, got.header.Get(name))
		}
	}
	if !strings.Contains(got.header.Get("Permissions-Policy"), "camera=()") {
		t.Error("the browser's powers are not denied")
	}
}

// M10: the portal's cookies never reach the page.
func TestCookiesStayInGo(t *testing.T) {
	p := newPortal(t)
	p.pages.HandleFunc("/set", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "plain", Value: "1", Path: "/"})
		http.SetCookie(w, &http.Cookie{Name: "prefixed", Value: "2", Path: r.Header.Get("X-Forwarded-Prefix") + "/"})
	})
	p.pages.HandleFunc("/use", func(http.ResponseWriter, *http.Request) {})
	r := open(t, p.greeting(t))
	r.get(r.at("/set"))
	r.get(r.at("/use"), with("Cookie", "plain=9"))
	if got := p.all("/use")[0].header.Get("Cookie"); got != "plain=1; prefixed=2" && got != "prefixed=2; plain=1" {
		t.Errorf("cookies %q", got)
	}
}

func TestRequestsRefused(t *testing.T) {
	type try struct {
		method, path string
		edits        []edit
	}
	for name, c := range map[string]struct {
		mode   care.Mode
		try    func(r *running) try
		status int
	}{
		"post by the page itself": {care.ModeFull, func(r *running) try { return try{"POST", "/", []edit{with("Origin", r.origin())}} }, 200},
		"post in assist":          {care.ModeAssist, func(r *running) try { return try{"POST", "/", []edit{with("Origin", r.origin())}} }, 200},
		"post in view":            {care.ModeView, func(r *running) try { return try{"POST", "/", []edit{with("Origin", r.origin())}} }, 403},
		"delete in view":          {care.ModeView, func(r *running) try { return try{"DELETE", "/", []edit{with("Origin", r.origin())}} }, 403},
		"get in view":             {care.ModeView, func(*running) try { return try{"GET", "/", nil} }, 200},
		"post by another site":    {care.ModeFull, func(*running) try { return try{"POST", "/", []edit{with("Origin", "https://evil.example")}} }, 403},
		"post by the shell":       {care.ModeFull, func(r *running) try { return try{"POST", "/", []edit{with("Origin", r.shell.origin)}} }, 403},
		"post by nobody":          {care.ModeFull, func(*running) try { return try{"POST", "/", nil} }, 403},
		"post by a null origin":   {care.ModeFull, func(*running) try { return try{"POST", "/", []edit{with("Origin", "null")}} }, 403},
		"preflight":               {care.ModeFull, func(r *running) try { return try{"OPTIONS", "/", []edit{with("Origin", r.origin())}} }, 405},
		"trace":                   {care.ModeFull, func(r *running) try { return try{"TRACE", "/", []edit{with("Origin", r.origin())}} }, 405},
		"websocket": {care.ModeFull, func(*running) try {
			return try{"GET", "/", []edit{with("Connection", "Upgrade"), with("Upgrade", "websocket")}}
		}, 405},
		"up the path":        {care.ModeFull, func(*running) try { return try{"GET", "/a/%2e%2e/%2e%2e/admin", nil} }, 405},
		"without the banner": {care.ModeFull, func(*running) try { return try{"GET", "/", []edit{with("Sec-Fetch-Dest", "document")}} }, 403},
		"DNS rebinding":      {care.ModeFull, func(*running) try { return try{"GET", "/", []edit{func(r *http.Request) { r.Host = "evil.example" }}} }, 421},
		"the name of loopback": {care.ModeFull, func(r *running) try {
			return try{"GET", "/", []edit{func(q *http.Request) { q.Host = "localhost:" + r.page.Port() }}}
		}, 421},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPortal(t)
			p.granted["mode"] = c.mode
			r := open(t, p.greeting(t))
			a := c.try(r)
			before := p.count()
			got := r.send(a.method, r.at(a.path), "", a.edits...)
			if got.status != c.status {
				t.Errorf("status %d, want %d", got.status, c.status)
			}
			if reached := p.count() > before; reached != (c.status == 200) {
				t.Errorf("reached the portal: %v", reached)
			}
		})
	}
}

func TestPathsWithoutThePrefix(t *testing.T) {
	p := newPortal(t)
	r := open(t, p.greeting(t))
	for name, c := range map[string]struct {
		path, referer string
		status        int
		location      string
	}{
		"from a page of ours":    {"/bills?year=2025", r.at("/home"), 307, r.prefix() + "/bills?year=2025"},
		"two slashes stay ours":  {"//evil.example/x", r.at("/home"), 307, r.prefix() + "//evil.example/x"},
		"from nowhere":           {"/bills", "", 404, ""},
		"from another site":      {"/bills", "https://evil.example" + r.prefix() + "/", 404, ""},
		"from a wrong secret":    {"/bills", r.origin() + "/m/00000000000000000000000000000000/", 404, ""},
		"from a longer host":     {"/bills", r.origin() + ".evil.example" + r.prefix() + "/", 404, ""},
		"with half the secret":   {r.prefix()[:20] + "/", "", 404, ""},
		"with the shell's":       {r.shell.prefix + "/", "", 404, ""},
		"with no slash after it": {r.prefix(), "", 404, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := r.get(r.origin()+c.path, with("Referer", c.referer))
			if got.status != c.status || got.header.Get("Location") != c.location {
				t.Errorf("%d to %q, want %d to %q", got.status, got.header.Get("Location"), c.status, c.location)
			}
		})
	}
}

// R65: no place outside the portal is reached, wherever an answer leads.
func TestPlacesStayInside(t *testing.T) {
	p := newPortal(t)
	var place atomic.Value
	p.pages.HandleFunc("/a/b", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", strings.ReplaceAll(place.Load().(string), "PREFIX", r.Header.Get("X-Forwarded-Prefix")))
		w.WriteHeader(http.StatusSeeOther)
		_, _ = io.WriteString(w, "leaving")
	})
	r := open(t, p.greeting(t))
	for in, want := range map[string]string{
		"/bills?a=1#top":          "/bills?a=1#top",
		"c":                       "/a/c",
		p.URL + "/x%2Fy":          "/x%2Fy",
		p.URL:                     "/",
		"PREFIX/bills":            "/bills",
		"//evil.example/":         "",
		"https://evil.example/":   "",
		"javascript:alert(1)":     "",
		"http://u:p@" + p.host():  "",
		"https://" + p.host():     "",
		"http://\u202eevil.x/%zz": "",
	} {
		t.Run(in, func(t *testing.T) {
			place.Store(in)
			got := r.get(r.at("/a/b"))
			if want == "" {
				if got.status != http.StatusBadGateway || got.header.Get("Location") != "" || strings.Contains(got.body, "leaving") {
					t.Errorf("%d to %q", got.status, got.header.Get("Location"))
				}
				return
			}
			if got.status != http.StatusSeeOther || got.header.Get("Location") != r.prefix()+want {
				t.Errorf("%d to %q, want %q", got.status, got.header.Get("Location"), want)
			}
		})
	}
	if e := r.next(); e.Type != Blocked || e.Code != CodeThirdParty {
		t.Errorf("event %+v", e)
	}
	if len(r.events) != 0 {
		t.Error("the same was told more than once")
	}
}

// M9: what does not say in whose name it was given is a blank page.
func TestNobodysAnswerIsNotShown(t *testing.T) {
	for name, spoil := range map[string]func(http.Header){
		"no session":      func(h http.Header) { h.Del(headerSession) },
		"no actor":        func(h http.Header) { h.Del(headerActor) },
		"another session": func(h http.Header) { h.Set(headerSession, "M-2") },
		"another actor":   func(h http.Header) { h.Set(headerActor, "CSR002") },
	} {
		t.Run(name, func(t *testing.T) {
			p := newPortal(t)
			p.pages.HandleFunc("/page", func(w http.ResponseWriter, _ *http.Request) {
				spoil(w.Header())
				w.Header().Set("Set-Cookie", "theirs=1")
				w.Header().Set("Content-Disposition", "attachment; filename=a.pdf")
				_, _ = io.WriteString(w, "somebody's balance")
			})
			r := open(t, p.greeting(t))
			got := r.get(r.at("/page"))
			if got.status != http.StatusBadGateway || strings.Contains(got.body, "balance") {
				t.Errorf("%d %q", got.status, got.body)
			}
			if e := r.next(); e.Type != Blocked || e.Code != CodeUnattributed {
				t.Errorf("event %+v", e)
			}
			r.get(r.at("/"))
			if c := p.all("/")[0].header.Get("Cookie"); c != "" {
				t.Errorf("its cookie was kept: %q", c)
			}
		})
	}
}

func TestBodiesAreBounded(t *testing.T) {
	p := newPortal(t)
	p.pages.HandleFunc("/form", func(http.ResponseWriter, *http.Request) {})
	r := open(t, p.greeting(t))
	if got := r.submit("/form", strings.Repeat("x", maxBody)); got.status != http.StatusOK {
		t.Errorf("a full body: %d", got.status)
	}
	if got := r.submit("/form", strings.Repeat("x", maxBody+1)); got.status != http.StatusRequestEntityTooLarge {
		t.Errorf("one byte more: %d", got.status)
	}
	if n := len(p.all("/form")); n != 1 {
		t.Errorf("the portal got %d", n)
	}
}

func TestLostAndFound(t *testing.T) {
	p := newPortal(t)
	var drop atomic.Bool
	drop.Store(true)
	p.pages.HandleFunc("/flaky", func(w http.ResponseWriter, _ *http.Request) {
		if drop.Load() {
			panic(http.ErrAbortHandler)
		}
	})
	r := open(t, p.greeting(t))
	for range 2 {
		if got := r.submit("/flaky", ""); got.status != http.StatusBadGateway {
			t.Errorf("status %d", got.status)
		}
	}
	drop.Store(false)
	r.submit("/flaky", "")
	for _, want := range []EventType{Lost, Found} {
		if e := r.next(); e.Type != want || e.Reason != "portal" {
			t.Errorf("event %+v, want %s", e, want)
		}
	}
}

// M10: TestNoSecretReachesThePage walks through all that a page can ask for and looks for the secrets in every answer.
func TestNoSecretReachesThePage(t *testing.T) {
	p := newPortal(t)
	p.pages.HandleFunc("/gone", func(w http.ResponseWriter, _ *http.Request) { w.Header().Del(headerActor) })
	r := open(t, p.greeting(t))
	replies := []reply{
		r.get(r.ShellURL()), r.get(r.ShellURL() + "shell.js"), r.get(r.ShellURL() + "shell.css"),
		r.send(http.MethodPost, r.ShellURL()+"hb", "", with("Origin", r.shell.origin)),
		r.get(r.at("/")), r.get(r.at("/gone")), r.get(r.at("/none")), r.submit("/", "a"),
		r.get(r.origin()+"/bills", with("Referer", r.at("/"))),
	}
	p.CloseClientConnections()
	p.Close()
	replies = append(replies, r.get(r.at("/")))
	r.Session.Close("done")
	replies = append(replies, r.get(r.at("/")))
	for i, got := range replies {
		if all := fmt.Sprint(got.header, got.body, r.ShellURL(), r.page); strings.Contains(all, "canary") {
			t.Errorf("answer %d holds a secret: %s", i, all)
		}
	}
	for len(r.events) > 0 {
		if e := r.next(); strings.Contains(fmt.Sprint(e), "canary") {
			t.Errorf("an event holds a secret: %+v", e)
		}
	}
	for _, a := range p.asked {
		if strings.Contains(a.path, "canary") {
			t.Errorf("a secret stands in a URL: %s", a.path)
		}
	}
}
