package cache

import (
	"context"
	"fmt"
	"time"

	"meterside/records"
)

const (
	// reindexAbove is how many stale documents make it cheaper to make all of them anew.
	reindexAbove = 3_000
	// indexFor is how long the indexer writes in one transaction: a page that comes in waits no longer.
	indexFor = 100 * time.Millisecond
)

// stale is how one transaction leaves the search.
type stale struct {
	before    int64 // what was stale before
	now       bool  // bring up to date in this transaction what it made stale
	unwatched bool
	left      bool // something left: no trace of it stays in the index
	anew      bool // a whole scope left
}

func (s *stale) begin(a *applier) (err error) {
	s.before, err = records.Stale(a.ctx, a.tx)
	return err
}

// load is for filling an empty replica: everything is indexed at the end.
func (s *stale) load(a *applier) error {
	if s.unwatched {
		return nil
	}
	s.unwatched = true
	return records.Unwatch(a.ctx, a.tx)
}

func (s *stale) settle(a *applier) error {
	if s.unwatched {
		if err := records.Reindex(a.ctx, a.tx); err != nil {
			return err
		}
		return records.Watch(a.ctx, a.tx)
	}
	if !s.now {
		return nil // the indexer follows
	}
	n, err := records.StaleSince(a.ctx, a.tx, s.before)
	if err != nil {
		return err
	}
	if n > reindexAbove || s.anew {
		return records.Reindex(a.ctx, a.tx)
	}
	if _, err = records.Index(a.ctx, a.tx, s.before, func() bool { return false }); err != nil || !s.left {
		return err
	}
	return records.Scrub(a.ctx, a.tx)
}

// Follow brings the search up to date with what is committed, a little at a time beside what comes in, until ctx ends.
// indexed is told each time when nothing is left to do.
func (c *Cache) Follow(ctx context.Context, indexed func()) error {
	for {
		done, err := c.index(ctx, func() error {
			return c.inflow.calm(ctx, func() (int, error) { return records.StaleSince(ctx, c.replica.Read, 0) })
		})
		if err != nil && ctx.Err() == nil {
			return err
		}
		if done {
			indexed()
		}
		select {
		case <-ctx.Done():
			return nil
		case <-c.toIndex:
		}
	}
}

// Searchable returns when everything that was committed before is found.
func (c *Cache) Searchable(ctx context.Context) error {
	_, err := c.index(ctx, func() error { return nil })
	return err
}

// wakeIndexer is called after each commit.
func (c *Cache) wakeIndexer() {
	select {
	case c.toIndex <- struct{}{}:
	default:
	}
}

// index says whether there was anything to do. calm is called before each of its transactions.
func (c *Cache) index(ctx context.Context, calm func() error) (did bool, err error) {
	scrubs, err := records.Scrubbing(ctx, c.replica.Read)
	if err != nil {
		return false, err
	}
	for {
		stale, err := records.Stale(ctx, c.replica.Read)
		if err != nil {
			return did, err
		}
		if stale == 0 {
			break
		}
		if err := calm(); err != nil {
			return did, err
		}
		if err := c.indexSome(ctx); err != nil {
			return did, err
		}
		did = true
	}
	if scrubs { // the log has the pages as they were
		c.residue.Store(true)
		err = c.scrub(ctx)
	}
	return did, err
}

func (c *Cache) indexSome(ctx context.Context) error {
	tx, err := c.replica.Write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("beginning to index: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	began := time.Now()
	if _, err := records.Index(context.WithoutCancel(ctx), tx, 0, func() bool { return time.Since(began) > indexFor }); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("committing the search: %w", err)
	}
	return nil
}
