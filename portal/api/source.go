// Package api is the portal's side of the desks: the sync, sign-in and asking.
package api

import (
	"context"
	"time"

	"meterside/care"
	"meterside/portal"
	"meterside/portal/store"
	"meterside/records"
	"meterside/sync/hub"
	"meterside/sync/snapshot"
	"meterside/sync/wire"
)

// source is the portal as the hub needs it.
type source struct {
	p     *portal.Portal
	told  chan hub.Seen   // what the other nodes are to be told
	shelf *snapshot.Shelf // nil: desks get rows
}

func (s source) Server() string { return s.p.Store.Server() }
func (s source) Now() time.Time { return s.p.Now() }

func (s source) Authorise(ctx context.Context, token, ip string) (care.Actor, error) {
	return s.p.DeskActor(ctx, token, ip)
}

func (s source) Hello(ctx context.Context, actor care.Actor, nonce []byte, hello *wire.Hello) error {
	return s.p.CheckNonce(ctx, actor.Desk, nonce, hello.Signature)
}

func (s source) MaySee(ctx context.Context, actor care.Actor, account string) (bool, error) {
	return s.p.MaySee(ctx, actor, account)
}

func (s source) Tell(seen hub.Seen) {
	select {
	case s.told <- seen:
	default: // it is said again while it is true
	}
}

func (s source) Open(ctx context.Context, actor care.Actor, bytes, signature []byte) (care.Envelope, error) {
	signed, err := s.p.CheckSigned(ctx, actor.Desk, bytes, signature)
	if err != nil {
		return care.Envelope{}, err
	}
	env, err := wire.DecodeEnvelope(bytes)
	if signed {
		env.Proof = &care.Proof{Bytes: bytes, Signature: signature}
	}
	return env, err
}

func (s source) Schema() int64 { return records.ReplicaVersion() }

func (s source) File(ctx context.Context, scopes []string, schema int64) (*wire.File, time.Duration, error) {
	if s.shelf == nil {
		return nil, 0, nil
	}
	return s.shelf.File(ctx, scopes, schema)
}

func (s source) Floor(ctx context.Context) (int64, error) { return s.p.Store.Floor(ctx) }

func (s source) Acked(device string, cursor int64) { s.p.Acked(device, cursor) }

func (s source) LastN(ctx context.Context, device string) (int64, error) {
	return s.p.Store.LastN(ctx, device)
}

func (s source) Rewound(ctx context.Context, epoch string) error {
	return s.p.Store.Rewound(ctx, epoch)
}

func (s source) View(ctx context.Context, fn func(hub.Moment) error) error {
	return s.p.Store.View(ctx, func(v *store.View) error { return fn(moment{v}) })
}

func (s source) Submit(ctx context.Context, actor care.Actor, env care.Envelope, done func(care.Verdict, error)) error {
	return s.p.Submit(ctx, actor, env, done)
}

func (s source) Listen() (rung <-chan struct{}, stop func()) { return s.p.Bus.Listen() }

type moment struct{ v *store.View }

func (m moment) Head() int64   { return m.v.Head }
func (m moment) Epoch() string { return m.v.Epoch }

func (m moment) Changed(ctx context.Context, from int64) ([]string, error) {
	return m.v.Changed(ctx, from)
}

func (m moment) Changes(ctx context.Context, scope string, from int64, fn func(wire.Change) error) error {
	return m.v.Changes(ctx, scope, from, func(c store.Change) error {
		return fn(wire.Change{Kind: uint8(c.Kind), ID: c.ID, Seq: c.Seq, Body: c.Body})
	})
}

func (m moment) Verdicts(ctx context.Context, device string, from int64) ([]care.Verdict, error) {
	return m.v.Verdicts(ctx, device, from)
}

func (m moment) Answers(ctx context.Context, device string, first, last int64) ([]care.Verdict, error) {
	return m.v.Answers(ctx, device, first, last)
}

func (m moment) Count(ctx context.Context, scope string, from int64, most int) (int, error) {
	return m.v.Count(ctx, scope, from, most)
}

func (m moment) Digests(ctx context.Context, scopes []string) ([]wire.Digest, error) {
	found, err := m.v.Digests(ctx, scopes)
	all := make([]wire.Digest, len(found))
	for i, d := range found {
		all[i] = wire.Digest{Scope: d.Scope, Rows: d.Rows, A: d.A, B: d.B}
	}
	return all, err
}
