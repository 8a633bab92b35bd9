package hub

import (
	"encoding/json"
	"errors"
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
			if a := next[*wire.Answers](ann); len(a.Verdicts) != 1 || a.Verdicts[0].CommandID != "c1" {
				t.Errorf("a desk that fetches is answered %+v", a)
			}
		})
	}
}

// A desk that comes while it fetches, or waits for a file to be built, is told at once how the commands ended that it had sent
// before, and those that it sends now; one of version 2 hears of them with its rows, and gets no word that it does not know.
//
// It fails when what was open is not asked for, and when version 2 is answered too.
func TestADeskThatRestsIsAnswered(t *testing.T) {
	for protocol, want := range map[int][]string{2: nil, 3: {"c2", "c3"}} {
		s := newStage(t, func(o *Options) { o.Beat = 20 * time.Millisecond })
		ann := s.live("ann", "d:1")
		ann.command(1, "c1", "d:1")
		ann.command(2, "c2", "d:1")
		ann.through(2)
		s.memory.file = func() (*wire.File, time.Duration, error) { return nil, time.Hour, nil }
		again := s.dial("ann", "d:1")
		again.hello(wire.Hello{Protocol: protocol, Device: "desk of ann", FirstN: 2, LastN: 2})
		if w := next[*wire.Welcome](again); w.Plan != wire.PlanWait || w.Protocol != protocol {
			t.Errorf("welcome %+v", w)
		}
		again.command(3, "c3", "d:1")
		until(t, "the third command", func() bool { return len(s.memory.verdictsOf("desk of ann")) == 3 })
		var got []string
		for beats := 0; beats < 3; {
			f, err := again.read()
			if err != nil {
				t.Fatal(err)
			}
			switch f := f.(type) {
			case *wire.Beat:
				beats++
			case *wire.Answers:
				for _, v := range f.Verdicts {
					got = append(got, v.CommandID)
				}
			default:
				t.Errorf("version %d hears %T", protocol, f)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("version %d was answered %v, want %v", protocol, got, want)
		}
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

// Who is at an account at another node is told as who is at it here, once for each of them, until nothing is heard of them.
//
// Seen to fail when what was heard is kept for ever, and when a desk that left stays in the list.
func TestWhoIsThereAtAnotherNode(t *testing.T) {
	s := newStage(t, nil)
	ann := s.live("ann", "d:1")
	ann.send(&wire.Presence{Account: "1"})
	next[*wire.Present](ann)
	bob := Seen{Desk: "far", CSR: "bob", Name: "Bob", Account: "1", Editing: true}
	s.hub.Heard(Seen{Desk: "hers too", CSR: "ann", Name: "Ann", Account: "1"})
	s.hub.Heard(bob)
	if p := next[*wire.Present](ann); !slices.Equal(p.Who, []wire.Viewer{{ID: "bob", Name: "Bob", Editing: true}}) {
		t.Errorf("ann sees %+v", p)
	}
	bob.Account = "2"
	s.hub.Heard(bob)
	if p := next[*wire.Present](ann); len(p.Who) != 0 {
		t.Errorf("after bob went on she sees %+v", p)
	}
	bob.Account = "1"
	s.hub.Heard(bob)
	next[*wire.Present](ann)
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	for desk, account := range s.hub.farAt {
		far := s.hub.far[account][desk]
		far.at = far.at.Add(-presentFor - time.Second)
		s.hub.far[account][desk] = far
	}
	s.hub.mu.Unlock()
	s.hub.sweep(time.Now())
	s.hub.mu.Lock()
	if len(s.hub.far)+len(s.hub.farAt) != 0 {
		t.Errorf("%v are still there", s.hub.farAt)
	}
}

// Who is at an account that a desk may not see is not told to it, nor it to them.
func TestPresenceStaysWithinScope(t *testing.T) {
	s := newStage(t, nil)
	c := &conn{hub: s.hub, csr: "ann"}
	for account, want := range map[string]int{elsewhere: 0, "1": 1} {
		c.seenAt = time.Time{}
		if err := c.seen(t.Context(), &wire.Presence{Account: account}); err != nil {
			t.Fatal(err)
		}
		s.hub.mu.Lock()
		if got := len(s.hub.present[account]); got != want {
			t.Errorf("%d are at %s, want %d", got, account, want)
		}
		s.hub.mu.Unlock()
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
