package api

import (
	"context"
	"encoding/json"
	"time"

	"meterside/sync/hub"
)

const (
	mostToTell  = 256
	longestTold = 7000 // bytes; PostgreSQL passes on less than 8000
	hearAgain   = time.Second
)

// told is what the nodes of one database tell each other.
type told struct {
	Node string   `json:"node"`
	Seen hub.Seen `json:"seen"`
}

// tell tells the other nodes what desks at this one have in front of them, until ctx ends.
func (a *API) tell(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case seen := <-a.source.told:
			b, err := json.Marshal(told{a.node, seen})
			if err == nil && len(b) <= longestTold {
				err = a.p.Store.Tell(ctx, string(b))
			}
			if err != nil && ctx.Err() == nil {
				a.log.Warn("the other nodes do not hear who is at an account", "error", err)
			}
		}
	}
}

// hear takes what the other nodes tell, until ctx ends.
func (a *API) hear(ctx context.Context) {
	for {
		err := a.p.Store.Hear(ctx, func(said string) {
			var t told
			if json.Unmarshal([]byte(said), &t) == nil && t.Node != a.node {
				a.hub.Heard(t.Seen)
			}
		})
		if ctx.Err() == nil {
			a.log.Warn("this node does not hear who is at an account at others", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(hearAgain):
		}
	}
}
