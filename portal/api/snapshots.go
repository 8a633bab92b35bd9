package api

import (
	"context"
	"time"

	"meterside/portal/store"
	"meterside/sync/snapshot"
)

// sweepEvery is how often ready-made replicas are looked for that nobody is offered any more.
const sweepEvery = 10 * time.Minute

// Offer lets desks have ready-made replicas, which are kept in a folder: of this node alone, or one that several share. It is
// called before Register and Run.
func (a *API) Offer(dir string) (*snapshot.Shelf, error) {
	shelf, err := snapshot.NewShelf(dir, builds{a.source}, a.log)
	if err != nil {
		return nil, err
	}
	a.source.shelf = shelf
	a.p.LeastFile = func() int64 {
		seq, _ := shelf.Floor()
		return seq
	}
	return shelf, nil
}

// builds is the portal as builds read it.
type builds struct{ *source }

func (b builds) Epoch() string { return b.p.Store.Epoch() }

func (b builds) View(ctx context.Context, fn func(snapshot.Moment) error) error {
	return b.p.Store.View(ctx, func(v *store.View) error { return fn(moment{v}) })
}

func (a *API) sweep(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := a.source.shelf.Sweep(); err != nil {
			a.log.Error("old ready-made replicas could not be taken away", "error", err)
		}
	}
}
