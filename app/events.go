package app

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/wailsapp/wails/v2/pkg/runtime"
)

// gathering is how long topics are gathered before the window is told: a burst of changes is one event.
const gathering = 25 * time.Millisecond

// events tells the window what changed, so that it reads again what it shows.
type events struct {
	mu     sync.Mutex
	ctx    context.Context //nolint:containedctx // guarded by mu; Wails gives it once, and wants it with each event
	topics map[string]bool // guarded by mu
}

func newEvents() *events { return &events{topics: map[string]bool{}} }

// begin lets events through: there is a window now.
func (e *events) begin(ctx context.Context) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.ctx = ctx
}

func (e *events) changed(topics ...string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.ctx == nil {
		return
	}
	if len(e.topics) == 0 {
		time.AfterFunc(gathering, e.tell)
	}
	for _, t := range topics {
		e.topics[t] = true
	}
}

func (e *events) tell() {
	e.mu.Lock()
	topics := slices.Sorted(maps.Keys(e.topics))
	e.topics = map[string]bool{}
	ctx := e.ctx
	e.mu.Unlock()
	if ctx.Err() == nil {
		runtime.EventsEmit(ctx, "changed", map[string][]string{"topics": topics})
	}
}
