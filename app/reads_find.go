package app

import "net/http"

// readsOfFind serves what a result leads to besides an account, and the accounts that were opened last.
func (d *Desk) readsOfFind(mux *http.ServeMux) {
	mux.HandleFunc("GET /api/persons/{id}", d.answer(func(r *http.Request) (any, error) {
		return d.backend.Person(r.Context(), r.PathValue("id"))
	}))
	mux.HandleFunc("GET /api/premises/{id}", d.answer(func(r *http.Request) (any, error) {
		return d.backend.Premise(r.Context(), r.PathValue("id"))
	}))
	mux.HandleFunc("GET /api/recent", d.answer(func(r *http.Request) (any, error) {
		return d.backend.Recent(r.Context())
	}))
}
