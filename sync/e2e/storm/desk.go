package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"meterside/care"
	"meterside/sync/client"
	"meterside/sync/wire"
)

// desk is a simulated desk: the real client over a sink in memory, which keeps where it stands and when what came.
type desk struct {
	district string
	client   *client.Client

	hello wire.Hello // of the client's goroutine alone

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
	d := &desk{district: district(i % o.districts), hello: wire.Hello{Protocol: wire.Protocol, App: "storm", Device: csr(i)}}
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

// Hello says where the desk stands.
func (d *desk) Hello(context.Context) (wire.Hello, error) { return d.hello, nil }

// SignNonce gives no signature: the device has no key.
func (d *desk) SignNonce([]byte) ([]byte, error) { return nil, nil }

// Signed is not asked: there are no commands.
func (d *desk) Signed(care.Envelope) (bytes, signature []byte, err error) { return nil, nil, nil }

// Unsent gives no commands.
func (d *desk) Unsent(context.Context, int64) ([]care.Envelope, error) { return nil, nil }

// Fetch is not asked: the portal offers no files.
func (d *desk) Fetch(context.Context, string, *wire.File) error { return nil }

// Present shows nobody.
func (d *desk) Present(*wire.Present) {}

// Abort has nothing to drop.
func (d *desk) Abort() {}

// Rows are not kept.
func (d *desk) Rows(context.Context, *wire.Rows) error { return nil }

// Welcome notes whose portal it is.
func (d *desk) Welcome(_ context.Context, w *wire.Welcome) error {
	d.hello.Server, d.hello.Epoch, d.hello.Schema = w.Server, w.Epoch, w.Schema
	return nil
}

// Commit notes where the desk stands.
func (d *desk) Commit(_ context.Context, c *wire.Commit) error {
	now := time.Now().UnixNano()
	d.hello.Cursor = c.To
	if len(c.Granted) > 0 {
		d.hello.Scopes = c.Granted
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.arrivals = append(d.arrivals, arrival{c.To, now})
	return nil
}

// Beat moves where the desk stands.
func (d *desk) Beat(_ context.Context, b *wire.Beat) error {
	d.hello.Cursor = max(d.hello.Cursor, b.Through)
	return nil
}

func (d *desk) isLive() (bool, time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.live, d.since
}
