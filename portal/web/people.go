package web

import (
	"net/http"
	"strings"

	"meterside/care"
	"meterside/portal"
	"meterside/portal/wording"
)

// showPeople is GET /people: who else has the account, and who is invited to it.
func (s *site) showPeople(w http.ResponseWriter, r *http.Request, v *visit) error {
	return s.peoplePage(w, r, v, http.StatusOK, "", nil)
}

// peoplePage shows the page; refused is about the form that is named.
func (s *site) peoplePage(w http.ResponseWriter, r *http.Request, v *visit, status int, which string, refused error) error {
	account, ok, err := s.chosen(r, v, care.LetOtherIn)
	if err != nil {
		return err
	}
	p := s.newPage(v, catalogues[v.language].Say("people.title"), "/people", account.Number)
	if !ok {
		return s.render(w, r, http.StatusOK, noAccount(p))
	}
	why, err := s.whyNot(r, p, &care.InviteGuest{Account: account.Number})
	if err != nil {
		return err
	}
	all, err := s.portal.People(r.Context(), account.Number)
	if err != nil {
		return err
	}
	shown := formsOf{account: account, good: p.done(r, "people.saved"), intro: []string{p.Say("people.intro")}}
	var owners []string
	for _, one := range all {
		switch {
		case one.Link.Role != "owner":
			shown.forms = append(shown.forms, p.guestForms(one)...)
		case one.User.ID != v.user.ID:
			owners = append(owners, wording.Shown(one.User.Username, nameShown)) // a stranger who registered bears the customer's name
		}
	}
	if len(owners) > 0 {
		shown.intro = append(shown.intro, p.Say("people.owners", "names", strings.Join(owners, ", ")))
	}
	open, err := s.portal.Invitations(r.Context(), account.Number)
	if err != nil {
		return err
	}
	for _, task := range open {
		inv := task.Invitation()
		shown.forms = append(shown.forms, form{
			id: "invitation-" + task.ID, title: wording.Shown(inv.Email, nameShown), quiet: true, action: p.link("/people/remove"), submit: p.Say("people.take_back"),
			intro:  []string{p.Say("people.invited", "role", p.Say("role."+inv.Role), "time", p.Instant(inv.EndsAt, p.zone()))},
			hidden: map[string]string{"invitation": task.ID},
		})
	}
	shown.forms = append(shown.forms, form{
		id: "invite", title: p.Say("people.invite"), intro: []string{p.Say("people.invite.intro")}, action: p.link("/people/invite"), submit: p.Say("people.invite.submit"),
		fields: []input{{name: "email", label: p.Say("email"), kind: "email", value: wording.Shown(r.PostForm.Get("email"), nameShown), fill: "off"}, p.roleField(r.PostForm.Get("role"))},
	})
	for i := range shown.forms {
		f := &shown.forms[i]
		f.why = why
		if refused != nil && f.id == which {
			*f, refused = f.refused(v.language, refused), nil
		}
	}
	if refused != nil { // whom it was about is gone
		shown.intro = append(shown.intro, sentence(v.language, care.AsError(refused)))
	}
	return s.render(w, r, status, formsPage(p, shown))
}

// guestForms are what can be done about a guest.
func (p page) guestForms(one portal.OneOf) []form {
	name := wording.Shown(one.Person.Name(), nameShown)
	if name == "" {
		name = wording.Shown(one.User.Username, nameShown)
	}
	who := map[string]string{"guest": one.User.ID}
	return []form{
		{id: "role-" + one.User.ID, title: name, intro: []string{wording.Shown(one.User.Email, nameShown)}, quiet: true, action: p.link("/people/change"), submit: p.Say("prefs.submit"), fields: []input{p.roleField(one.Link.Role)}, hidden: who},
		{id: "remove-" + one.User.ID, title: p.Say("people.remove", "name", name), quiet: true, action: p.link("/people/remove"), submit: p.Say("people.remove.submit"), hidden: who},
	}
}

// roleField offers what a guest may do.
func (p page) roleField(is string) input {
	in := input{name: "role", label: p.Say("people.role"), kind: "select", value: is}
	for _, role := range care.GuestRoles() {
		in.choices = append(in.choices, choice{role, p.Say("role." + role)})
	}
	if is == "" {
		in.value = "viewer"
	}
	return in
}

// inviteGuest is POST /people/invite.
func (s *site) inviteGuest(w http.ResponseWriter, r *http.Request, v *visit) error {
	return s.sendGuest(w, r, v, "invite", func(account string) (care.Command, error) {
		cmd := &care.InviteGuest{Account: account, Email: strings.TrimSpace(r.PostForm.Get("email")), Role: r.PostForm.Get("role")}
		return cmd, s.portal.RoomToInvite(r.Context(), account)
	})
}

// changeGuest is POST /people/change.
func (s *site) changeGuest(w http.ResponseWriter, r *http.Request, v *visit) error {
	return s.sendGuest(w, r, v, "role-"+r.PostFormValue("guest"), func(account string) (care.Command, error) {
		return &care.ChangeGuest{Account: account, WebUserID: r.PostForm.Get("guest"), Role: r.PostForm.Get("role")}, nil
	})
}

// removeGuest is POST /people/remove.
func (s *site) removeGuest(w http.ResponseWriter, r *http.Request, v *visit) error {
	return s.sendGuest(w, r, v, "remove-"+r.PostFormValue("guest"), func(account string) (care.Command, error) {
		return &care.RemoveGuest{Account: account, WebUserID: r.PostForm.Get("guest"), Invitation: r.PostForm.Get("invitation")}, nil
	})
}

// sendGuest has a form about guests done, for who may let others in.
func (s *site) sendGuest(w http.ResponseWriter, r *http.Request, v *visit, which string, command func(account string) (care.Command, error)) error {
	account, err := s.posted(r, v, care.LetOtherIn)
	if err != nil {
		return err
	}
	again := func(status int, refused error) error { return s.peoplePage(w, r, v, status, which, refused) }
	cmd, err := command(account.Number)
	if care.CodeOf(err) == care.CodeTooManyInvited {
		return again(http.StatusConflict, err)
	}
	if err != nil {
		return err
	}
	return s.send(w, r, v, cmd, v.at("/people")+query(account.Number, "saved", "saved"), again)
}

// showInvited is GET /invited: where the link of an invitation leads. Looking at it uses nothing up.
func (s *site) showInvited(w http.ResponseWriter, r *http.Request, v *visit) error {
	letters, moved := s.followed(w, r, v)
	if moved {
		return nil
	}
	return s.invitedPage(w, r, v, http.StatusOK, letters, nil)
}

func (s *site) invitedPage(w http.ResponseWriter, r *http.Request, v *visit, status int, letters string, failed error) error {
	inv, err := s.portal.Invited(r.Context(), letters)
	if err != nil {
		return s.linkEnded(w, r, v, err)
	}
	p := s.newPage(v, catalogues[v.language].Say("invited.title"), "/invited", "")
	said := p.Say("invited.intro", "name", wording.Shown(inv.Inviter.Name(), nameShown), "account", ending(inv.Account.Number), "role", p.Say("role."+inv.Role))
	shown := formsOf{intro: []string{said}}
	if v.actor.ID != "" {
		f := form{id: "accept", title: p.Say("invited.accept"), intro: []string{p.Say("signed_in", "name", p.username())}, action: v.at("/invited"), submit: p.Say("invited.accept")}
		if failed != nil {
			f = f.refused(v.language, failed)
		}
		shown.forms = []form{f}
		return s.render(w, r, status, formsPage(p, shown))
	}
	typed := func(name string) string { return wording.Shown(r.PostForm.Get(name), nameShown) }
	f := form{
		id: "join", title: p.Say("register.title"), intro: []string{p.Say("invited.register", "email", wording.Shown(inv.Email, nameShown))}, action: v.at("/invited/register"), submit: p.Say("register.submit"),
		fields: append([]input{
			{name: "first_name", label: p.Say("invited.first"), value: typed("first_name"), fill: "given-name"},
			{name: "last_name", label: p.Say("invited.last"), value: typed("last_name"), fill: "family-name"},
			{name: "username", label: p.Say("register.username"), hint: p.Say("register.username.hint"), value: typed("username"), fill: "username"},
		}, p.newPasswordFields()...),
	}
	if failed != nil {
		f = f.refused(v.language, failed)
		if care.CodeOf(failed) == care.CodeNameTaken {
			f.wrong = "username"
		}
	}
	shown.forms = []form{f}
	shown.links = []choice{{"/signin?to=invited", p.Say("invited.signin")}}
	return s.render(w, r, status, formsPage(p, shown))
}

// ending is the end of an account's number, which is all that a guest is told before they have it.
func ending(number string) string {
	digits := []rune(wording.Shown(number, nameShown))
	return string(digits[max(0, len(digits)-4):])
}

// acceptInvitation is POST /invited.
func (s *site) acceptInvitation(w http.ResponseWriter, r *http.Request, v *visit) error {
	letters, _ := s.followed(w, r, v)
	account, err := s.portal.AcceptInvitation(r.Context(), v.actor, letters)
	return s.joined(w, r, v, letters, v.at("/")+query(account), err)
}

// registerGuest is POST /invited/register.
func (s *site) registerGuest(w http.ResponseWriter, r *http.Request, v *visit) error {
	if err := readForm(r); err != nil {
		return err
	}
	letters, _ := s.followed(w, r, v)
	password, err := newPassword(r)
	if err == nil {
		typed := r.PostForm.Get
		err = s.portal.RegisterGuest(r.Context(), letters, portal.Guest{FirstName: typed("first_name"), LastName: typed("last_name"), Username: typed("username"), Password: password}, addressOf(r))
	}
	return s.joined(w, r, v, letters, v.at("/signin?said=joined"), err)
}

// joined leads on who has the account now, or shows the page again.
func (s *site) joined(w http.ResponseWriter, r *http.Request, v *visit, letters, on string, err error) error {
	switch care.CodeOf(err) {
	case "":
		s.setLink(w, "")
		http.Redirect(w, r, on, http.StatusSeeOther)
		return nil
	case care.CodeFault:
		return err
	case care.CodeLinkEnded:
		return s.linkEnded(w, r, v, err)
	}
	status, _ := s.explain(r, v.language, err)
	return s.invitedPage(w, r, v, status, letters, err)
}
