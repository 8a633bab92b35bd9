package app

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"meterside/backend"
	"meterside/records"
)

// reads serves what may pass 8 KB to the window by fetch: Wails keeps larger results of bound methods in memory.
func (d *Desk) reads() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/search", d.answer(func(r *http.Request) (any, error) {
		q := r.URL.Query()
		search := d.backend.Search
		if q.Get("first") != "" {
			search = d.backend.SearchFirst
		}
		return search(r.Context(), sought(q))
	}))
	mux.HandleFunc("GET /api/accounts/{number}", d.answer(func(r *http.Request) (any, error) {
		return d.backend.Show(r.Context(), r.PathValue("number"))
	}))
	d.usageReads(mux)
	// These three may ask the portal, which logs each question.
	mux.HandleFunc("GET /api/accounts/{number}/activity/older", d.answer(func(r *http.Request) (any, error) {
		q := r.URL.Query()
		return d.backend.OlderActivity(r.Context(), r.PathValue("number"), words(q.Get("kind")), q.Get("before"))
	}))
	mux.HandleFunc("GET /api/accounts/{number}/bills/older", d.answer(func(r *http.Request) (any, error) {
		return d.backend.OlderBills(r.Context(), r.PathValue("number"), r.URL.Query().Get("before"))
	}))
	mux.HandleFunc("GET /api/everywhere", d.answer(func(r *http.Request) (any, error) {
		return d.backend.SearchAll(r.Context(), r.URL.Query().Get("text"))
	}))
	d.taskReads(mux)
	d.adminReads(mux)
	d.readsOfFind(mux)
	d.readContacts(mux)
	d.readsOfWebUsers(mux)
	return mux
}

func (d *Desk) answer(read func(*http.Request) (any, error)) http.HandlerFunc {
	format := formatError(d.log)
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		v, err := read(r)
		if r.Context().Err() != nil {
			return // the window asked for something else meanwhile
		}
		if locked := d.backend.Locked(); locked != nil { // also while it was being read
			err = locked
		}
		if err != nil {
			w.WriteHeader(http.StatusConflict)
			text, _ := format(err).(string)
			_, _ = w.Write([]byte(text))
			return
		}
		_ = json.NewEncoder(w).Encode(v)
	}
}

// sought is what an address of a search asks for; without a status it is all of them.
func sought(q url.Values) records.Query {
	return records.Query{
		Text: q.Get("text"), District: q.Get("district"), Statuses: backend.Ticked(words(q.Get("status"))), Limit: number(q.Get("limit")), Offset: number(q.Get("offset")),
	}
}

func words(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}

// number reads a whole number; what is none is 0, which every reader takes for "as usual".
func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}
