// Package hub is the portal's end of the sync: it serves each desk the rows of its scopes and takes its commands.
package hub

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"

	"meterside/care"
	"meterside/sync/wire"
)

// Moment is one moment of the portal's store.
type Moment interface {
	Head() int64
	// Changes calls fn with each change of a scope after from, in order.
	Changes(ctx context.Context, scope string, from int64, fn func(wire.Change) error) error
	// Verdicts are the answers to a device's commands after from.
	Verdicts(ctx context.Context, device string, from int64) ([]care.Verdict, error)
	// Answers are the answers to a device's commands first to last, whenever they were given.
	Answers(ctx context.Context, device string, first, last int64) ([]care.Verdict, error)
	// Count counts the changes of a scope after from, and stops counting at most.
	Count(ctx context.Context, scope string, from int64, most int) (int, error)
	// Digests are what the rows of scopes come to at this moment.
	Digests(ctx context.Context, scopes []string) ([]wire.Digest, error)
}

// Source is the portal as the hub needs it.
type Source interface {
	Server() string
	Epoch() string
	// Authorise says who holds a desk's token, with the scopes that they may see now.
	Authorise(ctx context.Context, token, ip string) (care.Actor, error)
	// Hello judges a desk before it is welcomed: the signature over nonce by the device's key, and whether what the desk
	// says of its commands can be. A care.Error refuses the desk.
	Hello(ctx context.Context, actor care.Actor, nonce []byte, hello *wire.Hello) error
	// Open checks the device's signature over exactly these bytes, then reads the command in them.
	Open(ctx context.Context, actor care.Actor, bytes, signature []byte) (care.Envelope, error)
	// Schema names the schema of the replicas whose files and digests this portal makes.
	Schema() int64
	// File is a ready-made replica of scopes. nil and 0: there is none, rows are to be sent; nil and more: it is being
	// built, and may be asked for again after that.
	File(ctx context.Context, scopes []string, schema int64) (file *wire.File, wait time.Duration, err error)
	// Floor is the least cursor from which changes can still be told; a desk below it begins anew.
	Floor(ctx context.Context) (int64, error)
	// Acked says how far a device is. It is called often and must not wait for anything.
	Acked(device string, cursor int64)
	// LastN is the number of the last command of a device that was answered.
	LastN(ctx context.Context, device string) (int64, error)
	View(ctx context.Context, fn func(Moment) error) error
	Do(ctx context.Context, actor care.Actor, env care.Envelope) (care.Verdict, error)
	// Listen rings after each commit.
	Listen() (rung <-chan struct{}, stop func())
	Now() time.Time
}

// Hub serves desks.
type Hub struct {
	source Source
	log    *slog.Logger
	beat   time.Duration
	check  time.Duration
	poll   time.Duration
	// fileAbove is how many rows are sent one by one before a ready-made replica is offered instead.
	fileAbove int

	mu      sync.Mutex
	scopes  map[string]int         // guarded by mu: how many desks hold each scope
	wakes   map[chan struct{}]bool // guarded by mu
	batches []*batch               // guarded by mu: the newest changes, each from the end of the one before
	done    chan struct{}
}

// batch is what happened between two wakes, encoded once for every desk.
type batch struct {
	from, to int64
	frames   map[string][]byte // by scope; nil for a scope without changes
	digests  []wire.Digest     // at to, of the scopes with changes
	staff    bool              // staff or districts changed: scopes may have
}

// kept bounds how far behind a desk may fall before it reads the database for itself.
const kept = 256

// New gives a hub that is not yet listening: call Run.
func New(source Source, log *slog.Logger) *Hub {
	return &Hub{source: source, log: log, beat: 15 * time.Second, check: time.Minute, poll: time.Second, fileAbove: 50_000, scopes: map[string]int{}, wakes: map[chan struct{}]bool{}, done: make(chan struct{})}
}

// Run follows the portal's clock until ctx ends. Desks are served meanwhile. The bell is a hint: a poll covers what another
// process, such as an import, has committed.
func (h *Hub) Run(ctx context.Context) error {
	rung, stop := h.source.Listen()
	defer stop()
	defer close(h.done)
	last, err := h.head(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	poll := time.NewTicker(h.poll)
	defer poll.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-rung:
		case <-poll.C:
			if head, err := h.head(ctx); err == nil && head == last {
				continue
			}
		}
		b, err := h.read(ctx, last)
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

func (h *Hub) head(ctx context.Context) (head int64, err error) {
	err = h.source.View(ctx, func(m Moment) error {
		head = m.Head()
		return nil
	})
	return head, err
}

// read encodes what happened after from, once for each scope that anybody holds.
func (h *Hub) read(ctx context.Context, from int64) (*batch, error) {
	b := &batch{from: from, to: from, frames: map[string][]byte{}}
	err := h.source.View(ctx, func(m Moment) error {
		b.to = m.Head()
		var changed []string
		for _, scope := range h.held() {
			rows := wire.Rows{Scope: scope, From: from, To: b.to}
			size := 0
			err := m.Changes(ctx, scope, from, func(c wire.Change) error {
				size += len(c.Body) + len(c.ID) + 16
				if size > wire.RowsTarget {
					return errTooLarge
				}
				rows.Changes = append(rows.Changes, c)
				if k := care.Kind(c.Kind); k == care.KindStaff || k == care.KindDistrict {
					b.staff = true
				}
				return nil
			})
			if err != nil {
				return err
			}
			if b.frames[scope] = nil; len(rows.Changes) == 0 {
				continue
			}
			if b.frames[scope], err = wire.Encode(&rows); err != nil {
				return err
			}
			changed = append(changed, scope)
		}
		var err error
		b.digests, err = m.Digests(ctx, changed)
		return err
	})
	if err == errTooLarge { //nolint:errorlint // it is returned as it is
		// Too much for one frame: nobody finds this batch whole, each desk reads the database in frames of its own.
		return &batch{from: -1, to: b.to, staff: true}, nil
	}
	return b, err
}

type sentinel string

func (s sentinel) Error() string { return string(s) }

const errTooLarge = sentinel("more than one frame")

func (h *Hub) held() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	all := make([]string, 0, len(h.scopes))
	for s := range h.scopes {
		all = append(all, s)
	}
	slices.Sort(all)
	return all
}

func (h *Hub) publish(b *batch) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if b.from == -1 {
		h.batches = nil
	} else if b.to > b.from {
		h.batches = append(h.batches, b)
		if len(h.batches) > kept {
			h.batches = slices.Clone(h.batches[1:])
		}
	}
	for c := range h.wakes {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}

// after finds the batch that goes on from a cursor, if each of scopes was held by somebody when it was made.
func (h *Hub) after(cursor int64, scopes []string) *batch {
	h.mu.Lock()
	defer h.mu.Unlock()
	i, ok := slices.BinarySearchFunc(h.batches, cursor, func(b *batch, c int64) int { return int(b.from - c) })
	if !ok {
		return nil
	}
	for _, s := range scopes {
		if _, ok := h.batches[i].frames[s]; !ok {
			return nil
		}
	}
	return h.batches[i]
}

// join counts a desk's scopes and gives its wake.
func (h *Hub) join(scopes []string) chan struct{} {
	h.mu.Lock()
	defer h.mu.Unlock()
	wake := make(chan struct{}, 1)
	h.wakes[wake] = true
	h.count(scopes, 1)
	return wake
}

func (h *Hub) leave(wake chan struct{}, scopes []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.wakes, wake)
	h.count(scopes, -1)
}

func (h *Hub) rescope(old, now []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.count(now, 1)
	h.count(old, -1)
}

// count is called with mu held.
func (h *Hub) count(scopes []string, by int) {
	for _, s := range scopes {
		if h.scopes[s] += by; h.scopes[s] <= 0 {
			delete(h.scopes, s)
		}
	}
}

// ServeHTTP upgrades a desk's request to the sync.
func (h *Hub) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.serve(w, r) }
