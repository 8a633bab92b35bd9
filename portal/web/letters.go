package web

import (
	"net/http"
	"slices"

	"meterside/care"
)

// showLetters is GET /letters: which messages the customer gets by email.
func (s *site) showLetters(w http.ResponseWriter, r *http.Request, v *visit) error {
	return s.lettersPage(w, r, v, http.StatusOK, nil)
}

func (s *site) lettersPage(w http.ResponseWriter, r *http.Request, v *visit, status int, refused error) error {
	account, ok, err := s.chosen(r, v, care.OwnMatters)
	if err != nil {
		return err
	}
	p := s.newPage(v, catalogues[v.language].Say("letters.title"), "/letters", account.Number)
	if !ok {
		return s.render(w, r, http.StatusOK, noAccount(p))
	}
	f := form{id: "letters", action: p.link("/letters"), submit: p.Say("prefs.submit"), hidden: map[string]string{}}
	if f.why, err = s.whyNot(r, p, &care.ChangeLetters{Account: account.Number}); err != nil {
		return err
	}
	for _, kind := range care.OptionalLetters() {
		in := input{name: kind, label: p.Say("letters." + kind), kind: "switch", optional: true, value: "on"}
		if slices.Contains(v.user.Unwanted, kind) {
			in.value = ""
		}
		f.hidden[kind+".was"] = in.value
		f.fields = append(f.fields, in)
	}
	f.fields = append(f.fields, input{
		name: care.LettersSecurity, label: p.Say("letters.security"), hint: p.Say("letters.security.hint"), kind: "switch", optional: true, value: "on", fixed: true,
	})
	if refused != nil {
		f = f.refused(v.language, refused)
	}
	return s.render(w, r, status, formsPage(p, formsOf{good: p.done(r, "letters.saved"), forms: []form{f}}))
}

// changeLetters is POST /letters. What was not touched stays as it is by now.
func (s *site) changeLetters(w http.ResponseWriter, r *http.Request, v *visit) error {
	account, err := s.posted(r, v, care.OwnMatters)
	if err != nil {
		return err
	}
	cmd := &care.ChangeLetters{Account: account.Number, Unwanted: []string{}}
	for _, kind := range care.OptionalLetters() {
		now, unwanted := r.PostForm.Get(kind), slices.Contains(v.user.Unwanted, kind)
		if now != r.PostForm.Get(kind+".was") {
			unwanted = now != "on"
		}
		if unwanted {
			cmd.Unwanted = append(cmd.Unwanted, kind)
		}
	}
	return s.send(w, r, v, cmd, v.at("/letters")+query(account.Number, "saved", "saved"), func(status int, refused error) error {
		return s.lettersPage(w, r, v, status, refused)
	})
}
