package masquerade

import (
	"context"
	"encoding/json"
	"html/template"
	"net/http"
	"time"

	"meterside/care"
)

// The longest texts of the banner, in runes.
const (
	maxName    = 80
	maxMessage = 200
	maxAck     = 500
)

// shell is the banner's own page and the two requests that its script sends.
type shell struct {
	door  *door
	csp   string
	view  shellView
	page  *template.Template
	state func() pulse
	close func()
	raise func(ctx context.Context) raised
	over  <-chan struct{}        // closed when the session has ended
	news  func() <-chan struct{} // closed when the portal is lost or found next

	report http.HandlerFunc // takes what the browser says was refused
}

// raised answers the wish to make changes: the page to show again, or why not.
type raised struct {
	Page    string `json:"page,omitempty"` // absolute
	Problem string `json:"problem,omitempty"`
}

// shellView is what the banner's page shows. Every text from outside has gone through Plain.
type shellView struct {
	Language string
	Title    string
	Who      []part
	Account  string
	Message  string
	Note     string // what is not known of another portal's pages, may be empty
	Mode     care.Mode
	ModeText string
	Raise    bool   // there is something to be raised to
	NoRaise  string // why there may be nothing
	What     []part // what making changes means, and for whom
	AckText  string // what the utility wants acknowledged, may be empty
	Page     string
	T        texts
}

// pulse answers a heartbeat.
type pulse struct {
	Ended      string    `json:"ended,omitempty"` // reason, once the session is over
	Mode       care.Mode `json:"mode"`
	LeftMS     int64     `json:"left_ms"`
	IdleMS     int64     `json:"idle_ms"`
	PortalLost bool      `json:"portal_lost"`
	Served     bool      `json:"served"` // the frame has shown an answer
	Saved      string    `json:"saved"`  // name of the last file saved

	Refused     []string `json:"refused,omitempty"`      // origins of others, each once
	RefusedMore bool     `json:"refused_more,omitempty"` // there were others than those
}

// newShellView prepares the banner for a greeting.
func newShellView(g Greeting, got grant, t texts, page string) shellView {
	names := map[string]string{"csr": label(g.CSRName, g.CSRID), "customer": label(g.CustomerName, g.Username, g.WebUserID)}
	note := ""
	if got.HandOver != nil {
		note = t["elsewhere_note"]
	}
	return shellView{
		Note:     note,
		Language: g.Language,
		Title:    title(g, t),
		Who:      t.parts("who", names),
		Account:  t.fill("account", "account", Plain(g.Account, maxName)),
		Message:  Plain(g.Banner, maxMessage),
		Mode:     got.Mode,
		ModeText: t["mode_"+string(got.Mode)],
		Raise:    got.Limit.Changes(),
		NoRaise:  t[got.noChanges()],
		What:     t.parts("change_"+string(got.Limit), names),
		AckText:  Plain(g.AckText, maxAck),
		Page:     page,
		T:        t,
	}
}

// title names the window. Its first words are ours, so no name can pass for another window.
func title(g Greeting, t texts) string {
	return t.fill("title", "customer", label(g.CustomerName, g.Username, g.WebUserID), "account", Plain(g.Account, maxName))
}

// label is the first name that shows anything and the first other one, in brackets.
func label(names ...string) string {
	var shown []string
	for _, n := range names {
		if n = Plain(n, maxName); n != "" && len(shown) < 2 {
			shown = append(shown, n)
		}
	}
	switch len(shown) {
	case 0:
		return "?"
	case 1:
		return shown[0]
	}
	return shown[0] + " (" + shown[1] + ")"
}

// handler routes the shell's requests under its prefix.
func (s *shell) handler() http.Handler {
	mux := http.NewServeMux()
	at := s.door.prefix
	mux.HandleFunc("GET "+at+"/{$}", s.show)
	mux.HandleFunc("GET "+at+"/shell.css", s.file("shell/shell.css"))
	mux.HandleFunc("GET "+at+"/shell.js", s.file("shell/shell.js"))
	mux.HandleFunc("POST "+at+reportPath, s.report)
	mux.HandleFunc("POST "+at+"/hb", s.heartbeat)
	mux.HandleFunc("POST "+at+"/wait", s.wait)
	mux.HandleFunc("POST "+at+"/mode", s.change)
	mux.HandleFunc("POST "+at+"/end", s.end)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fence(w.Header(), s.csp)
		w.Header().Set("Cross-Origin-Opener-Policy", "same-origin")
		w.Header().Set("X-Frame-Options", "DENY")
		// A browser says of its reports what they are, and not in every one whose page it was.
		if r.Method == http.MethodPost && !s.door.own(r) && r.URL.Path != at+reportPath {
			http.Error(w, "", http.StatusForbidden)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// show answers with the banner's page.
func (s *shell) show(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = s.page.Execute(w, s.view) // the template is parsed and tested; what is left is a closed connection
}

// file answers with one embedded file.
func (s *shell) file(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { http.ServeFileFS(w, r, files, name) }
}

// heartbeat tells the banner what is true now.
func (s *shell) heartbeat(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(s.state())
}

// waits is how long a question for what comes next may stay open.
const waits = 20 * time.Second

// wait answers when the session has ended, when the portal is lost or found, or after a while: the page is to go, or to be held, at
// once, not with the next heartbeat.
func (s *shell) wait(w http.ResponseWriter, r *http.Request) {
	select {
	case <-s.over:
	case <-s.news():
	case <-r.Context().Done():
	case <-time.After(waits):
	}
	w.WriteHeader(http.StatusNoContent)
}

// change has the session raised, and says which page to show again.
func (s *shell) change(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(s.raise(r.Context()))
}

// end ends the session without waiting for the portal, which may be out of reach.
func (s *shell) end(w http.ResponseWriter, _ *http.Request) {
	w.WriteHeader(http.StatusNoContent)
	s.close()
}
