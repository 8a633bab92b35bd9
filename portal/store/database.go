package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"meterside/care"
	"meterside/records"
)

//go:embed migrations/*.sql
var migrations embed.FS

// The tables in which a database remembers which migrations it has seen.
const (
	recordsSteps = "goose_records"
	portalSteps  = "goose_portal"
)

// database is where a store stands. Both kinds are asked by the same statements; this is all in which they differ.
type database struct {
	Write *sql.DB // one connection: writes are serial anyway
	Read  *sql.DB

	begin   func(ctx context.Context) (*sql.Tx, error) // a transaction that writes, in its turn
	moment  *sql.TxOptions                             // a transaction that sees one moment, and writes nothing
	migrate func(ctx context.Context) error
	follow  func(ctx context.Context) error                          // begins another epoch where the database itself went back
	broken  func(ctx context.Context) (Finding, error)               // whether the database itself is whole
	hear    func(ctx context.Context, heard func(said string)) error // what other nodes tell; nil where there is one node
	refuses func(error) bool                                         // whether the database refused a change by who may only read
}

// Close closes readers and writer.
func (d *database) Close() error { return errors.Join(d.Read.Close(), d.Write.Close()) }

func openDatabase(ctx context.Context, where string) (*database, error) {
	scheme, rest, named := strings.Cut(where, ":")
	switch {
	case !named || len(scheme) < 2: // a Windows drive is no scheme
		return openSQLite(where)
	case scheme == "sqlite":
		return openSQLite(rest)
	case scheme == "postgres" || scheme == "postgresql":
		return openPostgres(ctx, where)
	case strings.HasPrefix(rest, "//"):
		return nil, care.Err(care.CodeDatabase, "database", scheme+"://…") // the rest may hold a password
	}
	return openSQLite(where)
}

// openSQLite opens the database in a folder.
func openSQLite(dir string) (*database, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the portal's folder: %w", err)
	}
	db, err := records.OpenSQLite(filepath.Join(dir, "portal.db"), records.Durable)
	if err != nil {
		return nil, err
	}
	turn := newTurn(filepath.Join(dir, "turn.lock"))
	return &database{
		Write: db.Write, Read: db.Read, moment: &sql.TxOptions{ReadOnly: true},
		begin: func(ctx context.Context) (*sql.Tx, error) { return turn.begin(ctx, db.Write) },
		migrate: func(ctx context.Context) (err error) {
			for range migrateTries {
				if err = migrateSQLite(ctx, db.Write); err == nil || ctx.Err() != nil {
					return err
				}
			}
			return err
		},
		refuses: records.RefusedToReader,
		follow:  func(context.Context) error { return nil }, // a file does not know that it was put back; the desks do
		broken: func(ctx context.Context) (Finding, error) {
			f := Finding{Question: "damaged pages in the file"}
			var whole string
			err := db.Read.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&whole)
			if whole != "ok" {
				f.Count = 1
			}
			return f, err
		},
	}, nil
}

// migrateTries is how often SQLite is migrated before it is given up: where two programs open a new folder at once, one
// finds a table made that was not there when it looked.
const migrateTries = 5

func migrateSQLite(ctx context.Context, db *sql.DB) error {
	if err := records.Migrate(ctx, db); err != nil {
		return err
	}
	return records.MigrateSet(ctx, db, portalSteps, migrations)
}
