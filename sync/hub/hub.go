// Package hub is the portal's end of the sync: it serves each desk the rows of its scopes and takes its commands.
//
// An idle desk costs one goroutine with a small stack, which waits for what the desk says. What happens between two wakes
// is encoded once and shared by all; a goroutine that sends runs only while there is something to send; beats and checks
// are one sweep for all desks. A desk's place is its cursor, never a queue: one that is slow falls behind and reads the
// database from there.
package hub

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"meterside/care"
)

// Hub serves desks.
type Hub struct {
	// Options may be changed before the first desk is served.
	Options Options

	source Source
	log    *slog.Logger
	stats  stats
	spool  budget // of catch-ups between reading and sending
	gate   gate
	ready  func() // settles what depends on Options

	ctx    context.Context // of every connection
	cancel context.CancelFunc
	tasks  sync.WaitGroup // every goroutine of every connection

	catching chan struct{} // a place for each catch-up that may read at once

	mu       sync.Mutex
	conns    map[*conn]bool                // guarded by mu: all that were upgraded
	byScope  map[string][]*conn            // guarded by mu: the live ones
	byCSR    map[string][]*conn            // guarded by mu
	talking  map[*conn]bool                // guarded by mu: those with commands under way, or answers owed
	present  map[string][]*conn            // guarded by mu: who has an account in front of them
	far      map[string]map[string]farDesk // guarded by mu: who has an account in front of them at another node, by account and desk
	farAt    map[string]string             // guarded by mu: their accounts, by desk
	epoch    string                        // guarded by mu: the history that the batches and the live desks belong to
	head     int64                         // guarded by mu: how far the batches go
	batches  []*batch                      // guarded by mu: the newest changes, each from the end of the one before
	bytes    int                           // guarded by mu: of batches
	draining bool                          // guarded by mu
}

// New gives a hub that is not yet listening: call Run.
func New(source Source, log *slog.Logger) *Hub {
	h := &Hub{
		Options: Defaults(), source: source, log: log, conns: map[*conn]bool{}, byScope: map[string][]*conn{},
		byCSR: map[string][]*conn{}, talking: map[*conn]bool{}, present: map[string][]*conn{},
		far: map[string]map[string]farDesk{}, farAt: map[string]string{},
	}
	h.ctx, h.cancel = context.WithCancel(context.Background())
	h.ready = sync.OnceFunc(func() {
		h.catching, h.spool.most = make(chan struct{}, h.Options.CatchUps), h.Options.SpoolBytes
	})
	return h
}

// Run follows the portal's clock until ctx ends, and has ended every connection when it returns. The bell is a hint: a poll
// covers what another process, such as an import, has committed.
func (h *Hub) Run(ctx context.Context) error {
	h.ready()
	defer h.shut()
	rung, stop := h.source.Listen()
	defer stop()
	last, epoch, err := h.clock(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	h.turn(epoch, last)
	poll := time.NewTicker(h.Options.Poll)
	defer poll.Stop()
	sweep := time.NewTicker(h.Options.sweep())
	defer sweep.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-sweep.C:
			h.sweep(time.Now())
			continue
		case <-rung:
		case <-poll.C:
			if head, now, err := h.clock(ctx); err == nil && head == last && now == epoch {
				continue
			}
		}
		b, err := h.read(ctx, epoch, last)
		if errors.Is(err, errRewound) {
			if last, epoch, err = h.clock(ctx); err == nil {
				h.turn(epoch, last)
				continue
			}
		}
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			h.log.Error("the hub cannot read the changes", "error", err)
			continue
		}
		last = b.to
		h.publish(b)
	}
}

// shut ends what is left and waits for it.
func (h *Hub) shut() {
	h.cancel()
	for _, c := range h.closed() {
		c.end(nil)
	}
	h.tasks.Wait()
}

// closed lets nobody in from now on, and gives those who are there.
func (h *Hub) closed() []*conn {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.draining = true
	return slices.Collect(maps.Keys(h.conns))
}

// spawn runs fn in a goroutine that shut waits for; not at all once the hub is shut.
func (h *Hub) spawn(fn func()) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.ctx.Err() != nil {
		return false
	}
	h.tasks.Go(fn)
	return true
}

func (h *Hub) clock(ctx context.Context) (head int64, epoch string, err error) {
	err = h.source.View(ctx, func(m Moment) error {
		head, epoch = m.Head(), m.Epoch()
		return nil
	})
	return head, epoch, err
}

// errRewound ends what belongs to an epoch that is over. A desk comes back, and begins in the new one.
var errRewound = &lineError{errors.New("another epoch has begun")}

// turn begins at the head of an epoch. Another epoch than before ends every connection: its numbers mean something else.
func (h *Hub) turn(epoch string, head int64) {
	h.mu.Lock()
	before := h.epoch
	h.epoch = epoch
	if before == "" || before == epoch {
		for c := range h.conns { // who came before this was known may have missed something
			h.wake(c, dueRows)
		}
		h.head = max(h.head, head)
		h.mu.Unlock()
		return
	}
	h.head, h.batches, h.bytes = head, nil, 0
	over := slices.Collect(maps.Keys(h.conns))
	h.mu.Unlock()
	h.log.Warn("another epoch has begun: every desk begins anew", "epoch", epoch, "head", head)
	for _, c := range over {
		c.end(errRewound)
	}
}

// during opens a moment of an epoch; errRewound where that is over.
func (h *Hub) during(ctx context.Context, epoch string, fn func(Moment) error) error {
	return h.source.View(ctx, func(m Moment) error {
		if m.Epoch() != epoch {
			return errRewound
		}
		return fn(m)
	})
}

// Recheck looks at once whether the desks of a member of staff may still be connected, as after a sign-out.
func (h *Hub) Recheck(csr string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, c := range h.byCSR[csr] {
		c.stale = true
		h.wake(c, dueCheck)
	}
}

// Drain tells every desk to come again, one after the other over a while, and lets no new one in. Each is given a time of
// its own within spread, so that they do not come back all at once.
func (h *Hub) Drain(ctx context.Context, over, spread time.Duration) {
	left := h.closed()
	for i, c := range left {
		after := time.Duration(float64(spread) * float64(i+1) / float64(len(left)))
		h.mu.Lock()
		c.moveAfter = after
		h.wake(c, dueMoved)
		h.mu.Unlock()
		select {
		case <-ctx.Done():
			return
		case <-time.After(over / time.Duration(len(left))):
		}
	}
}

// errMoved ends a connection that was told to come again.
var errMoved = errors.New("told to come again")

// enter counts a connection in and serves it; not at all once the hub is shut.
func (h *Hub) enter(c *conn) bool {
	h.ready()
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.ctx.Err() != nil {
		return false
	}
	h.conns[c] = true
	add(h.byCSR, c.csr, c)
	h.stats.connected.Add(1)
	h.tasks.Go(c.serve)
	return true
}

// leave forgets a connection.
func (h *Hub) leave(c *conn) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.conns[c] {
		return
	}
	delete(h.conns, c)
	remove(h.byCSR, c.csr, c)
	h.unlisten(c, c.listening)
	delete(h.talking, c)
	h.showPresence(c, "", false, time.Time{})
	c.underWay, c.owed = nil, nil
	h.stats.connected.Add(-1)
}

// listen has a desk woken by changes of scopes from now on. It is called with mu held.
func (h *Hub) listen(c *conn, scopes []string) {
	for _, s := range c.listening {
		if !slices.Contains(scopes, s) {
			remove(h.byScope, s, c)
		}
	}
	for _, s := range scopes {
		if !slices.Contains(c.listening, s) {
			add(h.byScope, s, c)
		}
	}
	c.listening = scopes
}

// unlisten is called with mu held.
func (h *Hub) unlisten(c *conn, scopes []string) {
	for _, s := range scopes {
		remove(h.byScope, s, c)
	}
	c.listening = nil
}

// add puts a connection to others that are not it. Lists take less than sets do, and most hold one or two.
func add(m map[string][]*conn, key string, c *conn) { m[key] = append(m[key], c) }

func remove(m map[string][]*conn, key string, c *conn) {
	all := m[key]
	i := slices.Index(all, c)
	if i < 0 {
		return
	}
	last := len(all) - 1
	all[i], all[last] = all[last], nil
	if m[key] = all[:last]; last == 0 {
		delete(m, key)
	}
}

// actorOf is who a connection speaks for now.
func (h *Hub) actorOf(c *conn) care.Actor {
	h.mu.Lock()
	defer h.mu.Unlock()
	return c.actor
}
