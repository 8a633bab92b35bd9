// Package store is the portal's database: the records, the index of their changes, verdicts and sign-in.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/google/uuid"

	"meterside/care"
	"meterside/records"
)

// Store is the portal's database.
type Store struct {
	db     *database
	server string
	epoch  string
	wake   func(seq int64) // after each commit
}

// Open opens the store in a database, and makes its tables where there are none. The database is a folder, "sqlite:" and
// a folder, or the address of a PostgreSQL database, "postgres://…". committed is called after each commit with its
// number, and must not block.
func Open(ctx context.Context, database string, committed func(seq int64)) (*Store, error) {
	db, err := openDatabase(ctx, database)
	if err != nil {
		return nil, err
	}
	s := &Store{db: db, wake: committed}
	if err := s.prepare(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return s, nil
}

func (s *Store) prepare(ctx context.Context) error {
	if err := s.db.migrate(ctx); err != nil {
		return err
	}
	if _, err := s.db.Write.ExecContext(ctx, "INSERT INTO sync_clock (only_row, server, epoch, seq) VALUES (1, $1, $2, 0) ON CONFLICT DO NOTHING",
		uuid.NewString(), uuid.NewString()); err != nil {
		return fmt.Errorf("starting the clock: %w", err)
	}
	if err := s.fillScopes(ctx); err != nil {
		return err
	}
	if err := s.db.Read.QueryRowContext(ctx, "SELECT server, epoch FROM sync_clock").Scan(&s.server, &s.epoch); err != nil {
		return fmt.Errorf("reading the clock: %w", err)
	}
	return nil
}

// Close closes the database.
func (s *Store) Close() error { return s.db.Close() }

// Server names this installation, for good.
func (s *Store) Server() string { return s.server }

// Epoch names the history: it changes when the portal was rewound.
func (s *Store) Epoch() string { return s.epoch }

// Reader gives the readers' side, for queries that need no single moment.
func (s *Store) Reader() records.Conn { return s.db.Read }

// Tx is a writing transaction: care.Tx over the records, and the plain connection for what only the portal keeps.
type Tx struct {
	*records.Tx
	Conn  *sql.Tx
	Seq   int64
	ctx   context.Context
	index *index
}

// Options say who writes, when, in which command.
type Options struct {
	Actor   care.Actor
	Now     time.Time
	Command string
}

// Update is the only way to write. It takes the clock first, so that writes are serial, then runs fn, then commits; an
// error leaves nothing behind.
func (s *Store) Update(ctx context.Context, o Options, fn func(*Tx) error) (seq int64, err error) {
	conn, err := s.db.Write.BeginTx(ctx, nil)
	if err != nil {
		return 0, fmt.Errorf("beginning a change: %w", err)
	}
	defer func() {
		if err != nil {
			_ = conn.Rollback()
		}
	}()
	// The driver starts a goroutine for every statement that could be cancelled; a change is made whole or not at all.
	ctx = context.WithoutCancel(ctx)
	if err := conn.QueryRowContext(ctx, "UPDATE sync_clock SET seq = seq + 1 RETURNING seq").Scan(&seq); err != nil {
		return 0, fmt.Errorf("taking the clock: %w", err)
	}
	tx := &Tx{Conn: conn, Seq: seq, ctx: ctx, index: &index{conn: conn, seq: seq, tally: records.Tally{}}}
	tx.Tx = records.NewTx(ctx, conn, tx.index, records.TxOptions{Actor: o.Actor, Now: o.Now, Command: o.Command, Seq: seq})
	if err := fn(tx); err != nil {
		return 0, err
	}
	if err := tx.Settle(); err != nil {
		return 0, err
	}
	if err := tx.index.keepScopes(ctx); err != nil {
		return 0, err
	}
	if err := conn.Commit(); err != nil {
		return 0, fmt.Errorf("committing a change: %w", err)
	}
	s.wake(seq)
	return seq, nil
}

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
		_, err := t.Conn.ExecContext(t.ctx, "RELEASE attempt")
		return nil, err
	}
	var said care.Error
	if !errors.As(failed, &said) {
		return nil, failed
	}
	t.Forget()
	t.index.tally = tally
	if _, err := t.Conn.ExecContext(t.ctx, "ROLLBACK TO attempt; RELEASE attempt"); err != nil {
		return nil, fmt.Errorf("returning to a savepoint: %w", err)
	}
	return &said, nil
}
