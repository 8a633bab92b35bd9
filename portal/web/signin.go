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
	if v.locked {
		s.setSession(w, "")
		return s.signInPage(w, r, v, "", care.Err(care.CodeSignInLocked))
	}
	return s.signInPage(w, r, v, "", nil)
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
		return s.signInPage(w, r, v, username, err)
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

// toSignIn leads who is not signed in to where they do that, and from there on to the page that they asked for.
func toSignIn(r *http.Request) string {
	if r.Method != http.MethodGet || !isPlace(r.URL.Path) || r.URL.Path == "/" {
		return "/signin"
	}
	return "/signin" + query(r.URL.Query().Get("account"), "to", r.URL.Path)
}

// afterSignIn is where a sign-in leads: to the page that was asked for, to the invitation that it was for, else to the first page.
// What else an address may say leads nowhere.
func afterSignIn(r *http.Request) string {
	switch to := r.URL.Query().Get("to"); {
	case to == "invited":
		return "/invited"
	case isPlace(to):
		return to + query(r.URL.Query().Get("account"))
	}
	return "/"
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
func (s *site) signInPage(w http.ResponseWriter, r *http.Request, v *visit, username string, failed error) error {
	p := s.newPage(v, catalogues[v.language].Say("signin.title"), "/signin", "")
	f := form{
		id: "signin", action: v.at("/signin"), submit: p.Say("signin.submit"), anew: true, fields: []input{
			{name: "username", label: p.Say("signin.username"), value: wording.Shown(username, usernameShown), fill: "username"},
			{name: "password", label: p.Say("signin.password"), kind: "password", fill: "current-password"},
		},
	}
	if to := r.URL.Query().Get("to"); afterSignIn(r) != "/" {
		f.action += query(r.URL.Query().Get("account"), "to", to)
	}
	status, good := http.StatusOK, ""
	if failed != nil {
		status, _ = s.explain(r, v.language, failed)
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
