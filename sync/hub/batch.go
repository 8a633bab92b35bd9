package hub

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"meterside/care"
	"meterside/sync/wire"
)

const (
	// kept and keptBytes bound how far behind a desk may fall before it reads the database for itself.
	kept      = 256
	keptBytes = 16 << 20
	// batchBytes bounds one batch: what is larger no desk gets from memory.
	batchBytes = 8 << 20
)

// batch is what happened between two wakes, encoded once for every desk. It does not change once it is published.
type batch struct {
	from, to int64
	time     int64               // when it was read, ms
	messages map[string][][]byte // by scope, ready to be written
	changed  []string            // the scopes with changes, in order
	digests  map[string]wire.Digest
	verdicts map[string][]care.Verdict // by device: of those that had commands under way
	staff    map[string]bool           // whose row changed
	everyone bool                      // who may see what may have changed for anybody
	bytes    int

	mu      sync.Mutex
	written map[string][][]byte // guarded by mu: all that a desk without verdicts gets, by the changed scopes that it holds
}

// errTooLarge says that a batch is worth more than what is kept in memory.
var errTooLarge = errors.New("more than one batch")

// read encodes what happened in an epoch after from, once for each scope that anybody holds.
func (h *Hub) read(ctx context.Context, epoch string, from int64) (*batch, error) {
	b := &batch{from: from, to: from, messages: map[string][][]byte{}, staff: map[string]bool{}, written: map[string][][]byte{}}
	err := h.during(ctx, epoch, func(m Moment) error {
		b.to, b.time = m.Head(), h.source.Now().UnixMilli()
		changed, err := m.Changed(ctx, from)
		if err != nil {
			return err
		}
		// Whoever listens later reads the database in a later moment than this one.
		for _, scope := range h.held(changed) {
			if err := b.take(ctx, m, scope); err != nil {
				return err
			}
		}
		if err := b.prove(ctx, m); err != nil {
			return err
		}
		return b.answer(ctx, m, h.underWay())
	})
	if errors.Is(err, errTooLarge) {
		// Nobody finds this batch: each desk reads the database for itself.
		return &batch{from: b.from, to: b.to, everyone: true, bytes: -1}, nil
	}
	h.stats.batches.Add(1)
	return b, err
}

func (b *batch) take(ctx context.Context, m Moment, scope string) error {
	page := newPager(wire.Rows{Scope: scope, From: b.from, To: b.to}, func(message []byte) error {
		b.messages[scope] = append(b.messages[scope], message)
		if b.bytes += len(message); b.bytes > batchBytes {
			return errTooLarge
		}
		return nil
	})
	err := m.Changes(ctx, scope, b.from, func(c wire.Change) error {
		switch care.Kind(c.Kind) {
		case care.KindStaff:
			b.staff[c.ID] = true
		case care.KindDistrict:
			b.everyone = true
		}
		return page.add(c)
	})
	if err == nil {
		err = page.flush()
	}
	if len(b.messages[scope]) > 0 {
		b.changed = append(b.changed, scope)
	}
	return err
}

// prove adds the digests of what changed.
func (b *batch) prove(ctx context.Context, m Moment) error {
	if len(b.changed) == 0 {
		return nil
	}
	digests, err := m.Digests(ctx, b.changed)
	if err != nil {
		return fmt.Errorf("reading digests: %w", err)
	}
	b.digests = map[string]wire.Digest{}
	for _, d := range digests {
		b.digests[d.Scope] = d
	}
	return nil
}

// answer adds the verdicts of devices that had commands under way. A verdict must reach its desk together with the rows
// that the command changed, and only these devices can have one here.
func (b *batch) answer(ctx context.Context, m Moment, devices []string) error {
	for _, device := range devices {
		verdicts, err := m.Verdicts(ctx, device, b.from)
		if err != nil {
			return err
		}
		if len(verdicts) == 0 {
			continue
		}
		if b.verdicts == nil {
			b.verdicts = map[string][]care.Verdict{}
		}
		b.verdicts[device] = verdicts
	}
	return nil
}

// held are those of some scopes that desks hold, in order.
func (h *Hub) held(scopes []string) []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	scopes = slices.DeleteFunc(scopes, func(s string) bool { return h.byScope[s] == nil })
	slices.Sort(scopes)
	return scopes
}

// underWay are the devices that wait for an answer. It is asked within the moment that is read: whoever has a verdict there
// submitted the command before, and is still on this list, or has got the verdict from Submit since.
func (h *Hub) underWay() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	all := make([]string, 0, len(h.talking))
	for c := range h.talking {
		all = append(all, c.desk)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// publish keeps a batch and wakes the desks that it concerns. The others have nothing to do: their place moves with head.
func (h *Hub) publish(b *batch) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case b.bytes < 0:
		h.batches, h.bytes = nil, 0
		for c := range h.conns {
			h.wake(c, dueRows)
		}
	case b.to > b.from:
		h.keep(b)
		for _, scope := range b.changed {
			for _, c := range h.byScope[scope] {
				h.wake(c, dueRows)
			}
		}
		for c := range h.talking {
			if b.verdicts[c.desk] != nil {
				h.wake(c, dueRows)
			}
		}
	}
	for c := range h.conns {
		if b.everyone || b.staff[c.csr] {
			c.stale = true
			h.wake(c, dueCheck)
		}
	}
	h.head = max(h.head, b.to) // after the wakes: they start from where the desks were
}

// keep is called with mu held.
func (h *Hub) keep(b *batch) {
	h.batches = append(h.batches, b)
	h.bytes += b.bytes
	drop := 0
	for len(h.batches)-drop > kept || h.bytes > keptBytes && len(h.batches)-drop > 1 {
		h.bytes -= h.batches[drop].bytes
		drop++
	}
	if drop > 0 {
		h.batches = slices.Clone(h.batches[drop:])
	}
}

// following are the batches that go on from a cursor, if they do. One that began before it is as good: rows are states, not
// steps, and its rows are newer than the cursor's. It is called with mu held.
func (h *Hub) following(cursor int64) (some []*batch, ok bool) {
	if cursor >= h.head {
		return nil, true
	}
	i, found := slices.BinarySearchFunc(h.batches, cursor, func(b *batch, c int64) int {
		switch {
		case b.to <= c:
			return -1
		case b.from > c:
			return 1
		}
		return 0
	})
	if !found {
		return nil, false
	}
	return slices.Clone(h.batches[i:]), true
}

// joined is how much is put into one piece to be written at once.
const joined = 32 << 10

// shared is everything that a desk without verdicts gets of a batch, the same bytes for all such desks; nil for nothing.
func (b *batch) shared(scopes []string, digests bool) ([][]byte, error) {
	var held []string
	for _, s := range b.changed {
		if slices.Contains(scopes, s) {
			held = append(held, s)
		}
	}
	if len(held) == 0 {
		return nil, nil
	}
	key := strings.Join(held, "\n")
	if digests {
		key += "\n"
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if all := b.written[key]; all != nil {
		return all, nil
	}
	var all [][]byte
	size := 0
	for _, s := range held {
		for _, m := range b.messages[s] {
			all = append(all, m)
			size += len(m)
		}
	}
	commit, err := message(&wire.Commit{To: b.to, Time: b.time, Digests: b.provable(held, digests)})
	if err != nil {
		return nil, err
	}
	if all = append(all, commit); size < joined {
		all = [][]byte{slices.Concat(all...)}
	}
	b.written[key] = all
	return all, nil
}

// provable are the digests of some of the scopes that changed.
func (b *batch) provable(held []string, digests bool) []wire.Digest {
	var all []wire.Digest
	for _, s := range held {
		if d, ok := b.digests[s]; ok && digests {
			all = append(all, d)
		}
	}
	return all
}
