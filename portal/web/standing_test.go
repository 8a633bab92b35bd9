package web

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"meterside/care"
)

// trickled is a form of which nothing has come when its request begins: before the first of it is read, something else happens.
type trickled struct {
	meanwhile func()
	form      io.Reader
}

// Read does what happens meanwhile, once, and gives the form.
func (t *trickled) Read(b []byte) (int, error) {
	if t.meanwhile != nil {
		t.meanwhile()
		t.meanwhile = nil
	}
	return t.form.Read(b)
}

// trickle sends a form whose words come after something else happened.
func (town *town) trickle(path string, form url.Values, meanwhile func(), who edit) *httptest.ResponseRecorder {
	town.t.Helper()
	r := httptest.NewRequestWithContext(town.t.Context(), http.MethodPost, path, &trickled{meanwhile, strings.NewReader(form.Encode())})
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	who(r)
	w := httptest.NewRecorder()
	town.web.Config.Handler.ServeHTTP(w, r)
	return w
}

// M11: who sends a form is judged when all of it has come: what ended meanwhile is over, and a form that would have been shown again, with
// what is wrong in it, shows nothing of the customer.
//
// Seen to fail where the form is read after who sends it: the one with a wrong address is shown again.
func TestM11AFormIsItsSendersWhenItHasCome(t *testing.T) {
	forms := map[string]url.Values{"/preferences": paperlessOn(), "/profile/email": {"email": {"no address"}, "password": {password}}}
	for name, c := range map[string]struct {
		who func(*town) edit
		end func(*town)
	}{
		"a masquerade whose customer is locked": {inside, func(town *town) { town.put(&care.WebUserLock{WebUserID: jane, Lock: care.LockCSR}) }},
		"a masquerade whose desk is revoked":    {inside, func(town *town) { town.must(town.RevokeDevice(town.t.Context(), device)) }},
		"a masquerade that is ended": {inside, func(town *town) {
			town.must(town.EndMasquerade(town.t.Context(), care.Actor{ID: "test", Origin: care.OriginSystem}, town.rows("SELECT session_id FROM masquerades")[0], "closed"))
		}},
		"a customer who is locked": {outside, func(town *town) { town.put(&care.WebUserLock{WebUserID: jane, Lock: care.LockCSR}) }},
		"a customer who signed out everywhere": {outside, func(town *town) {
			town.must(town.SignOutEverywhere(town.t.Context(), care.Actor{ID: jane, Name: "jdoe", Origin: care.OriginPortal}))
		}},
		"a customer whose password is new": {outside, func(town *town) { town.must(town.SetWebUserPassword(town.t.Context(), jane, "another password")) }},
	} {
		t.Run(name, func(t *testing.T) {
			for path, form := range forms {
				town := newTown(t)
				who := c.who(town)
				before := town.rows("SELECT nickname, paperless FROM accounts ORDER BY account_number")
				w := town.trickle(path, form, func() { c.end(town) }, who)
				if w.Code == http.StatusSeeOther && strings.Contains(w.Header().Get("Location"), "saved") || w.Code < 300 || w.Code == http.StatusBadRequest {
					t.Errorf("answered %d %q", w.Code, w.Header().Get("Location"))
				}
				if strings.Contains(w.Body.String(), "jane@example.com") || strings.Contains(w.Body.String(), "Jane") {
					t.Errorf("the customer is shown: %s", w.Body)
				}
				wantSame(t, before, town.rows("SELECT nickname, paperless FROM accounts ORDER BY account_number"))
				if n := len(town.rows("SELECT 1 FROM tasks")); n != 0 {
					t.Errorf("%d tasks were made", n)
				}
			}
		})
	}
}

func inside(town *town) edit {
	credential, _ := town.masquerade(care.ModeFull)
	return as(credential)
}

func outside(town *town) edit { return cookie(town.signIn("jdoe", jane)) }

// A body that is too large, or that breaks off, is heard of by whoever reads it. Seen to fail where what went wrong is kept back.
func TestAllOfAFormIsReadFirst(t *testing.T) {
	town := newTown(t)
	who := outside(town)
	large := town.trickle("/preferences", url.Values{"nickname": {strings.Repeat("x", maxBody)}}, nil, who)
	if large.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("too large a form: %d", large.Code)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/preferences", io.MultiReader(strings.NewReader("nickname=Cut"), endsWith{io.ErrUnexpectedEOF}))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	who(r)
	w := httptest.NewRecorder()
	town.web.Config.Handler.ServeHTTP(w, r)
	if w.Code != http.StatusBadRequest || town.rows("SELECT nickname FROM accounts WHERE account_number = $1", home1)[0] != "Home" {
		t.Errorf("a form that broke off: %d", w.Code)
	}
}
