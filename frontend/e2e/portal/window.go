//go:build e2e

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"

	"meterside/backend/masquerade"
	"meterside/portal"
)

// window is a masquerade's window around the pages.
type window struct {
	*masquerade.Session
	close func()
}

// greeting is how a window is greeted that shows the pages.
func greeting(url, dir string, g portal.Grant) masquerade.Greeting {
	return masquerade.Greeting{
		Portal: url, Ticket: masquerade.Secret(g.Ticket), Verifier: verifier, SessionID: g.SessionID, Device: device, CSRID: "CSR001", CSRName: "Ann Ruiz",
		WebUserID: user, Username: "jdoe", CustomerName: "José Núñez", Account: account, Mode: g.Mode, EndsAt: g.EndsAt, IdleMS: g.IdleMS, AckText: g.AckText,
		Language: "en", Downloads: filepath.Join(dir, "downloads"),
	}
}

// openWindow opens a window that is greeted so.
func openWindow(ctx context.Context, g masquerade.Greeting) (*window, error) {
	ctx, cancel := context.WithCancel(ctx)
	s, err := masquerade.Open(ctx, g, masquerade.Options{})
	if err != nil {
		cancel()
		return nil, err
	}
	return &window{Session: s, close: func() { cancel(); s.Wait() }}, nil
}

// secretsOf are what no page of a window may hold, as soon as one has redeemed its ticket. The customer is signed in elsewhere meanwhile, so
// that there is a cookie to be found.
func secretsOf(ctx context.Context, p *portal.Portal, g portal.Grant, heard *overheard) (map[string]string, error) {
	cookie, err := p.SignInCustomer(ctx, "jdoe", password, "127.0.0.1")
	if err != nil {
		return nil, err
	}
	var hash string
	if err := p.Store.Reader().QueryRowContext(ctx, "SELECT password_hash FROM web_user_secret WHERE web_user_id = $1", user).Scan(&hash); err != nil {
		return nil, fmt.Errorf("reading what is kept of the password: %w", err)
	}
	select {
	case credential := <-heard.credential:
		return map[string]string{"ticket": g.Ticket, "verifier": verifier, "cookie": cookie, "password": password, "hash": hash, "credential": credential}, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// overheard is the portal's door. The credential is known to the window alone, so it is heard when it is given.
type overheard struct {
	http.Handler
	credential chan string // holds one
}

// ServeHTTP passes a request on.
func (o *overheard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/masquerade/redeem" {
		o.Handler.ServeHTTP(w, r)
		return
	}
	answer := httptest.NewRecorder()
	o.Handler.ServeHTTP(answer, r)
	var redeemed portal.Redeemed
	if json.Unmarshal(answer.Body.Bytes(), &redeemed) == nil && redeemed.Credential != "" {
		o.credential <- redeemed.Credential
	}
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
}
