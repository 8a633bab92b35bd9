package api

import (
	"context"
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"

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
	measured := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "meterside_snapshot_build_seconds", Help: "How long it took to make a ready-made replica, by whether it could be made.",
		Buckets: prometheus.ExponentialBuckets(0.1, 2, 12),
	}, []string{"outcome"})
	if err := a.p.Figures.Register(measured); err != nil {
		return nil, fmt.Errorf("showing the builds of replicas: %w", err)
	}
	shelf.Built = func(took time.Duration, err error) {
		outcome := "made"
		if err != nil {
			outcome = "failed"
		}
		measured.WithLabelValues(outcome).Observe(took.Seconds())
	}
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
