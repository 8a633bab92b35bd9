package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"

	"meterside/care"
	"meterside/records"
)

// Group is one transaction that several changes share: one number of the clock, one commit.
type Group struct {
	// Seq is the number of the clock that everything in the group gets.
	Seq int64

	ctx   context.Context
	conn  *sql.Tx
	kept  *records.Kept
	tally records.Tally // what the group changes the digests of its scopes by

	shared *records.Shared // nil until Together
	late   *late           // likewise
}

// Group runs fn in a transaction that has taken the clock first, so that writes are serial, and commits it; an error
// leaves nothing behind, the clock included. Under a context that is marked by Viewing it only looks.
func (s *Store) Group(ctx context.Context, fn func(*Group) error) (seq int64, err error) {
	if IsViewing(ctx) {
		return s.look(ctx, fn)
	}
	conn, err := s.db.begin(ctx)
	if err != nil {
		return 0, fmt.Errorf("beginning a change: %w", err)
	}
	defer func() {
		if err != nil {
			s.kept.Forget() // it may have been read from what is taken back now
			_ = conn.Rollback()
		}
	}()
	// The driver starts a goroutine for every statement that could be cancelled; a change is made whole or not at all.
	ctx = context.WithoutCancel(ctx)
	var epoch string
	g := &Group{ctx: ctx, conn: conn, kept: s.kept, tally: records.Tally{}}
	if err := conn.QueryRowContext(ctx, "UPDATE sync_clock SET seq = seq + 1 RETURNING seq, epoch").Scan(&g.Seq, &epoch); err != nil {
		return 0, fmt.Errorf("taking the clock: %w", err)
	}
	// Another process, or another node, may have written since, or put back a backup: then what is kept may be old.
	if g.Seq != s.keptAt+1 || epoch != s.keptIn {
		s.kept.Forget()
	}
	if err := fn(g); err != nil {
		return 0, err
	}
	if err := g.write(); err != nil {
		return 0, err
	}
	if err := g.index().keepScopes(ctx); err != nil {
		return 0, err
	}
	s.keptAt, s.keptIn = g.Seq, epoch
	if err := conn.Commit(); err != nil {
		return 0, fmt.Errorf("committing a change: %w", err)
	}
	s.wake(g.Seq)
	return g.Seq, nil
}

func (g *Group) index() *index { return &index{conn: g.conn, seq: g.Seq, tally: g.tally, late: g.late} }

// Tx begins a change of its own within the group. Whoever writes by it calls Settle at the end. No record changes where it is not
// said who acts.
func (g *Group) Tx(o Options) *Tx {
	tx := &Tx{Conn: g.conn, Seq: g.Seq, ctx: g.ctx, index: g.index(), late: g.late}
	tx.index.nobody = o.Actor.ID == ""
	tx.Tx = records.NewTx(g.ctx, g.conn, tx.index, records.TxOptions{
		Actor: o.Actor, Now: o.Now, Command: o.Command, Seq: g.Seq, Kept: g.kept, Fresh: o.Fresh, Shared: g.shared,
	})
	return tx
}

// Wrote says whether anything was written by this change.
func (t *Tx) Wrote() bool { return t.index.changes > 0 }

// Try runs fn so that a care.Error leaves nothing of it behind, while the transaction goes on. Any other error is
// returned as err and must end the transaction.
func (t *Tx) Try(fn func() error) (refused *care.Error, err error) {
	if _, err := t.Conn.ExecContext(t.ctx, "SAVEPOINT attempt"); err != nil {
		return nil, fmt.Errorf("marking a savepoint: %w", err)
	}
	tally := maps.Clone(t.index.tally)
	failed := fn()
	if failed == nil {
		failed = t.Settle()
	}
	if failed == nil {
		_, err := t.Conn.ExecContext(t.ctx, "RELEASE SAVEPOINT attempt")
		return nil, err
	}
	var said care.Error
	if !errors.As(failed, &said) {
		return nil, failed
	}
	t.Forget()
	clear(t.index.tally) // the group's own
	maps.Copy(t.index.tally, tally)
	for _, back := range []string{"ROLLBACK TO SAVEPOINT attempt", "RELEASE SAVEPOINT attempt"} {
		if _, err := t.Conn.ExecContext(t.ctx, back); err != nil {
			return nil, fmt.Errorf("returning to a savepoint: %w", err)
		}
	}
	return &said, nil
}
