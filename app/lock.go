package app

import (
	"context"
	"sync"
	"time"

	"meterside/care"
)

// A locked desk answers nothing but Session, Status, Lock, Keep, Unlock and SignOut: the backend refuses the rest, and what does
// not ask it asks Locked first. A test goes through every method and every address.

// lockedDesk is why a masquerade ended, as its receipt has it.
const lockedDesk = "desk_locked"

// Lock locks the desk, and ends a masquerade. It answers as soon as nothing is told any more; the masquerade's window may take
// a moment to go.
func (d *Desk) Lock() error { return d.lock(false) }

func (d *Desk) lock(idle bool) error {
	if err := d.backend.Lock(idle); err != nil {
		return err
	}
	go d.masquerade.end(lockedDesk)
	return nil
}

// Keep takes what the window wants back when the desk is unlocked, where it was and what was typed there, so that the window
// itself holds nothing of it meanwhile. What was given first stands; at a desk that is open there is nothing to wait for.
func (d *Desk) Keep(what string) error {
	if d.backend.Locked() == nil {
		return nil
	}
	return d.kept.put(what)
}

// Unlock opens the desk again to its user, and gives back what was kept.
func (d *Desk) Unlock(password string) (string, error) {
	err := d.backend.Unlock(d.ctx, password)
	if s, _ := d.backend.Session(); err != nil && !s.SignedIn {
		d.forget() // too many tries, or somebody who may not any more
	}
	if err != nil {
		return "", err
	}
	d.idle.use()
	d.backend.Connect() // where the password signed in anew
	return d.kept.take(), nil
}

// forget drops what is nothing to the next user.
func (d *Desk) forget() {
	d.kept.take()
	d.masquerade.show(Masquerade{})
}

// kept is what the window wants back.
type kept struct {
	mu   sync.Mutex
	what string // guarded by mu
}

const mostKept = 1 << 20 // bytes

func (k *kept) put(what string) error {
	if len(what) > mostKept {
		return care.Err(care.CodeTooLong, "field", "what", "most", "1048576")
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.what == "" {
		k.what = what
	}
	return nil
}

func (k *kept) take() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	what := k.what
	k.what = ""
	return what
}

// looksAgain is how often a desk looks whether nobody is there.
const looksAgain = 5 * time.Second

// Used says that a key or the pointer was used in the window.
func (d *Desk) Used() error {
	if err := d.backend.Locked(); err != nil {
		return err
	}
	d.idle.use()
	return nil
}

// lockWhenIdle locks the desk by itself, as policy has it, at a tick that finds nobody there.
func (d *Desk) lockWhenIdle(ctx context.Context, ticks <-chan time.Time) {
	for {
		var now time.Time
		select {
		case <-ctx.Done():
			return
		case now = <-ticks:
		}
		if !d.idle.is(now, time.Minute) { // the shortest that policy can say
			continue
		}
		after, err := d.backend.LockAfter(ctx)
		if err != nil || !d.idle.is(now, after) {
			continue // nobody is signed in, or the desk is locked
		}
		if err := d.lock(true); err != nil {
			d.log.Error("the desk could not lock itself", "error", err)
		}
	}
}

// idle is since when nobody was at the desk. It goes by the clock on the wall: a computer that slept was left alone, too.
type idle struct {
	mu   sync.Mutex
	used time.Time // guarded by mu
}

func (i *idle) use() { i.useAt(time.Now()) }

func (i *idle) useAt(now time.Time) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.used = now.Round(0)
}

// is says whether nobody was there for so long; never for 0.
func (i *idle) is(now time.Time, after time.Duration) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	now = now.Round(0)
	if now.Before(i.used) { // the clock was set back
		i.used = now
	}
	return after > 0 && now.Sub(i.used) >= after
}
