package masquerade

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// R63, M9: the banner says who acts as whom, with the utility's message and the way to end it, before the frame.
func TestShellPage(t *testing.T) {
	p := newPortal(t)
	g := p.greeting(t)
	g.Banner = "Changes affect the customer's account."
	r := open(t, g)
	got := r.get(r.ShellURL())
	for _, want := range []string{
		"<title>AS: Jane Doe (jdoe), account 030000013</title>", `<bdi class="name">Ann Ruiz (CSR001)</bdi>`, `<bdi class="name">Jane Doe (jdoe)</bdi>`,
		`<button id="home" type="button" data-page="` + r.origin() + r.prefix() + `/" title="To the customer&#39;s first page, from wherever this has led">Back to portal</button>`,
		"Account 030000013", "Changes are real", "Changes affect the customer&#39;s account.", `role="timer"`,
		`sandbox="allow-scripts allow-forms allow-same-origin allow-downloads allow-modals"`,
	} {
		if !strings.Contains(got.body, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	csp := got.header.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "frame-src " + r.origin() + ";", "frame-ancestors 'none'", "form-action 'none'"} {
		if !strings.Contains(csp, want) {
			t.Errorf("the policy lacks %q: %s", want, csp)
		}
	}
	if strings.Contains(csp, "unsafe") || got.header.Get("X-Frame-Options") != "DENY" {
		t.Errorf("too open: %v", got.header)
	}
	if strings.Index(got.body, `id="close"`) > strings.Index(got.body, "<iframe") {
		t.Error("the keyboard reaches the frame before Close")
	}
}

// M10: the shell answers its own page alone, and nothing without its path secret.
func TestShellRefuses(t *testing.T) {
	p := newPortal(t)
	r := open(t, p.greeting(t))
	own := with("Origin", r.shell.origin)
	for name, c := range map[string]struct {
		method, url string
		edits       []edit
		status      int
	}{
		"end by the customer's page": {"POST", r.ShellURL() + "end", []edit{with("Origin", r.origin())}, 403},
		"end by nobody":              {"POST", r.ShellURL() + "end", nil, 403},
		"end by a link":              {"GET", r.ShellURL() + "end", nil, 405},
		"changes by the page":        {"POST", r.ShellURL() + "mode", []edit{with("Origin", r.origin())}, 403},
		"changes by nobody":          {"POST", r.ShellURL() + "mode", nil, 403},
		"changes by a link":          {"GET", r.ShellURL() + "mode", nil, 405},
		"waiting by the page":        {"POST", r.ShellURL() + "wait", []edit{with("Origin", r.origin())}, 403},
		"wrong secret":               {"GET", r.shell.origin + "/s/00000000000000000000000000000000/", nil, 404},
		"no secret":                  {"GET", r.shell.origin + "/", nil, 404},
		"the frame's secret":         {"GET", r.shell.origin + r.prefix() + "/", nil, 404},
		"DNS rebinding":              {"GET", r.ShellURL(), []edit{func(q *http.Request) { q.Host = "evil.example" }}, 421},
		"other files":                {"GET", r.ShellURL() + "en.json", nil, 404},
		"heartbeat":                  {"POST", r.ShellURL() + "hb", []edit{own}, 200},
	} {
		t.Run(name, func(t *testing.T) {
			if got := r.send(c.method, c.url, "", c.edits...); got.status != c.status {
				t.Errorf("status %d, want %d", got.status, c.status)
			}
		})
	}
	if r.Reason() != "" {
		t.Errorf("it ended: %q", r.Reason())
	}
}

// M11: the banner is told of the end when it comes, whatever page stands below it. It was seen to fail where the answer waits for
// its time alone.
func TestTheBannerHearsOfTheEndAtOnce(t *testing.T) {
	p := newPortal(t)
	r := open(t, p.greeting(t))
	heard := make(chan reply)
	go func() { heard <- r.send(http.MethodPost, r.ShellURL()+"wait", "", with("Origin", r.shell.origin)) }()
	r.send(http.MethodPost, r.ShellURL()+"hb", "", with("Origin", r.shell.origin))
	select {
	case <-heard:
		t.Fatal("an end was told that has not come")
	default:
	}
	r.Close("customer_locked")
	select {
	case got := <-heard:
		if got.status != http.StatusNoContent {
			t.Errorf("status %d", got.status)
		}
	case <-time.After(waits / 2):
		t.Fatal("the banner was not told")
	}
	if said := r.send(http.MethodPost, r.ShellURL()+"hb", "", with("Origin", r.shell.origin)).body; !strings.Contains(said, `"ended":"customer_locked"`) {
		t.Errorf("the banner is told %s", said)
	}
}

// M9: a hostile name neither moves the banner nor passes for something else.
func TestHostileNamesStayInTheirPlace(t *testing.T) {
	for name, hostile := range map[string]string{
		"markup":        `</bdi><script>alert(1)</script><style>#banner{display:none}</style>`,
		"attributes":    `" style="position:fixed" onload="x`,
		"right to left": "\u202e\u2067\u200f reversed",
		"100 kB":        strings.Repeat("W", 100_000),
		"lines":         strings.Repeat("a\n\u2028", 500),
		"placeholders":  "{{csr}} {{account}} {{.}}",
		"nothing":       "\u200b\u3164",
	} {
		t.Run(name, func(t *testing.T) {
			p := newPortal(t)
			g := p.greeting(t)
			g.CustomerName, g.Username, g.CSRName, g.Account, g.Banner = hostile, hostile, hostile, hostile, hostile
			r := open(t, g)
			body := r.get(r.ShellURL()).body
			if len(body) > 12_000 {
				t.Errorf("the page has grown to %d bytes", len(body))
			}
			if regexp.MustCompile(`[\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2066}-\x{2069}]`).MatchString(body) {
				t.Error("a direction mark is left")
			}
			if strings.Count(body, "<script") != 1 || strings.Contains(body, "<style") || strings.Contains(body, ` style="`) || strings.Count(body, "<bdi") > 5 {
				t.Errorf("the markup changed:\n%s", body)
			}
			if !strings.HasPrefix(r.Title(), "AS: ") || utf8.RuneCountInString(r.Title()) > 300 {
				t.Errorf("title %q", r.Title())
			}
			if !strings.Contains(body, "(CSR001)") && !strings.Contains(body, ">CSR001<") {
				t.Error("the CSR's own id is not shown")
			}
		})
	}
}

func TestTextsInBothLanguages(t *testing.T) {
	en, err := readTexts("en")
	if err != nil {
		t.Fatal(err)
	}
	es, err := readTexts("es")
	if err != nil {
		t.Fatal(err)
	}
	holes := regexp.MustCompile(`\{\{\w+\}\}`)
	for _, name := range slices.Sorted(maps.Keys(en)) {
		a, b := holes.FindAllString(en[name], -1), holes.FindAllString(es[name], -1)
		slices.Sort(a)
		slices.Sort(b)
		if es[name] == "" || !slices.Equal(a, b) {
			t.Errorf("%s: %q in English, %q in Spanish", name, en[name], es[name])
		}
	}
	if len(en) != len(es) {
		t.Errorf("%d English sentences, %d Spanish", len(en), len(es))
	}
	page, err := files.ReadFile("shell/shell.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`\.T\.(\w+)`).FindAllStringSubmatch(string(page), -1) {
		if en[m[1]] == "" {
			t.Errorf("the page uses %q, which no language has", m[1])
		}
	}
}

func TestSpanishBanner(t *testing.T) {
	p := newPortal(t)
	g := p.greeting(t)
	g.Language = "es"
	r := open(t, g)
	got := r.get(r.ShellURL())
	if !strings.Contains(got.body, `lang="es"`) || !strings.Contains(got.body, "y actúa como") || !strings.HasPrefix(r.Title(), "AS: ") {
		t.Errorf("title %q, page %s", r.Title(), got.body)
	}
}
