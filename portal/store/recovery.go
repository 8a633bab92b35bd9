package store

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"

	"meterside/care"
)

// MakeLink makes a reset link's letters. They wait here for the message that takes them to the customer.
func (i *index) MakeLink(ctx context.Context, r care.Recovery) error {
	letters := make([]byte, 32)
	if _, err := rand.Read(letters); err != nil {
		return fmt.Errorf("making a reset link: %w", err)
	}
	token := base64.RawURLEncoding.EncodeToString(letters)
	sum := sha256.Sum256([]byte(token))
	return i.keepRecovery(ctx, r, hex.EncodeToString(sum[:]), token)
}

// KeepCode keeps the hash of a recovery code.
func (t *Tx) KeepCode(ctx context.Context, r care.Recovery, hash string) error {
	return t.index.keepRecovery(ctx, r, hash, "")
}

// keepRecovery keeps what a recovery is known by, and forgets what has ended.
func (i *index) keepRecovery(ctx context.Context, r care.Recovery, hash, token string) error {
	i.changes++
	if _, err := i.conn.ExecContext(ctx, "DELETE FROM recovery_secret WHERE ends_at <= $1", r.At); err != nil {
		return fmt.Errorf("forgetting ended recoveries: %w", err)
	}
	if _, err := i.conn.ExecContext(ctx, "INSERT INTO recovery_secret (recovery_id, hash, token, ends_at) VALUES ($1, $2, $3, $4)", r.ID, hash, token, r.EndsAt); err != nil {
		return fmt.Errorf("keeping a recovery: %w", err)
	}
	return nil
}
