package cache

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"meterside/care"
	"meterside/records"
)

// Span is the part of an account's history that one answer brought without a gap: everything before Newer and from Older on.
// End says that there is nothing older. Of bills, At is a day's beginning and the rest is empty.
type Span struct {
	What         string // activity or bills
	Newer, Older care.Moment
	End          bool
}

// Keep keeps what a question about an account brought. whole says that it is all a console shows. A zero Span covers nothing.
func (e *Extras) Keep(ctx context.Context, account string, f care.Fetched, whole bool, span Span) error {
	return e.with(ctx, func(ctx context.Context, db *records.SQLite) error {
		if err := e.keep(ctx, db, account, f, whole, span); err != nil {
			return err
		}
		return e.trim(ctx, db)
	})
}

func (e *Extras) keep(ctx context.Context, db *records.SQLite, account string, f care.Fetched, whole bool, span Span) error {
	tx, err := db.Write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("beginning to keep: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	if whole { // as it is now, without what has left it since
		if err := dropAccount(ctx, tx, account); err != nil {
			return err
		}
	}
	now := e.now().UnixMilli()
	if _, err := tx.ExecContext(ctx, `INSERT INTO held (account, scopes, whole, at, used) VALUES ($1, $2, $3, $4, $4)
		ON CONFLICT (account) DO UPDATE SET scopes = excluded.scopes, at = min(at, excluded.at), used = excluded.used`, account, f.Scopes, whole, now); err != nil {
		return fmt.Errorf("keeping an account: %w", err)
	}
	for _, row := range f.Rows {
		rec, err := records.Decode(row.Kind, row.Body)
		if err != nil {
			return err
		}
		if rec == nil {
			continue // a kind of a newer portal
		}
		rec.RecordMeta().RV = row.RV
		if err := records.Store(ctx, tx, rec); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "INSERT INTO held_row (account, kind, id, bytes) VALUES ($1, $2, $3, $4) ON CONFLICT (account, kind, id) DO UPDATE SET bytes = excluded.bytes",
			account, row.Kind, rec.RecordID(), len(row.Body)); err != nil {
			return fmt.Errorf("keeping a row: %w", err)
		}
	}
	if span.What != "" {
		if err := cover(ctx, tx, account, span); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// cover notes a span, as the continuation of the one that it begins at where there is such.
func cover(ctx context.Context, tx *sql.Tx, account string, s Span) error {
	res, err := tx.ExecContext(ctx, `UPDATE cover SET older_at = $1, older_rv = $2, older_id = $3, ended = $4
		WHERE account = $5 AND what = $6 AND (older_at, older_rv, older_id) = ($7, $8, $9)`,
		s.Older.At, s.Older.RV, s.Older.ID, s.End, account, s.What, s.Newer.At, s.Newer.RV, s.Newer.ID)
	if err != nil {
		return fmt.Errorf("noting how far back it goes: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n > 0 {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO cover (account, what, newer_at, newer_rv, newer_id, older_at, older_rv, older_id, ended)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, account, s.What, s.Newer.At, s.Newer.RV, s.Newer.ID, s.Older.At, s.Older.RV, s.Older.ID, s.End)
	if err != nil {
		return fmt.Errorf("noting how far back it goes: %w", err)
	}
	return nil
}

// Covers finds the span in which the history just before a moment is kept without a gap. ok is false where it is not.
func (e *Extras) Covers(ctx context.Context, account, what string, before care.Moment) (s Span, ok bool, err error) {
	err = e.with(ctx, func(ctx context.Context, db *records.SQLite) error {
		s = Span{What: what}
		err := db.Read.QueryRowContext(ctx, `SELECT newer_at, newer_rv, newer_id, older_at, older_rv, older_id, ended FROM cover
			WHERE account = $1 AND what = $2 AND (newer_at, newer_rv, newer_id) >= ($3, $4, $5)
			AND ((older_at, older_rv, older_id) < ($3, $4, $5) OR ended) ORDER BY older_at, older_rv, older_id LIMIT 1`,
			account, what, before.At, before.RV, before.ID).Scan(&s.Newer.At, &s.Newer.RV, &s.Newer.ID, &s.Older.At, &s.Older.RV, &s.Older.ID, &s.End)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		ok = err == nil
		return err
	})
	return s, ok, err
}

// Holds says since when the whole of an account is kept, as Keep had it; 0 where it is not, or for too long.
func (e *Extras) Holds(ctx context.Context, account string) (at int64, err error) {
	err = e.with(ctx, func(ctx context.Context, db *records.SQLite) error {
		at = 0
		err := db.Write.QueryRowContext(ctx, "UPDATE held SET used = $1 WHERE account = $2 AND whole AND at > $3 RETURNING at",
			e.now().UnixMilli(), account, e.now().Add(-contactKept).UnixMilli()).Scan(&at)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	return at, err
}

// Reader gives the readers' side of the file, whose tables are like the replica's.
func (e *Extras) Reader(ctx context.Context) (reader *sql.DB, err error) {
	err = e.with(ctx, func(_ context.Context, db *records.SQLite) error {
		reader = db.Read
		return nil
	})
	return reader, err
}
