package app

import "net/http"

// adminReads serves what administrators read.
func (d *Desk) adminReads(mux *http.ServeMux) {
	mux.HandleFunc("GET /api/policy", d.answer(func(r *http.Request) (any, error) { return d.backend.PolicyBook(r.Context()) }))
	mux.HandleFunc("GET /api/diagnosis", d.answer(func(r *http.Request) (any, error) { return d.backend.Diagnose(r.Context()) }))
	mux.HandleFunc("GET /api/districts", d.answer(func(r *http.Request) (any, error) { return d.backend.DistrictBoard(r.Context()) }))
	mux.HandleFunc("GET /api/imports", d.answer(func(r *http.Request) (any, error) { return d.backend.Imports(r.Context()) }))
	mux.HandleFunc("GET /api/imports/{run}", d.answer(func(r *http.Request) (any, error) {
		return d.backend.Import(r.Context(), r.PathValue("run"), number(r.URL.Query().Get("after")))
	}))
	mux.HandleFunc("GET /api/policy/history", d.answer(func(r *http.Request) (any, error) {
		return d.backend.PolicyHistory(r.Context(), int64(number(r.URL.Query().Get("before"))))
	}))
}
