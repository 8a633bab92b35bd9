package masquerade

import (
	"context"
	"sync"
	"time"
)

// Reasons for the end of a session. An Order's end may bring another, in the desk's words.
const (
	ReasonClosed = "closed"      // the CSR pressed Close in the banner
	ReasonMax    = "max"         // the longest time is over
	ReasonIdle   = "idle"        // nothing was asked for in too long
	ReasonPortal = "portal"      // the portal says that the session is over
	ReasonDesk   = "desk_gone"   // the desk that started the window has gone
	ReasonWindow = "window_gone" // the window's own process is stopping
)

// silence is how long the banner may be quiet before the window counts as lost. A hidden window's timers are slowed
// to one a minute by some browsers, so less would raise false alarms.
const silence = 75 * time.Second

// lifetime is the clock of one session. It never grows: touching moves only the idle end, and never past the last one.
type lifetime struct {
	end  time.Time     // absolute
	idle time.Duration // longest time between two touches

	mu     sync.Mutex
	used   time.Time // last page asked for
	beaten time.Time // last sign of life from the banner
	lost   bool      // the banner has been quiet for too long
}

// newLifetime starts the clock.
func newLifetime(left, idle time.Duration) *lifetime {
	now := time.Now()
	return &lifetime{end: now.Add(left), idle: idle, used: now, beaten: now}
}

// touch notes that a page was asked for.
func (l *lifetime) touch() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.used = time.Now()
}

// beat notes a sign of life from the banner and says whether it had been counted as lost.
func (l *lifetime) beat() (returned bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	returned, l.lost, l.beaten = l.lost, false, time.Now()
	return returned
}

// left is the time to the absolute end and to the idle end.
func (l *lifetime) left() (total, idle time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return max(0, time.Until(l.end)), max(0, time.Until(l.used.Add(l.idle)))
}

// watch blocks until the session's time is over and returns why, or returns "" when ctx is done. It calls quiet once
// each time the banner falls silent.
func (l *lifetime) watch(ctx context.Context, quiet func()) string {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return ""
		case <-timer.C:
		}
		total, idle := l.left()
		switch {
		case total == 0:
			return ReasonMax
		case idle == 0:
			return ReasonIdle
		}
		next, fell := l.listen()
		if fell {
			quiet()
		}
		timer.Reset(min(total, idle, next))
	}
}

// listen says how long to wait before looking for the banner's heartbeat again, and whether it has just fallen silent.
func (l *lifetime) listen() (next time.Duration, fell bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	next = time.Until(l.beaten.Add(silence))
	if next > 0 {
		return next, false
	}
	fell, l.lost = !l.lost, true
	return silence, fell
}
