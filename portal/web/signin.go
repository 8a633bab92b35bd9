package web

import (
	"net/http"
	"slices"
	"strings"

	"meterside/care"
	"meterside/portal/wording"
)

const usernameShown = 200

// showSignIn is GET /signin.
func (s *site) showSignIn(w http.ResponseWriter, r *http.Request, v *visit) error {
	if v.actor.ID != "" {
		http.Redirect(w, r, v.at("/"), http.StatusSeeOther)
		return nil
	}
	if v.ended != nil {
		return s.signInAgain(w, r, v)
	}
	return s.signInPage(w, r, v, http.StatusOK, "", nil)
}

// signInAgain answers a cookie that counts no more: the browser loses it, and the page is the one to sign in.
func (s *site) signInAgain(w http.ResponseWriter, r *http.Request, v *visit) error {
	s.setSession(w, "")
	return s.signInPage(w, r, v, http.StatusUnauthorized, "", v.ended)
}

// signIn is POST /signin.
func (s *site) signIn(w http.ResponseWriter, r *http.Request, v *visit) error {
	if err := readForm(r); err != nil {
		return err
	}
	username := strings.TrimSpace(r.PostForm.Get("username"))
	token, err := s.portal.SignInCustomer(r.Context(), username, r.PostForm.Get("password"), addressOf(r))
	switch care.CodeOf(err) {
	case "":
	case care.CodeSignInFailed, care.CodeSignInLocked, care.CodeSignInThrottled, care.CodeNotEnrolled:
		status, _ := s.explain(r, v.language, err)
		return s.signInPage(w, r, v, status, username, err)
	default:
		return err
	}
	if err := s.forget(r); err != nil { // one browser, one session
		return err
	}
	s.setSession(w, token)
	http.Redirect(w, r, v.at(afterSignIn(r)), http.StatusSeeOther)
	return nil
}

// wanted is where who signs in wants to go: to the page that they asked for, or that they were on when they sent a form. It is ""
// for the first page, and for what an address may name besides.
func wanted(r *http.Request) (account, to string) {
	to = r.URL.Path
	if to == "/signin" {
		to = r.URL.Query().Get("to")
	}
	if to == "/" || to != "invited" && !isPlace(to) {
		return "", ""
	}
	return r.URL.Query().Get("account"), to
}

// toSignIn leads who is not signed in to where they do that, and from there on to where they want to go.
func toSignIn(r *http.Request) string {
	account, to := wanted(r)
	if to == "" {
		return "/signin"
	}
	return "/signin" + query(account, "to", to)
}

// afterSignIn is where a sign-in leads: to the page that was asked for, to the invitation that it was for, else to the first page.
func afterSignIn(r *http.Request) string {
	switch account, to := wanted(r); to {
	case "":
		return "/"
	case "invited":
		return "/invited"
	default:
		return to + query(account)
	}
}

func isPlace(path string) bool {
	return slices.ContainsFunc(places, func(p struct{ path, key string }) bool { return p.path == path })
}

// signOut is POST /signout.
func (s *site) signOut(w http.ResponseWriter, r *http.Request, v *visit) error {
	if err := s.forget(r); err != nil {
		return err
	}
	s.setSession(w, "")
	http.Redirect(w, r, v.at("/signin?said=bye"), http.StatusSeeOther)
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

// said are what the sign-in page says of how somebody came there.
var said = []string{"bye", "password", "everywhere", "validated", "registered", "joined", "email"}

// signInPage shows the form, after a failure with its reason and the name that was typed, never with the password.
func (s *site) signInPage(w http.ResponseWriter, r *http.Request, v *visit, status int, username string, failed error) error {
	account, to := wanted(r)
	p := s.newPage(v, catalogues[v.language].Say("signin.title"), "/signin", account)
	if to != "" {
		p.more = []string{"to", to}
	}
	f := form{
		id: "signin", action: v.at(toSignIn(r)), submit: p.Say("signin.submit"), anew: true, fields: []input{
			{name: "username", label: p.Say("signin.username"), value: wording.Shown(username, usernameShown), fill: "username"},
			{name: "password", label: p.Say("signin.password"), kind: "password", fill: "current-password"},
		},
	}
	good := ""
	if care.CodeOf(failed) == care.CodeNotSignedIn { // nothing was typed that could be wrong
		f.intro = []string{p.Say("signin.ended")}
	} else if failed != nil {
		f = f.refused(v.language, failed)
	} else if word := r.URL.Query().Get("said"); slices.Contains(said, word) {
		good = p.Say("signin.said." + word)
	}
	forms := []form{f}
	if care.CodeOf(failed) == care.CodeNotEnrolled { // they know the password
		forms = append(forms, p.pendingForm(username))
	}
	return s.render(w, r, status, formsPage(p, formsOf{good: good, forms: forms, links: []choice{
		{"/register", p.Say("register.title")}, {"/forgot", p.Say("forgot.title")}, {"/recover", p.Say("recover.title")},
	}}))
}

// setSession gives the browser a session's token, or takes it away.
func (s *site) setSession(w http.ResponseWriter, token string) {
	cookie := &http.Cookie{Name: sessionCookie, Value: token, Path: "/", HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteLaxMode}
	if token == "" {
		cookie.MaxAge = -1
	}
	http.SetCookie(w, cookie)
}
