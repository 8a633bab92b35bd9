package hub

import (
	"context"
	"slices"
	"strconv"
	"testing"
	"time"

	"meterside/care"
	"meterside/sync/wire"
)

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

// The context of a command lasts until it is decided, though its message is done with long before, and not longer.
//
// It fails when the context is that of the message: a command that had to wait its turn cost the desk its connection.
func TestACommandsContextLastsUntilItIsDecided(t *testing.T) {
	s := newStage(t, nil)
	contexts, decide := make(chan context.Context, 2), make(chan func(), 2)
	s.memory.under = func(ctx context.Context) { contexts <- ctx }
	s.memory.submit = func(a care.Actor, env care.Envelope, done func(care.Verdict, error)) error {
		decide <- func() { done(s.memory.apply(a, env, true), nil) }
		return nil
	}
	ann := s.live("ann", "d:1")
	ann.command(1, "c1", "d:1")
	first, decideFirst := <-contexts, <-decide
	ann.command(2, "c2", "d:1")
	second, decideSecond := <-contexts, <-decide // the message of the first is done with
	if err := first.Err(); err != nil {
		t.Fatalf("before it was decided: %v", err)
	}
	decideFirst()
	decideSecond()
	ann.through(2)
	<-second.Done()
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
