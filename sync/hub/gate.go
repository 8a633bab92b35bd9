package hub

import (
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"meterside/care"
)

// gate bounds what one address, and one CSR, may ask of the hub.
type gate struct {
	mu      sync.Mutex
	inside  map[string]int           // guarded by mu: connections by address, and by CSR
	knocked map[string]*rate.Limiter // guarded by mu
}

// burst is for how many seconds' worth of connections may come at once.
const burst = 4

// knock says how long an address has to wait before it may open another connection; 0 for not at all.
func (g *gate) knock(ip string, perSecond float64) time.Duration {
	if perSecond <= 0 {
		return 0
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	l := g.knocked[ip]
	if l == nil {
		if g.knocked == nil {
			g.knocked = map[string]*rate.Limiter{}
		}
		l = rate.NewLimiter(rate.Limit(perSecond), max(int(perSecond*burst), 1))
		g.knocked[ip] = l
	}
	r := l.Reserve()
	wait := r.Delay()
	if wait > 0 {
		r.Cancel() // it is refused, so it took nothing
	}
	return wait
}

// enter counts a connection of somebody until leave is called; where there are the most already it refuses with a code.
func (g *gate) enter(who string, most int, code care.Code) (leave func(), err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if most > 0 && g.inside[who] >= most {
		return nil, care.Err(code, "most", strconv.Itoa(most))
	}
	if g.inside == nil {
		g.inside = map[string]int{}
	}
	g.inside[who]++
	return func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		if g.inside[who]--; g.inside[who] <= 0 {
			delete(g.inside, who)
		}
	}, nil
}

// sweep forgets the addresses that have been quiet: their allowance is whole again.
func (g *gate) sweep() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for ip, l := range g.knocked {
		if l.Tokens() >= float64(l.Burst()) {
			delete(g.knocked, ip)
		}
	}
}
