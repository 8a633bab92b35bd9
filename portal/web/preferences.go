package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"meterside/care"
	"meterside/portal"
	"meterside/portal/wording"
)

// preferences is what the page of preferences shows.
type preferences struct {
	page
	account  care.Account
	fields   []field
	why      string // the one reason why nothing can be changed, "" where something can
	saved    string // "saved", "same" or ""
	problem  string
	problems string // the name of the field that the problem is about
}

// field is one preference.
type field struct {
	name     string
	on       bool   // of a switch
	text     string // of the nickname
	why      string // the reason why it cannot be changed, "" where it can
	isSwitch bool
}

// showPreferences is GET /preferences.
func (s *site) showPreferences(w http.ResponseWriter, r *http.Request, v *visit) error {
	account, ok, err := s.chosen(r, v, care.SeeBills)
	if err != nil {
		return err
	}
	p, err := s.newPreferences(r, v, account)
	if err != nil {
		return err
	}
	if !ok {
		return s.render(w, r, http.StatusOK, noAccount(p.page))
	}
	p.saved = r.URL.Query().Get("saved")
	return s.render(w, r, http.StatusOK, preferencesPage(p))
}

// newPreferences reads the account's preferences, and asks of each whether this visitor may change it.
func (s *site) newPreferences(r *http.Request, v *visit, account care.Account) (preferences, error) {
	p := preferences{page: s.newPage(v, catalogues[v.language].Say("prefs.title"), "/preferences", account.Number), account: account}
	p.fields = []field{
		{name: "autopay", on: account.AutoPay, isSwitch: true},
		{name: "paperless", on: account.Paperless, isSwitch: true},
		{name: "nickname", text: wording.Shown(account.Nickname, nicknameShown)},
	}
	open := 0
	for i := range p.fields {
		f := &p.fields[i]
		cmd := &care.ChangePreferences{Account: account.Number}
		f.setIn(cmd, f.on, f.text)
		var err error
		if f.why, err = s.whyNot(r, p.page, cmd); err != nil {
			return p, err
		}
		if f.why == "" {
			open++
		}
	}
	if open == 0 {
		p.why = p.fields[0].why
	}
	return p, nil
}

// setIn puts a value for the field into a command.
func (f *field) setIn(cmd *care.ChangePreferences, on bool, text string) {
	switch f.name {
	case "autopay":
		cmd.AutoPay = &on
	case "paperless":
		cmd.Paperless = &on
	case "nickname":
		cmd.Nickname = &text
	}
}

// changePreferences is POST /preferences. What the customer did not touch is not sent: a form that lay open for an hour
// must not take back what was changed meanwhile.
func (s *site) changePreferences(w http.ResponseWriter, r *http.Request, v *visit) error {
	account, err := s.posted(r, v, care.SeeBills)
	if err != nil {
		return err
	}
	p, err := s.newPreferences(r, v, account)
	if err != nil {
		return err
	}
	cmd, touched := p.read(r.PostForm)
	if !touched {
		http.Redirect(w, r, p.link("/preferences", "saved", "same"), http.StatusSeeOther)
		return nil
	}
	verdict, err := s.do(r, v, cmd)
	if err != nil {
		return err
	}
	if verdict.Outcome == care.Applied {
		http.Redirect(w, r, leads(p.link("/preferences", "saved", "saved"), verdict), http.StatusSeeOther)
		return nil
	}
	said := care.Error{Code: verdict.Code, Params: verdict.Params}
	p.problem, p.problems = sentence(v.language, said), said.Params["field"]
	return s.render(w, r, statusOf(said.Code), preferencesPage(p))
}

// read compares what was posted with what the form had shown, keeps it for showing again, and gives the difference.
func (p *preferences) read(form url.Values) (cmd *care.ChangePreferences, touched bool) {
	cmd = &care.ChangePreferences{Account: p.account.Number}
	for i := range p.fields {
		f := &p.fields[i]
		if !form.Has(f.name + ".was") {
			continue // it was disabled
		}
		was, now := form.Get(f.name+".was"), strings.TrimSpace(form.Get(f.name))
		if was == now {
			continue
		}
		touched = true
		f.on, f.text = now == "on", now
		f.setIn(cmd, f.on, f.text)
	}
	return cmd, touched
}

// do sends a command in the name of whoever makes the visit.
func (s *site) do(r *http.Request, v *visit, cmd care.Command) (care.Verdict, error) {
	args, err := json.Marshal(cmd)
	if err != nil {
		return care.Verdict{}, fmt.Errorf("encoding %s: %w", cmd.Kind(), err)
	}
	env, err := portal.NewEnvelope(cmd.Kind(), args, s.portal.Now())
	if err != nil {
		return care.Verdict{}, err
	}
	verdict, err := s.portal.Do(r.Context(), v.actor, env)
	if err != nil || verdict.Outcome == care.Applied {
		return verdict, err
	}
	refused := care.Error{Code: verdict.Code, Params: verdict.Params}
	switch refused.Code {
	case care.CodeNotSignedIn, care.CodeMasqueradeEnded: // meanwhile: their form is not theirs to see any more
		return verdict, refused
	}
	s.keep(r, v, refused)
	return verdict, nil
}

// was is the field's value as the account has it, which the form sends back beside the one that is chosen.
func (p preferences) was(f field) string {
	switch {
	case f.name == "nickname":
		return wording.Shown(p.account.Nickname, nicknameShown)
	case f.name == "autopay" && p.account.AutoPay, f.name == "paperless" && p.account.Paperless:
		return "on"
	}
	return ""
}

// describedBy names the texts that explain a field.
func (p preferences) describedBy(f field) string {
	ids := f.name + "-hint"
	switch {
	case f.why != "" && p.why != "":
		ids += " why"
	case f.why != "":
		ids += " " + f.name + "-why"
	}
	if f.name == p.problems {
		ids += " problem"
	}
	return ids
}
