package client_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"meterside/sync/client"
	"meterside/sync/e2e/faultnet"
	"meterside/sync/wire"
)

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

// A desk is told once that nothing came for a second after a commit, however many came before.
//
// Seen to fail without the wait being begun anew by each commit, and when it is not told.
func TestADeskIsToldOfQuiet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, stop := portal(t, func(p *fakePortal, ws *websocket.Conn) {
			p.welcome(ws, wire.Welcome{Plan: wire.PlanDelta, BeatMS: time.Minute.Milliseconds()})
			for i := range int64(5) {
				p.send(ws, &wire.Commit{To: i})
				time.Sleep(600 * time.Millisecond)
			}
			wait(ws)
		})
		defer stop()
		began := time.Now()
		d := newDesk(t, p.net.Line("ann"))
		time.Sleep(30 * time.Second)
		d.close()
		if got := d.sink.quiet; len(got) != 1 || got[0].Sub(began) < 3*time.Second || got[0].Sub(began) > 4*time.Second {
			t.Errorf("it was told at %v, of %v", got, began)
		}
	})
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
