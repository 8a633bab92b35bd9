//go:build e2e

package scan

import (
	"database/sql"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3"
)

// planted is a page with two holes: the word that is looked for becomes part of the SQL, and comes back as markup.
func planted(t *testing.T) *httptest.Server {
	t.Helper()
	db, err := sql.Open("sqlite3", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { _ = db.Close() })
	if _, err := db.ExecContext(t.Context(), "CREATE TABLE fruit (name TEXT); INSERT INTO fruit VALUES ('pear'), ('plum')"); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		word := r.FormValue("word")
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, `<!doctype html><title>Fruit</title><form action="/" method="post"><input name="word" value="pear"><button>Look</button></form><p>`+word)
		var name string
		err := db.QueryRowContext(r.Context(), "SELECT name FROM fruit WHERE name = '"+word+"'").Scan(&name) //nolint:gosec // the hole
		fmt.Fprint(w, "<p>", name)
		if err != nil {
			fmt.Fprint(w, "SQLite error 1: ", err) // as pages that tell too much do
		}
	}))
	t.Cleanup(server.Close)
	return server
}

// A scan that finds nothing says something only where the same scan finds what is there.
func TestThePlantedHolesAreFound(t *testing.T) {
	b := newBench(t, reports(t, "planted"))
	page := planted(t).URL
	found := b.wapiti("wapiti", page+"/", "sql,xss", time.Minute)
	for _, sort := range []string{"SQL Injection", "Cross Site Scripting"} {
		if !slices.ContainsFunc(found, func(f string) bool { return strings.Contains(f, sort) }) {
			t.Errorf("wapiti did not find the planted hole: %s; found: %q", sort, found)
		}
	}
	if found := b.sqlmap("sqlmap", page, target{method: http.MethodPost, path: "/", kind: formKind, body: "word=pear"}, "--dbms", "SQLite"); len(found) == 0 {
		t.Error("sqlmap did not find the planted hole")
	}
}
