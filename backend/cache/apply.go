package cache

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"meterside/care"
	"meterside/records"
)

// Change is a row as it is now at the portal; Body is nil where it left Scope.
type Change struct {
	Scope string
	Kind  care.Kind
	ID    string
	Seq   int64
	Body  []byte
}

// Commit is what ends a page.
type Commit struct {
	To             int64
	Time           int64
	Verdicts       []care.Verdict
	Granted, Taken []string
	Digests        []ScopeDigest // at To, of the scopes that changed and maybe others
}

// page gathers changes until their commit. A page that grows past held is written on into one open transaction.
type page struct {
	changes []Change
	bytes   int
	open    *applier
}

const heldBytes = 32 << 20

// Take gathers changes. Nothing of them counts before Commit.
func (c *Cache) Take(ctx context.Context, changes []Change) error {
	c.pageMu.Lock()
	defer c.pageMu.Unlock()
	c.page.changes = append(c.page.changes, changes...)
	for _, ch := range changes {
		c.page.bytes += len(ch.Body) + len(ch.ID)
	}
	if c.page.bytes < heldBytes {
		return nil
	}
	if c.page.open == nil {
		a, err := c.begin(ctx)
		if err != nil {
			return err
		}
		c.page.open = a
	}
	err := c.page.open.all(c.page.changes)
	c.page.changes, c.page.bytes = nil, 0
	return err
}

// Abort drops what Take gathered.
func (c *Cache) Abort() {
	c.pageMu.Lock()
	defer c.pageMu.Unlock()
	if c.page.open != nil {
		_ = c.page.open.tx.Rollback()
	}
	c.page = page{}
}

// Commit applies what Take gathered: originals restored, rows, deletions, verdicts and cursor written, the overlay laid
// on again, all in one transaction. It returns how many rows changed.
func (c *Cache) Commit(ctx context.Context, server, epoch string, m Commit) (int, error) {
	c.pageMu.Lock()
	defer c.pageMu.Unlock()
	p := c.page
	c.page = page{}
	a := p.open
	if a == nil {
		var err error
		if a, err = c.begin(ctx); err != nil {
			return 0, err
		}
	}
	stand := c.Stand()
	stand.Server, stand.Epoch, stand.Cursor, stand.Time = server, epoch, m.To, m.Time
	stand.Scopes = slices.DeleteFunc(slices.Concat(stand.Scopes, m.Granted), func(s string) bool { return slices.Contains(m.Taken, s) })
	slices.Sort(stand.Scopes)
	stand.Scopes = slices.Compact(stand.Scopes)
	err := a.finish(p.changes, m, stand)
	if err != nil {
		return 0, errors.Join(err, a.tx.Rollback())
	}
	c.setStand(stand)
	c.setProof(a.proof)
	if len(m.Verdicts) > 0 {
		err = c.copyAnswers(ctx)
	}
	return a.rows, err
}

// Beat moves the cursor of a replica that had nothing to apply.
func (c *Cache) Beat(ctx context.Context, through, at int64) error {
	stand := c.Stand()
	if stand.Server == "" || through < stand.Cursor {
		return nil
	}
	proof := c.Proof()
	if proof.Cursor == stand.Cursor { // nothing changed in the scopes since
		proof.Cursor, proof.At = through, at
	}
	stand.Cursor, stand.Time = through, at
	tx, err := c.replica.Write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("moving the cursor: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.ExecContext(ctx, "UPDATE replica SET cursor = $1, portal_time = $2", through, at); err != nil {
		return fmt.Errorf("moving the cursor: %w", err)
	}
	if err := records.KeepProof(ctx, tx, proof); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("moving the cursor: %w", err)
	}
	c.setStand(stand)
	c.setProof(proof)
	return nil
}

// Reset empties the replica, to begin at 0. The outbox stays.
func (c *Cache) Reset(ctx context.Context) error {
	_, err := c.writing(ctx, func(a *applier) error {
		if err := a.stale.load(a); err != nil {
			return err
		}
		for _, k := range care.Kinds() {
			if _, err := a.tx.ExecContext(ctx, "DELETE FROM "+records.Table(k)); err != nil {
				return err
			}
		}
		for _, table := range []string{"replica", "replica_digest", "replica_proof"} {
			if _, err := a.tx.ExecContext(ctx, "DELETE FROM "+table); err != nil {
				return err
			}
		}
		return nil
	})
	c.setStand(Stand{})
	c.setProof(records.Proof{})
	return err
}

// applier writes one page in one transaction of the replica.
type applier struct {
	ctx     context.Context
	cache   *Cache
	tx      *sql.Tx
	put     map[care.Kind]*sql.Stmt
	gone    map[care.Ref][]string // the scopes that a row left
	laid    map[string]*overlay   // by command
	tally   records.Tally         // what the page changes the digests by
	proof   records.Proof         // after the page
	rows    int
	initial bool
	stale   stale
}

// begin opens the transaction and restores the originals under the overlay.
func (c *Cache) begin(ctx context.Context) (*applier, error) {
	tx, err := c.replica.Write.BeginTx(ctx, nil)
	if err != nil {
		return nil, fmt.Errorf("beginning to apply: %w", err)
	}
	// The driver starts a goroutine for every statement that could be cancelled; a page is applied whole or not at all.
	ctx = context.WithoutCancel(ctx)
	a := &applier{ctx: ctx, cache: c, tx: tx, put: map[care.Kind]*sql.Stmt{}, gone: map[care.Ref][]string{}, laid: map[string]*overlay{}, tally: records.Tally{}, initial: c.Stand().Cursor == 0}
	if err := errors.Join(a.stale.begin(a), a.restore()); err != nil {
		return nil, errors.Join(err, tx.Rollback())
	}
	return a, nil
}

// writing runs fn between restoring the originals and laying the overlay on again.
func (c *Cache) writing(ctx context.Context, fn func(*applier) error) (*applier, error) {
	a, err := c.begin(ctx)
	if err != nil {
		return nil, err
	}
	a.stale.now = true // what a CSR does here is found at once
	if err := fn(a); err != nil {
		return nil, errors.Join(err, a.tx.Rollback())
	}
	if err := a.settle(); err != nil {
		return nil, errors.Join(err, a.tx.Rollback())
	}
	return a, a.commit()
}

func (a *applier) finish(changes []Change, m Commit, stand Stand) error {
	if err := a.all(changes); err != nil {
		return err
	}
	if err := a.leave(stand.Scopes, m.Taken); err != nil {
		return err
	}
	for _, v := range m.Verdicts {
		params := ""
		if len(v.Params) > 0 {
			b, err := json.Marshal(v.Params)
			if err != nil {
				return err
			}
			params = string(b)
		}
		if _, err := a.tx.ExecContext(a.ctx, "INSERT INTO answers (command_id, outcome, code, params, at_seq) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
			v.CommandID, v.Outcome, v.Code, params, v.Seq); err != nil {
			return fmt.Errorf("writing an answer: %w", err)
		}
	}
	if _, err := a.tx.ExecContext(a.ctx, `INSERT INTO replica (only, server, epoch, cursor, scopes, user, portal_time) VALUES (1, $1, $2, $3, $4, $5, $6)
		ON CONFLICT (only) DO UPDATE SET server = excluded.server, epoch = excluded.epoch, cursor = excluded.cursor, scopes = excluded.scopes, portal_time = excluded.portal_time`,
		stand.Server, stand.Epoch, stand.Cursor, stand.Scopes, a.cache.actor.ID, stand.Time); err != nil {
		return fmt.Errorf("moving the cursor: %w", err)
	}
	var err error
	if a.proof, err = a.prove(m, stand); err != nil {
		return err
	}
	if err := a.settle(); err != nil {
		return err
	}
	return a.commit()
}

func (a *applier) commit() error {
	err := a.tx.Commit()
	a.cache.wakeIndexer()
	return err
}

// all writes the rows that there are, and remembers the ones that left.
func (a *applier) all(changes []Change) error {
	if a.initial && len(changes) > 0 {
		if err := a.stale.load(a); err != nil {
			return err
		}
	}
	for _, ch := range changes {
		a.rows++
		if ch.Body == nil {
			ref := care.Ref{Kind: ch.Kind, ID: ch.ID}
			a.gone[ref] = append(a.gone[ref], ch.Scope)
			continue
		}
		rec, err := records.Decode(ch.Kind, ch.Body)
		if err != nil {
			return err
		}
		if rec == nil {
			continue // a kind of a newer portal
		}
		rec.RecordMeta().RV = ch.Seq
		if err := a.count(rec, ch.Body); err != nil {
			return err
		}
		if err := a.store(rec); err != nil {
			return err
		}
	}
	return nil
}

func (a *applier) store(rec care.Record) error {
	k := rec.RecordKind()
	stmt := a.put[k]
	if stmt == nil {
		var err error
		if stmt, err = a.tx.PrepareContext(a.ctx, records.PutSQL(k)); err != nil {
			return fmt.Errorf("preparing to write %s: %w", records.Table(k), err)
		}
		a.put[k] = stmt
	}
	if _, err := stmt.ExecContext(a.ctx, records.Values(rec)...); err != nil {
		return fmt.Errorf("writing %s: %w", records.Table(k), err)
	}
	return nil
}

// settle lays the overlay on again and brings the search up to date.
func (a *applier) settle() error {
	if err := a.lay(); err != nil {
		return err
	}
	return a.stale.settle(a)
}
