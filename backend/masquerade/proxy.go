package masquerade

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"io"
	"mime"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path"
	"slices"
	"strings"

	"meterside/care"
)

// maxBody is how much a page may send in one request, in bytes.
const maxBody = 1 << 20

// Codes of answers that were not shown, beside those of care.
const (
	CodeUnattributed care.Code = "masquerade_unattributed" // the portal did not name actor and session
	CodeThirdParty   care.Code = "masquerade_third_party"  // host: a redirect that leaves the portal
	CodeDownload     care.Code = "masquerade_download"     // a file could not be saved
)

// refusal is an answer of the proxy's own: a status and one of the shell's sentences; and what is to stand on record of it, which the
// portal hears of in no other way.
type refusal struct {
	status int
	text   string
	record care.Code // "" for nothing
}

// unreached is for a request that the portal did not answer.
var unreached = refusal{status: http.StatusBadGateway, text: "page_lost"}

// proxy shows the portal to the frame. It rebuilds requests and answers from lists of what may pass, where
// httputil.ReverseProxy would pass all that it was not told to drop.
type proxy struct {
	portal    *url.URL
	transport http.RoundTripper
	jar       *cookiejar.Jar // the portal's cookies; the page and its scripts never see one
	door      *door
	csp       string
	texts     texts
	language  string
	folder    string

	credential Secret
	session    string
	actor      string
	mode       func() care.Mode

	passer *passer // where the pages are another portal's; nil for our own, which knows the session itself

	over    context.Context    // done when the session has ended
	touch   func()             // a page was asked for, or something sent: what a page's scripts and files ask for by themselves is nobody's doing
	ended   func()             // the portal says that the session is over
	reached func(ok bool)      // whether the portal answered
	saved   func(path string)  // a file was saved
	blocked func(e care.Error) // an answer was not shown
	shown   func(place string) // a page was, and where it is on this door
	refused *refusals          // what was refused
}

// ServeHTTP answers one request of the frame.
func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if p.over.Err() != nil {
		p.refuse(w, refusal{status: http.StatusGone, text: "page_ended"})
		return
	}
	if r.URL.Path == p.door.prefix+reportPath {
		p.refused.report(w, r)
		return
	}
	at := strings.TrimPrefix(r.URL.EscapedPath(), p.door.prefix)
	if no := p.check(r); no.status != 0 {
		p.refused.page(no.record, at)
		p.refuse(w, no)
		return
	}
	if navigates(r) || changes(r) {
		p.touch()
	}
	if p.passer != nil {
		no, ended := p.passer.pass(r, at)
		if ended {
			p.ended()
		}
		if no == unreached {
			p.lose(w, r)
			return
		}
		if no.status != 0 {
			p.refuse(w, no)
			return
		}
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	defer context.AfterFunc(p.over, cancel)()

	out, err := p.request(ctx, w, r)
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		p.refuse(w, refusal{status: http.StatusRequestEntityTooLarge, text: "page_too_large"})
		return
	}
	if err != nil {
		p.refuse(w, refusal{status: http.StatusBadRequest, text: "page_method"})
		return
	}
	res, err := p.transport.RoundTrip(out)
	if err != nil {
		p.lose(w, r)
		return
	}
	defer res.Body.Close()
	p.reached(true)
	res.Request = out
	p.answer(w, res)
}

// lose answers a request that the portal did not. A page that was to be led on stays where it is, with what was typed in it: the
// banner says why. A script hears that its request failed.
func (p *proxy) lose(w http.ResponseWriter, r *http.Request) {
	wanted := r.Context().Err() == nil && p.over.Err() == nil
	if wanted {
		p.reached(false)
	}
	if !wanted || !navigates(r) {
		p.refuse(w, unreached)
		return
	}
	fence(w.Header(), p.csp)
	w.WriteHeader(http.StatusNoContent)
}

// changes says whether a request may change something.
func changes(r *http.Request) bool { return r.Method != http.MethodGet && r.Method != http.MethodHead }

// navigates says whether a request is to lead the frame on. A browser that does not say so wants a page.
func navigates(r *http.Request) bool {
	if mode := r.Header.Get("Sec-Fetch-Mode"); mode != "" {
		return mode == "navigate"
	}
	return strings.Contains(r.Header.Get("Accept"), "text/html")
}

// check applies the rules that need nothing but the request.
func (p *proxy) check(r *http.Request) refusal {
	changing := changes(r)
	switch {
	case r.Header.Get("Upgrade") != "",
		changing && !slices.Contains([]string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}, r.Method),
		slices.Contains(strings.Split(r.URL.Path, "/"), ".."):
		return refusal{http.StatusMethodNotAllowed, "page_method", care.CodeMasqueradeMethod}
	case r.Header.Get("Sec-Fetch-Dest") == "document":
		// The customer's page without its banner round it: never.
		return refusal{http.StatusForbidden, "page_foreign", care.CodeMasqueradeForeign}
	case changing && !p.door.own(r):
		return refusal{http.StatusForbidden, "page_foreign", care.CodeMasqueradeForeign}
	case changing && !p.mode().Changes():
		return refusal{http.StatusForbidden, "page_view", care.CodeReadOnly}
	}
	return refusal{}
}

// request makes the request that goes to the portal. The body is read first, so that one which is too large is
// refused here and not half sent.
func (p *proxy) request(ctx context.Context, w http.ResponseWriter, r *http.Request) (*http.Request, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		return nil, fmt.Errorf("reading the page's request: %w", err)
	}
	to := p.portal.String() + strings.TrimPrefix(r.URL.EscapedPath(), p.door.prefix)
	if r.URL.RawQuery != "" {
		to += "?" + r.URL.RawQuery
	}
	out, err := http.NewRequestWithContext(ctx, r.Method, to, strings.NewReader(string(body)))
	if err != nil {
		return nil, fmt.Errorf("making the portal's request: %w", err)
	}
	copyHeaders(out.Header, r.Header, upHeaders)
	if p.passer == nil { // the credential is for our own portal alone
		out.Header.Set("Authorization", authScheme+string(p.credential))
	}
	out.Header.Set("X-Forwarded-Prefix", p.door.prefix)
	out.Header.Set("Sec-Fetch-Site", "same-origin") // true: check has seen the page's own Origin
	for _, c := range p.jar.Cookies(out.URL) {
		out.AddCookie(c)
	}
	return out, nil
}

// answer passes on what the portal said, if it said in whose name.
func (p *proxy) answer(w http.ResponseWriter, res *http.Response) {
	own := p.passer == nil // another portal knows nothing of our headers
	if own && res.StatusCode == http.StatusUnauthorized && res.Header.Get(headerState) == "ended" {
		p.ended()
		p.refuse(w, refusal{status: http.StatusGone, text: "page_ended"})
		return
	}
	if own && (res.Header.Get(headerSession) != p.session || res.Header.Get(headerActor) != p.actor) || res.StatusCode < 200 {
		p.blocked(care.Err(CodeUnattributed))
		p.refuse(w, refusal{status: http.StatusBadGateway, text: "page_unattributed"})
		return
	}
	p.keepCookies(res)
	h := w.Header()
	for _, name := range pathHeaders {
		place := res.Header.Get(name)
		if place == "" {
			continue
		}
		inside, err := p.inside(res.Request.URL, place)
		if err != nil {
			clear(h)
			p.strange(res.Request.URL, place)
			p.blocked(care.AsError(err))
			p.refuse(w, refusal{status: http.StatusBadGateway, text: "page_third_party"})
			return
		}
		h.Set(name, inside)
	}
	if isDownload(res) {
		p.keepFile(w, res)
		return
	}
	copyHeaders(h, res.Header, downHeaders)
	fence(h, p.csp)
	if isPage(res) {
		if place, err := p.inside(res.Request.URL, ""); err == nil {
			p.shown(place)
		}
	}
	w.WriteHeader(res.StatusCode)
	_, _ = io.Copy(w, res.Body) // a page cut short is the browser's to report
}

// isPage says whether an answer is what the frame shows from now on, and can be asked for again.
func isPage(res *http.Response) bool {
	kind, _, err := mime.ParseMediaType(res.Header.Get("Content-Type"))
	return err == nil && kind == "text/html" && res.StatusCode == http.StatusOK && res.Request.Method == http.MethodGet && res.Request.Header.Get("Hx-Request") == ""
}

// keepFile saves a download and leaves the page where it was.
func (p *proxy) keepFile(w http.ResponseWriter, res *http.Response) {
	name, err := save(p.folder, res)
	if err != nil {
		p.blocked(care.Err(CodeDownload))
		p.refuse(w, refusal{status: http.StatusBadGateway, text: "page_download"})
		return
	}
	p.saved(name)
	fence(w.Header(), p.csp)
	w.WriteHeader(http.StatusNoContent)
}

// keepCookies moves the portal's cookies to the jar. A path under the prefix is the portal's own path again there.
func (p *proxy) keepCookies(res *http.Response) {
	cookies := res.Cookies()
	for _, c := range cookies {
		if rest, ok := strings.CutPrefix(c.Path, p.door.prefix); ok {
			c.Path = path.Clean("/" + rest)
		}
	}
	p.jar.SetCookies(res.Request.URL, cookies)
}

// inside turns a place the portal names into one under the prefix, or refuses one that is not the portal's.
func (p *proxy) inside(from *url.URL, place string) (string, error) {
	u, err := from.Parse(place)
	if err != nil || u.Host != p.portal.Host || u.Scheme != p.portal.Scheme || u.User != nil {
		host := ""
		if u != nil {
			host = Plain(u.Host, maxName)
		}
		return "", care.Err(CodeThirdParty, "host", host)
	}
	at := u.EscapedPath()
	if !p.door.knows(at) {
		at = p.door.prefix + "/" + strings.TrimPrefix(strings.TrimPrefix(at, p.portal.EscapedPath()), "/")
	}
	if u.RawQuery != "" {
		at += "?" + u.RawQuery
	}
	if u.Fragment != "" {
		at += "#" + u.EscapedFragment()
	}
	return at, nil
}

// strange notes a place outside the portal.
func (p *proxy) strange(from *url.URL, place string) {
	if u, err := from.Parse(place); err == nil {
		p.refused.other(u.String())
	}
}

// refuse answers with one sentence and nothing of the portal's.
func (p *proxy) refuse(w http.ResponseWriter, no refusal) {
	h := w.Header()
	fence(h, p.csp)
	h.Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(no.status)
	back := ""
	if no.text != "page_ended" {
		back = p.door.prefix + "/"
	}
	_ = refusalPage.Execute(w, map[string]string{"Language": p.language, "Text": p.texts[no.text], "Back": back, "BackText": p.texts["page_back"]})
}

// refusalPage holds one sentence and the way back: the window has no buttons of a browser.
var refusalPage = template.Must(template.New("refusal").Parse(`<!doctype html>
<html lang="{{.Language}}"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>{{.Text}}</title></head>
<body><p>{{.Text}}</p>{{if .Back}}<p><a href="{{.Back}}">{{.BackText}}</a></p>{{end}}</body></html>
`))
