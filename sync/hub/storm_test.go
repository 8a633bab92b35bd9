package hub

import (
	"net/http"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"meterside/care"
	"meterside/sync/wire"
)

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
