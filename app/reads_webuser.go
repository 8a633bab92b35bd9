package app

import "net/http"

func (d *Desk) readsOfWebUsers(mux *http.ServeMux) {
	mux.HandleFunc("GET /api/web_users/{id}/open_payments", d.answer(func(r *http.Request) (any, error) {
		return d.backend.OpenPayments(r.Context(), r.PathValue("id"))
	}))
	mux.HandleFunc("GET /api/overwrote", d.answer(func(r *http.Request) (any, error) {
		return d.backend.Overwrote(r.Context())
	}))
}
