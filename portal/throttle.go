package portal

import (
	"sync"
	"time"
)

// throttle counts failed sign-ins by account and by address, and refuses more than a few in a while.
type throttle struct {
	mu     sync.Mutex
	failed map[string][]time.Time // guarded by mu
}

const (
	throttleWindow  = 15 * time.Minute
	throttleAccount = 10
	throttleAddress = 100
	throttleKept    = 10_000
)

func (t *throttle) refuses(now time.Time, key string, most int) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	recent := t.failed[key][:0]
	for _, at := range t.failed[key] {
		if now.Sub(at) < throttleWindow {
			recent = append(recent, at)
		}
	}
	if len(recent) == 0 {
		delete(t.failed, key)
	} else {
		t.failed[key] = recent
	}
	return len(recent) >= most
}

func (t *throttle) note(now time.Time, keys ...string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.failed == nil || len(t.failed) > throttleKept {
		t.failed = map[string][]time.Time{}
	}
	for _, k := range keys {
		t.failed[k] = append(t.failed[k], now)
	}
}

func (t *throttle) clear(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.failed, key)
}
