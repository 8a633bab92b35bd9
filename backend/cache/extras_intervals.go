package cache

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"meterside/care"
	"meterside/records"
)

// KeepIntervals keeps what an account's meters counted, as the portal answered.
func (e *Extras) KeepIntervals(ctx context.Context, account string, i care.Intervals) error {
	body, err := json.Marshal(i)
	if err != nil {
		return fmt.Errorf("keeping intervals: %w", err)
	}
	return e.with(ctx, func(ctx context.Context, db *records.SQLite) error {
		if err := e.keep(ctx, db, account, care.Fetched{Scopes: i.Scopes}, false, Span{}); err != nil {
			return err
		}
		if _, err := db.Write.ExecContext(ctx, `INSERT INTO held_interval (account, from_day, to_day, at, body) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (account, from_day) DO UPDATE SET to_day = excluded.to_day, at = excluded.at, body = excluded.body`,
			account, i.From, i.To, e.now().UnixMilli(), body); err != nil {
			return fmt.Errorf("keeping intervals: %w", err)
		}
		return e.trim(ctx, db)
	})
}

// Intervals are those that are kept of a whole period, and since when, ms; 0 where they are not.
func (e *Extras) Intervals(ctx context.Context, account, from, to string) (i care.Intervals, at int64, err error) {
	if !e.There() {
		return i, 0, nil
	}
	err = e.with(ctx, func(ctx context.Context, db *records.SQLite) error {
		var body []byte
		err := db.Read.QueryRowContext(ctx, `SELECT at, body FROM held_interval WHERE account = $1 AND from_day <= $2 AND to_day >= $3 AND at > $4
			ORDER BY at DESC LIMIT 1`, account, from, to, e.now().Add(-extrasKept).UnixMilli()).Scan(&at, &body)
		if errors.Is(err, sql.ErrNoRows) {
			at = 0
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading the intervals that are kept: %w", err)
		}
		i = care.Intervals{}
		return json.Unmarshal(body, &i)
	})
	return i, at, err
}
