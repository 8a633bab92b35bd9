package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"meterside/records"
)

const (
	// asleep is how long the deletions are kept for a desk that says nothing.
	asleep = 14 * 24 * time.Hour
	// settled is how long every deletion is kept: a desk that is being filled just now has said nothing yet.
	settled = 24 * time.Hour
	// between is how far apart the marks of the clock are.
	between = time.Hour
	// droppedAtOnce bounds how many deletions are forgotten in one transaction, between commands.
	droppedAtOnce = 5000
)

// Floor is the least cursor from which changes can still be told.
func (s *Store) Floor(ctx context.Context) (int64, error) { return floorOf(ctx, s.db.Read) }

// Floor is the least cursor from which changes can still be told at this moment.
func (v *View) Floor(ctx context.Context) (int64, error) { return floorOf(ctx, v.tx) }

func floorOf(ctx context.Context, db records.Conn) (floor int64, err error) {
	if err := db.QueryRowContext(ctx, "SELECT floor FROM sync_clock").Scan(&floor); err != nil {
		return 0, fmt.Errorf("reading the floor: %w", err)
	}
	return floor, nil
}

// RaiseFloor forgets the deletions that no desk needs any more, and gives how many those were. What is needed: whatever is
// younger than a day, what a desk that was seen in the last fourteen days has not acknowledged, and what comes after least,
// at which a ready-made replica stands that is being given out; 0 where there is none.
func (s *Store) RaiseFloor(ctx context.Context, now time.Time, least int64) (dropped int64, err error) {
	to, err := s.mark(ctx, now)
	if err != nil {
		return 0, err
	}
	var slowest sql.NullInt64
	if err := s.db.Read.QueryRowContext(ctx, "SELECT min(cursor) FROM device WHERE cursor > 0 AND revoked_at = 0 AND seen_at >= $1",
		now.Add(-asleep).UnixMilli()).Scan(&slowest); err != nil {
		return 0, fmt.Errorf("looking for the slowest desk: %w", err)
	}
	if slowest.Valid {
		to = min(to, slowest.Int64)
	}
	if least > 0 {
		to = min(to, least)
	}
	for {
		n, more, err := s.dropUpTo(ctx, to)
		dropped += n
		if err != nil || !more {
			return dropped, err
		}
	}
}

// mark remembers where the clock stands, once an hour, and says where it stood a day ago.
func (s *Store) mark(ctx context.Context, now time.Time) (then int64, err error) {
	tx, err := s.db.Write.BeginTx(ctx, nil)
	if err != nil {
		return 0, fmt.Errorf("marking the clock: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	for _, step := range []struct {
		statement string
		args      []any
	}{
		{`INSERT INTO sync_mark (seq, at_time) SELECT seq, $1 FROM sync_clock
			WHERE NOT EXISTS (SELECT 1 FROM sync_mark WHERE at_time > $2) ON CONFLICT DO NOTHING`, []any{now.UnixMilli(), now.Add(-between).UnixMilli()}},
		{"DELETE FROM sync_mark WHERE seq < (SELECT max(seq) FROM sync_mark WHERE at_time <= $1)", []any{now.Add(-settled).UnixMilli()}},
	} {
		if _, err := tx.ExecContext(ctx, step.statement, step.args...); err != nil {
			return 0, fmt.Errorf("marking the clock: %w", err)
		}
	}
	var old sql.NullInt64
	if err := tx.QueryRowContext(ctx, "SELECT max(seq) FROM sync_mark WHERE at_time <= $1", now.Add(-settled).UnixMilli()).Scan(&old); err != nil {
		return 0, fmt.Errorf("marking the clock: %w", err)
	}
	if err := tx.Commit(); err != nil {
		return 0, fmt.Errorf("marking the clock: %w", err)
	}
	return old.Int64, nil
}

// dropUpTo forgets some of the deletions up to a number, the oldest first, and raises the floor to what it forgot in the
// same transaction. It takes the clock without moving it: no command is in between.
func (s *Store) dropUpTo(ctx context.Context, to int64) (dropped int64, more bool, err error) {
	tx, err := s.db.Write.BeginTx(ctx, nil)
	if err != nil {
		return 0, false, fmt.Errorf("raising the floor: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	var floor int64
	if err := tx.QueryRowContext(ctx, "UPDATE sync_clock SET seq = seq RETURNING floor").Scan(&floor); err != nil {
		return 0, false, fmt.Errorf("taking the clock: %w", err)
	}
	cut := to
	err = tx.QueryRowContext(ctx, "SELECT seq FROM sync_change WHERE body IS NULL AND seq <= $1 ORDER BY seq LIMIT 1 OFFSET $2", to, droppedAtOnce-1).Scan(&cut)
	more = err == nil && cut < to
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, false, fmt.Errorf("looking for old deletions: %w", err)
	}
	if cut <= floor {
		return 0, false, nil
	}
	gone, err := tx.ExecContext(ctx, "DELETE FROM sync_change WHERE body IS NULL AND seq <= $1", cut)
	if err != nil {
		return 0, false, fmt.Errorf("forgetting old deletions: %w", err)
	}
	if dropped, err = gone.RowsAffected(); err != nil {
		return 0, false, fmt.Errorf("forgetting old deletions: %w", err)
	}
	if _, err := tx.ExecContext(ctx, "UPDATE sync_clock SET floor = $1", cut); err != nil {
		return 0, false, fmt.Errorf("raising the floor: %w", err)
	}
	if err := tx.Commit(); err != nil {
		return 0, false, fmt.Errorf("raising the floor: %w", err)
	}
	return dropped, more, nil
}
