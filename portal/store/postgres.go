package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"runtime"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	gooseDatabase "github.com/pressly/goose/v3/database"
	"github.com/pressly/goose/v3/lock"

	"meterside/care"
	"meterside/records"
)

const (
	connectWithin   = 10 * time.Second
	oldestPostgres  = 130000 // as server_version_num says it
	readersPostgres = 8      // at least
)

// openPostgres opens a PostgreSQL database at its primary: a standby may be behind what was promised to a desk.
func openPostgres(ctx context.Context, address string) (*database, error) {
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, fmt.Errorf("reading the address of the database: %w", err) // pgx leaves the password out
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectWithin
	}
	config.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsPrimary
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "meterside"
	}
	line := &timeline{}
	watched := stdlib.OptionAfterConnect(func(ctx context.Context, conn *pgx.Conn) error {
		return line.check(ctx, conn, config)
	})
	write := sql.OpenDB(cleaned{stdlib.GetConnector(*config, watched)})
	write.SetMaxOpenConns(1)
	readers := config.Copy()
	readers.RuntimeParams["default_transaction_read_only"] = "on"
	read := sql.OpenDB(cleaned{stdlib.GetConnector(*readers, watched)})
	most := max(readersPostgres, 2*runtime.NumCPU())
	read.SetMaxOpenConns(most + 1) // one of them listens
	read.SetMaxIdleConns(most + 1)
	d := &database{
		Write: write, Read: read,
		begin:   func(ctx context.Context) (*sql.Tx, error) { return write.BeginTx(ctx, nil) }, // a row's lock is given in the order of asking
		moment:  &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true},
		refuses: refusedToReader,
		hear:    func(ctx context.Context, heard func(said string)) error { return hearPostgres(ctx, read, heard) },
		migrate: func(ctx context.Context) error { return migratePostgres(ctx, write) },
		follow:  func(ctx context.Context) error { return line.begin(ctx, write) },
		broken: func(ctx context.Context) (Finding, error) {
			f := Finding{Question: "indices that are not valid"}
			return f, read.QueryRowContext(ctx, "SELECT count(*) FROM pg_index WHERE NOT indisvalid").Scan(&f.Count)
		},
	}
	if err := fitPostgres(ctx, write); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// refusedToReader says whether PostgreSQL refused a change in a transaction that is read-only.
func refusedToReader(err error) bool {
	var said *pgconn.PgError
	return errors.As(err, &said) && said.Code == "25006"
}

// fitPostgres refuses a server that would not do, before anything is written.
func fitPostgres(ctx context.Context, db *sql.DB) error {
	var version int
	var encoding string
	err := db.QueryRowContext(ctx, "SELECT current_setting('server_version_num'), current_setting('server_encoding')").Scan(&version, &encoding)
	if err != nil {
		return fmt.Errorf("reaching the database: %w", err)
	}
	if version < oldestPostgres {
		return care.Err(care.CodeDatabase, "database", fmt.Sprintf("PostgreSQL %d", version/10000))
	}
	if encoding != "UTF8" {
		return care.Err(care.CodeDatabase, "database", "PostgreSQL, "+encoding)
	}
	return nil
}

// text finds the type of a column of text. It is compared by its bytes on both databases: PostgreSQL has to be told so.
var text = regexp.MustCompile(`\bTEXT\b`)

// migratePostgres runs the migrations that SQLite runs. Several nodes may start at once: one does it, the others wait.
func migratePostgres(ctx context.Context, db *sql.DB) error {
	for _, set := range []struct {
		table string
		files fs.FS
	}{{recordsSteps, records.Migrations()}, {portalSteps, migrations}} {
		steps, err := records.Steps(set.files, func(statements string) string { return text.ReplaceAllString(statements, `TEXT COLLATE "C"`) })
		if err != nil {
			return err
		}
		versions, err := gooseDatabase.NewStore(gooseDatabase.DialectPostgres, set.table)
		if err != nil {
			return fmt.Errorf("preparing the migrations: %w", err)
		}
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 120))
		if err != nil {
			return fmt.Errorf("preparing the migrations: %w", err)
		}
		provider, err := goose.NewProvider("", db, nil, goose.WithStore(versions), goose.WithSessionLocker(locker),
			goose.WithGoMigrations(steps...), goose.WithDisableGlobalRegistry(true))
		if err != nil {
			return fmt.Errorf("preparing the migrations: %w", err)
		}
		if _, err := provider.Up(ctx); err != nil {
			return fmt.Errorf("migrating the database: %w", err)
		}
	}
	return nil
}
