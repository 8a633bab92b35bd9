package records

import (
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"net/url"
	"runtime"

	"github.com/mattn/go-sqlite3" // also the driver
)

//go:embed migrations/*.sql
var migrations embed.FS

// SQLite is one database file: one writer, whose transactions begin by taking the write lock, and readers beside it.
type SQLite struct {
	Write *sql.DB
	Read  *sql.DB
	turns *turns
}

// Durability is what a commit waits for.
type Durability string

// A commit that is Durable survives a power cut; one that is not survives the end of the process.
const (
	Durable    Durability = "FULL"
	Disposable Durability = "NORMAL"
)

// OpenSQLite opens or makes the database file at path.
func OpenSQLite(path string, d Durability) (*SQLite, error) {
	dsn := func(extra url.Values) func(path string) string {
		q := url.Values{
			"_journal_mode": {"WAL"}, "_synchronous": {string(d)}, "_busy_timeout": {"10000"}, "_stmt_cache_size": {"128"},
			"_secure_delete": {"true"}, "_cache_size": {"-32000"},
		}
		for name, values := range extra {
			q[name] = values
		}
		return func(path string) string { return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode() }
	}
	t := &turns{now: &file{path: path}}
	write := sql.OpenDB(t.connector(dsn(url.Values{"_txlock": {"immediate"}})))
	write.SetMaxOpenConns(1)
	if err := write.Ping(); err != nil {
		return nil, errors.Join(fmt.Errorf("opening %s: %w", path, err), write.Close())
	}
	read := sql.OpenDB(t.connector(dsn(url.Values{"_query_only": {"true"}})))
	read.SetMaxOpenConns(readers())
	read.SetMaxIdleConns(readers())
	return &SQLite{Write: write, Read: read, turns: t}, nil
}

// readers is how many connections read at once.
func readers() int { return max(4, runtime.NumCPU()) }

// RefusedToReader says whether SQLite refused a change on a connection that only reads.
func RefusedToReader(err error) bool {
	var said sqlite3.Error
	return errors.As(err, &said) && said.Code == sqlite3.ErrReadonly
}

// Close closes readers and writer.
func (s *SQLite) Close() error { return errors.Join(s.Read.Close(), s.Write.Close()) }
