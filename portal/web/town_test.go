package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"meterside/care"
	"meterside/portal"
	"meterside/portal/store"
)

const (
	password = "correct horse"
	jane     = "W00000001" // jdoe, owner of home and farm, viewer of cabin
	omar     = "W00000002" // omar, owner of shop
	home1    = "030000013" // in D1
	farm     = "030000021" // in D2
	cabin    = "030000039" // in D1
	shop     = "030000047" // in D1
	verifier = "verifier-of-the-desk"
	device   = "desk-1"
)

// town is a portal with a few people in it, behind a server on loopback, on a clock that the test moves.
type town struct {
	*portal.Portal
	t   *testing.T
	web *httptest.Server
	now atomic.Int64
}

func newTown(t *testing.T) *town {
	t.Helper()
	return newTownIn(t, t.TempDir())
}

func newTownIn(t *testing.T, database string) *town {
	t.Helper()
	p, err := portal.Open(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	town := &town{Portal: p, t: t}
	town.now.Store(time.Date(2026, 3, 4, 15, 0, 0, 0, time.UTC).UnixMilli())
	p.Now = func() time.Time { return time.UnixMilli(town.now.Load()) }
	town.web = httptest.NewServer(New(p, Options{Log: slog.New(slog.NewTextHandler(t.Output(), nil))}))
	t.Cleanup(func() {
		town.web.Close()
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	town.put(
		&care.District{ID: "D1", Name: "Harborside"}, &care.District{ID: "D2", Name: "Upper Tarn"},
		&care.Person{ID: "1000000007", Sort: "person", FirstName: "Jane", LastName: "Doe"},
		&care.Person{ID: "1000000015", Sort: "person", FirstName: "Omar", LastName: "Reyes"},
		&care.Premise{ID: "P1", DistrictID: "D1", Address1: "2172 MAIN ST"},
		&care.Account{Number: home1, MainPersonID: "1000000007", PremiseID: "P1", DistrictID: "D1", Status: "active", BalanceCents: 123456, Nickname: "Home"},
		&care.Account{Number: farm, MainPersonID: "1000000007", PremiseID: "P1", DistrictID: "D2", Status: "active"},
		&care.Account{Number: cabin, MainPersonID: "1000000015", PremiseID: "P1", DistrictID: "D1", Status: "active"},
		&care.Account{Number: shop, MainPersonID: "1000000015", PremiseID: "P1", DistrictID: "D1", Status: "active"},
		&care.WebUser{ID: jane, Username: "jdoe", Email: "jane@example.com", PersonID: "1000000007", Enrolment: care.Enrolled},
		&care.WebUser{ID: omar, Username: "omar", Email: "omar@example.com", PersonID: "1000000015", Enrolment: care.Enrolled},
		&care.WebUserAccount{WebUserID: jane, Account: home1, Role: "owner", DefaultProfile: true},
		&care.WebUserAccount{WebUserID: jane, Account: farm, Role: "owner"},
		&care.WebUserAccount{WebUserID: jane, Account: cabin, Role: "viewer"},
		&care.WebUserAccount{WebUserID: omar, Account: shop, Role: "owner", DefaultProfile: true},
		&care.Bill{
			ID: "B1", Account: home1, IssuedOn: "2026-02-03", DueOn: "2026-02-24", PeriodStart: "2026-01-01", PeriodEnd: "2026-01-31",
			TotalCents: 9876, Quantity: 1234, Unit: "kWh", Estimated: true,
			Segments: care.Segments{{Line: 1, Service: "electric", Description: "Energy charge", AmountCents: 9000}, {Line: 2, Service: "electric", Description: "Tax", AmountCents: 876}},
		},
	)
	town.must(p.AddStaff(t.Context(), care.Staff{ID: "CSR001", Name: "Ann Ruiz", Role: care.RoleCSR, Districts: care.List{"D1"}, Active: true}, password))
	return town
}

func (town *town) must(err error) {
	town.t.Helper()
	if err != nil {
		town.t.Fatal(err)
	}
}

// put writes records as the portal itself does.
func (town *town) put(records ...care.Record) {
	town.t.Helper()
	_, err := town.Store.Update(context.Background(), store.Options{Actor: portal.System("test"), Now: town.Now(), Command: "seed"}, func(tx *store.Tx) error {
		for _, rec := range records {
			if err := tx.Put(rec); err != nil {
				return err
			}
		}
		return nil
	})
	town.must(err)
}

// command runs a command as the portal itself.
func (town *town) command(cmd care.Command) {
	town.t.Helper()
	env, err := portal.NewEnvelope(cmd.Kind(), []byte(care.Detail(cmd)), town.Now())
	town.must(err)
	verdict, err := town.Do(town.t.Context(), portal.System("test"), env)
	town.must(err)
	if verdict.Outcome != care.Applied {
		town.t.Fatalf("%s: %+v", cmd.Kind(), verdict)
	}
}

func (town *town) later(d time.Duration) { town.now.Add(d.Milliseconds()) }

// reply is an answer with its body read.
type reply struct {
	*http.Response
	body string
}

type edit func(*http.Request)

func with(name, value string) edit { return func(r *http.Request) { r.Header.Set(name, value) } }

func cookie(token string) edit {
	return func(r *http.Request) { r.AddCookie(&http.Cookie{Name: sessionCookie, Value: token}) }
}

func as(credential string) edit { return with("Authorization", authScheme+credential) }

// send makes one request and follows nothing.
func (town *town) send(method, path, body string, edits ...edit) reply {
	town.t.Helper()
	req, err := http.NewRequestWithContext(town.t.Context(), method, town.web.URL+path, strings.NewReader(body))
	town.must(err)
	for _, e := range edits {
		e(req)
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	town.must(err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	town.must(err)
	return reply{res, string(b)}
}

func (town *town) get(path string, edits ...edit) reply {
	town.t.Helper()
	return town.send(http.MethodGet, path, "", edits...)
}

// post submits a form as a browser does from the same site; edits come last.
func (town *town) post(path string, form url.Values, edits ...edit) reply {
	town.t.Helper()
	own := []edit{with("Content-Type", "application/x-www-form-urlencoded"), with("Sec-Fetch-Site", "same-origin")}
	return town.send(http.MethodPost, path, form.Encode(), append(own, edits...)...)
}

func credentials(username, password string) url.Values {
	return url.Values{"username": {username}, "password": {password}}
}

// signIn gives a customer's token, by the page.
func (town *town) signIn(username, id string) string {
	town.t.Helper()
	town.must(town.SetWebUserPassword(town.t.Context(), id, password))
	return town.token(town.post("/signin", credentials(username, password)))
}

func (town *town) token(r reply) string {
	town.t.Helper()
	for _, c := range r.Cookies() {
		if c.Name == sessionCookie && c.Value != "" {
			return c.Value
		}
	}
	town.t.Fatalf("no session: %s %s", r.Status, r.body)
	return ""
}

// desk gives a token and the actor of CSR001 at a desk.
func (town *town) desk() (string, care.Actor) {
	town.t.Helper()
	session, err := town.SignInStaff(town.t.Context(), "CSR001", password, device, "127.0.0.1")
	town.must(err)
	actor, err := town.DeskActor(town.t.Context(), session.Token, "127.0.0.1")
	town.must(err)
	return session.Token, actor
}

// grant asks for a masquerade as jane.
func (town *town) grant(mode care.Mode) portal.Grant {
	town.t.Helper()
	_, actor := town.desk()
	env, err := portal.NewEnvelope("masquerade.start", []byte(care.Detail(care.StartMasquerade{
		WebUserID: jane, Account: home1, Mode: mode, Reason: "call", Acknowledged: true,
	})), town.Now())
	town.must(err)
	sum := sha256.Sum256([]byte(verifier))
	grant, err := town.AskMasquerade(town.t.Context(), actor, env, hex.EncodeToString(sum[:]), "en")
	town.must(err)
	return grant
}

func (town *town) redeem(ticket, verifier, device string) reply {
	town.t.Helper()
	return town.send(http.MethodPost, "/masquerade/redeem", care.Detail(map[string]string{"ticket": ticket, "verifier": verifier, "device": device}), with("Content-Type", "application/json"))
}

// masquerade opens a session as jane, lets it change things where the mode does, and gives its credential and ID.
func (town *town) masquerade(mode care.Mode) (credential, session string) {
	town.t.Helper()
	r := town.redeem(town.grant(mode).Ticket, verifier, device)
	var got portal.Redeemed
	if err := json.Unmarshal([]byte(r.body), &got); err != nil || r.StatusCode != http.StatusOK {
		town.t.Fatalf("redeem: %s %s", r.Status, r.body)
	}
	if mode != care.ModeView {
		town.raise(got.Credential, mode).wants(town.t, http.StatusOK)
	}
	return got.Credential, got.SessionID
}

// raise asks for changes as the window does.
func (town *town) raise(credential string, mode care.Mode) reply {
	town.t.Helper()
	return town.send(http.MethodPost, "/masquerade/mode", `{"mode":"`+string(mode)+`","acknowledged":true}`, as(credential))
}

// rows reads a query's rows as text, one a line.
func (town *town) rows(query string, args ...any) []string {
	town.t.Helper()
	rows, err := town.Store.Reader().QueryContext(context.Background(), query, args...)
	town.must(err)
	defer rows.Close()
	columns, err := rows.Columns()
	town.must(err)
	var out []string
	for rows.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		town.must(rows.Scan(into...))
		words := make([]string, len(values))
		for i, v := range values {
			words[i] = fmt.Sprintf("%v", v)
		}
		out = append(out, strings.Join(words, "|"))
	}
	town.must(rows.Err())
	return out
}

// dump is every row of every table.
func (town *town) dump() []string {
	town.t.Helper()
	var all []string
	for _, table := range town.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name") {
		rows := town.rows(`SELECT * FROM "` + table + `"`)
		slices.Sort(rows)
		for _, row := range rows {
			all = append(all, table+": "+row)
		}
	}
	if len(all) < 20 {
		town.t.Fatalf("the dump holds only %d rows", len(all))
	}
	return all
}

// unsaid is dump without what a refusal leaves on record: its line in the log, and the number of the clock that it takes.
func (town *town) unsaid() []string {
	town.t.Helper()
	return slices.DeleteFunc(town.dump(), func(row string) bool {
		table, _, _ := strings.Cut(row, ":")
		return slices.Contains([]string{"sync_clock", "sync_change", "sync_scope"}, table) || table == "activities" && strings.Contains(row, "masquerade.refused")
	})
}

// wants fails unless the answer has a status and its body all the texts.
func (r reply) wants(t *testing.T, status int, texts ...string) {
	t.Helper()
	shown := r.body
	if _, content, ok := strings.Cut(r.body, "<main"); ok {
		shown = "<main" + content
	}
	if r.StatusCode != status {
		t.Errorf("%s %s: status %d, want %d: %.2000s", r.Request.Method, r.Request.URL.Path, r.StatusCode, status, shown)
	}
	for _, text := range texts {
		if !strings.Contains(r.body, text) {
			t.Errorf("%s %s: no %q in %.2000s", r.Request.Method, r.Request.URL.Path, text, shown)
		}
	}
}
