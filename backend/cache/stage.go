package cache

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"meterside/care"
	"meterside/records"
)

// staged is a newer replica that nobody reads yet. One that was fetched is whole and waits for what happened since; one that
// comes by rows is being filled.
type staged struct {
	path  string
	stand Stand // the zero Stand while it is being filled
	proof records.Proof
	fresh *records.Fresh // nil for one that is whole
}

// HelloStand is where the replica stands that the next rows are for: the one in use, or a newer one that waits for them.
func (c *Cache) HelloStand() Stand {
	c.pageMu.Lock()
	defer c.pageMu.Unlock()
	if c.staged != nil && c.staged.fresh == nil {
		return c.staged.stand
	}
	return c.Stand()
}

// Waiting says whether a newer replica is here that only waits for what happened since.
func (c *Cache) Waiting() bool {
	c.pageMu.Lock()
	defer c.pageMu.Unlock()
	return c.staged != nil && c.staged.fresh == nil
}

// Install takes a whole database, verified and on the disk, as the replica that the next rows are for. The one in use stays
// until they are there.
func (c *Cache) Install(ctx context.Context, path string) error {
	next, err := c.nextPath()
	if err != nil {
		return err
	}
	if err := os.Rename(path, next); err != nil {
		return fmt.Errorf("installing a replica: %w", err)
	}
	if err := syncFolder(c.dir); err != nil {
		return err
	}
	s, err := c.readStaged(ctx, next)
	if err != nil {
		return errors.Join(fmt.Errorf("installing a replica: %w", err), removeReplica(next))
	}
	c.pageMu.Lock()
	defer c.pageMu.Unlock()
	if held := c.Stand().Server; held != "" && held != s.stand.Server {
		return errors.Join(care.Err(care.CodeOtherServer, "address", s.stand.Server), removeReplica(next))
	}
	err = c.unstage()
	c.staged = s
	c.at("installed")
	return err
}

// Anew lets the rows that come fill a replica from the beginning. The one in use stays until all are there.
func (c *Cache) Anew(ctx context.Context) error {
	c.pageMu.Lock()
	defer c.pageMu.Unlock()
	c.dropPage()
	if err := c.unstage(); err != nil {
		return err
	}
	path := filepath.Join(c.dir, filling+".db")
	if err := removeReplica(path); err != nil {
		return err
	}
	fresh, err := records.NewFresh(context.WithoutCancel(ctx), path)
	if err != nil {
		return err
	}
	if c.foreign.Load() {
		fresh.Recount()
	}
	c.staged = &staged{path: path, fresh: fresh}
	return nil
}

// unstage takes away the newer replica. It is called with pageMu held.
func (c *Cache) unstage() error {
	s := c.staged
	c.staged = nil
	if s == nil {
		return nil
	}
	var err error
	if s.fresh != nil {
		err = s.fresh.Close()
	}
	return errors.Join(err, removeReplica(s.path))
}

// fill puts rows into the replica that is being filled. Nothing is deleted there: what left before it began never came.
func (s *staged) fill(changes []Change) error {
	for _, ch := range changes {
		if ch.Body == nil {
			continue
		}
		if err := s.fresh.Put(ch.Kind, ch.ID, ch.Body, ch.Seq); err != nil {
			return err
		}
	}
	return nil
}

// complete makes the replica that was filled a whole one: its stand written, indices and search made, its rows counted, on the
// disk. What else came with them is the next page's.
func (c *Cache) complete(ctx context.Context, m Commit, stand Stand) (rows int, err error) {
	ctx = context.WithoutCancel(ctx)
	s := c.staged
	rows = int(s.fresh.Rows)
	defer func() {
		if err != nil {
			err = errors.Join(err, c.unstage())
		}
	}()
	if err := s.fresh.SetStand(ctx, stand); err != nil {
		return 0, err
	}
	c.at("filled")
	if err := s.fresh.Dress(ctx); err != nil {
		return 0, err
	}
	if err := c.counted(ctx, m, stand); err != nil {
		return 0, err
	}
	if err := s.fresh.Save(); err != nil {
		s.fresh = nil
		return 0, err
	}
	s.fresh = nil
	next, err := c.nextPath()
	if err != nil {
		return 0, err
	}
	if err := os.Rename(s.path, next); err != nil {
		return 0, fmt.Errorf("completing a replica: %w", err)
	}
	s.path, s.stand = next, stand
	c.at("completed")
	return rows, nil
}

// counted adds up the rows of the replica that was filled. A frame that came twice was added up twice while its rows stand
// there once: where the sums are not the portal's, the file has the last word.
func (c *Cache) counted(ctx context.Context, m Commit, stand Stand) error {
	fresh := c.staged.fresh
	if err := fresh.Count(ctx); err != nil || c.foreign.Load() {
		return err
	}
	kept, err := records.ReadDigests(ctx, fresh.DB())
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(m.Digests, func(said ScopeDigest) bool {
		return slices.Contains(stand.Scopes, said.Scope) && kept[said.Scope].Digest != said.Digest
	}) {
		return nil
	}
	fresh.Recount()
	return fresh.Count(ctx)
}

// catchUp applies a page to the newer replica, without the overlay: nobody reads it yet.
func (c *Cache) catchUp(ctx context.Context, changes []Change, m Commit, stand Stand) (rows int, err error) {
	db, err := openReplica(ctx, c.staged.path)
	if err != nil {
		return 0, errors.Join(err, c.unstage())
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	a, err := c.beginAt(ctx, db, c.staged.stand, c.staged.proof)
	if err != nil {
		return 0, err
	}
	a.bare = true
	if err := a.finish(changes, m, stand); err != nil {
		return 0, errors.Join(err, a.rollback())
	}
	c.staged.stand, c.staged.proof = stand, a.proof
	c.at("caught up")
	return a.rows, nil
}

// swap puts the newer replica in the place of the one in use. A command that is enqueued meanwhile waits for it with its
// effect: the writer of the old replica is held until the new one is read, so that the CSR's own changes never disappear.
func (c *Cache) swap(ctx context.Context) error {
	s := c.staged
	if err := c.copyAnswers(ctx); err != nil && !records.Damaged(err) { // what a damaged one held is answered again
		return err
	}
	held, err := c.replica.Write.Conn(ctx)
	if err != nil {
		return fmt.Errorf("swapping the replica: %w", err)
	}
	defer func() { _ = held.Close() }()
	if err := c.dressUp(ctx, s); err != nil {
		return err
	}
	c.at("laid on")
	if err := point(c.dir, filepath.Base(s.path)); err != nil {
		return err
	}
	c.at("pointed")
	old := c.replica.Path()
	if err := c.replica.Turn(s.path, func() { _ = removeReplica(old) }); err != nil { // what stays is removed at the next start
		return fmt.Errorf("swapping the replica: %w", err)
	}
	c.setStand(s.stand)
	c.setProof(s.proof)
	c.staged = nil
	c.wakeIndexer()
	return nil
}

// dressUp lays the overlay on the newer replica, and waits until all of it is on the disk.
func (c *Cache) dressUp(ctx context.Context, s *staged) error {
	db, err := openReplica(ctx, s.path)
	if err != nil {
		return err
	}
	a, err := c.beginAt(ctx, db, s.stand, s.proof)
	if err == nil {
		if err = a.settle(); err != nil {
			err = errors.Join(err, a.rollback())
		} else {
			err = a.commit()
		}
	}
	if err == nil {
		_, err = db.Write.ExecContext(context.WithoutCancel(ctx), "PRAGMA wal_checkpoint(TRUNCATE)")
	}
	if err := errors.Join(err, db.Close()); err != nil {
		return fmt.Errorf("swapping the replica: %w", err)
	}
	return records.SyncFile(s.path)
}

// at tells a test how far the swap is.
func (c *Cache) at(step string) {
	if c.steps != nil {
		c.steps(step)
	}
}
