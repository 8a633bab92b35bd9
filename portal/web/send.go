package web

import (
	"net/http"

	"meterside/care"
)

// send has a form's command done and leads on; what is refused is shown by again, in its form.
func (s *site) send(w http.ResponseWriter, r *http.Request, v *visit, cmd care.Command, on string, again func(status int, refused error) error) error {
	verdict, err := s.do(r, v, cmd)
	if err != nil {
		return err
	}
	if verdict.Outcome == care.Applied {
		http.Redirect(w, r, on, http.StatusSeeOther)
		return nil
	}
	return again(statusOf(verdict.Code), care.Error{Code: verdict.Code, Params: verdict.Params})
}

// whyNot says why this visitor may not send a command now, "" where they may.
func (s *site) whyNot(r *http.Request, p page, cmd care.Command) (string, error) {
	err := s.portal.Why(r.Context(), p.visit.actor, cmd)
	switch care.CodeOf(err) {
	case "":
		return "", nil
	case care.CodeFault:
		return "", err
	case care.CodeReadOnly: // care's sentence is for who tried
		return p.modeText(), nil
	}
	return sentence(p.visit.language, care.AsError(err)), nil
}

// done is what a page says after a form was sent, by the word in its address.
func (p page) done(r *http.Request, key string) string {
	if word := r.URL.Query().Get("saved"); word == "saved" {
		return p.Say(key)
	}
	return ""
}
