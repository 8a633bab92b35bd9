package hub

import (
	"encoding/json"
	"errors"
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"go.uber.org/goleak"

	"meterside/care"
	"meterside/sync/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// closeReason is the code in the reason of a close.
func closeReason(err error) care.Code {
	var closed *websocket.CloseError
	var said care.Error
	if errors.As(err, &closed) && closed.Code == closeCode && json.Unmarshal([]byte(closed.Text), &said) == nil {
		return said.Code
	}
	return ""
}

func TestAChangeComesToWhoHoldsItsScopeAndToNobodyElse(t *testing.T) {
	s := newStage(t, nil)
	ann, bob := s.live("ann", "d:1", "g"), s.live("bob", "d:2", "g")
	s.memory.change("d:1")
	to := s.memory.change("g")
	if _, rows := ann.through(to); rows != 2 {
		t.Errorf("who holds both got %d rows", rows)
	}
	if _, rows := bob.through(to); rows != 1 {
		t.Errorf("who holds one got %d rows", rows)
	}
}

// One encoding of a change serves all desks: a batch is read and made once, however many hold the scope, and no desk costs
// a query for verdicts that it cannot have.
//
// It fails when every connection asks for its verdicts with every batch.
func TestManyDesksShareOneBatch(t *testing.T) {
	s := newStage(t, func(o *Options) { o.PerCSR = 0 })
	var desks []*desk
	for i := range 20 {
		desks = append(desks, s.live("csr"+strconv.Itoa(i), "d:1"))
	}
	asked, batches := s.memory.count(&s.memory.asked), s.hub.Stats().Batches
	to := s.memory.change("d:1")
	for _, d := range desks {
		d.through(to)
	}
	if n := s.memory.count(&s.memory.asked) - asked; n != 0 {
		t.Errorf("verdicts were asked for %d times", n)
	}
	if n := s.hub.Stats().Batches - batches; n != 1 {
		t.Errorf("%d batches were read", n)
	}
}

// A verdict comes in the commit of the rows that its command changed, once.
//
// It fails when a verdict is sent by itself as soon as it is known.
func TestAVerdictComesWithItsRows(t *testing.T) {
	s := newStage(t, func(o *Options) { o.Poll = time.Hour })
	told := make(chan struct{})
	s.memory.submit = func(a care.Actor, env care.Envelope, done func(care.Verdict, error)) error {
		done(s.memory.apply(a, env, false), nil) // the bell is late
		close(told)
		return nil
	}
	ann := s.live("ann", "d:1")
	for n := int64(1); n <= 30; n++ {
		told = make(chan struct{})
		ann.command(n, "c"+strconv.FormatInt(n, 10), "d:1")
		<-told
		until(t, "the worker's look", func() bool {
			s.hub.mu.Lock()
			defer s.hub.mu.Unlock()
			for c := range s.hub.conns {
				return !c.working
			}
			return false
		})
		s.memory.mu.Lock()
		s.memory.ring()
		s.memory.mu.Unlock()
		verdicts, rows := ann.through(n)
		if len(verdicts) != 1 || verdicts[0].N != n || rows != 1 {
			t.Errorf("on the way to %d came %d rows and the verdicts %v", n, rows, verdicts)
		}
	}
}

func TestACommandThatWasAnsweredBeforeIsAnsweredAgain(t *testing.T) {
	s := newStage(t, nil)
	ann := s.live("ann", "d:1")
	ann.command(1, "c1", "d:1")
	ann.through(1)
	ann.command(1, "c1", "d:1")
	if c := next[*wire.Commit](ann); len(c.Verdicts) != 1 || c.Verdicts[0].CommandID != "c1" {
		t.Errorf("the second time: %+v", c)
	}
}

// What a desk still waits for comes though its replica is newer: as after a ready-made one was fetched.
//
// It fails when only verdicts after the cursor are sent.
func TestAnswersOlderThanTheReplicaCome(t *testing.T) {
	s := newStage(t, nil)
	ann := s.live("ann", "d:1")
	ann.command(1, "c1", "d:1")
	ann.command(2, "c2", "d:1")
	ann.through(2)
	again := s.dial("ann", "d:1")
	again.hello(wire.Hello{Protocol: 2, Device: "desk of ann", Server: "s1", Epoch: "e1", Cursor: 2, Scopes: []string{"d:1"}, FirstN: 2, LastN: 2})
	if w := next[*wire.Welcome](again); w.Plan != wire.PlanDelta || w.LastN != 2 {
		t.Errorf("welcome %+v", w)
	}
	if c := next[*wire.Commit](again); len(c.Verdicts) != 1 || c.Verdicts[0].CommandID != "c2" {
		t.Errorf("it got %+v", c.Verdicts)
	}
}

// I11: desks that take nothing cost a node a bounded memory, and the others nothing: they get every change, by the same
// number of reads of the database.
//
// It fails when each connection keeps a queue of its own.
func TestI11StalledDesksCostNeitherMemoryNorTheOthers(t *testing.T) {
	const stalled = 40
	alone, with := heapAfterChanges(t, 0), heapAfterChanges(t, stalled)
	t.Logf("%d KiB are held with one desk, %d KiB with %d that take nothing beside it", alone>>10, with>>10, stalled)
	if more := (with - alone) / stalled; more > 512<<10 {
		t.Errorf("a stalled desk costs %d KiB", more>>10)
	}
}

// heapAfterChanges is how much memory is held once a desk got some changes while others took nothing.
func heapAfterChanges(t *testing.T, stalled int) int64 {
	s := newStage(t, func(o *Options) { o.Stall, o.PerCSR, o.SpoolBytes = time.Minute, 0, 4<<20 })
	defer s.stop()
	const changes = 1500
	ann := s.live("ann", "d:1")
	for i := range stalled {
		s.live("stalled"+strconv.Itoa(i), "d:1") // and never reads again
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	read := s.hub.Stats().Batches
	for to := int64(1); to <= changes; to++ {
		s.memory.mu.Lock() // what is written at once is large, or the sockets would take it all
		s.memory.head++
		for range 30 {
			s.memory.put("d:1")
		}
		s.memory.ring()
		s.memory.mu.Unlock()
		if to%100 == 0 {
			ann.through(to)
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if n := s.hub.Stats().Batches - read; n > changes {
		t.Errorf("%d changes were read in %d batches: somebody's pace is not the database's", changes, n)
	}
	return int64(after.HeapAlloc) - int64(before.HeapAlloc)
}

// I11: a desk that takes nothing is let go after a while, and leaves nothing behind.
//
// It fails when a write has no deadline.
func TestI11AStalledDeskIsLetGo(t *testing.T) {
	s := newStage(t, func(o *Options) { o.Stall, o.SpoolBytes = 200*time.Millisecond, 4<<20 })
	ann := s.live("ann", "d:1")
	s.live("stalled", "d:1") // and never reads again
	until(t, "letting the stalled go", func() bool {
		s.memory.mu.Lock()
		s.memory.head++
		for range 1000 {
			s.memory.put("d:1")
		}
		to := s.memory.head
		s.memory.ring()
		s.memory.mu.Unlock()
		ann.through(to)
		return s.hub.Stats().Connected == 1
	})
	if n := s.hub.Stats().Stalled; n != 1 {
		t.Errorf("%d were let go for taking nothing", n)
	}
	if held := s.hub.spool.held.Load(); held != 0 {
		t.Errorf("%d bytes of catch-ups are still counted", held)
	}
}

func TestADeskThatFellBehindReadsTheDatabaseAndGoesOn(t *testing.T) {
	s := newStage(t, nil)
	ann := s.live("ann", "d:1")
	to := int64(0)
	for range 3 * kept {
		to = s.memory.change("d:1")
		until(t, "a batch for each change", func() bool {
			s.hub.mu.Lock()
			defer s.hub.mu.Unlock()
			return s.hub.head >= to
		})
	}
	if _, rows := ann.through(to); rows < 1 {
		t.Errorf("%d rows came", rows)
	}
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	if len(s.hub.batches) > kept {
		t.Errorf("%d batches are kept", len(s.hub.batches))
	}
}

// Who fell out of what is kept, with too much to fetch, is told to fetch a file; where there is none it gets its rows.
func TestAConnectedDeskIsToldToFetchAFile(t *testing.T) {
	for name, offered := range map[string]*wire.File{"a file": {Path: "/snapshots/1", Seq: 1}, "no file": nil} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, func(o *Options) { o.FileAbove = 100 })
			ann := s.live("ann", "d:1")
			s.memory.file = func() (*wire.File, time.Duration, error) { return offered, 0, nil }
			s.memory.mu.Lock()
			s.memory.head++
			for range 40_000 { // more than one batch holds
				s.memory.put("d:1")
			}
			to := s.memory.head
			s.memory.ring()
			s.memory.mu.Unlock()
			if offered == nil {
				if _, rows := ann.through(to); rows != 40_000 {
					t.Errorf("%d rows came", rows)
				}
				return
			}
			if p := next[*wire.Plan](ann); p.Plan != wire.PlanFile || p.File.Path != offered.Path {
				t.Errorf("the plan is %+v", p)
			}
			ann.command(1, "c1", "d:1")
			until(t, "a command of a desk that fetches", func() bool { return len(s.memory.verdictsOf("desk of ann")) == 1 })
		})
	}
}

func (m *memory) verdictsOf(device string) []care.Verdict {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.verdicts[device])
}

func TestThePlanFollowsFromWhatADeskHas(t *testing.T) {
	file := &wire.File{Path: "/snapshots/1"}
	for name, c := range map[string]struct {
		hello   wire.Hello
		file    *wire.File
		wait    time.Duration
		problem error
		want    string
	}{
		"nothing, and there is a file":    {wire.Hello{Protocol: 2}, file, 0, nil, wire.PlanFile},
		"nothing, and it is being built":  {wire.Hello{Protocol: 2}, nil, time.Second, nil, wire.PlanWait},
		"nothing, and no file":            {wire.Hello{Protocol: 2}, nil, 0, nil, wire.PlanReset},
		"nothing, and files are broken":   {wire.Hello{Protocol: 2}, nil, 0, errors.New("no disk"), wire.PlanReset},
		"the last protocol, nothing":      {wire.Hello{Protocol: 1}, file, 0, nil, wire.PlanReset},
		"a little behind":                 {wire.Hello{Protocol: 2, Server: "s1", Epoch: "e1", Cursor: 195, Scopes: []string{"d:1"}}, file, 0, nil, wire.PlanDelta},
		"far behind":                      {wire.Hello{Protocol: 2, Server: "s1", Epoch: "e1", Cursor: 50, Scopes: []string{"d:1"}}, file, 0, nil, wire.PlanFile},
		"far behind, no file":             {wire.Hello{Protocol: 2, Server: "s1", Epoch: "e1", Cursor: 50, Scopes: []string{"d:1"}}, nil, 0, nil, wire.PlanDelta},
		"a scope of many rows is new":     {wire.Hello{Protocol: 2, Server: "s1", Epoch: "e1", Cursor: 199}, file, 0, nil, wire.PlanFile},
		"below the floor":                 {wire.Hello{Protocol: 2, Server: "s1", Epoch: "e1", Cursor: 5, Scopes: []string{"d:1"}}, nil, 0, nil, wire.PlanReset},
		"another epoch":                   {wire.Hello{Protocol: 2, Server: "s1", Epoch: "e0", Cursor: 195, Scopes: []string{"d:1"}}, file, 0, nil, wire.PlanFile},
		"a replica that differs":          {wire.Hello{Protocol: 2, Server: "s1", Epoch: "e1", Cursor: 200, Scopes: []string{"d:1"}, Recover: wire.RecoverDigest}, file, 0, nil, wire.PlanFile},
		"a replica that differs, no file": {wire.Hello{Protocol: 2, Server: "s1", Epoch: "e1", Cursor: 200, Scopes: []string{"d:1"}, Recover: wire.RecoverDigest}, nil, 0, nil, wire.PlanReset},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, func(o *Options) { o.FileAbove = 100 })
			for range 200 {
				s.memory.change("d:1")
			}
			s.memory.floor = 10
			s.memory.file = func() (*wire.File, time.Duration, error) { return c.file, c.wait, c.problem }
			ann := s.dial("ann", "d:1")
			c.hello.Device = "desk of ann"
			ann.hello(c.hello)
			w := next[*wire.Welcome](ann)
			if w.Plan != c.want || (w.File != nil) != (c.want == wire.PlanFile) || (w.WaitMS > 0) != (c.want == wire.PlanWait) {
				t.Errorf("the plan is %s (%+v), not %s", w.Plan, w, c.want)
			}
		})
	}
}

func TestAScopeThatIsTakenLeavesAndARightThatIsTakenEnds(t *testing.T) {
	s := newStage(t, nil)
	ann := s.live("ann", "d:1", "d:2", "g")
	s.memory.staff("ann", care.Actor{ID: "ann", Desk: "desk of ann", Scopes: []string{"d:2", "d:3", "g"}})
	for {
		c := next[*wire.Commit](ann)
		if len(c.Taken) == 0 {
			continue
		}
		if !slices.Equal(c.Taken, []string{"d:1"}) || !slices.Equal(c.Granted, []string{"d:3"}) {
			t.Errorf("granted %v, taken %v", c.Granted, c.Taken)
		}
		break
	}
	s.memory.staff("ann", care.Actor{})
	if code := ann.ends(); code != care.CodeNotSignedIn {
		t.Errorf("it ended with %q", code)
	}
}

// Who a command is from is asked once for a connection, and again when that may have changed.
func TestCommandsDoNotAskForTheirActorEachTime(t *testing.T) {
	s := newStage(t, nil)
	ann := s.live("ann", "d:1")
	before := s.memory.count(&s.memory.looked)
	for n := int64(1); n <= 30; n++ {
		ann.command(n, "c"+strconv.FormatInt(n, 10), "d:1")
	}
	ann.through(30)
	if n := s.memory.count(&s.memory.looked) - before; n > 1 {
		t.Errorf("it was asked %d times", n)
	}
}

// A portal without room sends a command back, with those after it; nothing is lost and the order is kept.
//
// It fails when the commands after the one that was sent back are submitted.
func TestABusyPortalSendsACommandBack(t *testing.T) {
	s := newStage(t, nil)
	full := true
	var got []int64
	s.memory.submit = func(a care.Actor, env care.Envelope, done func(care.Verdict, error)) error {
		s.memory.mu.Lock()
		busy := full && env.N == 2
		s.memory.mu.Unlock()
		if busy {
			return care.Err(care.CodeBusy, "ms", "70")
		}
		got = append(got, env.N)
		done(s.memory.apply(a, env, true), nil)
		return nil
	}
	ann := s.live("ann", "d:1")
	for n := int64(1); n <= 4; n++ {
		ann.command(n, "c"+strconv.FormatInt(n, 10), "d:1")
	}
	if b := next[*wire.Busy](ann); b.N != 2 || b.AfterMS < 70 {
		t.Errorf("it was told %+v", b)
	}
	s.memory.mu.Lock()
	full = false
	s.memory.mu.Unlock()
	for n := int64(2); n <= 4; n++ {
		ann.command(n, "c"+strconv.FormatInt(n, 10), "d:1")
	}
	ann.through(4)
	if !slices.Equal(got, []int64{1, 2, 3, 4}) {
		t.Errorf("submitted were %v", got)
	}
}

func TestWhoElseIsThere(t *testing.T) {
	s := newStage(t, nil)
	ann, bob := s.live("ann", "d:1"), s.live("bob", "d:1")
	ann.send(&wire.Presence{Account: "1", Editing: true})
	if p := next[*wire.Present](ann); p.Account != "1" || len(p.Who) != 0 {
		t.Errorf("alone: %+v", p)
	}
	bob.send(&wire.Presence{Account: "1"})
	if p := next[*wire.Present](bob); len(p.Who) != 1 || p.Who[0] != (wire.Viewer{ID: "ann", Name: "ann", Editing: true}) {
		t.Errorf("bob sees %+v", p)
	}
	if p := next[*wire.Present](ann); len(p.Who) != 1 || p.Who[0].ID != "bob" || p.Who[0].Editing {
		t.Errorf("ann sees %+v", p)
	}
	bob.send(&wire.Presence{})
	if p := next[*wire.Present](ann); len(p.Who) != 0 {
		t.Errorf("after bob left ann sees %+v", p)
	}
}

func TestPresenceIsForgotten(t *testing.T) {
	s := newStage(t, nil)
	ann, bob := s.live("ann", "d:1"), s.live("bob", "d:1")
	bob.send(&wire.Presence{Account: "1"})
	ann.send(&wire.Presence{Account: "1"})
	for len(next[*wire.Present](ann).Who) != 1 {
		continue
	}
	s.hub.sweep(time.Now().Add(presentFor + time.Second))
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	if len(s.hub.present) != 0 {
		t.Errorf("there are still %d", len(s.hub.present))
	}
}

// A hub that is drained tells each desk to come again in its own time, and lets nobody in meanwhile.
func TestADrainTellsEachDeskItsOwnTime(t *testing.T) {
	s := newStage(t, nil)
	var desks []*desk
	for i := range 10 {
		desks = append(desks, s.live("csr"+strconv.Itoa(i), "d:1"))
	}
	s.hub.Drain(t.Context(), time.Millisecond, 10*time.Second)
	times := map[int64]bool{}
	for _, d := range desks {
		m := next[*wire.Moved](d)
		if m.AfterMS < 0 || m.AfterMS > 10_000 {
			t.Errorf("one is to come after %d ms", m.AfterMS)
		}
		times[m.AfterMS] = true
		d.ends()
	}
	if len(times) != len(desks) {
		t.Errorf("%d desks got %d times", len(desks), len(times))
	}
	if status := s.knock("late"); status != http.StatusTooManyRequests {
		t.Errorf("one more was answered %d", status)
	}
}

// knock asks to be let in, and gives the status of the answer.
func (s *stage) knock(csr string) int {
	s.t.Helper()
	s.memory.allow(csr, care.Actor{ID: csr, Desk: "desk of " + csr})
	ws, res, err := websocket.DefaultDialer.Dial(s.address, http.Header{"Authorization": {"Bearer " + csr}})
	if err == nil {
		s.t.Cleanup(func() { _ = ws.Close() })
	}
	if res == nil {
		s.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	return res.StatusCode
}

func TestTheDoorIsBounded(t *testing.T) {
	for name, c := range map[string]struct {
		set func(*Options)
		csr func(i int) string
	}{
		"for a CSR":      {func(o *Options) { o.PerCSR = 3 }, func(int) string { return "ann" }},
		"for an address": {func(o *Options) { o.PerAddress = 3 }, strconv.Itoa},
		"for a while":    {func(o *Options) { o.HellosPerSecond = .75 }, strconv.Itoa},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, c.set)
			for i := range 3 {
				if status := s.knock(c.csr(i)); status != http.StatusSwitchingProtocols {
					t.Fatalf("the %d. was answered %d", i+1, status)
				}
			}
			if status := s.knock(c.csr(3)); status != http.StatusTooManyRequests {
				t.Errorf("the fourth was answered %d", status)
			}
		})
	}
}

// Catch-ups beyond those that may run at once wait their turn, and are shown meanwhile that the portal is there.
func TestCatchUpsWaitTheirTurn(t *testing.T) {
	s := newStage(t, func(o *Options) { o.CatchUps, o.Stall = 1, 30*time.Millisecond })
	s.hub.ready()
	s.hub.catching <- struct{}{} // somebody reads, and takes long
	ann := s.dial("ann", "d:1")
	ann.hello(wire.Hello{Protocol: 2, Device: "desk of ann"})
	next[*wire.Welcome](ann)
	for range 3 {
		if b := next[*wire.Beat](ann); b.Through != 0 {
			t.Errorf("a beat moved it to %d", b.Through)
		}
	}
	if n := s.hub.Stats().Waiting; n != 1 {
		t.Errorf("%d wait", n)
	}
	<-s.hub.catching
	next[*wire.Commit](ann)
}

func TestWhatIsNoHelloEndsTheConnection(t *testing.T) {
	for name, c := range map[string]struct {
		frame wire.Frame
		want  care.Code
	}{
		"another frame":  {&wire.Ack{Cursor: 1 << 40}, ""},
		"a presence":     {&wire.Presence{Account: "1"}, care.CodeInvalid},
		"another device": {&wire.Hello{Protocol: 2, Device: "x"}, care.CodeClonedDesk},
		"another server": {&wire.Hello{Protocol: 2, Device: "desk of ann", Server: "s2"}, care.CodeOtherServer},
		"no protocol":    {&wire.Hello{Device: "desk of ann"}, care.CodeTooOld},
		"a command":      {&wire.Command{}, care.CodeInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, nil)
			ann := s.dial("ann", "d:1")
			ann.send(c.frame)
			if c.want == "" {
				ann.hello(wire.Hello{Protocol: 2, Device: "desk of ann"})
				next[*wire.Commit](ann)
				return
			}
			if code := ann.ends(); code != c.want {
				t.Errorf("it ended with %q", code)
			}
		})
	}
}
