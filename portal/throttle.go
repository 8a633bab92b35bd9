package portal

import (
	"net/netip"
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
	throttleLocks   = 3 // sign-ins that one address may lock by failing
	throttleKept    = 10_000
)

// network is what of an address counts as one origin: whoever has one IPv6 address has 2^64 of them.
func network(ip string) string {
	address, err := netip.ParseAddr(ip)
	if err != nil {
		return ip
	}
	if address = address.Unmap(); address.Is4() {
		return address.String()
	}
	prefix, err := address.WithZone("").Prefix(64)
	if err != nil {
		return ip
	}
	return prefix.String()
}

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
	if t.failed == nil {
		t.failed = map[string][]time.Time{}
	}
	for key, times := range t.failed {
		if len(t.failed) <= throttleKept {
			break
		}
		if now.Sub(times[len(times)-1]) >= throttleWindow || len(times) < 3 {
			delete(t.failed, key)
		}
	}
	for _, k := range keys {
		t.failed[k] = append(t.failed[k], now)
	}
}

// takeBack drops the newest count of a key: it was none of a failure.
func (t *throttle) takeBack(at time.Time, key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, counted := range t.failed[key] {
		if counted.Equal(at) {
			t.failed[key] = append(t.failed[key][:i], t.failed[key][i+1:]...)
			break
		}
	}
	if len(t.failed[key]) == 0 {
		delete(t.failed, key)
	}
}

func (t *throttle) clear(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.failed, key)
}
