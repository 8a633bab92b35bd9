// Package store is the portal's database: the records, the index of their changes, verdicts and sign-in.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"meterside/care"
	"meterside/records"
)

// Store is the portal's database.
type Store struct {
	db     *database
	server atomic.Value    // strings, as they were seen last
	epoch  atomic.Value    //
	wake   func(seq int64) // after each commit

	kept   *records.Kept // belongs to whoever has taken the clock
	keptAt int64         // the number of the last commit here, likewise
	keptIn string        // its epoch, likewise
}

// Open opens the store in a database, and makes its tables where there are none. The database is a folder, "sqlite:" and
// a folder, or the address of a PostgreSQL database, "postgres://…". committed is called after each commit with its
// number, and must not block.
func Open(ctx context.Context, database string, committed func(seq int64)) (*Store, error) {
	db, err := openDatabase(ctx, database)
	if err != nil {
		return nil, err
	}
	s := &Store{db: db, wake: committed, kept: &records.Kept{}}
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
	if err := s.db.follow(ctx); err != nil {
		return err
	}
	return s.View(ctx, func(*View) error { return nil })
}

// Close closes the database.
func (s *Store) Close() error { return s.db.Close() }

// Server names this installation, for good. Only a backup of another one, restored here, brings another name.
func (s *Store) Server() string { return s.server.Load().(string) }

// Epoch names the history, as the last View saw it: it changes when the portal was rewound, by this process or by another.
func (s *Store) Epoch() string { return s.epoch.Load().(string) }

// Rewound gives the history a new name, because somebody knows more of it than stands here: a file was put back behind the
// portal's back. epoch is the one in which that was noticed; where it has changed meanwhile nothing is done.
func (s *Store) Rewound(ctx context.Context, epoch string) error {
	if _, err := s.db.Write.ExecContext(ctx, "UPDATE sync_clock SET epoch = $1 WHERE epoch = $2", uuid.NewString(), epoch); err != nil {
		return fmt.Errorf("beginning another epoch: %w", err)
	}
	head, err := s.Head(ctx)
	if err != nil {
		return err
	}
	s.wake(head)
	return nil
}

// Reader gives the readers' side, for queries that need no single moment.
func (s *Store) Reader() records.Conn { return s.db.Read }

// Tx is a writing transaction: care.Tx over the records, and the plain connection for what only the portal keeps.
type Tx struct {
	*records.Tx
	Conn  *sql.Tx
	Seq   int64
	ctx   context.Context
	index *index
	late  *late // nil outside of Together
}

// Options say who writes, when, in which command.
type Options struct {
	Actor   care.Actor
	Now     time.Time
	Command string
	// Fresh says that the command was never done before, so that what it names is new.
	Fresh bool
}

// Update is how everything but commands is written. It takes the clock first, so that writes are serial, then runs fn,
// then commits; an error leaves nothing behind. It refuses where it is not said who acts.
func (s *Store) Update(ctx context.Context, o Options, fn func(*Tx) error) (seq int64, err error) {
	return s.Group(ctx, func(g *Group) error {
		tx := g.Tx(o)
		if tx.index.nobody {
			return errNobody
		}
		if err := fn(tx); err != nil {
			return err
		}
		return tx.Settle()
	})
}
