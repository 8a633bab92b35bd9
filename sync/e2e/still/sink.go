// Package still is a desk's end that keeps nothing: what measures the portal embeds it in its own.
package still

import (
	"context"

	"meterside/care"
	"meterside/sync/wire"
)

// Sink is a client.Sink without a replica and without an outbox. It remembers where it stands, so that it goes on from
// there. It is of its client's goroutine alone.
type Sink struct {
	Stand wire.Hello
}

// Hello says where the desk stands.
func (s *Sink) Hello(context.Context) (wire.Hello, error) { return s.Stand, nil }

// SignNonce gives no signature: the device has no key.
func (*Sink) SignNonce([]byte) ([]byte, error) { return nil, nil }

// Signed gives nothing, as there are no commands.
func (*Sink) Signed(care.Envelope) (bytes, signature []byte, err error) { return nil, nil, nil }

// Unsent gives no commands.
func (*Sink) Unsent(context.Context, int64) ([]care.Envelope, error) { return nil, nil }

// Fetch is not asked: who embeds this offers no files.
func (*Sink) Fetch(context.Context, string, *wire.File) error { return nil }

// Present shows nobody.
func (*Sink) Present(*wire.Present) {}

// Quiet has nothing that waited.
func (*Sink) Quiet(context.Context) error { return nil }

// Abort has nothing to drop.
func (*Sink) Abort() {}

// Rows are not kept.
func (*Sink) Rows(context.Context, *wire.Rows) error { return nil }

// Welcome notes whose portal it is.
func (s *Sink) Welcome(_ context.Context, w *wire.Welcome) error {
	s.Stand.Server, s.Stand.Epoch, s.Stand.Schema = w.Server, w.Epoch, w.Schema
	return nil
}

// Commit notes where the desk stands.
func (s *Sink) Commit(_ context.Context, c *wire.Commit) error {
	s.Stand.Cursor = c.To
	if len(c.Granted) > 0 {
		s.Stand.Scopes = c.Granted
	}
	return nil
}

// Answers are not kept.
func (*Sink) Answers(context.Context, []care.Verdict) error { return nil }

// Beat moves where the desk stands.
func (s *Sink) Beat(_ context.Context, b *wire.Beat) error {
	s.Stand.Cursor = max(s.Stand.Cursor, b.Through)
	return nil
}
