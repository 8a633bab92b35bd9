package backend

import (
	"context"
	"sync/atomic"
	"time"

	"meterside/backend/cache"
	"meterside/care"
	"meterside/records"
	"meterside/sync/wire"
)

// sink hands what comes over the wire to the cache.
type sink struct {
	cache   *cache.Cache
	changed func(topics ...string)
	began   cache.Stand
	server  string
	epoch   string

	rows, bytes, head atomic.Int64
	offset            atomic.Int64 // portal time less this computer's, ms
	copied            atomic.Pointer[Copied]
	file              atomic.Int64 // the cursor of the ready-made replica that was installed; 0: none
	told              time.Time
}

// Version is this program's, as the portal sees it.
const Version = "0.1.0"

func (s *sink) Hello(context.Context) (wire.Hello, error) {
	stand := s.cache.HelloStand()
	return wire.Hello{
		Protocol: wire.Protocol, App: Version, Device: s.cache.Device(), Server: stand.Server, Epoch: stand.Epoch, Cursor: stand.Cursor, Scopes: stand.Scopes,
		Schema: records.ReplicaVersion(), Proved: s.cache.Proof().Cursor,
	}, nil
}

// SignNonce gives no signature: the device has no key.
func (s *sink) SignNonce([]byte) ([]byte, error) { return nil, nil }

// Signed gives a command's bytes without a signature: the device has no key.
func (s *sink) Signed(env care.Envelope) (bytes, signature []byte, err error) {
	bytes, err = wire.EncodeEnvelope(env)
	return bytes, nil, err
}

// Present is not shown yet by any screen.
func (s *sink) Present(*wire.Present) {}

func (s *sink) Welcome(ctx context.Context, w *wire.Welcome) error {
	s.server, s.epoch = w.Server, w.Epoch
	s.head.Store(w.Head)
	s.cache.Foreign(w.Schema != records.ReplicaVersion())
	if err := s.cache.Answered(ctx, w.LastN); err != nil {
		return err
	}
	if err := s.clock(ctx, w.Time); err != nil {
		return err
	}
	if w.Plan == wire.PlanReset || w.Plan == wire.PlanDelta && s.cache.HelloStand().Cursor == 0 {
		return s.cache.Anew(ctx)
	}
	return nil
}

func (s *sink) Rows(ctx context.Context, r *wire.Rows) error {
	changes := make([]cache.Change, len(r.Changes))
	for i, c := range r.Changes {
		changes[i] = cache.Change{Scope: r.Scope, Kind: care.Kind(c.Kind), ID: c.ID, Seq: c.Seq, Body: c.Body}
		s.bytes.Add(int64(len(c.Body) + len(c.ID)))
	}
	s.rows.Add(int64(len(changes)))
	if time.Since(s.told) > 250*time.Millisecond {
		s.told = time.Now()
		s.changed("status")
	}
	return s.cache.Take(ctx, changes)
}

func (s *sink) Commit(ctx context.Context, c *wire.Commit) error {
	s.head.Store(c.To)
	commit := cache.Commit{To: c.To, Time: c.Time, Verdicts: c.Verdicts, Granted: c.Granted, Taken: c.Taken}
	for _, d := range c.Digests {
		commit.Digests = append(commit.Digests, cache.ScopeDigest{Scope: d.Scope, Digest: records.Digest{Rows: d.Rows, A: d.A, B: d.B}})
	}
	rows, err := s.cache.Commit(ctx, s.server, s.epoch, commit)
	if err != nil {
		return err
	}
	if rows > 0 || len(c.Verdicts) > 0 {
		s.changed("accounts", "outbox", "tasks", "status")
	}
	return nil
}

func (s *sink) Beat(ctx context.Context, b *wire.Beat) error {
	if err := s.clock(ctx, b.Time); err != nil {
		return err
	}
	if err := s.cache.Beat(ctx, b.Through, b.Time); err != nil {
		return err
	}
	s.changed("status")
	return nil
}

func (s *sink) Abort() { s.cache.Abort() }

func (s *sink) Unsent(ctx context.Context, after int64) ([]care.Envelope, error) {
	return s.cache.Unsent(ctx, after)
}

// clock learns the portal's time, and keeps a change of more than a second for a start without the network.
func (s *sink) clock(ctx context.Context, portal int64) error {
	offset := portal - time.Now().UnixMilli()
	if before := s.offset.Swap(offset); before-offset < 1000 && offset-before < 1000 {
		return nil
	}
	return s.cache.SetClockOffset(ctx, offset)
}

// now is the portal's time as far as the desk knows.
func (s *sink) now() time.Time {
	return time.Now().Add(time.Duration(s.offset.Load()) * time.Millisecond)
}
