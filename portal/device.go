package portal

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"sync"

	"meterside/care"
	"meterside/portal/store"
)

// deviceKeys remembers the public halves of devices' keys: a device that has one keeps it.
type deviceKeys struct{ known sync.Map }

// keyOf is the public half of a device's key; nil for a device that never had one.
func (p *Portal) keyOf(ctx context.Context, device string) (ed25519.PublicKey, error) {
	if key, ok := p.keys.known.Load(device); ok {
		if known, is := key.(ed25519.PublicKey); is {
			return known, nil
		}
	}
	key, err := p.Store.DeviceKey(ctx, device)
	if err != nil || key == nil {
		return nil, err
	}
	p.keys.known.Store(device, ed25519.PublicKey(key))
	return key, nil
}

// CheckSigned says whether a command's bytes carry the device's signature. A device that never had a key signs nothing;
// from one that has, what is not signed by it comes from a copy of the desk's folder, and is CodeClonedDesk.
func (p *Portal) CheckSigned(ctx context.Context, device string, bytes, signature []byte) (bool, error) {
	key, err := p.keyOf(ctx, device)
	if err != nil || key == nil {
		return false, err
	}
	if !ed25519.Verify(key, bytes, signature) {
		return false, care.Err(care.CodeClonedDesk)
	}
	return true, nil
}

// CheckNonce checks a device's signature over the nonce that it was given when it connected.
func (p *Portal) CheckNonce(ctx context.Context, device string, nonce, signature []byte) error {
	_, err := p.CheckSigned(ctx, device, care.NonceBytes(nonce), signature)
	return err
}

// validKey refuses what is no public half of a key; none at all is right for a desk that knows none.
func validKey(key []byte) error {
	if len(key) != 0 && len(key) != ed25519.PublicKeySize {
		return care.Err(care.CodeInvalid, "field", "key", "problem", "is not an Ed25519 public key")
	}
	return nil
}

// Reenrol gives a desk whose folder was copied an identity of its own: another device with another key and a session that
// ends when the old one does. The old session goes on, as it may be the other copy's.
func (p *Portal) Reenrol(ctx context.Context, token, device string, key []byte, ip string) (DeskSession, error) {
	actor, err := p.DeskActor(ctx, token, ip)
	if err != nil {
		return DeskSession{}, err
	}
	if device == "" || len(device) > 100 || device == actor.Desk {
		return DeskSession{}, care.Err(care.CodeMissing, "field", "device")
	}
	if len(key) == 0 {
		return DeskSession{}, care.Err(care.CodeMissing, "field", "key")
	}
	if err := validKey(key); err != nil {
		return DeskSession{}, err
	}
	staff, err := p.activeStaff(ctx, actor.ID)
	if err != nil {
		return DeskSession{}, err
	}
	fresh, freshHash, err := newSecret()
	if err != nil {
		return DeskSession{}, err
	}
	now := p.Now()
	session := DeskSession{Token: fresh, Server: p.Store.Server(), Staff: staff}
	_, err = p.Store.Update(ctx, store.Options{Actor: System("signin"), Now: now, Command: freshHash}, func(tx *store.Tx) error {
		if err := tx.Enrol(device, actor.ID, key, now); err != nil {
			return err
		}
		// The session ends when the one that it comes from does: nobody lengthens a session by copying a folder.
		if err := tx.Conn.QueryRowContext(ctx, "SELECT expires_at FROM desk_session WHERE token_hash = $1", hashSecret(token)).Scan(&session.ExpiresAt); err != nil {
			return fmt.Errorf("finding a desk's session: %w", err)
		}
		return openDeskSession(ctx, tx, freshHash, actor.ID, device, now.UnixMilli(), session.ExpiresAt)
	})
	return session, err
}
