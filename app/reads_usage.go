package app

import "net/http"

// usageReads are what the tabs of usage and billing read.
func (d *Desk) usageReads(mux *http.ServeMux) {
	mux.HandleFunc("GET /api/accounts/{number}/bills/{bill}/explanation", d.answer(func(r *http.Request) (any, error) {
		return d.backend.ExplainBill(r.Context(), r.PathValue("number"), r.PathValue("bill"))
	}))
	mux.HandleFunc("GET /api/accounts/{number}/usage", d.answer(func(r *http.Request) (any, error) {
		return d.backend.Usage(r.Context(), r.PathValue("number"))
	}))
	// It may ask the portal, which logs each question.
	mux.HandleFunc("GET /api/accounts/{number}/usage/intervals", d.answer(func(r *http.Request) (any, error) {
		q := r.URL.Query()
		return d.backend.Intervals(r.Context(), r.PathValue("number"), q.Get("from"), q.Get("to"))
	}))
}
