package web

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"meterside/backend/masquerade"
	"meterside/care"
	"meterside/portal/external/externaltest"
)

// elsewhere has masquerades lead to a utility's own portal.
func (town *town) elsewhere(how string) *externaltest.Portal {
	town.t.Helper()
	town.now.Store(time.Now().UnixMilli())
	theirs := externaltest.NewPortal(&externaltest.Verifier{
		KeySet: func() ([]byte, error) { return town.Portal.KeySet(context.Background()) }, Issuer: town.Portal.Issuer(), Now: time.Now,
	})
	town.t.Cleanup(theirs.Close)
	town.put(&care.PolicyEntry{Key: "portal.address", Value: theirs.URL}, &care.PolicyEntry{Key: "portal.home_page", Value: "/home"},
		&care.PolicyEntry{Key: "portal.hand_over", Value: how})
	return theirs
}

// R6, M3, M6: the utility's own portal is shown through the desk's proxy to who was handed over, and to look only: what would change
// something is refused by the proxy and goes nowhere, what was looked at is on record first, and neither the credential nor a token
// ever stands in a request for a page. It was seen to fail with the credential sent along, and with sensitive
// tasks named in a scope to look.
func TestR6TheUtilitysOwnPortalIsLookedAt(t *testing.T) {
	town := newTown(t)
	theirs := town.elsewhere(care.HandOverView)
	w := town.window(town.grant(care.ModeView))
	w.get("home").wants(t, http.StatusOK, jane+", by CSR001", "<p>view</p>")
	w.post("save").wants(t, http.StatusForbidden, "for viewing only")
	shell := town.from(http.MethodGet, w.ShellURL(), "")
	shell.wants(t, http.StatusOK, "AS: ", "records the requests that are sent, not what they change")
	heard, tokens := theirs.Heard()
	for _, r := range heard {
		said := r.URL.String() + r.Referer() + r.Header.Get("Authorization")
		if r.Header.Get("Authorization") != "" || len(tokens) != 1 || strings.Contains(said, tokens[0]) {
			t.Errorf("%s %s carries a secret", r.Method, r.URL)
		}
		if r.Method != http.MethodGet && r.URL.Path != "/masquerade/hand-over" {
			t.Errorf("%s %s came through", r.Method, r.URL)
		}
	}
	if got := town.rows("SELECT kind || ' ' || detail FROM activities WHERE kind IN ('masquerade.viewed', 'masquerade.request_sent') AND actor = 'CSR001'"); len(got) != 1 || !strings.Contains(got[0], `"/home"`) {
		t.Errorf("on record: %q", got)
	}
}

// R6, R61: who may only look is told whether their role says so or the policy about that portal, as each is for another setting to change.
// Seen to fail with the role named for both.
func TestR6WhyThereIsNothingToChange(t *testing.T) {
	for how, words := range map[string]string{
		care.HandOverView: "own portal is opened here for viewing only, whatever your role", care.HandOverScope: "Your role may only view in a masquerade",
	} {
		town := newTown(t)
		town.elsewhere(how)
		town.put(&care.PolicyEntry{Key: "masquerade.mode.csr", Value: string(care.ModeView)})
		w := town.window(town.grant(care.ModeView))
		town.from(http.MethodGet, w.ShellURL(), "").wants(t, http.StatusOK, words+". An administrator can change that")
		town.from(http.MethodPost, w.ShellURL()+"mode", "", with("Origin", w.shell)).wants(t, http.StatusOK, words+". An administrator can change that")
	}
}

// R6, M11: where it declares that it honours the scope, a session is raised there by another token, each request that may change
// something is on record before it is sent, and once the session ended here nothing more is sent. It was seen to fail with the session
// raised without a token, and with the portal not asked before each page.
func TestR6TheUtilitysOwnPortalIsChangedByItsScope(t *testing.T) {
	town := newTown(t)
	theirs := town.elsewhere(care.HandOverScope)
	g := town.grant(care.ModeFull)
	w := town.window(g)
	w.post("save").wants(t, http.StatusForbidden, "for viewing only")
	town.from(http.MethodPost, w.ShellURL()+"mode", "", with("Origin", w.shell)).wants(t, http.StatusOK, `"page":`)
	w.get("home").wants(t, http.StatusOK, "full autopay.edit nickname.edit paperless.edit profile.contact")
	saved := w.post("save")
	saved.wants(t, http.StatusSeeOther)
	if !strings.HasSuffix(saved.Header.Get("Location"), "/home") {
		t.Errorf("led to %s", saved.Header.Get("Location"))
	}
	sent := func() []string {
		return town.rows("SELECT detail || ' ' || session_id || ' ' || web_user_id FROM activities WHERE kind = 'masquerade.request_sent'")
	}
	if got := sent(); len(got) != 1 || got[0] != `{"method":"POST","page":"/save"} `+g.SessionID+" "+jane {
		t.Errorf("on record: %q", got)
	}
	before, tokens := theirs.Heard()
	if len(tokens) != 2 {
		t.Errorf("%d tokens were handed over", len(tokens))
	}
	town.must(town.Portal.EndMasquerade(t.Context(), care.Actor{ID: "SUP01", Origin: care.OriginSystem}, g.SessionID, "supervisor"))
	w.get("home").wants(t, http.StatusGone, "The masquerade is over")
	w.post("save").wants(t, http.StatusGone)
	if after, _ := theirs.Heard(); len(after) != len(before) {
		t.Errorf("%d requests were sent after the end", len(after)-len(before))
	}
}

// R6, M3: a token is good once, for a minute and a half at most, at the portal that it names; and where a portal does not take it, the window
// does not open and the session ends. It was seen to fail with the audience left out.
func TestR6AHandOverIsGoodOnce(t *testing.T) {
	town := newTown(t)
	theirs := town.elsewhere(care.HandOverView)
	var got struct {
		HandOver struct{ Token string } `json:"hand_over"`
	}
	redeem := func() string {
		t.Helper()
		r := town.redeem(town.grant(care.ModeView).Ticket, verifier, device)
		town.must(json.Unmarshal([]byte(r.body), &got))
		town.must(town.Portal.EndMasquerade(t.Context(), care.Actor{ID: "SUP01", Origin: care.OriginSystem}, town.rows("SELECT session_id FROM masquerades WHERE ended_at = 0")[0], "closed"))
		return got.HandOver.Token
	}
	const typ = "meterside-handover+jwt"
	token := redeem()
	if claims, err := theirs.Verify(token, typ); err != nil || claims.Subject != jane || claims.Actor.ID != "CSR001" || claims.Scope != "view" {
		t.Errorf("%+v, %v", claims, err)
	}
	if _, err := theirs.Verify(token, typ); err == nil {
		t.Error("it was taken twice")
	}
	if _, err := theirs.Verify(redeem(), "meterside-request+jwt"); err == nil {
		t.Error("it was taken for a request")
	}
	theirs.Audience = "https://elsewhere.example.com"
	if _, err := theirs.Verify(redeem(), typ); err == nil {
		t.Error("it was taken elsewhere")
	}
	theirs.Audience, theirs.Now = theirs.URL, func() time.Time { return time.Now().Add(91 * time.Second) }
	if _, err := theirs.Verify(redeem(), typ); err == nil {
		t.Error("it was taken late")
	}
	if _, err := masquerade.Open(t.Context(), town.greeting(town.grant(care.ModeView)), masquerade.Options{}); care.CodeOf(err) != masquerade.CodeHandOver {
		t.Errorf("where it is not taken: %v", err)
	}
	if open := town.rows("SELECT session_id FROM masquerades WHERE ended_at = 0"); len(open) != 0 {
		t.Errorf("open still: %v", open)
	}
}

// through is a window that is open, and how its frame asks.
type through struct {
	*masquerade.Session
	town          *town
	shell, origin string
	page          *url.URL // the first page
	prefix        string
}

func (w *through) get(page string) reply {
	w.town.t.Helper()
	return w.town.from(http.MethodGet, w.origin+w.prefix+"/"+page, "", with("Accept", "text/html"))
}

func (w *through) post(page string) reply {
	w.town.t.Helper()
	return w.town.from(http.MethodPost, w.origin+w.prefix+"/"+page, "x=1", with("Origin", w.origin), with("Content-Type", "application/x-www-form-urlencoded"))
}
