package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"meterside/care"
)

const (
	leaseLasts  = 2 * time.Minute
	leaseRenews = 20 * time.Second
)

// ErrLeaseLost says that somebody else has taken a lease meanwhile, because it was not renewed for long.
var ErrLeaseLost = errors.New("the lease was lost to another one")

// Lease is the right to do what only one may do at a time. It is renewed until End, and is over by itself some minutes
// after its process ended without a word.
type Lease struct {
	store  *Store
	name   string
	holder string
	stop   context.CancelFunc
	done   chan struct{}
}

// TakeLease takes a lease, or says with care.CodeImportRunning since when another holds it.
func (s *Store) TakeLease(ctx context.Context, name string) (*Lease, error) {
	l := &Lease{store: s, name: name, holder: uuid.NewString(), done: make(chan struct{})}
	now := time.Now()
	var holder string
	err := s.db.Write.QueryRowContext(ctx, `INSERT INTO lease (name, holder, since, until) VALUES ($1, $2, $3, $4)
		ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, since = excluded.since, until = excluded.until
		WHERE lease.until < excluded.since RETURNING holder`,
		name, l.holder, now.UnixMilli(), now.Add(leaseLasts).UnixMilli()).Scan(&holder)
	if errors.Is(err, sql.ErrNoRows) {
		var since int64
		if err := s.db.Read.QueryRowContext(ctx, "SELECT since FROM lease WHERE name = $1", name).Scan(&since); err != nil && !errors.Is(err, sql.ErrNoRows) {
			return nil, fmt.Errorf("looking who holds the lease: %w", err)
		}
		return nil, care.Err(care.CodeImportRunning, "since", time.UnixMilli(since).UTC().Format(time.RFC3339))
	}
	if err != nil {
		return nil, fmt.Errorf("taking the lease: %w", err)
	}
	renewing, stop := context.WithCancel(context.WithoutCancel(ctx))
	l.stop = stop
	go l.renew(renewing)
	return l, nil
}

// renew keeps the lease while nothing is written that would.
func (l *Lease) renew(ctx context.Context) {
	defer close(l.done)
	tick := time.NewTicker(leaseRenews)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			// What fails is tried again; who lost the lease learns it from Hold.
			_, _ = l.store.db.Write.ExecContext(ctx, "UPDATE lease SET until = $1 WHERE name = $2 AND holder = $3",
				time.Now().Add(leaseLasts).UnixMilli(), l.name, l.holder)
		}
	}
}

// Hold renews the lease in a transaction, which must end where the lease was lost: somebody else is at it by now.
func (l *Lease) Hold(t *Tx) error {
	ok, err := t.counted("UPDATE lease SET until = $1 WHERE name = $2 AND holder = $3", time.Now().Add(leaseLasts).UnixMilli(), l.name, l.holder)
	if err == nil && !ok {
		err = ErrLeaseLost
	}
	return err
}

// End gives the lease back.
func (l *Lease) End(ctx context.Context) error {
	l.stop()
	<-l.done
	if _, err := l.store.db.Write.ExecContext(context.WithoutCancel(ctx), "DELETE FROM lease WHERE name = $1 AND holder = $2", l.name, l.holder); err != nil {
		return fmt.Errorf("giving the lease back: %w", err)
	}
	return nil
}
