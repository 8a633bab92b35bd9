package portal

import (
	"context"

	"meterside/care"
	"meterside/portal/store"
)

// What reads and writes whole tables gets the store's own means: Bulk writes chunk by chunk, View is one moment of
// everything.
type (
	Bulk  = store.Bulk
	Chunk = store.Chunk
	View  = store.View
)

// NewBulk begins to write very many records as an actor.
func (p *Portal) NewBulk(actor care.Actor) *Bulk { return p.Store.NewBulk(actor, p.Now) }

// View opens one moment of everything that the portal keeps; fn must not keep it.
func (p *Portal) View(ctx context.Context, fn func(*View) error) error { return p.Store.View(ctx, fn) }
