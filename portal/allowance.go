package portal

import (
	"math"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"meterside/care"
)

// bound is so much a second, and so much at once.
type bound struct{ rate, burst int }

// How much may be asked by each CSR, and from each address, behind which a whole floor may sit.
var (
	eachCSR     = bound{4, 40}
	eachAddress = bound{200, 2000}
)

const allowancesKept = 20_000

// allowance bounds how often a CSR and an address may ask.
type allowance struct {
	csr, address bound
	mu           sync.Mutex
	all          map[string]*rate.Limiter // guarded by mu
}

func newAllowance() *allowance {
	return &allowance{csr: eachCSR, address: eachAddress, all: map[string]*rate.Limiter{}}
}

// take takes cost from what the actor may ask now, or says how long to wait.
func (l *allowance) take(now time.Time, actor care.Actor, cost int) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.all) > allowancesKept {
		for key, known := range l.all {
			if known.TokensAt(now) >= float64(known.Burst()) {
				delete(l.all, key) // as good as new
			}
		}
	}
	for _, by := range []struct {
		key string
		bound
	}{{"csr:" + actor.ID, l.csr}, {"ip:" + actor.IP, l.address}} {
		known := l.all[by.key]
		if known == nil {
			known = rate.NewLimiter(rate.Limit(by.rate), by.burst)
			l.all[by.key] = known
		}
		if !known.AllowN(now, cost) {
			wait := (float64(cost) - known.TokensAt(now)) / float64(by.rate)
			return care.Err(care.CodeAskThrottled, "seconds", strconv.Itoa(max(1, int(math.Ceil(wait)))))
		}
	}
	return nil
}
