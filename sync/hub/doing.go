package hub

import (
	"context"
	"sync"
)

// doing is the context of what a connection has done for it. There is one only while something is done: an idle desk costs
// none.
type doing struct {
	mu   sync.Mutex
	many int                // guarded by mu: tasks
	ctx  context.Context    //nolint:containedctx // guarded by mu: of all of them
	stop context.CancelFunc // guarded by mu
}

// task runs fn under a context that ends with the connection.
func (c *conn) task(fn func(context.Context) error) error {
	ctx := c.begun()
	defer c.doing.done()
	return fn(ctx)
}

// begun is the context of one thing more that is done, until doing.done is called for it.
func (c *conn) begun() context.Context {
	d := &c.doing
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.many == 0 {
		d.ctx, d.stop = context.WithCancel(c.hub.ctx)
		if c.ended.Load() {
			d.stop()
		}
	}
	d.many++
	return d.ctx
}

// done says that something is done no more.
func (d *doing) done() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.many--; d.many == 0 {
		d.stop()
		d.ctx, d.stop = nil, nil
	}
}

// end ends the context. It is called once the connection counts as ended.
func (d *doing) end() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.stop != nil {
		d.stop()
	}
}
