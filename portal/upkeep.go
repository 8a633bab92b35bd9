package portal

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"meterside/care"
	"meterside/portal/store"
)

// acks is how far each desk said it is, since that was last written: nothing waits for it.
type acks struct {
	mu sync.Mutex
	of map[string]store.Ack // guarded by mu; by device
}

// Acked notes how far a device is. It is written down with the others, once a minute.
func (p *Portal) Acked(device string, cursor int64) {
	p.acks.mu.Lock()
	defer p.acks.mu.Unlock()
	if p.acks.of == nil {
		p.acks.of = map[string]store.Ack{}
	}
	p.acks.of[device] = store.Ack{Cursor: cursor, At: p.Now()}
}

// KeepAcks writes down what Acked noted.
func (p *Portal) KeepAcks(ctx context.Context) error {
	p.acks.mu.Lock()
	all := p.acks.of
	p.acks.of = nil
	p.acks.mu.Unlock()
	err := p.Store.KeepAcks(ctx, all)
	if err == nil {
		return nil
	}
	p.acks.mu.Lock()
	defer p.acks.mu.Unlock()
	for device, a := range p.acks.of { // what came meanwhile is newer
		all[device] = a
	}
	p.acks.of = all
	return err
}

// Pruned is what a Prune did.
type Pruned struct {
	Settled   int   // rows that left the desks for their age, or came back to them
	Forgotten int64 // deletions that no desk needs any more
	Floor     int64
}

// verdictsKept is how long an answer is kept after its desk has it: a restore of that desk's folder asks for it again.
const verdictsKept = 30 * 24 * time.Hour

// Prune lets what grew too old leave the desks, then forgets the answers and the deletions that every desk has.
func (p *Portal) Prune(ctx context.Context) (done Pruned, err error) {
	if done.Settled, err = p.Store.SettleDepth(ctx, System("prune"), p.Now()); err != nil {
		return done, err
	}
	if _, err = p.Store.ForgetVerdicts(ctx, p.Now().Add(-verdictsKept)); err != nil {
		return done, err
	}
	if done.Forgotten, err = p.raiseFloor(ctx); err != nil {
		return done, err
	}
	done.Floor, err = p.Store.Floor(ctx)
	return done, err
}

func (p *Portal) raiseFloor(ctx context.Context) (int64, error) {
	if err := p.KeepAcks(ctx); err != nil {
		return 0, err
	}
	var least int64
	if p.LeastFile != nil {
		least = p.LeastFile()
	}
	return p.Store.RaiseFloor(ctx, p.Now(), least)
}

const (
	keepAcksEvery   = time.Minute
	raiseFloorEvery = time.Hour
	pruneAt         = 2 // o'clock in the utility's time zone
)

// Upkeep does what a portal does by itself while it serves, until ctx ends: it writes down how far the desks are, forgets
// what nobody needs, and prunes once a night.
func (p *Portal) Upkeep(ctx context.Context, log *slog.Logger) {
	tick := time.NewTicker(keepAcksEvery)
	defer tick.Stop()
	failed := func(what string, err error) {
		if err != nil && ctx.Err() == nil {
			log.Error("the portal's upkeep", "failed", what, "error", err)
		}
	}
	var raise time.Time
	prune := nextPrune(p.local(ctx, p.Now()))
	for {
		now := p.Now()
		failed("keeping how far the desks are", p.KeepAcks(ctx))
		if !now.Before(prune) {
			prune = nextPrune(p.local(ctx, now))
			done, err := p.Prune(ctx)
			failed("pruning", err)
			log.Info("pruned", "settled", done.Settled, "forgotten", done.Forgotten, "floor", done.Floor)
		}
		if !now.Before(raise) {
			raise = now.Add(raiseFloorEvery)
			_, err := p.raiseFloor(ctx)
			failed("forgetting old deletions", err)
			_, err = p.EndInvitations(ctx)
			failed("ending invitations that ran out", err)
			failed("forgetting forms that were sent", p.ForgetForms(ctx))
		}
		select {
		case <-ctx.Done():
			failed("keeping how far the desks are", p.KeepAcks(context.WithoutCancel(ctx)))
			return
		case <-tick.C:
		}
	}
}

// nextPrune is the next time at which it is pruneAt where an instant is.
func nextPrune(local time.Time) time.Time {
	next := time.Date(local.Year(), local.Month(), local.Day(), pruneAt, 0, 0, 0, local.Location())
	if !next.After(local) {
		next = next.AddDate(0, 0, 1)
	}
	return next
}

// local is an instant in the utility's time zone, or in that of the defaults where the policy cannot be read.
func (p *Portal) local(ctx context.Context, at time.Time) time.Time {
	policy, err := p.Policy(ctx)
	if err != nil {
		policy = care.Policy{}
	}
	return at.In(policy.Zone())
}
