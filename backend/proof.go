package backend

import (
	"context"
	"fmt"
	"time"

	"meterside/backend/cache"
	"meterside/care"
	"meterside/records"
	"meterside/sync/wire"
)

const (
	// rescanAfter lets the desk come up before its file is read, rescanEvery is how often that is done then.
	rescanAfter = 20 * time.Second
	rescanEvery = time.Hour
)

// watch reads the whole file of the replica now and then, beside everything else, and puts it in doubt where it is not what
// was stored.
func (b *Backend) watch(ctx context.Context, u *user) {
	wait := time.NewTimer(rescanAfter)
	defer wait.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-wait.C:
		}
		if _, err := b.rescan(ctx, u); err != nil && ctx.Err() == nil {
			b.opts.Log.Warn("the replica could not be read to the end", "error", err)
		}
		wait.Reset(rescanEvery)
	}
}

func (b *Backend) rescan(ctx context.Context, u *user) (records.Proof, error) {
	before := u.cache.Proof()
	p, err := u.cache.Rescan(ctx, u.sink.now().UnixMilli())
	if err == nil && p.Doubt != "" && before.Doubt == "" {
		b.opts.Log.Warn("the replica's file is not what was stored", "cursor", p.Cursor, "proved", p.At)
		b.opts.Changed("status")
	}
	return p, err
}

// wanted says in hello why the replica is wanted anew; "" where it is not. It is wanted once in a connection.
func (s *sink) wanted(ctx context.Context) (string, error) {
	if s.cache.Waiting() {
		return "", nil // it was had: the replica in doubt is about to be replaced
	}
	may, err := s.cache.MayRecover(ctx, s.now().UnixMilli())
	if !may || err != nil {
		return "", err
	}
	return wire.RecoverDigest, nil
}

// doubted ends a connection over which the replica was found to differ, so that it is fetched anew; the second time within
// an hour somebody is asked, and the desk goes on with what it has.
func (s *sink) doubted(ctx context.Context) error {
	if s.asked || s.cache.Proof().Doubt == "" {
		return nil
	}
	may, err := s.cache.MayRecover(ctx, s.now().UnixMilli())
	if err != nil {
		return err
	}
	if may {
		return care.Err(care.CodeReplicaDiffers)
	}
	s.changed("status")
	return nil
}

// problem is what a doubt means for people; nil where there is none.
func (u *user) problem(ctx context.Context) *care.Error {
	if u.cache.Proof().Doubt == "" {
		return nil
	}
	may, err := u.cache.MayRecover(ctx, u.sink.now().UnixMilli())
	if err != nil || may {
		return new(care.Err(care.CodeReplicaDiffers))
	}
	return new(care.Err(care.CodeReplicaAgain))
}

// Recover fetches the replica anew because somebody asked for it, at the portal's next beat or when the desk connects. What is
// in use stays until then.
func (b *Backend) Recover(ctx context.Context) error {
	u, err := b.signedIn()
	if err != nil {
		return err
	}
	if err := u.cache.Doubt(ctx, u.sink.now().UnixMilli()); err != nil {
		return err
	}
	b.opts.Changed("status")
	return nil
}

// Examined is what is known about a desk's replica and outbox.
type Examined struct {
	Server     string           `json:"server"`
	Epoch      string           `json:"epoch"`
	Cursor     int64            `json:"cursor"`
	AsOf       int64            `json:"as_of"` // portal time when Cursor was true, ms
	Proof      records.Proof    `json:"proof"`
	Scopes     []ExaminedScope  `json:"scopes"`
	Recoveries []cache.Recovery `json:"recoveries"`
	Unsent     int              `json:"unsent"`
	Attention  int              `json:"attention"`
	Problem    *care.Error      `json:"problem,omitempty"`
}

// ExaminedScope is the digest of one scope that the desk holds.
type ExaminedScope struct {
	Scope  string `json:"scope"`
	Rows   int64  `json:"rows"`
	Digest string `json:"digest"`
	Proved bool   `json:"proved"` // the portal gave the same for the scope as it is
}

// Examine reads the whole file of the replica, and says how far it is proved.
func (b *Backend) Examine(ctx context.Context) (Examined, error) {
	u, err := b.signedIn()
	if err != nil {
		return Examined{}, err
	}
	stand := u.cache.Stand()
	e := Examined{Server: stand.Server, Epoch: stand.Epoch, Cursor: stand.Cursor, AsOf: stand.Time, Scopes: []ExaminedScope{}}
	if e.Proof, err = b.rescan(ctx, u); err != nil {
		return e, err
	}
	kept, err := u.cache.Digests(ctx)
	if err != nil {
		return e, err
	}
	for _, scope := range stand.Scopes {
		k := kept[scope]
		e.Scopes = append(e.Scopes, ExaminedScope{Scope: scope, Rows: k.Rows, Digest: fmt.Sprintf("%016x%016x", k.A, k.B), Proved: k.Proved})
	}
	if e.Recoveries, err = u.cache.Recoveries(ctx); err != nil {
		return e, err
	}
	if e.Unsent, e.Attention, err = u.cache.OutboxCounts(ctx); err != nil {
		return e, err
	}
	e.Problem = u.problem(ctx)
	return e, nil
}
