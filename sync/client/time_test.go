package client_test

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"meterside/care"
	"meterside/sync/client"
	"meterside/sync/e2e/faultnet"
	"meterside/sync/wire"
)

// memory is a desk that keeps nothing but where it stands.
type memory struct {
	client.Sink // what is not here no test may come to

	mu     sync.Mutex
	cursor int64           // guarded by mu
	unsent []care.Envelope // guarded by mu
	slow   time.Duration   // that a commit takes
}

func (m *memory) Hello(context.Context) (wire.Hello, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return wire.Hello{Protocol: wire.Protocol, Device: "d1", Cursor: m.cursor}, nil
}

func (m *memory) Commit(_ context.Context, c *wire.Commit) error {
	time.Sleep(m.slow)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.cursor = c.To
	m.answered(c.Verdicts)
	return nil
}

func (m *memory) Answers(_ context.Context, verdicts []care.Verdict) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.answered(verdicts)
	return nil
}

// answered is called with mu held.
func (m *memory) answered(verdicts []care.Verdict) {
	m.unsent = slices.DeleteFunc(m.unsent, func(e care.Envelope) bool {
		return slices.ContainsFunc(verdicts, func(v care.Verdict) bool { return v.N == e.N })
	})
}

func (m *memory) Beat(_ context.Context, b *wire.Beat) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.cursor = max(m.cursor, b.Through)
	return nil
}

func (m *memory) Unsent(_ context.Context, after int64) ([]care.Envelope, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []care.Envelope
	for _, e := range m.unsent {
		if e.N > after {
			all = append(all, e)
		}
	}
	return all, nil
}

func (m *memory) Signed(env care.Envelope) (bytes, signature []byte, err error) {
	b, err := wire.EncodeEnvelope(env)
	return b, nil, err
}

func (*memory) SignNonce([]byte) ([]byte, error)             { return nil, nil }
func (*memory) Welcome(context.Context, *wire.Welcome) error { return nil }
func (*memory) Rows(context.Context, *wire.Rows) error       { return nil }
func (*memory) Abort()                                       {}

// fakePortal is a portal that does what a test says with each connection, over a network in memory.
type fakePortal struct {
	t   *testing.T
	net *faultnet.Network
}

// portal serves until stop, in the bubble of the test.
func portal(t *testing.T, serve func(p *fakePortal, ws *websocket.Conn)) (p *fakePortal, stop func()) {
	t.Helper()
	return portalFor(t, 1, func(p *fakePortal, ws *websocket.Conn, _ string) { serve(p, ws) })
}

// portalFor is a portal that knows desks by their tokens, on a network with the faults of a seed.
func portalFor(t *testing.T, seed uint64, serve func(p *fakePortal, ws *websocket.Conn, desk string)) (p *fakePortal, stop func()) {
	t.Helper()
	p = &fakePortal{t: t, net: faultnet.New(seed)}
	ln, err := p.net.Listen()
	if err != nil {
		t.Fatal(err)
	}
	var upgrader websocket.Upgrader
	server := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ws, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer func() { _ = ws.Close() }()
		serve(p, ws, strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
	})}
	go func() { _ = server.Serve(ln) }()
	return p, func() {
		_ = server.Close()
		p.net.Cut()
	}
}

// welcome takes hello and answers it.
func (p *fakePortal) welcome(ws *websocket.Conn, w wire.Welcome) {
	if _, _, err := ws.ReadMessage(); err != nil {
		return
	}
	w.Server, w.Protocol = "s1", wire.Protocol
	p.send(ws, &w)
}

// send says whether the connection still takes something.
func (p *fakePortal) send(ws *websocket.Conn, f wire.Frame) bool {
	b, err := wire.Encode(f)
	if err != nil {
		p.t.Error(err)
	}
	return ws.WriteMessage(websocket.BinaryMessage, b) == nil
}

// wait reads until the connection ends.
func wait(ws *websocket.Conn) {
	for {
		if _, _, err := ws.ReadMessage(); err != nil {
			return
		}
	}
}

// desk runs a client over a line until stop, and tells when it dialled.
type desk struct {
	*client.Client
	line  *faultnet.Line
	sink  *memory
	ended chan struct{}
	err   error // once it has ended
	stop  context.CancelFunc

	mu      sync.Mutex
	states  []client.State // guarded by mu
	dialled []time.Time    // guarded by mu
}

func newDesk(t *testing.T, line *faultnet.Line) *desk {
	t.Helper()
	return newDeskNamed(t, line, "token")
}

// newDeskNamed is a desk with a token of its own.
func newDeskNamed(t *testing.T, line *faultnet.Line, token string) *desk {
	t.Helper()
	return newDeskOver(t, line, token, &memory{})
}

// newSlowDesk is a desk whose commits take their time.
func newSlowDesk(t *testing.T, line *faultnet.Line, slow time.Duration) *desk {
	t.Helper()
	return newDeskOver(t, line, "token", &memory{slow: slow})
}

func newDeskOver(t *testing.T, line *faultnet.Line, token string, sink *memory) *desk {
	t.Helper()
	d := &desk{line: line, sink: sink, ended: make(chan struct{})}
	d.Client = client.New("http://127.0.0.1:1", func() string { return token }, d.sink, slog.New(slog.DiscardHandler))
	d.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		d.mu.Lock()
		d.dialled = append(d.dialled, time.Now())
		d.mu.Unlock()
		return line.Dial(ctx, network, address)
	}
	d.State = func(s client.State) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.states = append(d.states, s)
	}
	var ctx context.Context
	ctx, d.stop = context.WithCancel(t.Context())
	go func() {
		defer close(d.ended)
		d.err = d.Run(ctx)
	}()
	return d
}

func (d *desk) close() {
	d.stop()
	<-d.ended
}

// dials are the moments at which it dialled.
func (d *desk) dials() []time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.dialled)
}

func (d *desk) state() client.State {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.states[len(d.states)-1]
}

// A desk that is closed does not wait for a line that has gone silent, whatever it was doing on it.
//
// It fails when only what comes after the welcome ends with the context: the program then hung for 15 seconds.
func TestAClosedDeskDoesNotWaitForASilentLine(t *testing.T) {
	for name, serve := range map[string]func(p *fakePortal, ws *websocket.Conn){
		"before the welcome": func(_ *fakePortal, ws *websocket.Conn) { wait(ws) },
		"after it": func(p *fakePortal, ws *websocket.Conn) {
			p.welcome(ws, wire.Welcome{Plan: wire.PlanDelta, BeatMS: 15_000})
			wait(ws)
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p, stop := portal(t, serve)
				defer stop()
				d := newDesk(t, p.net.Line("ann"))
				synctest.Wait()
				d.line.Partition()
				began := time.Now()
				d.stop()
				<-d.ended
				if took := time.Since(began); took > 0 {
					t.Errorf("it took %v", took)
				}
			})
		})
	}
	t.Run("while dialling", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p, stop := portal(t, func(*fakePortal, *websocket.Conn) {})
			defer stop()
			line := p.net.Line("ann")
			line.Partition()
			d := newDesk(t, line)
			synctest.Wait()
			began := time.Now()
			d.stop()
			<-d.ended
			if took := time.Since(began); took > 0 {
				t.Errorf("it took %v", took)
			}
		})
	})
}

// A portal that cannot be reached is asked after a while that doubles, drawn at random: never sooner than the floor, never
// later than the ceiling.
//
// It fails when the wait does not grow, and when it is not drawn.
func TestTriesGrowApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		nobody := faultnet.New(1)
		var waits [][]time.Duration
		var desks []*desk
		for i := range 50 {
			desks = append(desks, newDesk(t, nobody.Line(string(rune('a'+i)))))
		}
		time.Sleep(10 * time.Minute)
		for _, d := range desks {
			d.close()
			var all []time.Duration
			for i, at := range d.dials()[1:] {
				all = append(all, at.Sub(d.dials()[i]))
			}
			waits = append(waits, all)
		}
		floor, ceiling := desks[0].Floor, desks[0].Ceiling
		for try := range 12 {
			least, most := time.Hour, time.Duration(0)
			for _, w := range waits {
				least, most = min(least, w[try]), max(most, w[try])
			}
			upTo := min(ceiling-floor, (10*floor)<<try)
			if least < floor || most > floor+upTo {
				t.Errorf("before try %d the waits are %v to %v, not %v to %v", try+1, least, most, floor, floor+upTo)
			}
			if most-least < upTo/2 {
				t.Errorf("before try %d fifty desks wait between %v and %v: all at once", try+1, least, most)
			}
		}
	})
}

// A desk that has something to say does not wait for the next try.
func TestAWakeEndsTheWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, faultnet.New(1).Line("ann"))
		time.Sleep(5 * time.Minute)
		before := len(d.dials())
		d.Wake()
		synctest.Wait()
		if got := len(d.dials()); got != before+1 {
			t.Errorf("a wake made it dial %d times", got-before)
		}
		d.close()
	})
}

// What the portal asks for is kept: who was moved, or told to wait, does not come sooner, whatever it has to say, and not
// all come at once.
//
// It fails when a wake cuts the wait short.
func TestTheFloorThatThePortalSetsIsKept(t *testing.T) {
	for name, told := range map[string]func(p *fakePortal, ws *websocket.Conn){
		"moved": func(p *fakePortal, ws *websocket.Conn) {
			p.welcome(ws, wire.Welcome{Plan: wire.PlanDelta, BeatMS: 15_000})
			p.send(ws, &wire.Moved{AfterMS: 60_000})
			wait(ws)
		},
		"told to wait": func(p *fakePortal, ws *websocket.Conn) {
			p.welcome(ws, wire.Welcome{Plan: wire.PlanWait, WaitMS: 60_000, BeatMS: 60_000})
			wait(ws)
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p, stop := portal(t, told)
				defer stop()
				var desks []*desk
				for i := range 20 {
					desks = append(desks, newDesk(t, p.net.Line(string(rune('a'+i)))))
				}
				for range 59 {
					time.Sleep(time.Second)
					for _, d := range desks {
						d.Wake()
					}
				}
				for _, d := range desks {
					if n := len(d.dials()); n != 1 {
						t.Errorf("within the minute it dialled %d times", n)
					}
				}
				time.Sleep(time.Minute)
				came := map[time.Duration]bool{}
				for _, d := range desks {
					if n := len(d.dials()); n != 2 {
						t.Fatalf("within two minutes it dialled %d times", n)
					}
					came[d.dials()[1].Sub(d.dials()[0]).Truncate(time.Second)] = true
					d.close()
				}
				if len(came) < 5 {
					t.Errorf("they come again in %d different seconds", len(came))
				}
			})
		})
	}
}

// A desk that works on a commit for minutes is heard all the while: a portal that hears nothing for four beats lets it go, and
// it would begin anew each time.
//
// Seen to fail when a desk says something only between two frames.
func TestADeskAtWorkIsHeard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const beat = 15 * time.Second
		var longest time.Duration
		served := make(chan struct{})
		p, stop := portal(t, func(p *fakePortal, ws *websocket.Conn) {
			defer close(served)
			p.welcome(ws, wire.Welcome{Plan: wire.PlanDelta, BeatMS: beat.Milliseconds()})
			p.send(ws, &wire.Commit{To: 1})
			go func() {
				for p.send(ws, &wire.Beat{Through: 1}) {
					time.Sleep(beat)
				}
			}()
			for last := time.Now(); ; last = time.Now() {
				_, _, err := ws.ReadMessage()
				longest = max(longest, time.Since(last))
				if err != nil {
					return
				}
			}
		})
		defer stop()
		line := p.net.Line("ann")
		d := newSlowDesk(t, line, 5*time.Minute)
		time.Sleep(6 * time.Minute)
		if len(d.dials()) != 1 {
			t.Errorf("it dialled %d times", len(d.dials()))
		}
		d.close()
		<-served
		stop()
		time.Sleep(beat) // the last beat finds nobody
		if longest > 2*beat {
			t.Errorf("it was silent for %v", longest)
		}
	})
}

// A line that went silent is noticed: three beats without a word end the connection, and it is made anew.
//
// It fails when reads have no deadline.
func TestASilentLineIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const beat = 15 * time.Second
		p, stop := portal(t, func(p *fakePortal, ws *websocket.Conn) {
			p.welcome(ws, wire.Welcome{Plan: wire.PlanDelta, BeatMS: beat.Milliseconds()})
			p.send(ws, &wire.Commit{To: 1})
			go wait(ws)
			for p.send(ws, &wire.Beat{Through: 1}) {
				time.Sleep(beat)
			}
		})
		defer stop()
		d := newDesk(t, p.net.Line("ann"))
		time.Sleep(10 * beat)
		if len(d.dials()) != 1 || d.state().Phase != client.Live {
			t.Fatalf("with beats it dialled %d times and is %s", len(d.dials()), d.state().Phase)
		}
		d.line.Partition()
		time.Sleep(4 * beat)
		if got := d.state(); got.Phase == client.Live {
			t.Error("after four beats of silence it still says it is live")
		}
		d.line.Heal()
		time.Sleep(client.New("", nil, nil, nil).Ceiling)
		if got := d.state(); got.Phase != client.Live {
			t.Errorf("after the silence it is %s, %v", got.Phase, got.Problem)
		}
		d.close()
		stop()
		time.Sleep(beat) // the last beat finds nobody
	})
}
