package store

import (
	"context"
	"errors"
	"fmt"

	"meterside/care"
	"meterside/records"
)

type viewing struct{}

// Viewing marks a context: whatever is changed under it is refused by the database itself, as its transactions are on
// connections that the database holds read-only. It is for who may only look, in case every other check was forgotten.
func Viewing(ctx context.Context) context.Context { return context.WithValue(ctx, viewing{}, true) }

// Recording takes the mark away, for what looking itself leaves in the log.
func Recording(ctx context.Context) context.Context { return context.WithValue(ctx, viewing{}, false) }

// IsViewing says whether a context is marked.
func IsViewing(ctx context.Context) bool {
	marked, _ := ctx.Value(viewing{}).(bool)
	return marked
}

// look runs fn in a transaction that sees one moment and cannot write. It takes no number of the clock and keeps nobody
// waiting. A write is care.CodeReadOnly, with what the database said.
func (s *Store) look(ctx context.Context, fn func(*Group) error) (int64, error) {
	conn, err := s.db.Read.BeginTx(ctx, s.db.moment)
	if err != nil {
		return 0, fmt.Errorf("beginning to look: %w", err)
	}
	defer func() { _ = conn.Rollback() }() // there is nothing to commit
	g := &Group{ctx: ctx, conn: conn, tally: records.Tally{}}
	if err := conn.QueryRowContext(ctx, "SELECT seq FROM sync_clock").Scan(&g.Seq); err != nil {
		return 0, fmt.Errorf("reading the clock: %w", err)
	}
	if err = fn(g); err == nil {
		err = g.write()
	}
	if err == nil {
		err = g.index().keepScopes(ctx)
	}
	if err != nil && s.db.refuses(err) {
		return 0, errors.Join(care.Err(care.CodeReadOnly), fmt.Errorf("the database refused a change by who may only look: %w", err))
	}
	return g.Seq, err
}
