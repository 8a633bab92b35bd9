package store

import (
	"context"
	"database/sql"
	"fmt"
	"sync/atomic"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// timeline watches which history a PostgreSQL server is in. A server that was put back to an earlier point, or took over
// from one that it had not heard to the end, begins another timeline: what a desk was told may be missing there, so the
// portal begins another epoch.
type timeline struct {
	known atomic.Pointer[string] // nil until begin
}

// askLine names a server's history: its own number, and that of its timeline.
const askLine = "SELECT (SELECT system_identifier::text FROM pg_control_system()) || ' ' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)"

const newLine = "UPDATE sync_clock SET epoch = $1, line = $2 WHERE line <> $2"

// begin compares the server with the one that the store was last opened at. A server that says nothing of its history, as
// some that are rented do, is taken as it is.
func (l *timeline) begin(ctx context.Context, db *sql.DB) error {
	var line string
	if err := db.QueryRowContext(ctx, askLine).Scan(&line); err != nil {
		return ctx.Err()
	}
	if _, err := db.ExecContext(ctx, "UPDATE sync_clock SET line = $1 WHERE line = ''", line); err != nil {
		return fmt.Errorf("noting the database's timeline: %w", err)
	}
	if _, err := db.ExecContext(ctx, newLine, uuid.NewString(), line); err != nil {
		return fmt.Errorf("beginning another epoch: %w", err)
	}
	l.known.Store(&line)
	return nil
}

// check looks at a new connection before it is used: it may lead to another server than the one before. config is how to
// reach that server for writing, beside the pools: those may be waiting for this very connection.
func (l *timeline) check(ctx context.Context, conn *pgx.Conn, config *pgx.ConnConfig) error {
	known := l.known.Load()
	if known == nil {
		return nil
	}
	var line string
	if err := conn.QueryRow(ctx, askLine).Scan(&line); err != nil {
		return fmt.Errorf("asking for the database's timeline: %w", err)
	}
	if line == *known {
		return nil
	}
	other, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return fmt.Errorf("beginning another epoch: %w", err)
	}
	defer func() { _ = other.Close(ctx) }()
	if _, err := other.Exec(ctx, newLine, uuid.NewString(), line); err != nil {
		return fmt.Errorf("beginning another epoch: %w", err)
	}
	l.known.Store(&line)
	return nil
}
