package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"meterside/care"
)

func TestSignIn(t *testing.T) {
	town := newTown(t)
	town.get("/").wants(t, http.StatusSeeOther)
	town.get("/signin").wants(t, http.StatusOK, `<label for="signin-username">User name</label>`)
	token := town.signIn("jdoe", jane)
	first := town.get("/", cookie(token))
	first.wants(t, http.StatusOK, "Hello, Jane Doe", "$1,234.56 to pay", "$98.76", "February 24, 2026", "1,234\u00a0kWh (estimated)", "Signed in", `href="/?account=`+farm)

	town.post("/signout", nil, cookie(token)).wants(t, http.StatusSeeOther)
	r := town.get("/", cookie(token))
	r.wants(t, http.StatusUnauthorized, "Your session has ended", `action="/signin"`)
	r.lost(t)
}

// lost fails unless the browser is told to drop its session, and no browser asks for a password in a window of its own: none knows
// the scheme.
func (r reply) lost(t *testing.T) {
	t.Helper()
	if set := r.Header.Get("Set-Cookie"); !strings.HasPrefix(set, sessionCookie+"=;") || !strings.Contains(set, "Max-Age=0") {
		t.Errorf("%s: the browser keeps its cookie: %q", r.Request.URL.Path, set)
	}
	if got := r.Header.Get("WWW-Authenticate"); !strings.HasPrefix(got, "Meterside ") {
		t.Errorf("%s: asks for %q", r.Request.URL.Path, got)
	}
}

// A cookie that counts no more is answered with the form to sign in, which leads on to where the customer wanted to go; what anybody
// may see is seen with it too.
func TestASessionThatEnded(t *testing.T) {
	town := newTown(t)
	token := town.signIn("jdoe", jane)
	town.later(31 * time.Minute)
	const on = `action="/signin?account=` + farm + `&amp;to=%2Fpay"`
	for _, r := range []reply{town.get("/pay?account="+farm, cookie(token)), town.post("/pay?account="+farm, payment(), cookie(token)), town.get("/signin?to=%2Fpay&account="+farm, cookie(token))} {
		r.wants(t, http.StatusUnauthorized, on, "Your session has ended", `href="/signin?account=`+farm+`&amp;lang=es&amp;to=%2Fpay"`)
		r.lost(t)
		if strings.Contains(r.body, "aria-invalid") {
			t.Errorf("%s: an empty field is called wrong", r.Request.URL.Path)
		}
	}
	town.get("/bills/B1.pdf", cookie(token), with("Accept-Language", "es")).wants(t, http.StatusUnauthorized, "Su sesión ha terminado", `action="/signin"`)
	town.get("/forgot", cookie(token)).wants(t, http.StatusOK)
	town.post("/signin", credentials("jdoe", password), cookie(token)).wants(t, http.StatusSeeOther)
	if got := town.rows("SELECT COUNT(*) FROM payments"); got[0] != "0" {
		t.Errorf("%s payments", got[0])
	}
}

func TestSessionCookieIsKeptFromScriptsAndOtherSites(t *testing.T) {
	town := newTown(t)
	town.must(town.SetWebUserPassword(t.Context(), jane, password))
	set := town.post("/signin", credentials("jdoe", password)).Header.Get("Set-Cookie")
	for _, part := range []string{"HttpOnly", "SameSite=Lax", "Path=/"} {
		if !strings.Contains(set, part) {
			t.Errorf("no %s in the cookie %q", part, strings.SplitN(set, ";", 2)[1])
		}
	}
	secure := &site{secure: true}
	w := newRecorder()
	secure.setSession(w, "x")
	if !strings.Contains(w.Header().Get("Set-Cookie"), "Secure") {
		t.Error("the cookie is not marked Secure")
	}
}

func TestWrongPasswordKeepsTheNameOnly(t *testing.T) {
	town := newTown(t)
	town.must(town.SetWebUserPassword(t.Context(), jane, password))
	for _, name := range []string{"jdoe", "nobody", `"><b>x`} {
		r := town.post("/signin", credentials(name, "canary-secret"))
		r.wants(t, http.StatusUnauthorized, "User or password is wrong", `aria-describedby="signin-problem"`)
		if strings.Contains(r.body, "canary-secret") || strings.Contains(r.body, "<b>x") {
			t.Errorf("%s: the page repeats too much", name)
		}
	}
	r := town.post("/signin", credentials("jdoe", "wrong"), with("Accept-Language", "es-MX,es;q=0.9"))
	r.wants(t, http.StatusUnauthorized, `value="jdoe"`, `<html lang="es">`, "Contraseña")
}

// R47, R48: ten failed sign-ins in a row lock the password, and only an unlock lets the customer in again.
func TestTenFailuresLockUntilUnlocked(t *testing.T) {
	town := newTown(t)
	town.must(town.SetWebUserPassword(t.Context(), jane, password))
	for range 10 {
		town.post("/signin", credentials("jdoe", "wrong")).wants(t, http.StatusUnauthorized, "User or password is wrong")
	}
	town.post("/signin", credentials("jdoe", password)).wants(t, http.StatusForbidden, "This sign-in is locked")
	town.post("/signin", credentials("jdoe", "wrong")).wants(t, http.StatusUnauthorized, "User or password is wrong")
	if got := town.rows("SELECT lock, locked_by FROM web_user_locks WHERE web_user_id = $1", jane); len(got) != 1 || got[0] != "password|" {
		t.Errorf("locks: %q", got)
	}
	if got := town.rows("SELECT template || ' ' || address FROM notifications"); len(got) != 1 || got[0] != "account_locked jane@example.com" {
		t.Errorf("of the lock tell %q", got) // once, and not for each try after it
	}
	town.command(&care.UnlockWebUser{WebUserID: jane, Reason: "failed_signins"})
	town.later(time.Minute)
	token := town.token(town.post("/signin", credentials("jdoe", password)))
	town.get("/", cookie(token)).wants(t, http.StatusOK, "Your sign-in was locked", "Your sign-in was unlocked")
}

// R46: a lock stops the access to the portal.
func TestALockEndsTheSessionAtOnce(t *testing.T) {
	town := newTown(t)
	token := town.signIn("jdoe", jane)
	town.put(&care.WebUserLock{WebUserID: jane, Lock: care.LockCSR, By: "CSR001"})
	r := town.get("/bills", cookie(token))
	r.wants(t, http.StatusUnauthorized, "This sign-in is locked")
	r.lost(t)
}

func TestLanguage(t *testing.T) {
	town := newTown(t)
	town.get("/signin", with("Accept-Language", "es")).wants(t, http.StatusOK, `<html lang="es">`, "Iniciar sesión")
	town.get("/signin", with("Accept-Language", "de")).wants(t, http.StatusOK, `<html lang="en">`)
	r := town.get("/signin?lang=es", with("Accept-Language", "en"))
	r.wants(t, http.StatusOK, `<html lang="es">`)
	town.get("/signin", with("Accept-Language", "en"), func(req *http.Request) { req.AddCookie(r.Cookies()[0]) }).wants(t, http.StatusOK, `<html lang="es">`)
	town.get("/signin?lang="+url.QueryEscape("../x")).wants(t, http.StatusOK, `<html lang="en">`)
}

// Whoever opens the link of a letter, or is signed out by then, comes to that page once they are signed in; an address that names
// anything else leads to the first page. Seen to fail with any path taken.
func TestSigningInLeadsToThePageThatWasAskedFor(t *testing.T) {
	town := newTown(t)
	town.must(town.SetWebUserPassword(t.Context(), jane, password))
	asked := town.get("/pay?account=" + farm)
	asked.wants(t, http.StatusSeeOther)
	at := asked.Header.Get("Location")
	if want := "/signin?account=" + farm + "&to=%2Fpay"; at != want {
		t.Fatalf("leads to %q, want %q", at, want)
	}
	town.get(at).wants(t, http.StatusOK, `action="/signin?account=`+farm+`&amp;to=%2Fpay"`)
	town.post(at, credentials("jdoe", "wrong")).wants(t, http.StatusUnauthorized, `action="/signin?account=`+farm+`&amp;to=%2Fpay"`)
	for from, to := range map[string]string{
		at: "/pay?account=" + farm, "/signin?to=%2Fmessages": "/messages", "/signin": "/", "/signin?to=invited": "/invited",
		"/signin?to=%2F%2Fevil.example": "/", "/signin?to=https:%2F%2Fevil.example": "/", "/signin?to=%2Fsignout": "/", "/signin?to=%2Fpay%2F..%2F..": "/",
	} {
		r := town.post(from, credentials("jdoe", password))
		r.wants(t, http.StatusSeeOther)
		if got := r.Header.Get("Location"); got != to {
			t.Errorf("%s leads to %q, want %q", from, got, to)
		}
	}
}
