package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/google/uuid"

	"meterside/backend"
	"meterside/care"
	"meterside/portal"
	"meterside/portal/store/storetest"
	"meterside/records"
	"meterside/sync/e2e/faultnet"
)

// step is one operation of a history: on a nickname, which the last save wins, or on a lock, which is set by who finds it
// open.
type step struct {
	key  string // "nickname <account>" or "lock <web user>"
	verb string // read, save, lock or unlock
	to   string // what is saved
}

// outcome is what a step came to.
type outcome struct {
	is      string // what a read found
	refused bool
}

// register is what each key is to whoever looks at the portal: one thing that changes at one moment within each command.
var register = porcupine.Model{
	Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
		byKey := map[string][]porcupine.Operation{}
		for _, op := range history {
			key := op.Input.(step).key
			byKey[key] = append(byKey[key], op)
		}
		var all [][]porcupine.Operation
		for _, ops := range byKey {
			all = append(all, ops)
		}
		return all
	},
	Init: func() any { return "" },
	Step: func(state, input, output any) (bool, any) {
		s, in, out := state.(string), input.(step), output.(outcome)
		switch in.verb {
		case "read":
			return out.is == s, s
		case "lock":
			return out.refused == (s == "locked"), "locked"
		case "unlock":
			return out.refused == (s == ""), ""
		}
		if out.refused { // held: somebody else saved meanwhile, and a person decides
			return true, s
		}
		return true, in.to
	},
	DescribeOperation: func(input, output any) string { return fmt.Sprintf("%v %v", input, output) },
}

// history gathers what several do at once.
type history struct {
	began time.Time
	mu    sync.Mutex
	ops   []porcupine.Operation // guarded by mu
}

func (h *history) now() int64 { return time.Since(h.began).Nanoseconds() }

func (h *history) add(client int, call int64, in step, out outcome) {
	back := h.now()
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ops = append(h.ops, porcupine.Operation{ClientId: client, Input: in, Call: call, Output: out, Return: back})
}

// check wants an order of all steps, each within its time, that one register could have seen.
func (h *history) check(t *testing.T) {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	result, _ := porcupine.CheckOperationsVerbose(register, h.ops, time.Minute)
	if result == porcupine.Ok {
		return
	}
	t.Errorf("no order of the %d steps explains what they came to: %s", len(h.ops), result)
	for _, op := range h.ops {
		t.Logf("%2d %12d %12d %s", op.ClientId, op.Call, op.Return, register.DescribeOperation(op.Input, op.Output))
	}
}

// read looks at a key as the portal's own pages do.
func read(ctx context.Context, db records.Conn, key string) (outcome, error) {
	what, id, _ := strings.Cut(key, " ")
	if what == "lock" {
		ok, err := records.Load(ctx, db, &care.WebUserLock{}, id, string(care.LockCSR))
		if ok {
			return outcome{is: "locked"}, err
		}
		return outcome{}, err
	}
	var a care.Account
	_, err := records.Load(ctx, db, &a, id)
	return outcome{is: a.Nickname}, err
}

// command is the step as a CSR makes it.
func (s step) command() care.Command {
	_, id, _ := strings.Cut(s.key, " ")
	switch s.verb {
	case "lock":
		return &care.LockWebUser{WebUserID: id, Reason: "compromised"}
	case "unlock":
		return &care.UnlockWebUser{WebUserID: id, Lock: care.LockCSR}
	}
	return &care.ChangePreferences{Account: id, Nickname: &s.to}
}

// I1, I4: several who write and read the same few records at once, through two portals of one database, see what one after
// the other would have seen: a lock that was free for one was not for another, and the last save is what stands.
//
// It fails on PostgreSQL when the clock is taken at the end of a change instead of at its beginning, and on both when a
// command that is sent twice is done twice.
func TestCommandsTakeEffectOneAfterTheOther(t *testing.T) { seeds(t, oneAfterTheOther) }

func oneAfterTheOther(t *testing.T, drawn uint64) {
	storetest.Databases(t, func(t *testing.T, database string) {
		s := newStageIn(t, database)
		s.town()
		chance := rand.New(rand.NewPCG(drawn, 0))
		other, err := portal.Open(t.Context(), database)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = other.Close() }()
		h := &history{began: time.Now()}
		var everybody sync.WaitGroup
		for client := range 6 {
			mine, p := rand.New(rand.NewPCG(chance.Uint64(), 0)), []*portal.Portal{s.portal, other}[client%2]
			everybody.Go(func() { alternate(t, p, client, mine, h) })
		}
		everybody.Wait()
		h.check(t)
	})
}

// alternate writes and reads as one desk's connection and its neighbour at the portal do; now and then a command comes twice.
func alternate(t *testing.T, p *portal.Portal, client int, chance *rand.Rand, h *history) {
	actor := care.Actor{ID: "CSR001", Origin: care.OriginDesk, Role: care.RoleCSR, Desk: fmt.Sprint("d", client), Scopes: care.List{"d:D01", "d:D02"}}
	var n int64
	var last []care.Envelope
	keys := []string{"nickname 030000013", "nickname 030000026", "lock W1"}
	for range 40 {
		in := step{key: keys[chance.IntN(len(keys))], verb: "read"}
		call := h.now()
		if chance.IntN(3) == 0 {
			out, err := read(t.Context(), p.Store.Reader(), in.key)
			if err != nil {
				t.Error(err)
				return
			}
			h.add(client, call, in, out)
			continue
		}
		switch {
		case strings.HasPrefix(in.key, "nickname"):
			in.verb, in.to = "save", fmt.Sprintf("%d by %d", n, client)
		case chance.IntN(2) == 0:
			in.verb = "lock"
		default:
			in.verb = "unlock"
		}
		n++
		env, err := envelope(in.command(), n)
		if err != nil {
			t.Error(err)
			return
		}
		v, err := p.Do(t.Context(), actor, env)
		if err != nil {
			t.Error(err)
			return
		}
		h.add(client, call, in, outcome{refused: v.Outcome != care.Applied})
		if last = append(last, env); chance.IntN(3) == 0 { // its answer was lost on the way
			if _, err := p.Do(t.Context(), actor, last[chance.IntN(len(last))]); err != nil {
				t.Error(err)
				return
			}
		}
	}
}

// envelope wraps a command as a desk does.
func envelope(cmd care.Command, n int64) (care.Envelope, error) {
	args, err := json.Marshal(cmd)
	if err != nil {
		return care.Envelope{}, err
	}
	id, err := uuid.NewV7()
	return care.Envelope{N: n, ID: id.String(), Kind: cmd.Kind(), Version: care.CommandVersion, Args: args, CreatedAt: time.Now().UnixMilli()}, err
}

// I4, I6: desks behind a proxy that cuts, doubles, replays and swaps what they send save and read one nickname. For the
// portal it is one register: each save counts once, while its desk waits. Who saved sees that or what came later, never what
// was before, at any moment until then and after.
//
// It fails when a command that comes twice is done twice, and when a commit does not lay the overlay on again.
func TestWhatDesksSaveIsOneHistory(t *testing.T) { seeds(t, oneHistory) }

func oneHistory(t *testing.T, drawn uint64) {
	s := newStage(t)
	s.town()
	n := faultnet.New(drawn)
	relay := faultnet.NewRelay(drawn, new(net.Dialer).DialContext,
		faultnet.Mischief{Duplicate: 0.2, Replay: 0.3, Swap: 0.1, Kill: 0.02},
		faultnet.Mischief{Duplicate: 0.2, Kill: 0.02, Delay: 0.3, DelayUpTo: 5 * time.Millisecond})
	ln, err := n.Listen()
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: relay, ReadHeaderTimeout: time.Second}
	go func() { _ = server.Serve(ln) }()
	defer func() { _ = server.Close() }()
	relay.Calm(true) // until the desks have something to lose
	h := &history{began: time.Now()}
	done := make(chan struct{})
	var savers []*saver
	for client, user := range []string{"CSR001", "CSR002", "SUP01"} {
		v := &saver{t: t, client: client, desk: s.deskOver(user, n.Line(user).Dial), h: h}
		v.desk.Connect()
		savers = append(savers, v)
	}
	relay.Calm(false)
	var desks, readers sync.WaitGroup
	readers.Go(func() { s.watch(h, done) })
	for _, v := range savers {
		desks.Go(v.work)
	}
	desks.Wait()
	close(done)
	readers.Wait()
	t.Log(relay.Did())
	h.check(t)
	verdicts, err := verdictsOf(t.Context(), s.portal.Store.Reader())
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]int64{}
	for _, v := range savers {
		for value, id := range v.saved {
			at[value] = verdicts[id].Seq
		}
	}
	for _, v := range savers {
		newest := int64(0)
		for _, seen := range v.seen {
			if at[seen] == 0 {
				continue // it was held, and stood on this desk only
			}
			if at[seen] < newest {
				t.Errorf("desk %d saw %q, of %d, after what stands since %d", v.client, seen, at[seen], newest)
			}
			newest = max(newest, at[seen])
		}
	}
}

// watch reads at the portal until done.
func (s *stage) watch(h *history, done <-chan struct{}) {
	const key = "nickname 030000013"
	for {
		select {
		case <-done:
			return
		case <-time.After(20 * time.Millisecond):
		}
		call := h.now()
		out, err := read(s.t.Context(), s.portal.Store.Reader(), key)
		if err != nil {
			s.t.Error(err)
			return
		}
		h.add(9, call, step{key: key, verb: "read"}, out)
	}
}

// saver is a CSR at a desk.
type saver struct {
	t      *testing.T
	client int
	desk   *backend.Backend
	h      *history
	saved  map[string]string // value -> command ID
	seen   []string          // what the desk showed, in order
}

// work saves, looks until the portal has answered, and a little longer.
func (v *saver) work() {
	v.saved = map[string]string{}
	for i := range 12 {
		in := step{key: "nickname 030000013", verb: "save", to: fmt.Sprintf("%d by %d", i, v.client)}
		call := v.h.now()
		q, err := v.desk.Do(v.t.Context(), in.command())
		if err != nil {
			v.t.Error(err)
			return
		}
		v.saved[in.to] = q.CommandID
		v.seen = append(v.seen, in.to) // the moment Do returns it shows
		deadline := time.Now().Add(30 * time.Second)
		for q.State == "queued" || q.State == "sent" {
			if time.Now().After(deadline) {
				v.t.Errorf("the command %d of desk %d is still %s", i, v.client, q.State)
				return
			}
			v.look()
			if q, err = v.desk.Answer(v.t.Context(), q.CommandID); err != nil {
				v.t.Error(err)
				return
			}
		}
		switch q.State {
		case string(care.Held):
			delete(v.saved, in.to)
			v.h.add(v.client, call, in, outcome{refused: true})
		case string(care.Applied):
			v.h.add(v.client, call, in, outcome{})
		default:
			v.t.Errorf("the command %d of desk %d is %s: %s", i, v.client, q.State, q.Code)
			return
		}
		v.look()
	}
}

func (v *saver) look() {
	c, err := v.desk.Show(v.t.Context(), "030000013")
	if err != nil {
		v.t.Error(err)
		return
	}
	if now := c.Account.Nickname; now != "" && v.seen[len(v.seen)-1] != now {
		v.seen = append(v.seen, now)
	}
	time.Sleep(time.Millisecond)
}
