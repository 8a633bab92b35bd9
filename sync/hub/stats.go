package hub

import (
	"maps"
	"sync"
	"sync/atomic"

	"meterside/care"
)

// stats count what the hub does.
type stats struct {
	connected, behind, catching, waiting                     atomic.Int64
	batches, delivered, sent, caughtUp, files, stalled, busy atomic.Int64

	mu    sync.Mutex
	codes map[care.Code]int64 // guarded by mu
}

func (s *stats) refused(code care.Code) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.codes == nil {
		s.codes = map[care.Code]int64{}
	}
	s.codes[code]++
}

// Stats gives the hub's figures.
func (h *Hub) Stats() Stats {
	s := &h.stats
	s.mu.Lock()
	refused := maps.Clone(s.codes)
	s.mu.Unlock()
	return Stats{
		Connected: s.connected.Load(), Behind: s.behind.Load(), CatchUps: s.catching.Load(), Waiting: s.waiting.Load(),
		Batches: s.batches.Load(), Delivered: s.delivered.Load(), Messages: s.sent.Load(), CaughtUp: s.caughtUp.Load(), Files: s.files.Load(),
		Stalled: s.stalled.Load(), Busy: s.busy.Load(), Refused: refused,
	}
}
