package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"meterside/care"
	"meterside/portal"
	"meterside/portal/api"
	"meterside/portal/mail"
	"meterside/portal/store"
	"meterside/portal/web"
)

const (
	password    = "a good password"
	verifier    = "only the asker knows"
	hookSecret  = care.Secret("a secret of the mail service")
	owners      = "030000013" // the account that everything is asked about
	cookieNamed = "meterside"
)

// village is the whole portal as it is served, with one person of every sort signed in to it.
type village struct {
	*testing.T
	*portal.Portal
	server *httptest.Server
	held   map[string]string // by who holds it: a cookie, a desk's token or a masquerade's credential
}

// people are who signs in as what; a masquerade is by a CSR of its own, as one at a time is all that there is.
var people = map[string]struct{ webUser, staff, as string }{
	"owner": {webUser: "W1"}, "guest": {webUser: "W2"}, "other": {webUser: "W3"},
	"csr": {staff: "CSR001"}, "admin": {staff: "ADM001"},
	"view": {staff: "CSR002", as: "W1"}, "full": {staff: "CSR003", as: "W1"}, "ended": {staff: "CSR004", as: "W1"},
}

func newVillage(t *testing.T) *village {
	t.Helper()
	p, err := portal.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	v := &village{T: t, Portal: p, held: map[string]string{}}
	quiet := slog.New(slog.DiscardHandler)
	desks := api.New(p, quiet)
	shelf, err := desks.Offer(t.TempDir())
	v.must(err)
	v.server = httptest.NewServer(routes(desks, mail.Hook(p, hookSecret, quiet), web.New(p, web.Options{Log: quiet})))
	t.Cleanup(func() {
		v.server.Close()
		v.must(shelf.Close())
		v.must(p.Close())
	})
	v.put(
		&care.District{ID: "D1", Name: "Harborside"}, &care.District{ID: "D2", Name: "Upper Tarn"},
		&care.Person{ID: "1", Sort: "person", FirstName: "Jane", LastName: "Doe"},
		&care.Account{Number: owners, MainPersonID: "1", DistrictID: "D1", Status: "active"}, &care.Account{Number: "030000021", MainPersonID: "1", DistrictID: "D2", Status: "active"},
		&care.WebUserAccount{WebUserID: "W1", Account: owners, Role: "owner", DefaultProfile: true},
		&care.WebUserAccount{WebUserID: "W2", Account: owners, Role: "viewer", DefaultProfile: true},
		&care.WebUserAccount{WebUserID: "W3", Account: "030000021", Role: "owner", DefaultProfile: true},
	)
	v.put(&care.PolicyEntry{Key: "masquerade.customer_receipt", Value: "on"}, &care.Masquerade{ID: "S1", CSRID: "CSR001", WebUserID: "W1", Account: owners, Mode: care.ModeView, GrantedAt: 1, StartedAt: 1, EndedAt: 2})
	for _, id := range []string{"W1", "W2", "W3"} {
		v.put(&care.WebUser{ID: id, Username: "user-" + id, Email: id + "@example.com", PersonID: "1", Enrolment: care.Enrolled})
		v.must(p.SetWebUserPassword(t.Context(), id, password))
	}
	for _, id := range []string{"ADM001", "CSR001", "CSR002", "CSR003", "CSR004"} {
		role := care.RoleCSR
		if id == "ADM001" {
			role = care.RoleAdmin
		}
		v.must(p.AddStaff(t.Context(), care.Staff{ID: id, Name: id, Role: role, Districts: care.List{"D1"}, Active: true}, password))
	}
	for who := range people {
		v.signInAgain(who)
	}
	return v
}

func (v *village) must(err error) {
	v.Helper()
	if err != nil {
		v.Fatal(err)
	}
}

func (v *village) put(all ...care.Record) {
	v.Helper()
	_, err := v.Store.Update(context.Background(), store.Options{Actor: portal.System("test"), Now: time.Now(), Command: uuid.NewString()}, func(tx *store.Tx) error {
		for _, rec := range all {
			if err := tx.Put(rec); err != nil {
				return err
			}
		}
		return nil
	})
	v.must(err)
}

// signInAgain gives somebody what they need anew, where they have it no more.
func (v *village) signInAgain(who string) {
	v.Helper()
	is, ctx := people[who], v.Context()
	switch {
	case who == "nobody":
	case is.webUser != "":
		token, err := v.SignInCustomer(ctx, "user-"+is.webUser, password, "127.0.0.1")
		v.must(err)
		v.held[who] = token
	case is.as == "":
		session, err := v.SignInStaff(ctx, is.staff, password, "desk-"+is.staff, "127.0.0.1")
		v.must(err)
		v.held[who] = session.Token
	default:
		v.masquerade(who)
	}
}

// ticket asks for a masquerade and gives what opens it.
func (v *village) ticket(staff, as string) string {
	v.Helper()
	session, err := v.SignInStaff(v.Context(), staff, password, "desk-"+staff, "127.0.0.1")
	v.must(err)
	actor, err := v.DeskActor(v.Context(), session.Token, "127.0.0.1")
	v.must(err)
	env, err := portal.NewEnvelope("masquerade.start", []byte(care.Detail(care.StartMasquerade{WebUserID: as, Account: owners, Reason: "asked", Acknowledged: true})), v.Now())
	v.must(err)
	sum := sha256.Sum256([]byte(verifier))
	grant, err := v.AskMasquerade(v.Context(), actor, env, hex.EncodeToString(sum[:]), "en")
	v.must(err)
	return grant.Ticket
}

func (v *village) masquerade(who string) {
	v.Helper()
	if was := v.held[who]; was != "" {
		if _, _, err := v.MasqueradeActor(v.Context(), was, "127.0.0.1"); err == nil || who == "ended" {
			return // it is open still, or stays over
		}
	}
	is := people[who]
	redeemed, err := v.RedeemTicket(v.Context(), v.ticket(is.staff, is.as), verifier, "desk-"+is.staff, "127.0.0.1")
	v.must(err)
	v.held[who] = redeemed.Credential
	actor, session, err := v.MasqueradeActor(v.Context(), redeemed.Credential, "127.0.0.1")
	v.must(err)
	switch who {
	case "full":
		v.must(v.RaiseMasquerade(v.Context(), actor, session, care.ModeFull, true))
	case "ended":
		v.must(v.EndMasquerade(v.Context(), actor, session.ID, "closed"))
	}
}

// ask makes a request in somebody's name and gives the status.
func (v *village) ask(who, method, path string) int {
	v.Helper()
	is := people[who]
	return v.send(method, path, "", func(r *http.Request) {
		switch {
		case is.webUser != "":
			r.AddCookie(&http.Cookie{Name: cookieNamed, Value: v.held[who]})
		case is.as != "":
			r.Header.Set("Authorization", "Masquerade "+v.held[who])
		case is.staff != "":
			r.Header.Set("Authorization", "Bearer "+v.held[who])
		}
	})
}

// send makes one request as its route wants it, and follows nothing.
func (v *village) send(method, path, body string, edit func(*http.Request)) int {
	v.Helper()
	status, _ := v.said(method, path, body, edit)
	return status
}

func (v *village) said(method, path, body string, edit func(*http.Request)) (int, string) {
	v.Helper()
	programs := strings.HasPrefix(path, "/api/") || strings.HasPrefix(path, "/masquerade/") || path == "/ask"
	if !programs && !strings.Contains(path, "?") {
		path += "?account=" + owners
	}
	if programs && body == "" {
		body = "{}"
	}
	req, err := http.NewRequestWithContext(v.Context(), method, v.server.URL+path, strings.NewReader(body))
	v.must(err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if programs {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	edit(req)
	res, err := http.DefaultTransport.RoundTrip(req)
	v.must(err)
	defer func() { _ = res.Body.Close() }()
	v.challenged(res)
	b, err := io.ReadAll(res.Body)
	v.must(err)
	return res.StatusCode, string(b)
}
