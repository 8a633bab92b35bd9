package cache

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"meterside/care"
	"meterside/records"
)

// ScopeDigest is what the portal says that the rows of a scope come to.
type ScopeDigest struct {
	Scope string
	records.Digest
}

// Proof says how far the replica is known to be the portal's view.
func (c *Cache) Proof() records.Proof {
	c.standMu.RLock()
	defer c.standMu.RUnlock()
	return c.proof
}

func (c *Cache) setProof(p records.Proof) {
	c.standMu.Lock()
	defer c.standMu.Unlock()
	c.proof = p
}

// Digests are those of the scopes that the replica holds.
func (c *Cache) Digests(ctx context.Context) (map[string]records.KeptDigest, error) {
	all, err := records.ReadDigests(ctx, c.replica.Read)
	held := c.Stand().Scopes
	maps.DeleteFunc(all, func(scope string, _ records.KeptDigest) bool { return !slices.Contains(held, scope) })
	return all, err
}

// Foreign says whether the portal writes rows in another way than this program: then digests of what came and of what is
// stored are made from the records, and none of them is compared with the portal's.
func (c *Cache) Foreign(is bool) { c.foreign.Store(is) }

// uncount takes a row as it is stored out of the digests.
func (a *applier) uncount(old care.Record) error {
	d, err := records.RecordDigest(old)
	if err != nil {
		return err
	}
	a.tally.Drop(old.RecordMeta().Scopes, d)
	return nil
}

// prove brings the kept digests to the rows as they are now, without the overlay, and holds them against the portal's.
func (a *applier) prove(m Commit, stand Stand) (records.Proof, error) {
	proof := a.proof
	now, err := records.ReadDigests(a.ctx, a.tx)
	if err != nil {
		return proof, err
	}
	touched := map[string]bool{}
	for scope, by := range a.tally {
		if by != (records.Digest{}) {
			now[scope] = records.KeptDigest{Digest: now[scope].Plus(by)}
			touched[scope] = true
		}
	}
	for _, scope := range m.Taken {
		now[scope] = records.KeptDigest{Digest: now[scope].Digest}
		touched[scope] = true
	}
	differs := false
	for _, said := range m.Digests {
		if a.cache.foreign.Load() || !slices.Contains(stand.Scopes, said.Scope) {
			continue
		}
		is := now[said.Scope]
		same := is.Digest == said.Digest
		differs = differs || !same
		if is.Proved != same {
			now[said.Scope] = records.KeptDigest{Digest: is.Digest, Proved: same}
			touched[said.Scope] = true
		}
	}
	for scope := range touched {
		if err := records.KeepDigest(a.ctx, a.tx, scope, now[scope]); err != nil {
			return proof, err
		}
	}
	whole := !slices.ContainsFunc(stand.Scopes, func(s string) bool { return !now[s].Proved })
	switch {
	case differs:
		proof = proof.In(records.DoubtStream, m.Time)
	case whole:
		proof.Cursor, proof.At = m.To, m.Time
		if proof.Doubt == records.DoubtStream {
			proof.Doubt, proof.DoubtAt = "", 0
		}
	}
	return proof, records.KeepProof(a.ctx, a.tx, proof)
}

// Rescan reads the whole file in one moment and says whether it still holds what was stored: the rows by their digests. What the
// search keeps of them is made here and not the portal's; that its documents still say what the rows say is not looked at, only
// that its index fits them. now is portal time, ms. What it
// finds is in the Proof; an error is of reading, and says nothing about the file.
func (c *Cache) Rescan(ctx context.Context, now int64) (records.Proof, error) {
	path := c.replica.Path()
	var kept map[string]records.KeptDigest
	var cursor int64
	found, err := records.Rescan(ctx, c.replica.Read, func(db records.Conn) (err error) {
		if err := records.RereadTexts(ctx, db); err != nil {
			return err
		}
		if err := whole(ctx, db, "integrity_check"); err != nil {
			return err
		}
		stand, err := records.ReadStand(ctx, db)
		cursor = stand.Cursor
		if err == nil {
			kept, err = records.ReadDigests(ctx, db)
		}
		return err
	})
	damaged := errors.Is(err, errDamaged) || records.Damaged(err)
	if err != nil && !damaged {
		return c.Proof(), err
	}
	if !damaged {
		for scope := range kept {
			found[scope] = found[scope].Plus(records.Digest{})
		}
		for scope, d := range found {
			damaged = damaged || d != kept[scope].Digest
		}
	}
	c.pageMu.Lock()
	defer c.pageMu.Unlock()
	proof := c.Proof()
	if c.replica.Path() != path || c.Stand().Cursor < cursor {
		return proof, nil // it is another one by now
	}
	switch {
	case damaged:
		proof = proof.In(records.DoubtFile, now)
	default:
		proof.Read, proof.ReadAt = cursor, now
	}
	c.setProof(proof)
	if err := records.KeepProof(ctx, c.replica.Write, proof); err != nil && !damaged { // a damaged file need not take it
		return proof, err
	}
	return proof, nil
}

var errDamaged = errors.New("the file is damaged")

// whole asks the database by one of its checks whether it hangs together: quick_check looks at the pages, integrity_check at the
// indices and the search too. The digests speak of rows alone.
func whole(ctx context.Context, db records.Conn, check string) error {
	var said string
	if err := db.QueryRowContext(ctx, "PRAGMA "+check+"(1)").Scan(&said); err != nil {
		return fmt.Errorf("examining the file: %w", err)
	}
	if said != "ok" {
		return errDamaged
	}
	return nil
}
