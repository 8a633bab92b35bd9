package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"meterside/care"
)

// Change is one line of the change index: a row as it is now, or its deletion (Body is nil).
type Change struct {
	Kind care.Kind
	ID   string
	Seq  int64
	Body []byte
}

// View is one moment of the store, read in one transaction.
type View struct {
	Head  int64
	Epoch string
	tx    *sql.Tx
}

// View opens a moment; fn must not keep it.
func (s *Store) View(ctx context.Context, fn func(*View) error) error {
	tx, err := s.db.Read.BeginTx(ctx, s.db.moment)
	if err != nil {
		return fmt.Errorf("beginning to read: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	v := &View{tx: tx}
	var server string
	if err := tx.QueryRowContext(ctx, "SELECT seq, epoch, server FROM sync_clock").Scan(&v.Head, &v.Epoch, &server); err != nil {
		return fmt.Errorf("reading the clock: %w", err)
	}
	s.server.Store(server)
	s.epoch.Store(v.Epoch)
	return fn(v)
}

// Head is the number of the last commit.
func (s *Store) Head(ctx context.Context) (int64, error) {
	var head int64
	err := s.db.Read.QueryRowContext(ctx, "SELECT seq FROM sync_clock").Scan(&head)
	return head, err
}

// Changed are the scopes that have changes after from.
func (v *View) Changed(ctx context.Context, from int64) (scopes []string, err error) {
	var scope string
	err = v.Rows(ctx, []any{&scope}, func() error {
		scopes = append(scopes, scope)
		return nil
	}, "SELECT scope FROM sync_scope WHERE head > $1", from)
	return scopes, err
}

// Changes calls fn with each change of a scope after from, in the order of their numbers.
func (v *View) Changes(ctx context.Context, scope string, from int64, fn func(Change) error) error {
	rows, err := v.tx.QueryContext(ctx, "SELECT kind, id, seq, body FROM sync_change WHERE scope = $1 AND seq > $2 ORDER BY seq", scope, from)
	if err != nil {
		return fmt.Errorf("reading changes: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var c Change
		if err := rows.Scan(&c.Kind, &c.ID, &c.Seq, &c.Body); err != nil {
			return fmt.Errorf("reading changes: %w", err)
		}
		if err := fn(c); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Count counts the changes of a scope after from, and stops at most.
func (v *View) Count(ctx context.Context, scope string, from int64, most int) (n int, err error) {
	err = v.tx.QueryRowContext(ctx, "SELECT count(*) FROM (SELECT 1 FROM sync_change WHERE scope = $1 AND seq > $2 LIMIT $3) AS first_rows", scope, from, most).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("counting changes: %w", err)
	}
	return n, nil
}

// Rows runs a query and calls fn after each row was read into dest.
func (v *View) Rows(ctx context.Context, dest []any, fn func() error, query string, args ...any) error {
	rows, err := v.tx.QueryContext(ctx, query, args...)
	if err != nil {
		return fmt.Errorf("reading rows: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return fmt.Errorf("reading rows: %w", err)
		}
		if err := fn(); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Verdicts are the answers to a device's commands after from.
func (v *View) Verdicts(ctx context.Context, device string, from int64) ([]care.Verdict, error) {
	return v.verdicts(ctx, "WHERE device_id = $1 AND at_seq > $2 ORDER BY at_seq, n", device, from)
}

// Answers are the answers to a device's commands first to last.
func (v *View) Answers(ctx context.Context, device string, first, last int64) ([]care.Verdict, error) {
	return v.verdicts(ctx, "WHERE device_id = $1 AND n >= $2 AND n <= $3 ORDER BY n", device, first, last)
}

func (v *View) verdicts(ctx context.Context, tail string, args ...any) ([]care.Verdict, error) {
	rows, err := v.tx.QueryContext(ctx, "SELECT "+verdictColumns+" FROM verdict "+tail, args...)
	if err != nil {
		return nil, fmt.Errorf("reading verdicts: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var all []care.Verdict
	for rows.Next() {
		verdict, err := scanVerdict(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, verdict)
	}
	return all, rows.Err()
}

const verdictColumns = "command_id, n, outcome, code, params, at_seq"

type scanner interface{ Scan(...any) error }

func scanVerdict(row scanner) (care.Verdict, error) {
	var v care.Verdict
	var params string
	if err := row.Scan(&v.CommandID, &v.N, &v.Outcome, &v.Code, &params, &v.Seq); err != nil {
		return v, fmt.Errorf("reading a verdict: %w", err)
	}
	if params == "" {
		return v, nil
	}
	return v, json.Unmarshal([]byte(params), &v.Params)
}
