package records

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"math"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
)

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
	steps, err := Steps(files, func(statements string) string { return statements })
	if err != nil {
		return err
	}
	versions, err := database.NewStore(database.DialectSQLite3, table)
	if err != nil {
		return fmt.Errorf("preparing the migrations: %w", err)
	}
	provider, err := goose.NewProvider("", db, nil, goose.WithStore(versions), goose.WithGoMigrations(steps...), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return fmt.Errorf("preparing the migrations: %w", err)
	}
	if _, err := provider.UpTo(ctx, to); err != nil {
		return fmt.Errorf("migrating the database: %w", err)
	}
	return nil
}

// Steps are the migrations in the folder "migrations" of a file system, by the number that each one's name begins with, in the
// words of a database. Each is handed to the database whole: goose would look for the ends of statements line by line, with a
// buffer of four megabytes for each.
func Steps(files fs.FS, words func(statements string) string) ([]*goose.Migration, error) {
	names, err := fs.Glob(files, "migrations/*.sql")
	if err != nil {
		return nil, fmt.Errorf("finding the migrations: %w", err)
	}
	all := make([]*goose.Migration, len(names))
	for i, name := range names {
		version, err := goose.NumericComponent(name)
		if err != nil {
			return nil, fmt.Errorf("finding the migrations: %w", err)
		}
		source, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("finding the migrations: %w", err)
		}
		statements := words(string(source))
		all[i] = goose.NewGoMigration(version, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, statements)
			return err
		}}, nil)
	}
	return all, nil
}
