package store

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"

	"meterside/records"
)

// fillScopes makes the digests of a store that has rows and no digests yet, as one of an earlier version. Rows that were
// encoded in another way then are encoded as they are now: a desk makes its digests from what it decoded.
func (s *Store) fillScopes(ctx context.Context) error {
	var wanting bool
	if err := s.db.Read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM sync_change WHERE body IS NOT NULL)
		AND NOT EXISTS (SELECT 1 FROM sync_scope)`).Scan(&wanting); err != nil {
		return fmt.Errorf("looking for digests: %w", err)
	}
	if !wanting {
		return nil
	}
	tx, err := s.db.Write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("making the digests: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	var head int64
	if err := tx.QueryRowContext(ctx, "UPDATE sync_clock SET seq = seq RETURNING seq").Scan(&head); err != nil {
		return fmt.Errorf("taking the clock: %w", err)
	}
	if err := encodeAnew(ctx, tx); err != nil {
		return err
	}
	all, err := tallied(ctx, tx)
	if err != nil {
		return err
	}
	for _, scope := range slices.Sorted(maps.Keys(all)) {
		a, b := all[scope].Lanes()
		if _, err := tx.ExecContext(ctx, putScope, scope, all[scope].Rows, a, b, head); err != nil {
			return fmt.Errorf("keeping the digest of %s: %w", scope, err)
		}
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("making the digests: %w", err)
	}
	return nil
}

// encodeAnew rewrites the lines of the change index whose body this version would write otherwise.
func encodeAnew(ctx context.Context, db records.Conn) error {
	rows, err := db.QueryContext(ctx, "SELECT kind, id, scope, body FROM sync_change WHERE body IS NOT NULL")
	if err != nil {
		return fmt.Errorf("reading the change index: %w", err)
	}
	var other []line
	err = func() error {
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var l line
			if err := rows.Scan(&l.kind, &l.id, &l.scope, &l.body); err != nil {
				return fmt.Errorf("reading the change index: %w", err)
			}
			rec, err := records.Decode(l.kind, l.body)
			if err != nil {
				return fmt.Errorf("reading the change index: %w", err)
			}
			if rec == nil {
				continue // of a version that came after this one
			}
			body, err := records.Encode(rec)
			if err != nil {
				return err
			}
			if !bytes.Equal(body, l.body) {
				l.body = body
				other = append(other, l)
			}
		}
		return rows.Err()
	}()
	if err != nil {
		return err
	}
	for _, l := range other {
		if _, err := db.ExecContext(ctx, "UPDATE sync_change SET body = $1 WHERE kind = $2 AND id = $3 AND scope = $4", l.body, int64(l.kind), l.id, l.scope); err != nil {
			return fmt.Errorf("writing the change index anew: %w", err)
		}
	}
	return nil
}
