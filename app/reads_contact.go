package app

import "net/http"

// readContacts serves the contacts, what was promised, and the catalogues of reasons.
func (d *Desk) readContacts(mux *http.ServeMux) {
	mux.HandleFunc("GET /api/contacts", d.answer(func(r *http.Request) (any, error) {
		return d.backend.Contacts(r.Context())
	}))
	mux.HandleFunc("GET /api/accounts/{number}/contacts", d.answer(func(r *http.Request) (any, error) {
		return d.backend.ContactsOf(r.Context(), r.PathValue("number"))
	}))
	mux.HandleFunc("GET /api/callbacks", d.answer(func(r *http.Request) (any, error) {
		due, err := d.backend.Callbacks(r.Context())
		return map[string]any{"rows": due}, err
	}))
	mux.HandleFunc("GET /api/reasons", d.answer(func(r *http.Request) (any, error) {
		all, err := d.backend.Reasons(r.Context())
		return map[string]any{"rows": all}, err
	}))
}
