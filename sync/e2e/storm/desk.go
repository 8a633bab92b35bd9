package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"meterside/sync/client"
	"meterside/sync/e2e/still"
	"meterside/sync/wire"
)

// desk is a simulated desk: the real client over a sink in memory, which keeps where it stands and when what came.
type desk struct {
	still.Sink

	district string
	client   *client.Client

	mu       sync.Mutex
	live     bool      // guarded by mu
	since    time.Time // guarded by mu: when it became so
	arrivals []arrival // guarded by mu
}

// arrival is a commit that brought rows.
type arrival struct {
	to int64
	at int64 // unix ns
}

func newDesk(i int, o options, address string) *desk {
	d := &desk{district: district(i % o.districts), Sink: still.Sink{Stand: wire.Hello{Protocol: wire.Protocol, App: "storm", Device: csr(i)}}}
	d.client = client.New("http://"+address, func() string { return token(i) }, d, slog.New(slog.DiscardHandler))
	d.client.State = func(s client.State) {
		d.mu.Lock()
		defer d.mu.Unlock()
		if live := s.Phase == client.Live; live != d.live {
			d.live, d.since = live, time.Now()
		}
	}
	return d
}

// Commit notes when it came.
func (d *desk) Commit(ctx context.Context, c *wire.Commit) error {
	now := time.Now().UnixNano()
	d.mu.Lock()
	d.arrivals = append(d.arrivals, arrival{c.To, now})
	d.mu.Unlock()
	return d.Sink.Commit(ctx, c)
}

func (d *desk) isLive() (bool, time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.live, d.since
}
