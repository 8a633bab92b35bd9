package store

import (
	"context"
	"database/sql"
	"fmt"
	"sync"

	"github.com/gofrs/flock"
)

// turn lets the programs that write to one SQLite file take turns. SQLite gives its lock to whoever asks at the right moment,
// and a writer that waits asks up to 100 ms apart: an import, which asks again at once, would keep everybody else out. Who
// waits for the file holds the turn, so the one that just wrote cannot come before them.
type turn struct {
	mu   sync.Mutex // a flock is of the program, not of a goroutine
	lock *flock.Flock
}

func newTurn(path string) *turn { return &turn{lock: flock.New(path, flock.SetPermissions(0o600))} }

// begin opens a transaction of writing when it is this program's turn.
func (t *turn) begin(ctx context.Context, db *sql.DB) (*sql.Tx, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.lock.Lock(); err != nil {
		return nil, fmt.Errorf("waiting for a turn to write: %w", err)
	}
	tx, err := db.BeginTx(ctx, nil)
	if failed := t.lock.Unlock(); failed != nil && err == nil {
		_ = tx.Rollback()
		return nil, fmt.Errorf("passing the turn to write on: %w", failed)
	}
	return tx, err
}
