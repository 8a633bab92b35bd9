package web

import (
	"net/http"
	"net/url"
	"slices"

	"meterside/care"
)

// send has a form's command done and leads on; what is refused is shown by again, in its form.
func (s *site) send(w http.ResponseWriter, r *http.Request, v *visit, cmd care.Command, on string, again func(status int, refused error) error) error {
	verdict, err := s.do(r, v, cmd)
	if err != nil {
		return err
	}
	if verdict.Outcome == care.Applied {
		http.Redirect(w, r, leads(on, verdict), http.StatusSeeOther)
		return nil
	}
	return again(statusOf(verdict.Code), care.Error{Code: verdict.Code, Params: verdict.Params})
}

// ended answers a form that is no command by what became of it: it leads on, or shows the form again with why it was refused.
func (s *site) ended(w http.ResponseWriter, r *http.Request, v *visit, err error, on string, again func(status int, refused error) error) error {
	switch care.CodeOf(err) {
	case "":
		http.Redirect(w, r, on, http.StatusSeeOther)
		return nil
	case care.CodeFault, care.CodeNotSignedIn:
		return err
	}
	status, _ := s.explain(r, v.language, err)
	return again(status, err)
}

// whyNot says why this visitor may not send a command now, "" where they may.
func (s *site) whyNot(r *http.Request, p page, cmd care.Command) (string, error) {
	err := s.portal.Why(r.Context(), p.visit.actor, cmd)
	switch care.CodeOf(err) {
	case "":
		return "", s.notice(r, p, cmd)
	case care.CodeFault:
		return "", err
	case care.CodeReadOnly: // care's sentence is for who tried
		return p.modeText(), nil
	}
	return sentence(p.visit.language, care.AsError(err)), nil
}

// notice has the page say beforehand that what a masquerade sends from it waits for a second person.
func (s *site) notice(r *http.Request, p page, cmd care.Command) error {
	if !p.visit.masquerade() {
		return nil
	}
	waiting, err := s.portal.WaitsFor(r.Context(), p.visit.actor, cmd)
	for _, task := range waiting {
		if !slices.Contains(p.visit.second, task) {
			p.visit.second = append(p.visit.second, task)
		}
	}
	return err
}

// waitsParam is what a page's address says after a form was sent that waits for a second person: the task's ID.
const waitsParam = "waits"

// leads is where who sent a form is led: to the page that says that it was done, or for what it waits.
func leads(on string, verdict care.Verdict) string {
	at, err := url.Parse(on)
	if verdict.Code != care.CodeWaitsForSecond || err != nil {
		return on
	}
	q := at.Query()
	q.Del("saved")
	q.Set(waitsParam, verdict.Params["task"])
	at.RawQuery = q.Encode()
	return at.String()
}

// told has the page say for what the form waits that led to it, as long as it does.
func (s *site) told(r *http.Request, v *visit) (err error) {
	id := r.URL.Query().Get(waitsParam)
	if id == "" || !v.masquerade() {
		return nil
	}
	waits, err := s.portal.Waiting(r.Context(), v.session.ID, id)
	if waits {
		v.waits = sentence(v.language, care.Err(care.CodeWaitsForSecond, "task", id))
	}
	return err
}

// done is what a page says after a form was sent, by the word in its address.
func (p page) done(r *http.Request, key string) string {
	if word := r.URL.Query().Get("saved"); word == "saved" {
		return p.Say(key)
	}
	return ""
}
