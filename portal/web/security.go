package web

import (
	"net/http"

	"meterside/care"
)

// showSecurity is GET /security: the password, and every place where the customer is signed in.
func (s *site) showSecurity(w http.ResponseWriter, r *http.Request, v *visit) error {
	good := ""
	if r.URL.Query().Get("saved") == "saved" {
		good = catalogues[v.language].Say("security.saved")
	}
	return s.securityPage(w, r, v, http.StatusOK, good, nil)
}

func (s *site) securityPage(w http.ResponseWriter, r *http.Request, v *visit, status int, good string, failed error) error {
	p := s.newPage(v, catalogues[v.language].Say("security.title"), "/security", "")
	change := form{
		id: "password", title: p.Say("security.password"), intro: []string{p.Say("security.password.intro")}, action: v.at("/security/password"), submit: p.Say("reset.submit"),
		fields: append([]input{{name: "old", label: p.Say("security.old"), kind: "password", fill: "current-password"}}, p.newPasswordFields()...),
	}
	everywhere := form{
		id: "everywhere", title: p.Say("security.everywhere"), intro: []string{p.Say("security.everywhere.intro")}, action: v.at("/security/signout"), submit: p.Say("security.everywhere.submit"),
	}
	if v.masquerade() {
		_, change.why = s.explain(r, v.language, errNotInside)
		everywhere.why = change.why
	}
	if failed != nil {
		change = change.refused(v.language, failed)
		if care.CodeOf(failed) == care.CodeSignInFailed {
			change.problem, change.wrong = p.Say("security.old.wrong"), "old"
		}
	}
	return s.render(w, r, status, formsPage(p, formsOf{good: good, forms: []form{change, everywhere}}))
}

// changePassword is POST /security/password.
func (s *site) changePassword(w http.ResponseWriter, r *http.Request, v *visit) error {
	if v.masquerade() {
		return errNotInside
	}
	if err := readForm(r); err != nil {
		return err
	}
	cookie, err := r.Cookie(sessionCookie)
	if err != nil {
		return care.Err(care.CodeNotSignedIn)
	}
	password, err := newPassword(r)
	if err == nil {
		err = s.portal.ChangePassword(r.Context(), v.actor, cookie.Value, r.PostForm.Get("old"), password)
	}
	return s.ended(w, r, v, err, v.at("/security?saved=saved"), func(status int, refused error) error {
		return s.securityPage(w, r, v, status, "", refused)
	})
}

// signOutEverywhere is POST /security/signout.
func (s *site) signOutEverywhere(w http.ResponseWriter, r *http.Request, v *visit) error {
	if v.masquerade() {
		return errNotInside
	}
	if err := s.portal.SignOutEverywhere(r.Context(), v.actor); err != nil {
		return err
	}
	s.setSession(w, "")
	http.Redirect(w, r, v.at("/signin?said=everywhere"), http.StatusSeeOther)
	return nil
}
