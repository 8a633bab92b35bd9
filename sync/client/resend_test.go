package client_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"meterside/care"
	"meterside/sync/wire"
)

// heard are the numbers of the commands that a portal read, with when.
type heard struct {
	n  int64
	at time.Time
}

// read gives the next command's number; false at the end of the connection.
func (p *fakePortal) read(ws *websocket.Conn) (int64, bool) {
	for {
		_, b, err := ws.ReadMessage()
		if err != nil {
			return 0, false
		}
		f, err := wire.Decode(b)
		if err != nil {
			p.t.Error(err)
			return 0, false
		}
		if cmd, ok := f.(*wire.Command); ok {
			env, err := wire.DecodeEnvelope(cmd.Bytes)
			if err != nil {
				p.t.Error(err)
				return 0, false
			}
			return env.N, true
		}
	}
}

// I4, I12: a command that is swallowed on a connection which stays alive is sent again after a while, with those behind it, and
// not once more after it was answered. What waits for a portal that is slow, and answers one after the other, is not.
//
// A desk that rests, as it waits for a ready-made replica, is answered too, ahead of its rows.
//
// Seen to fail when nothing is sent again, when an answer does not put it off, and when a desk that rests waits with it.
func TestACommandThatWasSwallowedIsSentAgain(t *testing.T) {
	for name, c := range map[string]struct {
		swallow int           // so many commands at first
		every   time.Duration // between two answers
		resting bool
		want    []int64
	}{
		"nothing is lost":        {0, 0, false, []int64{1, 2, 3}},
		"the last two":           {2, 0, false, []int64{1, 2, 3, 1, 2, 3}},
		"the portal is so slow":  {0, 25 * time.Second, false, []int64{1, 2, 3}},
		"all, and again all but": {5, 0, false, []int64{1, 2, 3, 1, 2, 3, 1, 2, 3}},
		"it rests":               {0, 0, true, []int64{1, 2, 3}},
		"two while it rests":     {2, 0, true, []int64{1, 2, 3, 1, 2, 3}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var all []heard
				served := make(chan struct{})
				p, stop := portal(t, func(p *fakePortal, ws *websocket.Conn) {
					defer close(served)
					if c.resting {
						p.welcome(ws, wire.Welcome{Plan: wire.PlanWait, WaitMS: time.Hour.Milliseconds(), BeatMS: 15_000})
					} else {
						p.welcome(ws, wire.Welcome{Plan: wire.PlanDelta, BeatMS: 15_000})
						p.send(ws, &wire.Commit{To: 1})
					}
					answers := make(chan int64, 100)
					go func() {
						defer close(answers)
						for {
							n, ok := p.read(ws)
							if !ok {
								return
							}
							if all = append(all, heard{n, time.Now()}); len(all) > c.swallow {
								answers <- n
							}
						}
					}()
					beat := time.NewTicker(15 * time.Second)
					defer beat.Stop()
					var last time.Time
					next, to := int64(1), int64(1)
					for {
						select {
						case n, ok := <-answers:
							if !ok {
								return
							}
							if n != next { // a gap: what is before it has to come first
								continue
							}
							time.Sleep(c.every - time.Since(last))
							next, to, last = next+1, to+1, time.Now()
							verdicts := []care.Verdict{{N: n, CommandID: string(rune('a' + n)), Outcome: care.Applied, Seq: to}}
							if c.resting {
								p.send(ws, &wire.Answers{Verdicts: verdicts})
							} else {
								p.send(ws, &wire.Commit{To: to, Verdicts: verdicts})
							}
						case <-beat.C:
							p.send(ws, &wire.Beat{Through: to})
						}
					}
				})
				defer stop()
				d := newDesk(t, p.net.Line("ann"))
				synctest.Wait()
				d.sink.mu.Lock()
				for n := range int64(3) {
					d.sink.unsent = append(d.sink.unsent, care.Envelope{N: n + 1, ID: string(rune('b' + n)), Kind: "note.write", Version: 1, Args: []byte("{}")})
				}
				d.sink.mu.Unlock()
				d.Wake()
				time.Sleep(10 * time.Minute)
				if left, err := d.sink.Unsent(t.Context(), 0); err != nil || len(left) > 0 {
					t.Errorf("%d commands have no answer, %v", len(left), err)
				}
				if len(d.dials()) != 1 {
					t.Errorf("it dialled %d times", len(d.dials()))
				}
				d.close()
				<-served
				var got []int64
				for _, h := range all {
					got = append(got, h.n)
				}
				if len(got) != len(c.want) {
					t.Errorf("the portal heard %v, not %v", all, c.want)
				}
			})
		})
	}
}
