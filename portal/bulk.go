package portal

import (
	"context"
	"errors"
	"time"

	"meterside/care"
	"meterside/portal/store"
)

// What reads and writes whole tables gets the store's own means: Bulk writes chunk by chunk, View is one moment of
// everything, Meter and Counted are what meters counted.
type (
	Bulk    = store.Bulk
	Chunk   = store.Chunk
	View    = store.View
	Meter   = store.Meter
	Counted = store.Counted
)

// NewBulk begins to write very many records as an actor.
func (p *Portal) NewBulk(actor care.Actor) *Bulk { return p.Store.NewBulk(actor, p.Now) }

// View opens one moment of everything that the portal keeps; fn must not keep it.
func (p *Portal) View(ctx context.Context, fn func(*View) error) error { return p.Store.View(ctx, fn) }

// Import runs fn, and nobody else's on whatever node meanwhile: two imports at once would each take the other's rows for
// changes of the portal's own. Where another one runs, it is refused with care.CodeImportRunning. What fn reports is kept
// for administrators, as is why it failed; run says what is imported and by whom. Of what the first one brings no customer is written to.
func (p *Portal) Import(ctx context.Context, bulk *Bulk, run care.ImportRun, fn func() (care.ImportReport, error)) error {
	lease, err := p.Store.TakeLease(ctx, "import")
	if err != nil {
		return err
	}
	bulk.Under(lease)
	run.Started = p.Now().UnixMilli()
	if err := p.Store.BeginImport(ctx, lease, run); err != nil {
		return errors.Join(err, lease.End(ctx))
	}
	report, err := fn()
	problem, why := "", care.Error{}
	if err != nil {
		problem, why = err.Error(), care.AsError(err)
	}
	// Who stopped the import wants to read of it too.
	kept := p.Store.EndImport(context.WithoutCancel(ctx), lease, report, problem, why, p.Now())
	if err := errors.Join(err, kept, lease.End(ctx)); err != nil {
		return err
	}
	return p.Store.BeginBillLetters(ctx, p.local(ctx, p.Now()).Format(time.DateOnly))
}
