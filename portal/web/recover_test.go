package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"meterside/care"
	"meterside/portal"
)

const chosen = "seven green herons"

func newPasswords(more ...string) url.Values {
	form := url.Values{"password": {chosen}, "again": {chosen}}
	for i := 0; i+1 < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	return form
}

// letters are those of the link that was made last.
func (town *town) letters() string {
	town.t.Helper()
	found := town.rows("SELECT token FROM recovery_secret WHERE token <> '' ORDER BY ends_at DESC LIMIT 1")
	if len(found) != 1 {
		town.t.Fatal("there is no link")
	}
	return found[0]
}

func sends(r reply) edit {
	return func(req *http.Request) {
		for _, c := range r.Cookies() {
			req.AddCookie(c)
		}
	}
}

// R49: forgotten, sent, followed, chosen and signed in; the letters leave the address at once and stand on no page.
func TestAForgottenPassword(t *testing.T) {
	town := newTown(t)
	town.get("/signin").wants(t, http.StatusOK, `href="/forgot"`, `href="/recover"`)
	town.get("/forgot").wants(t, http.StatusOK, "Forgotten password", "Forgotten user name")
	known := town.post("/forgot/password", url.Values{"username": {"jdoe"}})
	unknown := town.post("/forgot/password", url.Values{"username": {"nobody"}})
	known.wants(t, http.StatusOK, "If there is such a user")
	if unnamed(known.body) != unnamed(unknown.body) {
		t.Error("the answer tells known from unknown")
	}
	if a, b := town.post("/forgot/username", url.Values{"email": {"jane@example.com"}}), town.post("/forgot/username", url.Values{"email": {"x@example.com"}}); unnamed(a.body) != unnamed(b.body) || a.StatusCode != http.StatusOK {
		t.Error("the answer tells a known mailbox from an unknown one")
	}
	letters := town.letters()
	followed := town.get(portal.ResetPage + letters)
	followed.wants(t, http.StatusSeeOther)
	if at := followed.Header.Get("Location"); at != "/reset" {
		t.Errorf("the link leads to %q", at)
	}
	form := town.get("/reset", sends(followed))
	form.wants(t, http.StatusOK, "For the user jdoe", `autocomplete="new-password"`)
	if strings.Contains(form.body, letters) {
		t.Error("the page holds the letters")
	}
	town.post("/reset", url.Values{"password": {chosen}, "again": {"x"}}, sends(followed)).wants(t, http.StatusBadRequest, "The two passwords are not the same", `aria-invalid="true"`)
	town.post("/reset", url.Values{"password": {"jdoe"}, "again": {"jdoe"}}, sends(followed)).wants(t, http.StatusBadRequest, "This password will not do")
	set := town.post("/reset", newPasswords(), sends(followed))
	set.wants(t, http.StatusSeeOther)
	town.get(set.Header.Get("Location")).wants(t, http.StatusOK, "Your new password is set")
	town.post("/reset", newPasswords(), sends(followed)).wants(t, http.StatusUnauthorized, "This link has ended or was used already", `href="/forgot"`)
	town.get("/", cookie(town.token(town.post("/signin", credentials("jdoe", chosen))))).wants(t, http.StatusOK, "The password was set by a link")
}

// code is one that a CSR reads out to jane.
func (town *town) code() string {
	town.t.Helper()
	_, actor := town.desk()
	env, err := portal.NewEnvelope("recovery.generate_code", []byte(care.Detail(&care.GenerateCode{WebUserID: jane, Account: home1})), town.Now())
	town.must(err)
	given, err := town.Ask(town.t.Context(), actor, portal.Question{Envelope: env})
	town.must(err)
	code, ok := given.(care.RecoveryCode)
	if !ok {
		town.t.Fatalf("given %T", given)
	}
	return string(code.Code)
}

// R51: a code that was read out sets a password; every refusal is worded, keeps the name, and repeats no secret.
func TestARecoveryCodeOnThePage(t *testing.T) {
	town := newTown(t)
	code := town.code()
	wrong := town.post("/recover", newPasswords("username", "jdoe", "code", "canary-code"))
	wrong.wants(t, http.StatusUnauthorized, "This code is wrong, or it works no more", `value="jdoe"`)
	if strings.Contains(wrong.body, "canary-code") && strings.Contains(wrong.body, chosen) {
		t.Error("the page repeats a secret")
	}
	town.post("/recover", newPasswords("username", "jdoe", "code", strings.ToLower(code))).wants(t, http.StatusSeeOther)
	town.token(town.post("/signin", credentials("jdoe", chosen)))
}

func TestPasswordAndSignOutEverywhere(t *testing.T) {
	town := newTown(t)
	token, other := town.signIn("jdoe", jane), ""
	other = town.token(town.post("/signin", credentials("jdoe", password)))
	town.get("/security", cookie(token)).wants(t, http.StatusOK, "Change the password", "Sign out everywhere")
	town.post("/security/password", newPasswords("old", "wrong"), cookie(token)).wants(t, http.StatusUnauthorized, "The present password is wrong")
	town.post("/security/password", newPasswords("old", password), cookie(token)).wants(t, http.StatusSeeOther)
	town.get("/", cookie(other)).wants(t, http.StatusUnauthorized, "Your session has ended")
	town.get("/security?saved=saved", cookie(token)).wants(t, http.StatusOK, "Your new password is set")
	town.post("/security/signout", nil, cookie(token)).wants(t, http.StatusSeeOther)
	town.get("/", cookie(token)).wants(t, http.StatusUnauthorized, "Your session has ended")
}

// Who somebody is is theirs alone: in a masquerade none of it can be seen or sent, in any mode.
func TestNoIdentityInAMasquerade(t *testing.T) {
	town := newTown(t)
	credential, _ := town.masquerade(care.ModeFull)
	town.get("/security", as(credential)).wants(t, http.StatusOK, "Only the customer can do this", " disabled aria-describedby=")
	before := town.unsaid()
	for _, at := range identityRoutes {
		town.post(at, newPasswords("username", "jdoe", "email", "jane@example.com", "code", "x", "old", password), as(credential)).wants(t, http.StatusForbidden, "Only the customer can do this")
	}
	for _, at := range []string{"/forgot", "/reset", "/reset?link=x", "/recover", "/register", "/validate", "/validate/address"} {
		town.get(at, as(credential)).wants(t, http.StatusForbidden, "Only the customer can do this")
	}
	wantSame(t, before, town.unsaid())
}

// identityRoutes are the forms about who somebody is.
var identityRoutes = []string{"/forgot/password", "/forgot/username", "/reset", "/recover", "/security/password", "/security/signout", "/register", "/validate", "/validate/address"}

func TestNoSecretInAnAddress(t *testing.T) {
	town := newTown(t)
	for _, at := range []string{"/forgot", "/recover", "/signin"} {
		if r := town.get(at); !regexp.MustCompile(`<form[^>]*method="post"`).MatchString(r.body) || strings.Contains(r.body, `method="get"`) {
			t.Errorf("%s: a form is sent in its address", at)
		}
	}
}

// A form with a link's letters in its address is answered by its page alone, where it was answered twice before.
func TestAFormIsNoLink(t *testing.T) {
	town := newTown(t)
	for _, at := range []string{"/reset", "/validate", "/invited", "/invited/register"} {
		town.post(at+"?link=1", nil).wants(t, http.StatusUnauthorized)
	}
}
