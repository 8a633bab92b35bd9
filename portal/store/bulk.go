package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"meterside/care"
	"meterside/records"
)

// Bulk writes very many records in chunks, each a transaction like any other, so that commands go between. What Scopes
// asks for again and again is remembered from one chunk to the next. It is used by one goroutine.
type Bulk struct {
	// Holds is how long a transaction of Each goes on taking things: commands wait no longer than that and its commit.
	Holds time.Duration

	store     *Store
	actor     care.Actor
	now       func() time.Time
	districts map[string]string // by account
	lease     *Lease            // nil: others may write in bulk too
}

// holds is what a CSR does not notice. Shorter turns would have an import wait for the disk more often than it writes.
const holds = 150 * time.Millisecond

// remembered bounds how many accounts' districts are kept in memory.
const remembered = 200_000

// NewBulk begins to write as an actor.
func (s *Store) NewBulk(actor care.Actor, now func() time.Time) *Bulk {
	return &Bulk{Holds: holds, store: s, actor: actor, now: now, districts: map[string]string{}}
}

// Under has every chunk fail once a lease was lost.
func (b *Bulk) Under(l *Lease) { b.lease = l }

// Chunk is one transaction of a Bulk: what a Tx can, and Add, which does not look at what is there.
type Chunk struct {
	*Tx
	bulk    *Bulk
	rows    batches
	queries map[string]*sql.Stmt
	beside  bool // something was written that is not a record
	policy  care.Policy
	staff   map[string]care.Staff
}

// errNothing ends a transaction that has nothing to write.
var errNothing = errors.New("nothing to write")

// Chunk runs fn in one transaction. One that changed no record leaves the clock where it was, and one that wrote nothing
// leaves nothing at all.
func (b *Bulk) Chunk(ctx context.Context, fn func(*Chunk) error) error {
	o := Options{Actor: b.actor, Now: b.now(), Command: uuid.NewString()}
	_, err := b.store.Update(ctx, o, func(tx *Tx) error {
		if b.lease != nil {
			if err := b.lease.Hold(tx); err != nil {
				return err
			}
		}
		c := &Chunk{
			Tx: tx, bulk: b, rows: batches{conn: tx.Conn, known: map[string]*batch{}},
			queries: map[string]*sql.Stmt{}, staff: map[string]care.Staff{},
		}
		if err := fn(c); err != nil {
			return err
		}
		if err := c.rows.send(tx.ctx); err != nil {
			return err
		}
		if tx.index.changes > 0 {
			return nil
		}
		if !c.beside {
			return errNothing
		}
		_, err := tx.Conn.ExecContext(tx.ctx, "UPDATE sync_clock SET seq = seq - 1")
		return err
	})
	if errors.Is(err, errNothing) {
		return nil
	}
	return err
}

// Each calls fn for n things, one after the other, in as many chunks as it takes to let others write in good time, however
// many there are and however slow the computer is.
func (b *Bulk) Each(ctx context.Context, n int, fn func(c *Chunk, i int) error) error {
	for done := 0; done < n; {
		next := done
		err := b.Chunk(ctx, func(c *Chunk) error {
			for began := time.Now(); next < n && (next == done || time.Since(began) < b.Holds); next++ {
				if err := fn(c, next); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		done = next
	}
	return nil
}

// Add writes a record that is known not to be there, with its lines in the change index. It is read back in later chunks
// only.
func (c *Chunk) Add(rec care.Record) error {
	scopes, err := care.Scopes(scoping{c}, rec)
	if err != nil {
		return err
	}
	if a, ok := rec.(*care.Account); ok {
		c.bulk.remember(a.Number, a.DistrictID)
	}
	meta := rec.RecordMeta()
	meta.RV, meta.Scopes = c.Seq, scopes
	c.index.changes++
	if err := c.rows.insert(c.ctx, records.PutSQL(rec.RecordKind()), records.Values(rec)...); err != nil {
		return err
	}
	all, err := lines(nil, rec)
	if err != nil {
		return err
	}
	if err := c.index.count(nil, rec, bodyOf(all)); err != nil {
		return err
	}
	for _, l := range all {
		if err := c.rows.insert(c.ctx, putChange, l.args(c.Seq)...); err != nil {
			return err
		}
	}
	return nil
}

// Put inserts a record or overwrites it, as every transaction does.
func (c *Chunk) Put(rec care.Record) error {
	if a, ok := rec.(*care.Account); ok {
		delete(c.bulk.districts, a.Number)
	}
	return c.Tx.Put(rec)
}

// Find reads the row of a query into dest. ok is false where there is none.
func (c *Chunk) Find(dest []any, query string, args ...any) (ok bool, err error) {
	stmt := c.queries[query]
	if stmt == nil {
		if stmt, err = c.Conn.PrepareContext(c.ctx, query); err != nil {
			return false, fmt.Errorf("preparing to look for rows: %w", err)
		}
		c.queries[query] = stmt
	}
	err = stmt.QueryRowContext(c.ctx, args...).Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("looking for a row: %w", err)
	}
	return true, nil
}

func (b *Bulk) remember(account, district string) {
	if len(b.districts) >= remembered {
		clear(b.districts)
	}
	b.districts[account] = district
}

// scoping is the chunk as care.Scopes looks at it. Of an account it tells the district alone.
type scoping struct{ *Chunk }

// Policy is the whole policy, defaults included, so that no key has to be looked for twice.
func (s scoping) Policy() (care.Policy, error) {
	if s.policy == nil {
		set, err := s.Chunk.Policy()
		if err != nil {
			return nil, err
		}
		s.policy = care.PolicyDefaults()
		for key, value := range set {
			s.policy[key] = value
		}
	}
	return s.policy, nil
}

// Get remembers accounts' districts, and staff.
func (s scoping) Get(rec care.Record, key ...string) error {
	switch v := rec.(type) {
	case *care.Account:
		if district, known := s.bulk.districts[key[0]]; known {
			v.Number, v.DistrictID = key[0], district
			return nil
		}
		if err := s.Chunk.Get(rec, key...); err != nil {
			return err
		}
		s.bulk.remember(v.Number, v.DistrictID)
		return nil
	case *care.Staff:
		known, there := s.staff[key[0]]
		if !there {
			err := s.Chunk.Get(rec, key...)
			if err == nil {
				s.staff[key[0]] = *v
			}
			return err
		}
		*v = known
		return nil
	}
	return s.Chunk.Get(rec, key...)
}
