package web

import (
	"net/http"
	"strings"

	"meterside/care"
	"meterside/portal/wording"
)

const usernameShown = 200

// showSignIn is GET /signin.
func (s *site) showSignIn(w http.ResponseWriter, r *http.Request, v *visit) error {
	if v.masquerade() {
		return errNotInside
	}
	if v.actor.ID != "" {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return nil
	}
	if v.locked {
		s.setSession(w, "")
		return s.signInPage(w, r, v, "", care.Err(care.CodeSignInLocked))
	}
	return s.signInPage(w, r, v, "", nil)
}

// signIn is POST /signin.
func (s *site) signIn(w http.ResponseWriter, r *http.Request, v *visit) error {
	if v.masquerade() {
		return errNotInside
	}
	if err := readForm(r); err != nil {
		return err
	}
	username := strings.TrimSpace(r.PostForm.Get("username"))
	token, err := s.portal.SignInCustomer(r.Context(), username, r.PostForm.Get("password"), addressOf(r))
	switch care.CodeOf(err) {
	case "":
	case care.CodeSignInFailed, care.CodeSignInLocked, care.CodeSignInThrottled:
		return s.signInPage(w, r, v, username, err)
	default:
		return err
	}
	if err := s.forget(r); err != nil { // one browser, one session
		return err
	}
	s.setSession(w, token)
	http.Redirect(w, r, "/", http.StatusSeeOther)
	return nil
}

// signOut is POST /signout.
func (s *site) signOut(w http.ResponseWriter, r *http.Request, v *visit) error {
	if v.masquerade() {
		return errNotInside
	}
	if err := s.forget(r); err != nil {
		return err
	}
	s.setSession(w, "")
	http.Redirect(w, r, "/signin?bye=1", http.StatusSeeOther)
	return nil
}

// forget ends the session that a request's cookie names, if it names one.
func (s *site) forget(r *http.Request) error {
	old, err := r.Cookie(sessionCookie)
	if err != nil || visitOf(r).actor.ID == "" {
		return nil
	}
	return s.portal.SignOutCustomer(r.Context(), old.Value)
}

// signInPage shows the form, after a failure with its reason and the name that was typed, never with the password.
func (s *site) signInPage(w http.ResponseWriter, r *http.Request, v *visit, username string, failed error) error {
	status, problem := http.StatusOK, ""
	if failed != nil {
		status, problem = s.explain(r, v.language, failed)
	}
	c := catalogues[v.language]
	p := page{site: s, visit: v, Catalogue: c, title: c.Say("signin.title"), path: "/signin"}
	return s.render(w, r, status, signInForm(p, wording.Shown(username, usernameShown), problem, failed == nil && r.URL.Query().Has("bye")))
}

// setSession gives the browser a session's token, or takes it away.
func (s *site) setSession(w http.ResponseWriter, token string) {
	cookie := &http.Cookie{Name: sessionCookie, Value: token, Path: "/", HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteLaxMode}
	if token == "" {
		cookie.MaxAge = -1
	}
	http.SetCookie(w, cookie)
}
