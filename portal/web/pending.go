package web

import (
	"net/http"
	"strings"

	"meterside/care"
	"meterside/portal/wording"
)

// pendingForm is for who registered and never had the link to confirm their address, as where they mistyped it.
func (p page) pendingForm(username string) form {
	return form{
		id: "elsewhere", title: p.Say("pending.title"), intro: []string{p.Say("pending.intro")}, action: p.visit.at("/validate/address"), submit: p.Say("profile.letters.submit"), quiet: true,
		fields: []input{
			{name: "username", label: p.Say("signin.username"), value: wording.Shown(username, usernameShown), fill: "username"},
			{name: "password", label: p.Say("signin.password"), kind: "password", fill: "current-password"},
			{name: "email", label: p.Say("email"), hint: p.Say("register.email.hint"), kind: "email", fill: "email"},
		},
	}
}

// showPending is GET /validate/address.
func (s *site) showPending(w http.ResponseWriter, r *http.Request, v *visit) error {
	return s.pendingPage(w, r, v, http.StatusOK, "", nil)
}

func (s *site) pendingPage(w http.ResponseWriter, r *http.Request, v *visit, status int, username string, failed error) error {
	p := s.newPage(v, catalogues[v.language].Say("pending.title"), "/validate/address", "")
	f := p.pendingForm(username)
	f.title, f.quiet = "", false
	if failed != nil {
		f.fields[2].value = wording.Shown(r.PostForm.Get("email"), usernameShown)
		f = f.refused(v.language, failed)
		if code := care.CodeOf(failed); code == care.CodeTooManyEmails {
			f.wrong = "email"
		}
	}
	return s.render(w, r, status, formsPage(p, formsOf{forms: []form{f}, links: []choice{{"/signin", p.Say("signin.title")}, {"/forgot", p.Say("forgot.title")}}}))
}

// validateElsewhere is POST /validate/address. What it answers is the same whoever has the address.
func (s *site) validateElsewhere(w http.ResponseWriter, r *http.Request, v *visit) error {
	if err := readForm(r); err != nil {
		return err
	}
	username := strings.TrimSpace(r.PostForm.Get("username"))
	err := s.portal.ValidateElsewhere(r.Context(), username, r.PostForm.Get("password"), r.PostForm.Get("email"), addressOf(r))
	return s.ended(w, r, v, err, v.at("/signin?said=registered"), func(status int, refused error) error {
		return s.pendingPage(w, r, v, status, username, refused)
	})
}
