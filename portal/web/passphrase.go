package web

import (
	"net/http"

	"meterside/care"
)

// passphrase is what the page of the passphrase shows. Never the words: nobody has them.
type passphrase struct {
	page
	saved   bool
	why     string // the reason why none can be chosen, "" where one can
	problem string
}

func (s *site) newPassphrase(v *visit) passphrase {
	p := passphrase{page: s.newPage(v, catalogues[v.language].Say("phrase.title"), "/passphrase", "")}
	if v.masquerade() {
		p.why = p.Say("phrase.masquerade")
	}
	return p
}

// showPassphrase is GET /passphrase.
func (s *site) showPassphrase(w http.ResponseWriter, r *http.Request, v *visit) error {
	p := s.newPassphrase(v)
	p.saved = r.URL.Query().Has("saved")
	return s.render(w, r, http.StatusOK, passphrasePage(p))
}

// choosePassphrase is POST /passphrase.
func (s *site) choosePassphrase(w http.ResponseWriter, r *http.Request, v *visit) error {
	if err := readForm(r); err != nil {
		return err
	}
	p := s.newPassphrase(v)
	err := s.portal.SetOwnPassphrase(r.Context(), v.actor, care.Secret(r.PostForm.Get("passphrase")))
	switch care.CodeOf(err) {
	case "":
		http.Redirect(w, r, p.link("/passphrase", "saved", "saved"), http.StatusSeeOther)
		return nil
	case care.CodeFault:
		return err
	}
	said := care.AsError(err)
	p.problem = sentence(v.language, said)
	return s.render(w, r, statusOf(said.Code), passphrasePage(p))
}
