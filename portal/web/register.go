package web

import (
	"net/http"
	"strings"

	"meterside/care"
	"meterside/portal"
	"meterside/portal/wording"
)

// proofFields are those in which somebody proves that an account is theirs.
func (p page) proofFields(r *http.Request) []input {
	typed := func(name string) string { return wording.Shown(r.PostForm.Get(name), nameShown) }
	return []input{
		{name: "number", label: p.Say("accounts.number"), value: typed("number"), fill: "off"},
		{name: "total", label: p.Say("proof.total"), value: typed("total"), fill: "off", optional: true},
		{name: "postal", label: p.Say("proof.postal"), value: typed("postal"), fill: "off", optional: true},
		{name: "last4", label: p.Say("proof.last4"), value: typed("last4"), fill: "off", optional: true},
	}
}

// proofOf reads them.
func proofOf(r *http.Request) portal.Proof {
	return portal.Proof{Account: r.PostForm.Get("number"), Total: r.PostForm.Get("total"), Postal: r.PostForm.Get("postal"), IDLast4: r.PostForm.Get("last4")}
}

// showRegister is GET /register.
func (s *site) showRegister(w http.ResponseWriter, r *http.Request, v *visit) error {
	return s.registerPage(w, r, v, http.StatusOK, nil)
}

func (s *site) registerPage(w http.ResponseWriter, r *http.Request, v *visit, status int, failed error) error {
	p := s.newPage(v, catalogues[v.language].Say("register.title"), "/register", "")
	f := form{id: "register", action: v.at("/register"), submit: p.Say("register.submit"), intro: []string{p.Say("proof.intro")}}
	f.fields = append(p.proofFields(r),
		input{name: "username", label: p.Say("register.username"), hint: p.Say("register.username.hint"), value: wording.Shown(r.PostForm.Get("username"), usernameShown), fill: "username"},
		input{name: "email", label: p.Say("email"), hint: p.Say("register.email.hint"), kind: "email", value: wording.Shown(r.PostForm.Get("email"), usernameShown), fill: "email"})
	f.fields = append(f.fields, p.newPasswordFields()...)
	if failed != nil {
		f = f.refused(v.language, failed)
		switch care.CodeOf(failed) {
		case care.CodeNotProven:
			f.wrong = "number"
		case care.CodeNameTaken:
			f.wrong = "username"
		}
	}
	return s.render(w, r, status, formsPage(p, formsOf{forms: []form{f}, links: []choice{{"/signin", p.Say("signin.title")}, {"/forgot", p.Say("forgot.title")}}}))
}

// register is POST /register. What is wrong with the proof is answered alike, whether there is such an account or not.
func (s *site) register(w http.ResponseWriter, r *http.Request, v *visit) error {
	if err := readForm(r); err != nil {
		return err
	}
	password, err := newPassword(r)
	if err == nil {
		err = s.portal.Register(r.Context(), portal.Registration{
			Proof: proofOf(r), Username: strings.TrimSpace(r.PostForm.Get("username")), Email: r.PostForm.Get("email"), Password: password,
		}, addressOf(r))
	}
	return s.ended(w, r, v, err, v.at("/signin?said=registered"), func(status int, refused error) error {
		return s.registerPage(w, r, v, status, refused)
	})
}

// showValidate is GET /validate: where the link of a registration leads. It asks first, as programs that check mails follow
// links.
func (s *site) showValidate(w http.ResponseWriter, r *http.Request, v *visit) error {
	letters, moved := s.followed(w, r, v)
	if moved {
		return nil
	}
	user, err := s.portal.ValidationUser(r.Context(), letters)
	if err != nil {
		return s.linkEnded(w, r, v, err)
	}
	p := s.newPage(v, catalogues[v.language].Say("validate.title"), "/validate", "")
	f := form{id: "validate", action: v.at("/validate"), submit: p.Say("validate.submit"), intro: []string{
		p.Say("validate.intro", "name", wording.Shown(user.Username, nameShown), "email", wording.Shown(user.Email, nameShown)),
	}}
	return s.render(w, r, http.StatusOK, formsPage(p, formsOf{forms: []form{f}}))
}

// validate is POST /validate.
func (s *site) validate(w http.ResponseWriter, r *http.Request, v *visit) error {
	letters, _ := s.followed(w, r, v)
	if err := s.portal.Validate(r.Context(), letters, addressOf(r)); err != nil {
		return s.linkEnded(w, r, v, err)
	}
	s.setLink(w, "")
	s.setSession(w, "")
	http.Redirect(w, r, v.at("/signin?said=validated"), http.StatusSeeOther)
	return nil
}
