package backend

import (
	"context"
	"crypto/ed25519"
	"sync/atomic"
	"time"

	"meterside/backend/cache"
	"meterside/care"
	"meterside/records"
	"meterside/sync/client"
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
	offset            atomic.Int64                       // portal time less this computer's, ms
	latest            atomic.Int64                       // the latest portal time that was given out, ms
	key               atomic.Pointer[ed25519.PrivateKey] // the device's; nil where this desk has none
	copied            atomic.Pointer[Copied]
	file              atomic.Int64 // the cursor of the ready-made replica that was installed; 0: none
	present           atomic.Pointer[wire.Present]
	told              time.Time

	// Of this connection, while it is young: the last number that the portal has answered, and whether it told all that
	// it had.
	lastN int64
	young bool
	asked bool         // the replica is wanted anew
	files *client.Line // the way to ready-made replicas
}

// Version is this program's, as the portal sees it.
const Version = "0.1.0"

func (s *sink) Hello(ctx context.Context) (wire.Hello, error) {
	stand := s.cache.HelloStand()
	first, last, err := s.cache.Sent(ctx)
	if err != nil {
		return wire.Hello{}, err
	}
	why, err := s.wanted(ctx)
	s.asked = why != ""
	return wire.Hello{
		Protocol: wire.Protocol, App: Version, Device: s.cache.Device(), Server: stand.Server, Epoch: stand.Epoch, Cursor: stand.Cursor, Scopes: stand.Scopes,
		Schema: records.ReplicaVersion(), Proved: s.cache.Proof().Cursor,
		FirstN: first, LastN: last, Recover: why,
	}, err
}

// SignNonce signs what the portal gave with its answer to the dial; nil for a device that has no key here.
func (s *sink) SignNonce(nonce []byte) ([]byte, error) { return s.sign(care.NonceBytes(nonce)), nil }

// Signed gives a command's exact bytes and the device's signature over them.
func (s *sink) Signed(env care.Envelope) (bytes, signature []byte, err error) {
	bytes, err = wire.EncodeEnvelope(env)
	return bytes, s.sign(bytes), err
}

func (s *sink) sign(bytes []byte) []byte {
	key := s.key.Load()
	if key == nil {
		return nil
	}
	return ed25519.Sign(*key, bytes)
}

func (s *sink) Welcome(ctx context.Context, w *wire.Welcome) error {
	s.server, s.epoch = w.Server, w.Epoch
	s.head.Store(w.Head)
	s.cache.Foreign(w.Schema != records.ReplicaVersion())
	if err := s.cache.Welcomed(ctx, w.LastN); err != nil {
		return err
	}
	s.lastN, s.young = w.LastN, true
	if err := s.clock(ctx, w.Time); err != nil {
		return err
	}
	if s.asked {
		if err := s.cache.Recovering(ctx, s.now().UnixMilli()); err != nil {
			return err
		}
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
		s.cache.Damaged(err, s.now().UnixMilli())
		return err
	}
	if rows > 0 || len(c.Verdicts) > 0 {
		s.changed("accounts", "outbox", "tasks", "status")
	}
	if err := s.mine(ctx, c.Verdicts); err != nil {
		return err
	}
	if s.young { // what was sent before this connection and has no answer in its first commit goes again
		s.young = false
		if _, err := s.cache.Astray(ctx, s.lastN); err != nil {
			return err
		}
	}
	return s.doubted(ctx)
}

func (s *sink) Answers(ctx context.Context, verdicts []care.Verdict) error {
	if err := s.cache.Answered(ctx, verdicts); err != nil {
		return err
	}
	s.changed("accounts", "outbox", "tasks", "status")
	return s.mine(ctx, verdicts)
}

// mine looks whether the portal's answers are this desk's: a number that it answered for a command of somebody else's says
// that the folder was copied.
func (s *sink) mine(ctx context.Context, verdicts []care.Verdict) error {
	for _, v := range verdicts {
		mine, err := s.cache.Mine(ctx, v.N, v.CommandID)
		if err != nil {
			return err
		}
		if !mine {
			return care.Err(care.CodeClonedDesk)
		}
	}
	return nil
}

// Quiet applies commits that waited for more.
func (s *sink) Quiet(ctx context.Context) error {
	settled, err := s.cache.Settle(ctx)
	if err != nil {
		s.cache.Damaged(err, s.now().UnixMilli())
		return err
	}
	if settled {
		s.changed("accounts", "outbox", "tasks", "status")
	}
	return nil
}

func (s *sink) Beat(ctx context.Context, b *wire.Beat) error {
	if err := s.clock(ctx, b.Time); err != nil {
		return err
	}
	if err := s.Quiet(ctx); err != nil {
		return err
	}
	if err := s.cache.Beat(ctx, b.Through, b.Time); err != nil {
		s.cache.Damaged(err, s.now().UnixMilli())
		return err
	}
	s.changed("status")
	return s.doubted(ctx)
}

func (s *sink) Abort() { s.cache.Abort() }

func (s *sink) Unsent(ctx context.Context, after int64) ([]care.Envelope, error) {
	return s.cache.Unsent(ctx, after, s.offset.Load())
}

// clock learns the portal's time, and keeps a change of more than a second for a start without the network.
func (s *sink) clock(ctx context.Context, portal int64) error {
	offset := portal - time.Now().UnixMilli()
	if before := s.offset.Swap(offset); before-offset < 1000 && offset-before < 1000 {
		return nil
	}
	return s.cache.SetClockOffset(ctx, offset)
}

// resume takes up the clock where the desk left it.
func (s *sink) resume(ctx context.Context) error {
	offset, latest, err := s.cache.Clock(ctx)
	s.offset.Store(offset)
	s.latest.Store(latest)
	return err
}

// stepsBack is how far the portal's time may be put back without being given out twice: a clock that was wrong by more is
// put right at once.
const stepsBack = time.Minute

// now is the portal's time as far as the desk knows. It does not go back when the portal's clock is heard anew, as what
// was made later must not look as if it was made before.
func (s *sink) now() time.Time {
	for {
		now, latest := time.Now().UnixMilli()+s.offset.Load(), s.latest.Load()
		if now < latest && latest-now < stepsBack.Milliseconds() {
			return time.UnixMilli(latest)
		}
		if s.latest.CompareAndSwap(latest, now) {
			return time.UnixMilli(now)
		}
	}
}
