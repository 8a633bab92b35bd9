package e2e

import (
	"database/sql"
	"fmt"
	"net/url"
	"strings"
	"sync/atomic"

	"pgregory.net/rapid"
)

func isPostgres(database string) bool { return strings.HasPrefix(database, "postgres") }

var twins atomic.Int64

// copyPostgres copies a database that nobody uses, beside it.
func copyPostgres(rt *rapid.T, address string) (twin string, drop func()) {
	u, err := url.Parse(address)
	if err != nil {
		rt.Fatal(err)
	}
	from := strings.TrimPrefix(u.Path, "/")
	to := fmt.Sprintf("%s_%d", from, twins.Add(1))
	u.Path = "/postgres"
	admin := func(statement string) {
		db, err := sql.Open("pgx", u.String())
		if err != nil {
			rt.Fatal(err)
		}
		defer func() { _ = db.Close() }()
		if _, err := db.Exec(statement); err != nil {
			rt.Fatalf("%s: %v", statement, err)
		}
	}
	admin(fmt.Sprintf("CREATE DATABASE %q TEMPLATE %q", to, from))
	twinURL := *u
	twinURL.Path = "/" + to
	return twinURL.String(), func() { admin(fmt.Sprintf("DROP DATABASE %q WITH (FORCE)", to)) }
}

// cutPostgres ends every connection to a database, whatever it was doing: what a portal's end leaves behind.
func cutPostgres(rt *rapid.T, address string) {
	db, err := sql.Open("pgx", address)
	if err != nil {
		rt.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.Exec("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"); err != nil {
		rt.Fatalf("cutting the portal's connections: %v", err)
	}
}
