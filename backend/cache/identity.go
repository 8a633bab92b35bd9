package cache

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"meterside/care"
)

// Identity is what the portal knows a desk by: the device's name and the public half of its key, nil before it has one.
type Identity struct {
	Device string
	Key    []byte
}

func (c *Cache) readIdentity(ctx context.Context) error {
	var id Identity
	if err := c.outbox.Read.QueryRowContext(ctx, "SELECT device, key FROM desk").Scan(&id.Device, &id.Key); err != nil {
		return fmt.Errorf("reading the desk's name: %w", err)
	}
	c.identityMu.Lock()
	defer c.identityMu.Unlock()
	c.identity = id
	return nil
}

// Identity is what the portal knows this desk by.
func (c *Cache) Identity() Identity {
	c.identityMu.RLock()
	defer c.identityMu.RUnlock()
	return c.identity
}

// Device is this desk's name for the portal.
func (c *Cache) Device() string { return c.Identity().Device }

// who is the user at this desk.
func (c *Cache) who() care.Actor {
	actor := c.actor
	actor.Desk = c.Device()
	return actor
}

// SetKey keeps the public half of a key for a device that has none.
func (c *Cache) SetKey(ctx context.Context, key []byte) error {
	if _, err := c.outbox.Write.ExecContext(ctx, "UPDATE desk SET key = $1", key); err != nil {
		return fmt.Errorf("keeping the device's key: %w", err)
	}
	return c.readIdentity(ctx)
}

// Renew gives the desk another identity, as one whose folder was copied needs: numbers begin again at 1. What is unsent is
// numbered anew, and so is what was sent and not answered: it goes again under its command ID, by which it is known.
func (c *Cache) Renew(ctx context.Context, id Identity) error {
	if err := c.copyAnswers(ctx); err != nil {
		return err
	}
	err := c.changing(ctx, "giving the desk another name", func(tx *sql.Tx) error {
		for _, statement := range []string{"UPDATE command SET n = NULL", "UPDATE desk SET last_n = 0"} {
			if _, err := tx.ExecContext(ctx, statement); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, "UPDATE desk SET device = $1, key = $2", id.Device, id.Key)
		return err
	})
	if err != nil {
		return err
	}
	return c.readIdentity(ctx)
}

// Welcomed takes what the portal says of this desk's numbers. Where it has seen one that was never given here, the folder
// was copied, or is an old copy itself: CodeClonedDesk. Where it has lost some that it answered, it was rewound: these
// commands go again under new numbers, known by their IDs, before those that were never sent.
func (c *Cache) Welcomed(ctx context.Context, lastN int64) error {
	c.pageMu.Lock()
	c.page.first = true // the answers to what was sent before are looked for right after it
	c.pageMu.Unlock()
	rewound := false
	err := c.changing(ctx, "taking up the portal's count", func(tx *sql.Tx) error {
		var given, answered, first int64
		err := tx.QueryRowContext(ctx, `SELECT last_n, (SELECT coalesce(max(n), 0) FROM command WHERE state NOT IN ('queued', 'sent')),
			(SELECT coalesce(min(n), last_n + 1) FROM command WHERE state = 'sent' AND n > $1) FROM desk`, lastN).Scan(&given, &answered, &first)
		switch {
		case err != nil:
			return err
		case lastN > given:
			return care.Err(care.CodeClonedDesk)
		case answered <= lastN && first == lastN+1:
			return nil
		}
		rewound = true
		for _, statement := range []string{
			// What was given up after it was answered is not done behind anybody's back.
			"UPDATE command SET state = 'sent', code = '', params = '', at_seq = 0, ended_at = 0 WHERE n > $1 AND state IN ('applied', 'rejected', 'held', 'lapsed')",
			"UPDATE command SET n = NULL WHERE n > $1",
			"UPDATE desk SET last_n = $1",
		} {
			if _, err := tx.ExecContext(ctx, statement, lastN); err != nil {
				return err
			}
		}
		return nil
	})
	if rewound {
		c.relay.Store(true)
	}
	return err
}

// Astray numbers anew what was sent up to a number and not answered though the portal has told all it had: it goes again.
// It says how many these are.
func (c *Cache) Astray(ctx context.Context, lastN int64) (int64, error) {
	res, err := c.outbox.Write.ExecContext(ctx, "UPDATE command SET n = NULL WHERE state = 'sent' AND n <= $1", lastN)
	if err != nil {
		return 0, fmt.Errorf("sending commands again: %w", err)
	}
	return res.RowsAffected()
}

// Sent are the first and last number of what was sent and not answered; 0 and 0 for nothing.
func (c *Cache) Sent(ctx context.Context) (first, last int64, err error) {
	err = c.outbox.Read.QueryRowContext(ctx, "SELECT coalesce(min(n), 0), coalesce(max(n), 0) FROM command WHERE state = 'sent'").Scan(&first, &last)
	if err != nil {
		err = fmt.Errorf("reading the outbox: %w", err)
	}
	return first, last, err
}

// Mine says whether a number was given to the command of this ID, or to none that is still here.
func (c *Cache) Mine(ctx context.Context, n int64, commandID string) (bool, error) {
	var others int
	err := c.outbox.Read.QueryRowContext(ctx, "SELECT count(*) FROM command WHERE n = $1 AND state = 'sent' AND command_id <> $2", n, commandID).Scan(&others)
	return others == 0, err
}

// keptFor is how long a command stays that was answered and about which nobody has to decide.
const keptFor = 30 * 24 * time.Hour

// forget drops what was answered or discarded long ago.
func (c *Cache) forget(ctx context.Context, now time.Time) error {
	if _, err := c.outbox.Write.ExecContext(ctx, "DELETE FROM command WHERE state IN ('applied', 'discarded') AND ended_at < $1", now.Add(-keptFor).UnixMilli()); err != nil {
		return fmt.Errorf("dropping old commands: %w", err)
	}
	return nil
}

// changing runs fn in a transaction of the outbox.
func (c *Cache) changing(ctx context.Context, what string, fn func(*sql.Tx) error) error {
	tx, err := c.outbox.Write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	defer func() { _ = tx.Rollback() }()
	if err := fn(tx); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}
