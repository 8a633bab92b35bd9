//go:build e2e

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"

	"meterside/backend/masquerade"
	"meterside/portal"
)

// window is a masquerade's window around the pages, with what no page of it may hold.
type window struct {
	*masquerade.Session
	downloads string
	secrets   map[string]string
	close     func()
}

// openWindow opens the window. The customer is signed in elsewhere meanwhile, so that there is a cookie to be found.
func openWindow(ctx context.Context, p *portal.Portal, url, dir string, g portal.Grant) (*window, error) {
	cookie, err := p.SignInCustomer(ctx, "jdoe", password, "127.0.0.1")
	if err != nil {
		return nil, err
	}
	var hash string
	if err := p.Store.Reader().QueryRowContext(ctx, "SELECT password_hash FROM web_user_secret WHERE web_user_id = $1", user).Scan(&hash); err != nil {
		return nil, fmt.Errorf("reading what is kept of the password: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	way := &overheard{}
	w := &window{downloads: filepath.Join(dir, "downloads")}
	w.Session, err = masquerade.Open(ctx, masquerade.Greeting{
		Portal: url, Ticket: masquerade.Secret(g.Ticket), Verifier: verifier, SessionID: g.SessionID, Device: device, CSRID: "CSR001", CSRName: "Ann Ruiz",
		WebUserID: user, Username: "jdoe", CustomerName: "José Núñez", Account: account, Mode: g.Mode, EndsAt: g.EndsAt, IdleMS: g.IdleMS, AckText: g.AckText,
		Language: "en", Downloads: w.downloads,
	}, masquerade.Options{Transport: way})
	if err != nil {
		cancel()
		return nil, err
	}
	w.close = func() { cancel(); w.Wait() }
	w.secrets = map[string]string{"ticket": g.Ticket, "verifier": verifier, "cookie": cookie, "password": password, "hash": hash, "credential": way.credential}
	return w, nil
}

// overheard is the window's way to the portal. The credential is known to the window alone, so it is heard when it is given.
type overheard struct{ credential string }

// RoundTrip passes a request on.
func (o *overheard) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil || r.URL.Path != "/masquerade/redeem" {
		return res, err
	}
	body, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	res.Body = io.NopCloser(bytes.NewReader(body))
	var redeemed portal.Redeemed
	if err == nil {
		err = json.Unmarshal(body, &redeemed)
	}
	o.credential = redeemed.Credential
	return res, err
}
