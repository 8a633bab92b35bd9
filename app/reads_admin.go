package app

import "net/http"

// adminReads serves what administrators read.
func (d *Desk) adminReads(mux *http.ServeMux) {
	mux.HandleFunc("GET /api/policy", d.answer(func(r *http.Request) (any, error) { return d.backend.PolicyBook(r.Context()) }))
	mux.HandleFunc("GET /api/diagnosis", d.answer(func(r *http.Request) (any, error) { return d.backend.Diagnose(r.Context()) }))
	mux.HandleFunc("GET /api/policy/history", d.answer(func(r *http.Request) (any, error) {
		return d.backend.PolicyHistory(r.Context(), int64(number(r.URL.Query().Get("before"))))
	}))
}
