package e2e

import (
	"fmt"
	"log/slog"
	"sync"
	"syscall"
	"testing"
	"time"

	"meterside/backend"
	"meterside/backend/keyring"
	"meterside/sync/wire"
)

// movedDesk is a connected desk that notes when it was told to come again.
type movedDesk struct {
	*backend.Backend

	mu    sync.Mutex
	moved []int64 // guarded by mu: after how long each time, ms
}

func (d *movedDesk) trace(up bool, frame []byte) {
	f, err := wire.Decode(frame)
	if m, ok := f.(*wire.Moved); err == nil && ok && !up {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.moved = append(d.moved, m.AfterMS)
	}
}

// live waits until a desk is connected with nothing left to hand in.
func (d *movedDesk) live(t *testing.T) {
	t.Helper()
	untilWithin(t, time.Minute, "a desk is live", func() bool {
		status, err := d.Status(t.Context())
		return err == nil && status.Phase == "live" && status.Unsent == 0
	})
}

// A portal that is told to end tells every desk first when to come again, each at a time of its own, and ends by itself, well. The
// desks go on with what they have, and are back by themselves, handing in what was written meanwhile, once there is a portal.
//
// Seen to fail when serve ends without draining.
func TestDesksAreToldWhenThePortalEnds(t *testing.T) {
	c := newCrew(t)
	c.serve()
	var desks []*movedDesk
	for range 4 {
		d := &movedDesk{}
		var err error
		d.Backend, err = backend.Open(t.Context(), backend.Options{
			Profile: t.TempDir(), Secrets: &keyring.Memory{}, Log: slog.New(slog.DiscardHandler), Trace: d.trace,
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = d.Close() })
		if _, err := d.SignIn(t.Context(), "http://"+c.address, "CSR001", "password"); err != nil {
			t.Fatal(err)
		}
		d.Connect()
		desks = append(desks, d)
	}
	for _, d := range desks {
		d.live(t)
	}
	if err := c.portal.process.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := c.portal.process.Wait(); err != nil {
		t.Errorf("the portal ended with %v", err)
	}
	c.portal.process = nil
	s := &stage{t: t}
	told := map[int64]bool{}
	for i, d := range desks {
		until(t, "a desk is told", func() bool {
			d.mu.Lock()
			defer d.mu.Unlock()
			return len(d.moved) > 0
		})
		d.mu.Lock()
		if len(d.moved) != 1 || d.moved[0] <= 0 {
			t.Errorf("a desk was told to come again after %v ms", d.moved)
		}
		told[d.moved[0]] = true
		d.mu.Unlock()
		s.do(d.Backend, "note.write", fmt.Sprintf(`{"account":"030000013","text":"meanwhile, by %d"}`, i))
	}
	if len(told) != len(desks) {
		t.Errorf("%d desks are told to come again at %d different times", len(desks), len(told))
	}
	c.serve()
	for _, d := range desks {
		d.live(t)
	}
	until(t, "every desk has what all wrote meanwhile", func() bool {
		for _, d := range desks {
			if len(s.show(d.Backend, "030000013").Notes) != len(desks) {
				return false
			}
		}
		return true
	})
}
