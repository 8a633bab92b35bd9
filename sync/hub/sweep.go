package hub

import (
	"errors"
	"time"

	"meterside/care"
)

// presentFor is how long what a desk said of its account holds.
const presentFor = 15 * time.Second

// errSilent ends a connection whose desk says nothing any more.
var errSilent = errors.New("the desk is silent")

// sweep looks every desk over for what is due: one for all, so that an idle desk costs no timer.
func (h *Hub) sweep(now time.Time) {
	var over []*conn
	h.mu.Lock()
	for c := range h.conns {
		heard := now.Sub(time.UnixMilli(c.heard.Load()))
		if heard > 4*h.Options.Beat || !c.greeted && heard > helloWithin {
			over = append(over, c)
			continue
		}
		if now.Sub(time.UnixMilli(c.spoke.Load())) > h.Options.Beat-h.Options.sweep() {
			h.wake(c, dueBeat)
		}
		if c.greeted && now.Sub(time.UnixMilli(c.checked)) > h.Options.Check {
			c.checked = now.UnixMilli()
			h.wake(c, dueCheck)
		}
		if c.account != "" && now.Sub(c.seenAt) > presentFor {
			h.showPresence(c, "", false, now)
		}
	}
	for _, desks := range h.far {
		for _, d := range desks {
			if now.Sub(d.at) > presentFor {
				h.showFar(Seen{Desk: d.Desk}, now)
			}
		}
	}
	h.mu.Unlock()
	for _, c := range over {
		c.end(&lineError{errSilent})
	}
	h.gate.sweep()
}

// Stats are a hub's figures at one time.
type Stats struct {
	Connected int64 // desks
	Behind    int64 // desks that read the database because they fell behind
	CatchUps  int64 // catch-ups that read the database now
	Waiting   int64 // catch-ups that wait for their turn

	Batches   int64 // counted since the start, as all below
	Delivered int64 // batches or groups of them that were handed to a desk
	Messages  int64 // writes of whole messages
	CaughtUp  int64
	Files     int64 // ready-made replicas that were offered
	Stalled   int64 // desks let go because they took nothing
	Busy      int64 // commands sent back
	Refused   map[care.Code]int64
}
