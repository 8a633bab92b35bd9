package cache

import (
	"context"
	"sync/atomic"
	"time"
)

// inflow knows when much came in last, as while an import runs at the portal.
type inflow struct{ last atomic.Int64 } // unix ns

const (
	// muchAtOnce is how many rows a page has that counts.
	muchAtOnce = 50
	// muchStale is how many stale documents are worth a pause: of an account several rows come in such a time, one after the
	// other, and to bring its document up to date after each costs more than the rows themselves.
	muchStale = 2_000
	// calmAfter is how long nothing must have come for the inflow to be over, waitsFor how long it is waited for at once: what
	// has come meanwhile is found after all, a little of it at a time.
	calmAfter = 300 * time.Millisecond
	waitsFor  = 2 * time.Second
)

// came notes a page.
func (f *inflow) came(rows int) {
	if rows >= muchAtOnce {
		f.last.Store(time.Now().UnixNano())
	}
}

// calm waits, where much is stale and more comes in all the time, until no more does, but not for long.
func (f *inflow) calm(ctx context.Context, stale func() (int, error)) error {
	left := func() time.Duration { return calmAfter - time.Since(time.Unix(0, f.last.Load())) }
	if left() <= 0 {
		return nil
	}
	if n, err := stale(); err != nil || n < muchStale {
		return err
	}
	enough := time.NewTimer(waitsFor)
	defer enough.Stop()
	for left() > 0 {
		select {
		case <-ctx.Done():
			return nil
		case <-enough.C:
			return nil
		case <-time.After(left()):
		}
	}
	return nil
}
