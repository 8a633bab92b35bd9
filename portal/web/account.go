package web

import (
	"net/http"
	"slices"
	"strings"

	"meterside/care"
	"meterside/portal/wording"
)

// profileDone are the texts of what the page of the profile says was done, by the word in its address.
var profileDone = map[string]string{"saved": "prefs.saved", "sent": "profile.letters.sent", "kept": "profile.letters.kept", "moved": "profile.letters.moved"}

// showProfile is GET /profile: how the customer is reached, and where bills go.
func (s *site) showProfile(w http.ResponseWriter, r *http.Request, v *visit) error {
	return s.profilePage(w, r, v, http.StatusOK, "", nil)
}

func (s *site) profilePage(w http.ResponseWriter, r *http.Request, v *visit, status int, which string, refused error) error {
	account, ok, err := s.chosen(r, v, care.OwnMatters)
	if err != nil {
		return err
	}
	p := s.newPage(v, catalogues[v.language].Say("profile.title"), "/profile", account.Number)
	if !ok {
		return s.render(w, r, http.StatusOK, noAccount(p))
	}
	was := map[string]string{"email": v.person.Email, "phone": v.person.Phone, "language": v.person.Language, "address": account.BillingAddress}
	contact := form{
		id: "contact", title: p.Say("profile.contact"), action: p.link("/profile"), submit: p.Say("prefs.submit"), fields: []input{
			{name: "email", label: p.Say("profile.email"), hint: p.Say("profile.email.hint"), kind: "email", value: was["email"], fill: "email", optional: true},
			{name: "phone", label: p.Say("profile.phone"), kind: "tel", value: was["phone"], fill: "tel", optional: true},
			{name: "language", label: p.Say("profile.language"), kind: "select", value: was["language"], choices: languageNames},
		},
	}
	address := form{
		id: "address", title: p.Say("profile.address"), action: p.link("/profile"), submit: p.Say("prefs.submit"), fields: []input{
			{name: "address", label: p.Say("profile.address.label"), hint: p.Say("profile.address.hint"), value: was["address"], most: 200, fill: "address-line1", optional: true},
		},
	}
	shown := formsOf{account: account}
	if key := profileDone[r.URL.Query().Get("saved")]; key != "" {
		shown.good = p.Say(key)
	}
	forms := []form{contact}
	if v.link.May(care.SeeBills) {
		forms = append(forms, address)
	}
	for _, f := range forms {
		cmd := &care.ChangeProfile{Account: account.Number}
		if f.id == "contact" {
			cmd.PersonID = v.user.PersonID
		}
		if f.why, err = s.whyNot(r, p, cmd); err != nil {
			return err
		}
		f.hidden = map[string]string{"which": f.id}
		for i := range f.fields {
			in := &f.fields[i]
			in.value = wording.Shown(in.value, textShown)
			f.hidden[in.name+".was"] = in.value
			if refused != nil && which == f.id {
				in.value, f.hidden[in.name+".was"] = wording.Shown(r.PostForm.Get(in.name), textShown), r.PostForm.Get(in.name+".was")
			}
		}
		shown.forms = append(shown.forms, f)
	}
	typed := ""
	if which == "letters" {
		typed = wording.Shown(r.PostForm.Get("email"), textShown)
	}
	emails, err := s.emailForms(r, v, p, account, typed)
	if err != nil {
		return err
	}
	shown.forms = slices.Insert(shown.forms, 1, emails...)
	if at := slices.IndexFunc(shown.forms, func(f form) bool { return f.id == which }); refused != nil && at >= 0 {
		f := shown.forms[at].refused(v.language, refused)
		switch care.CodeOf(refused) {
		case care.CodeSignInFailed:
			f.problem, f.wrong = p.Say("security.old.wrong"), "password"
		case care.CodeSameEmail, care.CodeTooManyEmails:
			f.wrong = "email"
		}
		shown.forms[at] = f
	} else if refused != nil { // what it was about is over
		shown.intro = append(shown.intro, sentence(v.language, care.AsError(refused)))
	}
	return s.render(w, r, status, formsPage(p, shown))
}

// changeProfile is POST /profile. What was not touched is not sent, as with preferences.
func (s *site) changeProfile(w http.ResponseWriter, r *http.Request, v *visit) error {
	account, err := s.posted(r, v, care.OwnMatters)
	if err != nil {
		return err
	}
	touched := false
	typed := func(name string) *string {
		now := strings.TrimSpace(r.PostForm.Get(name))
		if !r.PostForm.Has(name) || now == r.PostForm.Get(name+".was") {
			return nil
		}
		touched = true
		return &now
	}
	which := r.PostForm.Get("which")
	cmd := &care.ChangeProfile{Account: account.Number}
	if which == "address" {
		cmd.BillingAddress = typed("address")
	} else {
		cmd.PersonID, cmd.Email, cmd.Phone, cmd.Language = v.user.PersonID, typed("email"), typed("phone"), typed("language")
	}
	on := v.at("/profile") + query(account.Number, "saved", "saved")
	if !touched {
		http.Redirect(w, r, on, http.StatusSeeOther)
		return nil
	}
	return s.send(w, r, v, cmd, on, func(status int, refused error) error { return s.profilePage(w, r, v, status, which, refused) })
}

// showAccounts is GET /accounts: which the customer has, and how to add one.
func (s *site) showAccounts(w http.ResponseWriter, r *http.Request, v *visit) error {
	return s.accountsPage(w, r, v, http.StatusOK, nil)
}

func (s *site) accountsPage(w http.ResponseWriter, r *http.Request, v *visit, status int, refused error) error {
	p := s.newPage(v, catalogues[v.language].Say("accounts"), "/accounts", "")
	linked, err := s.linked(r, v)
	if err != nil {
		return err
	}
	shown := formsOf{good: p.done(r, "accounts.added")}
	for _, a := range cut(&newest{shown: accountsShown}, linked) {
		name := p.accountName(a)
		if number := p.Say("account", "number", a.Number); name != number {
			name += " · " + number
		}
		shown.links = append(shown.links, choice{"/" + query(a.Number), name})
	}
	f := form{id: "add", title: p.Say("accounts.add"), intro: []string{p.Say("proof.intro")}, action: v.at("/accounts"), submit: p.Say("accounts.add"), fields: p.proofFields(r)}
	if v.masquerade() {
		_, f.why = s.explain(r, v.language, errNotInside)
	}
	if refused != nil {
		f = f.refused(v.language, refused)
	}
	shown.forms = []form{f}
	return s.render(w, r, status, formsPage(p, shown))
}

// addAccount is POST /accounts.
func (s *site) addAccount(w http.ResponseWriter, r *http.Request, v *visit) error {
	if v.masquerade() {
		return errNotInside
	}
	if err := readForm(r); err != nil {
		return err
	}
	err := s.portal.AddAccount(r.Context(), v.actor, proofOf(r))
	return s.ended(w, r, v, err, v.at("/accounts?saved=saved"), func(status int, refused error) error {
		return s.accountsPage(w, r, v, status, refused)
	})
}

// showHelp is GET /help.
func (s *site) showHelp(w http.ResponseWriter, r *http.Request, v *visit) error {
	p := s.newPage(v, catalogues[v.language].Say("menu.help"), "/help", "")
	return s.render(w, r, http.StatusOK, helpPage(p))
}

// helps are the questions of the help page.
var helps = []string{"bill", "pay", "reading", "move", "staff", "locked"}
