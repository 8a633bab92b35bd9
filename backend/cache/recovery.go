package cache

import (
	"context"
	"fmt"
	"time"

	"meterside/records"
)

// Recovery is one time at which the replica was found to differ and fetched anew. Instants are portal time, ms.
type Recovery struct {
	Found  int64  `json:"found"`
	Reason string `json:"reason"`
	At     int64  `json:"at"`
}

// againWithin is how soon a replica may not be fetched anew a second time without being asked: what differs again so soon
// has a reason that fetching does not take away.
const againWithin = time.Hour

// MayRecover says whether the replica in doubt is to be fetched anew without asking anybody. now is portal time, ms.
func (c *Cache) MayRecover(ctx context.Context, now int64) (bool, error) {
	p := c.Proof()
	if p.Doubt == "" {
		return false, nil
	}
	var agreed, lately bool
	err := c.outbox.Read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM recovery WHERE doubt_at = $1), EXISTS (SELECT 1 FROM recovery WHERE at > $2)`,
		p.DoubtAt, now-againWithin.Milliseconds()).Scan(&agreed, &lately)
	if err != nil {
		return false, fmt.Errorf("reading the recoveries: %w", err)
	}
	return agreed || !lately, nil
}

// Recovering keeps that the replica in doubt is fetched anew. It is said once, however often the fetching begins again.
func (c *Cache) Recovering(ctx context.Context, now int64) error {
	p := c.Proof()
	if p.Doubt == "" {
		return nil
	}
	if _, err := c.outbox.Write.ExecContext(ctx, "INSERT INTO recovery (doubt_at, reason, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", p.DoubtAt, p.Doubt, now); err != nil {
		return fmt.Errorf("keeping a recovery: %w", err)
	}
	return nil
}

// Doubt wants the replica anew, whatever is known of it: somebody asked for it.
func (c *Cache) Doubt(ctx context.Context, now int64) error {
	c.pageMu.Lock()
	if p := c.Proof(); p.Doubt == "" {
		p = p.In(records.DoubtAsked, now)
		c.setProof(p)
		_ = records.KeepProof(ctx, c.replica.Write, p) // a damaged file need not take it
	}
	c.pageMu.Unlock()
	return c.Recovering(ctx, now)
}

// Damaged puts the replica in doubt if an error says that its file is not what was written.
func (c *Cache) Damaged(err error, now int64) bool {
	if !records.Damaged(err) {
		return false
	}
	c.setProof(c.Proof().In(records.DoubtFile, now))
	return true
}

// Recoveries lists when the replica was fetched anew, the last time first.
func (c *Cache) Recoveries(ctx context.Context) ([]Recovery, error) {
	rows, err := c.outbox.Read.QueryContext(ctx, "SELECT doubt_at, reason, at FROM recovery ORDER BY at DESC LIMIT 20")
	if err != nil {
		return nil, fmt.Errorf("reading the recoveries: %w", err)
	}
	defer func() { _ = rows.Close() }()
	all := []Recovery{}
	for rows.Next() {
		var r Recovery
		if err := rows.Scan(&r.Found, &r.Reason, &r.At); err != nil {
			return nil, fmt.Errorf("reading the recoveries: %w", err)
		}
		all = append(all, r)
	}
	return all, rows.Err()
}
