package portal

import (
	"context"
	"errors"
	"fmt"
	"time"

	"meterside/care"
	"meterside/portal/external"
	"meterside/portal/store"
	"meterside/records"
)

// SigningKey is a key with which the portal signs, or signed until lately.
type SigningKey struct {
	external.Key
	Made    int64 // ms
	Retired int64 // ms; 0 while it signs
}

// stillShown is how long a key is shown after another took its place: what was signed with it is older than a minute by then.
const stillShown = time.Hour

// Issuer is the name under which the portal signs: the installation's own, for good.
func (p *Portal) Issuer() string { return "urn:uuid:" + p.Store.Server() }

// KeySet is the JWKS by which others know what the portal signed. Where there was no key yet, one is made.
func (p *Portal) KeySet(ctx context.Context) ([]byte, error) {
	if _, err := p.signingKey(ctx); err != nil {
		return nil, err
	}
	known, err := p.SigningKeys(ctx)
	if err != nil {
		return nil, err
	}
	var shown []external.Key
	for _, k := range known {
		shown = append(shown, k.Key)
	}
	return external.JWKS(shown)
}

// SigningKeys lists the keys that are shown, the one that signs first.
func (p *Portal) SigningKeys(ctx context.Context) ([]SigningKey, error) {
	return keysIn(ctx, p.Store.Reader(), p.Now().Add(-stillShown))
}

// RotateSigningKey makes a key that signs from now on. The one before is shown for an hour more; at once, no longer at all: what it
// signed is refused as soon as others ask for the keys again.
func (p *Portal) RotateSigningKey(ctx context.Context, atOnce bool) (SigningKey, error) {
	return p.makeKey(ctx, func(tx *store.Tx, now time.Time) error {
		if _, err := tx.Conn.ExecContext(ctx, "UPDATE signing_key SET retired_at = $1 WHERE retired_at = 0", now.UnixMilli()); err != nil {
			return fmt.Errorf("retiring a key: %w", err)
		}
		if atOnce {
			now = now.Add(2 * stillShown)
		}
		_, err := tx.Conn.ExecContext(ctx, "DELETE FROM signing_key WHERE retired_at <= $1", now.Add(-stillShown).UnixMilli())
		return err
	})
}

// signingKey is the key that signs now; the first one is made when it is needed.
func (p *Portal) signingKey(ctx context.Context) (external.Key, error) {
	known, err := p.SigningKeys(ctx)
	if err != nil {
		return external.Key{}, err
	}
	if len(known) > 0 && known[0].Retired == 0 {
		return known[0].Key, nil
	}
	made, err := p.makeKey(ctx, func(tx *store.Tx, _ time.Time) error {
		there, err := keysIn(ctx, tx.Conn, p.Now())
		if err == nil && len(there) > 0 {
			known, err = there, errKeyThere
		}
		return err
	})
	if errors.Is(err, errKeyThere) {
		return known[0].Key, nil
	}
	return made.Key, err
}

var errKeyThere = errors.New("somebody else made a key meanwhile")

// makeKey keeps another key, once before allows it.
func (p *Portal) makeKey(ctx context.Context, before func(*store.Tx, time.Time) error) (SigningKey, error) {
	key, err := external.NewKey()
	if err != nil {
		return SigningKey{}, err
	}
	private, err := key.Private()
	if err != nil {
		return SigningKey{}, err
	}
	made := SigningKey{Key: key, Made: p.Now().UnixMilli()}
	_, err = p.Store.Update(ctx, p.system("signing"), func(tx *store.Tx) error {
		if err := before(tx, p.Now()); err != nil {
			return err
		}
		_, err := tx.Conn.ExecContext(ctx, "INSERT INTO signing_key (key_id, private, made_at, retired_at) VALUES ($1, $2, $3, 0)", key.ID, private, made.Made)
		return err
	})
	if err != nil {
		return SigningKey{}, fmt.Errorf("keeping a key: %w", err)
	}
	return made, nil
}

// keysIn lists the keys that sign, or did so after an instant, the newest first.
func keysIn(ctx context.Context, db records.Conn, after time.Time) (all []SigningKey, err error) {
	rows, err := db.QueryContext(ctx, "SELECT private, made_at, retired_at FROM signing_key WHERE retired_at = 0 OR retired_at > $1 ORDER BY retired_at = 0 DESC, made_at DESC, key_id", after.UnixMilli())
	if err != nil {
		return nil, fmt.Errorf("reading the keys: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var k SigningKey
		var private string
		if err := rows.Scan(&private, &k.Made, &k.Retired); err != nil {
			return nil, fmt.Errorf("reading the keys: %w", err)
		}
		if k.Key, err = external.ReadKey(private); err != nil {
			return nil, fmt.Errorf("reading the keys: %w", err)
		}
		all = append(all, k)
	}
	return all, rows.Err()
}

// from says in whose name the portal asks another service now.
func (p *Portal) from(ctx context.Context, actor care.Actor) (external.From, error) {
	key, err := p.signingKey(ctx)
	return external.From{Issuer: p.Issuer(), Key: key, CSR: actor.ID, Now: p.Now()}, err
}
