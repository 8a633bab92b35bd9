package hub

import (
	"cmp"
	"context"
	"crypto/rand"
	"slices"
	"sync"
	"time"

	"meterside/care"
	"meterside/sync/wire"
)

// memory is a portal that keeps everything in memory: rows by scope, verdicts by device.
type memory struct {
	mu       sync.Mutex
	head     int64
	epoch    string
	floor    int64
	rows     map[string][]wire.Change  // by scope, in order
	verdicts map[string][]care.Verdict // by device
	actors   map[string]care.Actor     // by token
	bells    []chan struct{}
	acked    map[string]int64
	looked   int // how often Authorise was asked
	asked    int // how often Verdicts was asked

	file   func() (*wire.File, time.Duration, error)
	submit func(care.Actor, care.Envelope, func(care.Verdict, error)) error // nil applies
	under  func(context.Context)                                            // told the context of each command; may be nil
}

func newMemory() *memory {
	return &memory{
		epoch: "e1", rows: map[string][]wire.Change{}, verdicts: map[string][]care.Verdict{}, actors: map[string]care.Actor{}, acked: map[string]int64{},
		file: func() (*wire.File, time.Duration, error) { return nil, 0, nil },
	}
}

// change commits one row in each of some scopes.
func (m *memory) change(scopes ...string) int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.head++
	m.put(scopes...)
	m.ring()
	return m.head
}

// put is called with mu held. What it puts cannot be packed.
func (m *memory) put(scopes ...string) {
	for _, s := range scopes {
		body := make([]byte, 300)
		_, _ = rand.Read(body)
		m.rows[s] = append(m.rows[s], wire.Change{Kind: uint8(care.KindAccount), ID: s, Seq: m.head, Body: body})
	}
}

func (m *memory) ring() {
	for _, b := range m.bells {
		select {
		case b <- struct{}{}:
		default:
		}
	}
}

func (m *memory) allow(token string, a care.Actor) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.actors[token] = a
}

// staff changes what somebody may see, and commits that it did.
func (m *memory) staff(token string, a care.Actor) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.actors[token] = a; a.ID == "" {
		delete(m.actors, token)
	}
	m.head++
	m.rows["g"] = append(m.rows["g"], wire.Change{Kind: uint8(care.KindStaff), ID: token, Seq: m.head, Body: []byte{0xa0}})
	m.ring()
}

func (m *memory) count(what *int) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return *what
}

// Rewound begins another epoch, once for each that is over.
func (m *memory) Rewound(_ context.Context, epoch string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.epoch == epoch {
		m.epoch += "'"
		m.ring()
	}
	return nil
}

func (*memory) Server() string { return "s1" }

func (m *memory) Epoch() string { return m.epoch }

func (*memory) Now() time.Time { return time.Now() }

func (*memory) Schema() int64 { return 7 }

func (*memory) Hello(context.Context, care.Actor, []byte, *wire.Hello) error { return nil }

func (m *memory) Floor(context.Context) (int64, error) { return m.floor, nil }

func (m *memory) File(context.Context, []string, int64) (*wire.File, time.Duration, error) {
	return m.file()
}

func (m *memory) Authorise(_ context.Context, token, _ string) (care.Actor, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.looked++
	a, ok := m.actors[token]
	if !ok {
		return a, care.Err(care.CodeNotSignedIn)
	}
	a.Scopes = slices.Clone(a.Scopes)
	return a, nil
}

func (*memory) Open(_ context.Context, _ care.Actor, bytes, _ []byte) (care.Envelope, error) {
	return wire.DecodeEnvelope(bytes)
}

func (m *memory) Acked(device string, cursor int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.acked[device] = cursor
}

func (m *memory) LastN(_ context.Context, device string) (last int64, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, v := range m.verdicts[device] {
		last = max(last, v.N)
	}
	return last, nil
}

func (m *memory) Listen() (rung <-chan struct{}, stop func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	bell := make(chan struct{}, 1)
	m.bells = append(m.bells, bell)
	return bell, func() {}
}

// Submit answers a command with a change of the district that its kind names.
func (m *memory) Submit(ctx context.Context, a care.Actor, env care.Envelope, done func(care.Verdict, error)) error {
	if m.under != nil {
		m.under(ctx)
	}
	if m.submit != nil {
		return m.submit(a, env, done)
	}
	done(m.apply(a, env, true), nil)
	return nil
}

func (m *memory) apply(a care.Actor, env care.Envelope, ring bool) care.Verdict {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, v := range m.verdicts[a.Desk] {
		if v.CommandID == env.ID {
			return v
		}
	}
	m.head++
	m.put(env.Kind)
	v := care.Verdict{CommandID: env.ID, N: env.N, Outcome: care.Applied, Seq: m.head}
	m.verdicts[a.Desk] = append(m.verdicts[a.Desk], v)
	if ring {
		m.ring()
	}
	return v
}

// View is one moment: what is there is copied, so that a slow reader sees nothing later.
func (m *memory) View(_ context.Context, fn func(Moment) error) error {
	m.mu.Lock()
	now := &instant{memory: m, epoch: m.epoch, head: m.head, rows: map[string][]wire.Change{}, verdicts: map[string][]care.Verdict{}}
	for s, all := range m.rows {
		now.rows[s] = all
	}
	for d, all := range m.verdicts {
		now.verdicts[d] = all
	}
	m.mu.Unlock()
	return fn(now)
}

type instant struct {
	memory   *memory
	epoch    string
	head     int64
	rows     map[string][]wire.Change
	verdicts map[string][]care.Verdict
}

func (i *instant) Head() int64 { return i.head }

func (i *instant) Epoch() string { return i.epoch }

func (i *instant) since(scope string, from int64) []wire.Change {
	all := i.rows[scope]
	at, _ := slices.BinarySearchFunc(all, from+1, func(c wire.Change, seq int64) int { return cmp.Compare(c.Seq, seq) })
	return all[at:]
}

func (i *instant) Changed(_ context.Context, from int64) (scopes []string, err error) {
	for s := range i.rows {
		if len(i.since(s, from)) > 0 {
			scopes = append(scopes, s)
		}
	}
	return scopes, nil
}

func (i *instant) Changes(_ context.Context, scope string, from int64, fn func(wire.Change) error) error {
	for _, c := range i.since(scope, from) {
		if err := fn(c); err != nil {
			return err
		}
	}
	return nil
}

func (i *instant) Count(_ context.Context, scope string, from int64, most int) (int, error) {
	return min(len(i.since(scope, from)), most), nil
}

func (i *instant) Verdicts(_ context.Context, device string, from int64) (some []care.Verdict, err error) {
	i.memory.mu.Lock()
	i.memory.asked++
	i.memory.mu.Unlock()
	for _, v := range i.verdicts[device] {
		if v.Seq > from {
			some = append(some, v)
		}
	}
	return some, nil
}

func (i *instant) Answers(_ context.Context, device string, first, last int64) (some []care.Verdict, err error) {
	for _, v := range i.verdicts[device] {
		if v.N >= first && v.N <= last {
			some = append(some, v)
		}
	}
	return some, nil
}

func (i *instant) Digests(_ context.Context, scopes []string) (all []wire.Digest, err error) {
	for _, s := range scopes {
		all = append(all, wire.Digest{Scope: s, Rows: int64(len(i.rows[s]))})
	}
	return all, nil
}

// elsewhere is an account that nobody may see.
const elsewhere = "of another district"

func (m *memory) Tell(Seen) {}

func (m *memory) MaySee(_ context.Context, _ care.Actor, account string) (bool, error) {
	return account != elsewhere, nil
}
