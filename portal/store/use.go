package store

import (
	"context"
	"fmt"
	"time"
)

// CustomerUsed keeps that a customer's session is used now, where what is kept of that is not younger than before.
func (s *Store) CustomerUsed(ctx context.Context, tokenHash string, now, before time.Time) error {
	return s.used(ctx, "UPDATE web_session SET used_at = $1 WHERE token_hash = $2 AND used_at <= $3", now.UnixMilli(), tokenHash, before.UnixMilli())
}

// MasqueradeUsed keeps that a masquerade is used now, likewise.
func (s *Store) MasqueradeUsed(ctx context.Context, credentialHash string, now, before time.Time) error {
	return s.used(ctx, "UPDATE masquerade_credential SET used_at = $1 WHERE credential_hash = $2 AND used_at <= $3", now.UnixMilli(), credentialHash, before.UnixMilli())
}

// used writes apart from whatever else a request does, and leaves the clock alone: no desk has to hear of it.
func (s *Store) used(ctx context.Context, statement string, args ...any) error {
	tx, err := s.db.begin(ctx)
	if err != nil {
		return fmt.Errorf("keeping a session's use: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.ExecContext(ctx, statement, args...); err != nil {
		return fmt.Errorf("keeping a session's use: %w", err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("keeping a session's use: %w", err)
	}
	return nil
}
