package api

import (
	"mime"
	"net/http"

	"meterside/care"
	"meterside/portal"
)

// ask takes what must not be queued or stored: it is answered now or not at all. What is not a desk's question in form is
// refused before anything is read of it.
func (a *API) ask(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		a.refuseAs(w, http.StatusMethodNotAllowed, care.Err(care.CodeInvalid, "field", "method", "problem", "is not POST"))
		return
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		a.refuseAs(w, http.StatusUnsupportedMediaType, care.Err(care.CodeInvalid, "field", "Content-Type", "problem", "is not application/json"))
		return
	}
	if _, err := a.p.DeskActor(r.Context(), bearer(r), address(r)); err != nil { // a stranger's question is not read
		a.refuse(w, err)
		return
	}
	var q portal.Question
	if !a.question(w, r, &q) {
		return
	}
	actor, err := a.p.DeskActor(r.Context(), bearer(r), address(r)) // who they are now: it may have trickled in
	if err != nil {
		a.refuse(w, err)
		return
	}
	given, err := a.p.Ask(r.Context(), actor, q)
	if err != nil {
		a.refuse(w, err)
		return
	}
	a.answer(w, given)
}
