package records

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"net/url"
	"runtime"

	"github.com/mattn/go-sqlite3" // also the driver
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
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

// Migrate brings the tables of this package to the newest schema.
func Migrate(ctx context.Context, db *sql.DB) error {
	return MigrateSet(ctx, db, "goose_records", migrations)
}

// Migrations are the steps to the newest schema, for who runs them on another database than SQLite.
func Migrations() fs.FS { return migrations }

// MigrateSet runs the migrations in the folder "migrations" of a file system, and remembers in a table of its own which
// have been run.
func MigrateSet(ctx context.Context, db *sql.DB, table string, files fs.FS) error {
	return MigrateTo(ctx, db, table, files, math.MaxInt64)
}

// MigrateTo runs the migrations of a set up to the one that is numbered to, for who has rows of that time to bring along.
func MigrateTo(ctx context.Context, db *sql.DB, table string, files fs.FS, to int64) error {
	sub, err := fs.Sub(files, "migrations")
	if err != nil {
		return fmt.Errorf("finding the migrations: %w", err)
	}
	versions, err := database.NewStore(database.DialectSQLite3, table)
	if err != nil {
		return fmt.Errorf("preparing the migrations: %w", err)
	}
	provider, err := goose.NewProvider("", db, sub, goose.WithStore(versions))
	if err != nil {
		return fmt.Errorf("preparing the migrations: %w", err)
	}
	if _, err := provider.UpTo(ctx, to); err != nil {
		return fmt.Errorf("migrating the database: %w", err)
	}
	return nil
}
