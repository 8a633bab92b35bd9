package app

import (
	"net/http"

	"meterside/backend"
)

// taskReads serves tasks, receipts of masquerades, an account's log and the payments of all accounts.
func (d *Desk) taskReads(mux *http.ServeMux) {
	mux.HandleFunc("GET /api/tasks", d.ofDays(func(r *http.Request, from, to int64) (any, error) {
		q := r.URL.Query()
		return d.backend.Tasks(r.Context(), backend.TaskQuery{
			By: q.Get("by"), Kinds: words(q.Get("kind")), Statuses: words(q.Get("status")), CSR: q.Get("csr"), Assignee: q.Get("assignee"), Of: q.Get("of"),
			Account: q.Get("account"), WebUser: q.Get("user"), From: from, To: to, Limit: number(q.Get("limit")), Offset: number(q.Get("offset")),
		})
	}))
	mux.HandleFunc("GET /api/tasks/{id}", d.answer(func(r *http.Request) (any, error) {
		return d.backend.Task(r.Context(), r.PathValue("id"))
	}))
	mux.HandleFunc("GET /api/masquerades", d.ofDays(func(r *http.Request, from, to int64) (any, error) {
		q := r.URL.Query()
		return d.backend.Masquerades(r.Context(), backend.MasqueradeQuery{
			State: q.Get("state"), CSR: q.Get("csr"), WebUser: q.Get("user"), Account: q.Get("account"), From: from, To: to,
			Limit: number(q.Get("limit")), Offset: number(q.Get("offset")),
		})
	}))
	mux.HandleFunc("GET /api/masquerades/{session}", d.answer(func(r *http.Request) (any, error) {
		return d.backend.Receipt(r.Context(), r.PathValue("session"))
	}))
	mux.HandleFunc("GET /api/accounts/{number}/activity", d.answer(func(r *http.Request) (any, error) {
		q := r.URL.Query()
		return d.backend.ActivityOf(r.Context(), backend.ActivityQuery{
			Account: r.PathValue("number"), Sorts: words(q.Get("kind")), Actors: words(q.Get("actor")), Session: q.Get("session"),
			Page: number(q.Get("page")), All: q.Get("all") != "",
		})
	}))
	mux.HandleFunc("GET /api/payments", d.ofDays(func(r *http.Request, _, _ int64) (any, error) { // they have days, not instants
		q := r.URL.Query()
		return d.backend.Payments(r.Context(), backend.PaymentQuery{
			Statuses: words(q.Get("status")), Methods: words(q.Get("method")), Account: q.Get("account"), From: q.Get("from"), To: q.Get("to"),
			Limit: number(q.Get("limit")), Offset: number(q.Get("offset")),
		})
	}))
}

// ofDays answers a question about the days from and to, which may be left out.
func (d *Desk) ofDays(ask func(r *http.Request, from, to int64) (any, error)) http.HandlerFunc {
	return d.answer(func(r *http.Request) (any, error) {
		q := r.URL.Query()
		from, to, err := d.backend.Days(r.Context(), q.Get("from"), q.Get("to"))
		if err != nil {
			return nil, err
		}
		return ask(r, from, to)
	})
}
