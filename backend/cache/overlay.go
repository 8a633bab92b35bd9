package cache

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"meterside/care"
	"meterside/records"
)

// restore puts the untouched originals back under the overlay.
func (a *applier) restore() error {
	rows, err := a.tx.QueryContext(a.ctx, "SELECT kind, id, body, rv FROM originals")
	if err != nil {
		return fmt.Errorf("reading the originals: %w", err)
	}
	type original struct {
		ref  care.Ref
		body []byte
		rv   int64
	}
	var all []original
	for rows.Next() {
		var o original
		if err := rows.Scan(&o.ref.Kind, &o.ref.ID, &o.body, &o.rv); err != nil {
			return errors.Join(err, rows.Close())
		}
		all = append(all, o)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return fmt.Errorf("reading the originals: %w", err)
	}
	if len(all) == 0 {
		return nil
	}
	for _, o := range all {
		if o.body == nil {
			if err := records.Remove(a.ctx, a.tx, o.ref); err != nil {
				return err
			}
			continue
		}
		rec, err := records.Decode(o.ref.Kind, o.body)
		if err != nil {
			return err
		}
		rec.RecordMeta().RV = o.rv
		if err := a.store(rec); err != nil {
			return err
		}
	}
	_, err = a.tx.ExecContext(a.ctx, "DELETE FROM originals")
	return err
}

// onTop says above which place of the outbox the commands are still to be laid on, where those below lie as lay would lay them
// now. Otherwise it takes the overlay off, for all of them.
func (a *applier) onTop() error {
	if !a.cache.relay.Load() {
		err := a.tx.QueryRowContext(a.ctx, "SELECT through FROM laid WHERE EXISTS (SELECT 1 FROM originals)").Scan(&a.above)
		switch {
		case err == nil:
			return nil
		case !errors.Is(err, sql.ErrNoRows):
			return fmt.Errorf("reading what is laid on: %w", err)
		}
	}
	return a.restore()
}

// lay runs every command that the replica does not show yet.
func (a *applier) lay() error {
	if a.above == 0 {
		a.cache.relay.Store(false) // before the outbox is read: what it says from now on is said again
	}
	// What is made from here on is laid on by who made it.
	var through int64
	if err := a.cache.outbox.Read.QueryRowContext(a.ctx, "SELECT coalesce(max(place), 0) FROM command").Scan(&through); err != nil {
		return fmt.Errorf("reading the outbox: %w", err)
	}
	pending, err := a.cache.pending(a.ctx, a.tx, a.above, through)
	if err != nil || len(pending) == 0 {
		return err
	}
	for _, env := range pending {
		o, err := a.run(env)
		if err != nil {
			return err
		}
		a.laid[env.ID] = o
	}
	if _, err := a.tx.ExecContext(a.ctx, "INSERT INTO laid (only, through) VALUES (1, $1) ON CONFLICT (only) DO UPDATE SET through = excluded.through", through); err != nil {
		return fmt.Errorf("noting what is laid on: %w", err)
	}
	return nil
}

// run applies one command over the replica. A command that cannot be applied here has no effect here: the portal decides.
func (a *applier) run(env care.Envelope) (*overlay, error) {
	o := &overlay{applier: a, before: map[string]any{}, after: map[string]any{}}
	cmd, err := care.Decode(env.Kind, env.Args)
	if err != nil {
		return nil, nil //nolint:nilerr,nilnil // a kind of another version has no effect here
	}
	if _, err := a.tx.ExecContext(a.ctx, "SAVEPOINT laid"); err != nil {
		return nil, fmt.Errorf("marking a savepoint: %w", err)
	}
	actor := a.cache.who()
	actor.Contact, actor.Offline = env.Contact, env.Offline
	tx := records.NewTx(a.ctx, a.tx, o, records.TxOptions{
		Actor: actor, Now: time.UnixMilli(env.CreatedAt), Command: env.ID, Seq: a.stand.Cursor,
	})
	_, failed := care.Do(tx, cmd)
	if failed == nil {
		failed = tx.Settle()
	}
	if failed == nil {
		_, err = a.tx.ExecContext(a.ctx, "RELEASE laid")
		return o, err
	}
	// Whatever failed, one command must not stop the desk from opening or from taking rows.
	_, err = a.tx.ExecContext(a.ctx, "ROLLBACK TO laid; RELEASE laid")
	return nil, err
}

// overlay keeps the original of each row that a command changes, and notes what changed for people.
type overlay struct {
	*applier
	before, after map[string]any
}

// Missing says that the desk does not hold a record, which is not to say that there is none.
func (*overlay) Missing(care.Ref) error { return care.ErrNotHere }

// ResetFailedSignIns does nothing: the count is the portal's.
func (*overlay) ResetFailedSignIns(context.Context, string) error { return nil }

// MakeLink does nothing: links are the portal's.
func (*overlay) MakeLink(context.Context, care.Recovery) error { return nil }

// Changed keeps the original, once.
func (o *overlay) Changed(ctx context.Context, before, after care.Record) error {
	rec := after
	if rec == nil {
		rec = before
	}
	var body []byte
	var rv int64
	if before != nil {
		var err error
		if body, err = records.Encode(before); err != nil {
			return err
		}
		rv = before.RecordMeta().RV
	}
	if _, err := o.tx.ExecContext(ctx, "INSERT INTO originals (kind, id, body, rv) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
		rec.RecordKind(), rec.RecordID(), body, rv); err != nil {
		return fmt.Errorf("keeping an original: %w", err)
	}
	records.Difference(before, after, o.before, o.after)
	return nil
}

// Pending says which of a kind's records show a change that the portal has not confirmed.
func (c *Cache) Pending(ctx context.Context) (map[care.Ref]bool, error) {
	rows, err := c.replica.Read.QueryContext(ctx, "SELECT kind, id FROM originals")
	if err != nil {
		return nil, fmt.Errorf("reading what is pending: %w", err)
	}
	defer func() { _ = rows.Close() }()
	all := map[care.Ref]bool{}
	for rows.Next() {
		var ref care.Ref
		if err := rows.Scan(&ref.Kind, &ref.ID); err != nil {
			return nil, err
		}
		all[ref] = true
	}
	return all, rows.Err()
}

// Read gives a care.Reader over the replica at this moment, for a Check.
func (c *Cache) Read(ctx context.Context, now time.Time) care.Reader {
	return c.ReadUnder(ctx, now, "", false)
}

// ReadUnder is Read for who acts under a contact, and perhaps without the portal.
func (c *Cache) ReadUnder(ctx context.Context, now time.Time, contact string, offline bool) care.Reader {
	actor := c.who()
	actor.Contact, actor.Offline = contact, offline
	return records.NewTx(ctx, c.replica.Read, &overlay{}, records.TxOptions{Actor: actor, Now: now})
}

// pending are the commands whose effect the replica's rows do not hold yet, in the order in which they were made: of those that
// stand in the outbox above a place, up to another.
func (c *Cache) pending(ctx context.Context, tx *sql.Tx, above, through int64) ([]care.Envelope, error) {
	// An answer outlives the rows that it caused where a power cut took the replica's last commits: until they come again
	// the CSR still sees what they did.
	var cursor int64
	if err := tx.QueryRowContext(ctx, "SELECT coalesce(max(cursor), 0) FROM replica").Scan(&cursor); err != nil {
		return nil, fmt.Errorf("reading where the replica stands: %w", err)
	}
	open, err := c.envelopes(ctx, "WHERE (state IN ('queued', 'sent') OR state = 'applied' AND at_seq > $1) AND place > $2 AND place <= $3 ORDER BY place",
		cursor, above, through)
	if err != nil || len(open) == 0 {
		return nil, err
	}
	answered := map[string]bool{}
	rows, err := tx.QueryContext(ctx, "SELECT command_id FROM answers")
	if err != nil {
		return nil, fmt.Errorf("reading the answers: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("reading the answers: %w", err)
		}
		answered[id] = true
	}
	return slices.DeleteFunc(open, func(env care.Envelope) bool { return answered[env.ID] }), rows.Err()
}
