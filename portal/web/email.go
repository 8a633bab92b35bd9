package web

import (
	"net/http"
	"strings"

	"meterside/care"
	"meterside/portal/wording"
)

// emailForms are those for the address that letters go to: to change it, and to take back a change that waits to be confirmed.
// typed is what was refused, "" for nothing.
func (s *site) emailForms(r *http.Request, v *visit, p page, account care.Account, typed string) ([]form, error) {
	waiting, err := s.portal.WaitingEmail(r.Context(), v.user.ID)
	if err != nil {
		return nil, err
	}
	is := p.Say("profile.letters.none")
	if v.user.Email != "" {
		is = p.Say("profile.letters.is", "email", wording.Shown(v.user.Email, textShown))
	}
	change := form{
		id: "letters", title: p.Say("profile.letters"), intro: []string{is, p.Say("profile.letters.intro")}, action: p.link("/profile/email"), submit: p.Say("profile.letters.submit"), quiet: true,
		fields: []input{{name: "email", label: p.Say("profile.letters.new"), kind: "email", value: typed, fill: "email"}},
	}
	if !v.masquerade() {
		change.fields = append(change.fields, input{name: "password", label: p.Say("security.old"), hint: p.Say("profile.letters.password"), kind: "password", fill: "current-password"})
	}
	forms := []form{change}
	if waiting.ID != "" {
		to := wording.Shown(waiting.Address, textShown)
		forms[0].intro = append(forms[0].intro, p.Say("profile.letters.waiting", "email", to, "time", p.Instant(waiting.EndsAt, p.zone())))
		if forms[0].fields[0].value == "" {
			forms[0].fields[0].value, forms[0].submit = to, p.Say("profile.letters.again")
		}
		forms = append(forms, form{id: "keep", title: p.Say("profile.letters.keep", "email", to), action: p.link("/profile/email/keep"), submit: p.Say("profile.letters.keep.submit"), quiet: true})
	}
	for i, cmd := range []care.Command{&care.ChangeLoginEmail{Account: account.Number}, &care.KeepLoginEmail{Account: account.Number}}[:len(forms)] {
		if forms[i].why, err = s.whyNot(r, p, cmd); err != nil {
			return nil, err
		}
	}
	return forms, nil
}

// changeEmail is POST /profile/email. What it answers is the same whoever has the address.
func (s *site) changeEmail(w http.ResponseWriter, r *http.Request, v *visit) error {
	account, err := s.posted(r, v, care.OwnMatters)
	if err != nil {
		return err
	}
	again := func(status int, refused error) error { return s.profilePage(w, r, v, status, "letters", refused) }
	cmd := &care.ChangeLoginEmail{Account: account.Number, Email: strings.TrimSpace(r.PostForm.Get("email"))}
	err = cmd.Validate()
	if err == nil {
		err = s.portal.MayAskEmail(r.Context(), v.actor, r.PostForm.Get("password"))
	}
	switch care.CodeOf(err) {
	case "":
		return s.send(w, r, v, cmd, v.at("/profile")+query(account.Number, "saved", "sent"), again)
	case care.CodeFault:
		return err
	}
	status, _ := s.explain(r, v.language, err)
	return again(status, err)
}

// keepEmail is POST /profile/email/keep.
func (s *site) keepEmail(w http.ResponseWriter, r *http.Request, v *visit) error {
	account, err := s.posted(r, v, care.OwnMatters)
	if err != nil {
		return err
	}
	return s.send(w, r, v, &care.KeepLoginEmail{Account: account.Number}, v.at("/profile")+query(account.Number, "saved", "kept"), func(status int, refused error) error {
		return s.profilePage(w, r, v, status, "keep", refused)
	})
}

// showEmail is GET /email: where the link to a new address leads. It asks first, as programs that check mails follow links.
func (s *site) showEmail(w http.ResponseWriter, r *http.Request, v *visit) error {
	letters, moved := s.followed(w, r, v)
	if moved {
		return nil
	}
	user, address, err := s.portal.NewEmail(r.Context(), letters)
	if err != nil {
		return s.linkEnded(w, r, v, err)
	}
	p := s.newPage(v, catalogues[v.language].Say("validate.title"), "/email", "")
	f := form{id: "confirm", action: v.at("/email"), submit: p.Say("validate.submit"), intro: []string{
		p.Say("newemail.intro", "name", wording.Shown(user.Username, nameShown), "email", wording.Shown(address, textShown)), p.Say("newemail.not_you"),
	}}
	return s.render(w, r, http.StatusOK, formsPage(p, formsOf{forms: []form{f}}))
}

// confirmEmail is POST /email. Who is signed in as somebody else stays so.
func (s *site) confirmEmail(w http.ResponseWriter, r *http.Request, v *visit) error {
	letters, _ := s.followed(w, r, v)
	user, err := s.portal.ConfirmEmail(r.Context(), letters, addressOf(r))
	if err != nil {
		return s.linkEnded(w, r, v, err)
	}
	s.setLink(w, "")
	on := "/signin?said=email"
	if v.actor.ID == user.ID {
		on = "/profile?saved=moved"
	}
	http.Redirect(w, r, v.at(on), http.StatusSeeOther)
	return nil
}
