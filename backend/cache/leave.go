package cache

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"meterside/care"
	"meterside/records"
)

// left is what a page took away: the scopes, and how much else.
type left struct {
	scopes   []string
	accounts map[string]bool
	rows     int
}

// leave drops what stands in no scope that is still held.
func (a *applier) leave(held care.List, taken []string) error {
	a.left.scopes = taken
	for ref, from := range a.gone {
		if err := a.drop(ref, held, from); err != nil {
			return err
		}
	}
	a.stale.anew = a.stale.anew || len(taken) > 0
	for _, scope := range taken {
		for _, k := range care.Kinds() {
			found, err := records.LoadAll(a.ctx, a.tx, k, "WHERE instr(';' || scopes || ';', $1) > 0", ";"+scope+";")
			if err != nil {
				return err
			}
			for _, rec := range found {
				if err := a.drop(care.Ref{Kind: k, ID: rec.RecordID()}, held, nil); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// drop takes a row away that stands in no scope that is still held. A scope that it left and has come back to since, as
// where a desk gets several changes at once, counts as held.
func (a *applier) drop(ref care.Ref, held care.List, from departures) error {
	rec := care.New(ref.Kind)
	if rec == nil {
		return nil
	}
	ok, err := records.Load(a.ctx, a.tx, rec, care.IDParts(ref.ID)...)
	if err != nil || !ok {
		return err
	}
	for _, s := range rec.RecordMeta().Scopes {
		if slices.Contains(held, s) && from[s] <= rec.RecordMeta().RV {
			return nil
		}
	}
	a.rows++
	a.left.rows++
	if ref.Kind == care.KindAccount {
		if a.left.accounts == nil {
			a.left.accounts = map[string]bool{}
		}
		a.left.accounts[ref.ID] = true
	}
	if err := a.uncount(rec); err != nil {
		return err
	}
	a.stale.now, a.stale.left = true, true // what left is not to be found any more
	return records.Remove(a.ctx, a.tx, ref)
}

// afterLeaving takes what left with a page out of everything else that the desk keeps, to the last byte: out of the replica's log,
// of what was fetched beside it, and of what the outbox copied for people. A command itself stays, and is still sent. What
// cannot be done now, because somebody reads just then, is done with the next page or beat.
func (c *Cache) afterLeaving(ctx context.Context, l left) error {
	if l.rows > 0 || len(l.scopes) > 0 {
		c.residue.Store(true)
		if err := errors.Join(c.extras.Purge(ctx, l.scopes), c.extras.PurgeAccounts(ctx, l.accounts)); err != nil {
			return err
		}
	}
	return c.scrub(ctx)
}

// scrub finishes what afterLeaving began, where there is anything left of it.
func (c *Cache) scrub(ctx context.Context) error {
	if !c.residue.Load() {
		return nil
	}
	if err := c.forgetCopies(ctx); err != nil {
		return err
	}
	whole, err := truncate(ctx, c.replica, truncateWithin)
	if err != nil {
		return err
	}
	copies, err := truncate(ctx, c.outbox, truncateWithin)
	c.residue.Store(!whole || !copies)
	return err
}

// truncateWithin is how long a writer waits for readers before it leaves the log for another time.
const truncateWithin = 100 * time.Millisecond

// truncate brings everything from a database's log into the file, and empties the log: a page that was written over in the
// file stands in the log as it was. It says whether that could be done within a time.
func truncate(ctx context.Context, db *records.SQLite, within time.Duration) (bool, error) {
	conn, err := db.Write.Conn(ctx)
	if err != nil {
		return false, fmt.Errorf("emptying a log: %w", err)
	}
	defer func() { _ = conn.Close() }()
	var patience int64
	if err := conn.QueryRowContext(ctx, "PRAGMA busy_timeout").Scan(&patience); err != nil {
		return false, fmt.Errorf("emptying a log: %w", err)
	}
	set := func(ms int64) error {
		_, err := conn.ExecContext(context.WithoutCancel(ctx), fmt.Sprintf("PRAGMA busy_timeout = %d", ms))
		return err
	}
	if err := set(within.Milliseconds()); err != nil {
		return false, fmt.Errorf("emptying a log: %w", err)
	}
	var busy, pages, moved int64
	err = conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved)
	if err = errors.Join(err, set(patience)); err != nil {
		return false, fmt.Errorf("emptying a log: %w", err)
	}
	return busy == 0, nil
}

// forgetCopy takes out of a command what is no word of the CSR's: what they saw, what it became, what others made of it.
const forgetCopy = "UPDATE command SET before = '', after = '', expect = '', params = CASE WHEN state = 'held' THEN '' ELSE params END"

// forgetCopies takes out of the outbox what it copied for people about records that the desk does not hold any more. What
// the CSR typed stays.
func (c *Cache) forgetCopies(ctx context.Context) error {
	all, err := c.entries(ctx, "WHERE before <> '' OR after <> '' OR expect <> ''")
	if err != nil {
		return err
	}
	for _, e := range all {
		here, err := c.holds(ctx, e)
		if err != nil {
			return err
		}
		if here {
			continue
		}
		if _, err := c.outbox.Write.ExecContext(ctx, forgetCopy+" WHERE command_id = $1", e.CommandID); err != nil {
			return fmt.Errorf("forgetting what a command showed: %w", err)
		}
	}
	return nil
}

// holds says whether the replica holds every record that a command speaks of.
func (c *Cache) holds(ctx context.Context, e Entry) (bool, error) {
	cmd, err := care.Decode(e.Kind, e.Args)
	if err != nil {
		return false, nil //nolint:nilerr // of another version: nobody knows of what it speaks
	}
	for _, ref := range cmd.Targets() {
		ok, err := records.Load(ctx, c.replica.Read, care.New(ref.Kind), care.IDParts(ref.ID)...)
		if err != nil || !ok {
			return false, err
		}
	}
	return true, nil
}
