package cache

import (
	"context"
	"database/sql"
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

	gathered *gathering // commits that wait for the next; nil for none
	first    bool       // no commit came yet over this connection
}

const heldBytes = 32 << 20

// Take gathers changes. Nothing of them counts before Commit.
func (c *Cache) Take(ctx context.Context, changes []Change) error {
	c.pageMu.Lock()
	defer c.pageMu.Unlock()
	if c.staged != nil && c.staged.fresh != nil {
		return c.staged.fill(changes)
	}
	c.page.changes = append(c.page.changes, changes...)
	for _, ch := range changes {
		c.page.bytes += len(ch.Body) + len(ch.ID)
	}
	if c.page.bytes < heldBytes || c.staged != nil {
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
	c.dropPage()
	if c.staged != nil && c.staged.fresh != nil {
		_ = c.unstage() // what stays is removed when the next is begun
	}
}

// dropPage is called with pageMu held.
func (c *Cache) dropPage() {
	if c.page.open != nil {
		_ = c.page.open.rollback()
	}
	c.page = page{}
}

// Commit applies what Take gathered: originals restored, rows, deletions, verdicts and cursor written, the overlay laid
// on again, all in one transaction. It returns how many rows changed.
func (c *Cache) Commit(ctx context.Context, server, epoch string, m Commit) (int, error) {
	c.pageMu.Lock()
	defer c.pageMu.Unlock()
	stand := c.Stand()
	if c.staged != nil {
		stand = c.staged.stand
	}
	if stand.Epoch == epoch && m.To < stand.Cursor { // of a moment that is past: the replica holds all of it
		if c.page.gathered == nil {
			c.dropPage()
		}
		return 0, nil
	}
	if c.staged == nil {
		if wait, err := c.gather(ctx, &m); err != nil || wait {
			return 0, err
		}
	}
	return c.apply(ctx, server, epoch, m)
}

// apply is Commit for what is applied now. It is called with pageMu held.
func (c *Cache) apply(ctx context.Context, server, epoch string, m Commit) (int, error) {
	stand := c.Stand()
	if c.staged != nil {
		stand = c.staged.stand
	}
	p := c.page
	c.page = page{}
	stand.Server, stand.Epoch, stand.Cursor, stand.Time, stand.User = server, epoch, m.To, m.Time, c.actor.ID
	stand.Scopes = slices.DeleteFunc(slices.Concat(stand.Scopes, m.Granted), func(s string) bool { return slices.Contains(m.Taken, s) })
	slices.Sort(stand.Scopes)
	stand.Scopes = slices.Compact(stand.Scopes)
	if c.staged != nil {
		return c.replace(ctx, p.changes, m, stand)
	}
	a := p.open
	if a == nil {
		var err error
		if a, err = c.begin(ctx); err != nil {
			return 0, err
		}
	}
	err := a.finish(p.changes, m, stand)
	if err != nil {
		return 0, errors.Join(err, a.rollback())
	}
	c.setStand(stand)
	c.setProof(a.proof)
	if len(m.Verdicts) > 0 {
		err = c.copyAnswers(ctx)
	}
	return a.rows, errors.Join(err, c.afterLeaving(ctx, a.left))
}

// replace brings the newer replica to a commit, and puts it in the place of the one in use.
func (c *Cache) replace(ctx context.Context, changes []Change, m Commit, stand Stand) (rows int, err error) {
	lost := slices.DeleteFunc(slices.Clone(c.Stand().Scopes), func(s string) bool { return slices.Contains(stand.Scopes, s) })
	if c.staged.fresh != nil {
		if rows, err = c.complete(ctx, m, stand); err != nil {
			return 0, err
		}
	}
	more, err := c.catchUp(ctx, changes, m, stand)
	if err != nil {
		return 0, err
	}
	if err := c.swap(ctx); err != nil {
		return 0, err
	}
	// Nobody counted what the newer one does not hold; and whatever came, everything may be another.
	err = errors.Join(c.copyAnswers(ctx), c.afterLeaving(ctx, left{scopes: lost, rows: 1}))
	return rows + more + 1, err
}

// Beat moves the cursor of a replica that had nothing to apply. Where a newer replica waits for its rows, it is of that one
// that the portal speaks: the one in use has not come so far.
func (c *Cache) Beat(ctx context.Context, through, at int64) error {
	c.pageMu.Lock()
	defer c.pageMu.Unlock()
	if c.staged != nil {
		return nil
	}
	if _, err := c.settle(ctx); err != nil {
		return err
	}
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
	return c.scrub(ctx)
}

// applier writes one page in one transaction of the replica.
type applier struct {
	ctx     context.Context
	cache   *Cache
	conn    *sql.Conn // that of tx
	tx      *sql.Tx
	put     map[care.Kind]*sql.Stmt
	gone    map[care.Ref]departures
	left    left
	laid    map[string]*overlay // by command
	above   int64               // the place in the outbox up to which commands lie over the replica already; 0: none does
	tally   records.Tally       // what the page changes the digests by
	proof   records.Proof       // before the page, and after it once it is proved
	stand   Stand               // before the page, and after it while the overlay is laid on
	rows    int
	initial bool
	bare    bool // without the overlay, in a replica that nobody reads yet
	stale   stale
}

// departures are the scopes that a row left, each with the number at which it last did.
type departures map[string]int64

// begin opens the transaction and restores the originals under the overlay.
func (c *Cache) begin(ctx context.Context) (*applier, error) {
	return c.beginAt(ctx, c.replica, c.Stand(), c.Proof())
}

// beginAt is begin for one of the replicas, as it stands.
func (c *Cache) beginAt(ctx context.Context, db *records.SQLite, stand Stand, proof records.Proof) (*applier, error) {
	return c.over(ctx, db, stand, proof, (*applier).restore)
}

// over opens the transaction, and does with the overlay that lies there what under says.
func (c *Cache) over(ctx context.Context, db *records.SQLite, stand Stand, proof records.Proof, under func(*applier) error) (*applier, error) {
	conn, err := db.Write.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("beginning to apply: %w", err)
	}
	// The driver starts a goroutine for every statement that could be cancelled; a page is applied whole or not at all.
	ctx = context.WithoutCancel(ctx)
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("beginning to apply: %w", err), conn.Close())
	}
	a := &applier{
		ctx: ctx, cache: c, conn: conn, tx: tx, put: map[care.Kind]*sql.Stmt{}, gone: map[care.Ref]departures{}, laid: map[string]*overlay{},
		tally: records.Tally{}, stand: stand, proof: proof, initial: stand.Cursor == 0,
	}
	if err := errors.Join(a.stale.begin(a), under(a)); err != nil {
		return nil, errors.Join(err, a.rollback())
	}
	return a, nil
}

// relaying takes the overlay off and lays it on again, as the outbox says now.
func (c *Cache) relaying(ctx context.Context) error {
	_, err := c.laying(ctx, (*applier).restore)
	return err
}

// laying brings the overlay to what the outbox says now, and the search with it.
func (c *Cache) laying(ctx context.Context, under func(*applier) error) (*applier, error) {
	a, err := c.over(ctx, c.replica, c.Stand(), c.Proof(), under)
	if err != nil {
		return nil, err
	}
	a.stale.now = true // what a CSR does here is found at once
	if err := a.settle(); err != nil {
		return nil, errors.Join(err, a.rollback())
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
	if err := writeAnswers(a.ctx, a.tx, m.Verdicts); err != nil {
		return err
	}
	if err := records.SetStand(a.ctx, a.tx, stand); err != nil {
		return err
	}
	var err error
	if a.proof, err = a.prove(m, stand); err != nil {
		return err
	}
	a.stand = stand
	if err := a.settle(); err != nil {
		return err
	}
	return a.commit()
}

func (a *applier) commit() error {
	err := errors.Join(a.tx.Commit(), a.conn.Close())
	a.cache.inflow.came(a.rows)
	a.cache.wakeIndexer()
	return err
}

// rollback gives up what was written, where anything is left to give up.
func (a *applier) rollback() error {
	var all error
	for _, err := range []error{a.tx.Rollback(), a.conn.Close()} {
		if !errors.Is(err, sql.ErrTxDone) && !errors.Is(err, sql.ErrConnDone) {
			all = errors.Join(all, err)
		}
	}
	return all
}

// all writes the rows that there are, and remembers the ones that left.
func (a *applier) all(changes []Change) error {
	if a.initial && len(changes) > 0 {
		if err := a.stale.load(a); err != nil {
			return err
		}
	}
	return a.conn.Raw(func(raw any) error {
		w, err := records.NewWriter(raw, a.tally, a.cache.foreign.Load())
		if err != nil {
			return err
		}
		for _, ch := range changes {
			switch {
			case a.had(ch):
				continue
			case ch.Body == nil:
				a.leaves(care.Ref{Kind: ch.Kind, ID: ch.ID}, ch)
			default:
				if err := w.Put(ch.Kind, ch.Body, ch.Seq); err != nil {
					return err
				}
			}
			a.rows++
		}
		return nil
	})
}

// had says whether a change is one that the replica was told of before: all up to its cursor, in the scopes that it holds. A
// frame that comes late must not bring back what left since.
func (a *applier) had(ch Change) bool {
	return ch.Seq <= a.stand.Cursor && slices.Contains(a.stand.Scopes, ch.Scope)
}

func (a *applier) leaves(ref care.Ref, ch Change) {
	from := a.gone[ref]
	if from == nil {
		from = departures{}
		a.gone[ref] = from
	}
	from[ch.Scope] = max(from[ch.Scope], ch.Seq)
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
	if !a.bare {
		if err := a.lay(); err != nil {
			return err
		}
	}
	return a.stale.settle(a)
}
