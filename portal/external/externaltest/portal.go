package externaltest

import (
	"crypto/rand"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
)

// Portal is a utility's own portal, to which masquerades are handed over: POST /masquerade/hand-over begins a session of the web user
// that the token names, a page shows whose it is, and POST /save saves where the token's scope allows it.
type Portal struct {
	*httptest.Server
	*Verifier

	mu       sync.Mutex
	sessions map[string]Claims // by cookie
	heard    []*http.Request
	tokens   []string
}

// NewPortal starts a portal on this computer alone. The caller closes it.
func NewPortal(v *Verifier) *Portal {
	p := &Portal{Verifier: v, sessions: map[string]Claims{}}
	p.Server = httptest.NewServer(http.HandlerFunc(p.answer))
	v.Audience = p.URL
	return p
}

// Heard are the requests so far, and the tokens that were handed over.
func (p *Portal) Heard() (requests []*http.Request, tokens []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.heard), slices.Clone(p.tokens)
}

func (p *Portal) answer(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.heard = append(p.heard, r)
	if r.Method == http.MethodPost && r.URL.Path == "/masquerade/hand-over" {
		token := r.PostFormValue("token")
		p.tokens = append(p.tokens, token)
		claims, err := p.Verify(token, "meterside-handover+jwt")
		if err != nil {
			http.Error(w, err.Error(), http.StatusUnauthorized)
			return
		}
		cookie := rand.Text()
		p.sessions[cookie] = claims
		http.SetCookie(w, &http.Cookie{Name: "session", Value: cookie, Path: "/", HttpOnly: true})
		w.WriteHeader(http.StatusNoContent)
		return
	}
	cookie, err := r.Cookie("session")
	if err != nil || p.sessions[cookie.Value].Subject == "" {
		http.Error(w, "sign in", http.StatusUnauthorized)
		return
	}
	claims := p.sessions[cookie.Value]
	switch {
	case r.Method == http.MethodGet:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = fmt.Fprintf(w, `<!doctype html><html lang="en"><title>Our own portal</title><h1>%s, by %s</h1><p>%s</p>
			<form action="/save" method="post"><label>Phone <input name="phone"></label> <button>Save</button></form>`, html.EscapeString(claims.Subject), html.EscapeString(claims.Actor.ID), html.EscapeString(claims.Scope))
	case slices.Contains(strings.Fields(claims.Scope), "full"):
		http.Redirect(w, r, "/home", http.StatusSeeOther)
	default:
		http.Error(w, "out of scope", http.StatusForbidden)
	}
}
