package web

import (
	"net/http"

	"meterside/care"
)

// showPassphrase is GET /passphrase: where customers choose words to be known by on the telephone. What stands there already
// is never shown: nobody has it.
func (s *site) showPassphrase(w http.ResponseWriter, r *http.Request, v *visit) error {
	return s.passphrasePage(w, r, v, http.StatusOK, nil)
}

func (s *site) passphrasePage(w http.ResponseWriter, r *http.Request, v *visit, status int, failed error) error {
	p := s.newPage(v, catalogues[v.language].Say("phrase.title"), "/passphrase", "")
	f := form{
		id: "phrase", action: v.at("/passphrase"), submit: p.Say("phrase.submit"), intro: []string{p.Say("phrase.text")},
		fields: []input{{name: "passphrase", label: p.Say("phrase.words"), hint: p.Say("phrase.hint"), kind: "password", most: 100, fill: "off"}},
	}
	if v.masquerade() {
		f.why = p.Say("phrase.masquerade")
	}
	if failed != nil {
		f = f.refused(v.language, failed)
	}
	return s.render(w, r, status, formsPage(p, formsOf{good: p.done(r, "phrase.saved"), forms: []form{f}}))
}

// choosePassphrase is POST /passphrase.
func (s *site) choosePassphrase(w http.ResponseWriter, r *http.Request, v *visit) error {
	if err := readForm(r); err != nil {
		return err
	}
	err := s.portal.SetOwnPassphrase(r.Context(), v.actor, care.Secret(r.PostForm.Get("passphrase")))
	return s.ended(w, r, v, err, v.at("/passphrase?saved=saved"), func(status int, refused error) error {
		return s.passphrasePage(w, r, v, status, refused)
	})
}
