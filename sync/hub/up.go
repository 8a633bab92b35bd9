package hub

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"time"

	"meterside/care"
	"meterside/sync/wire"
)

// inbox holds what a desk said until it is looked at. A desk that says more than fits waits.
type inbox struct {
	mu      sync.Mutex
	room    *sync.Cond
	frames  [][]byte // guarded by mu
	working bool     // guarded by mu: somebody looks
	closed  bool     // guarded by mu
	greeted bool     // belongs to who looks
	decided chan struct{}
}

// put keeps a frame; false for a connection that has ended.
func (i *inbox) put(c *conn, b []byte) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	for len(i.frames) >= maxWaiting && !i.closed {
		if i.room == nil {
			i.room = sync.NewCond(&i.mu)
		}
		i.room.Wait()
	}
	if i.closed {
		return false
	}
	i.frames = append(i.frames, b)
	if !i.working {
		i.working = c.hub.spawn(func() { i.empty(c) })
	}
	return i.working
}

func (i *inbox) close() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.closed, i.frames = true, nil
	if i.room != nil {
		i.room.Broadcast()
	}
}

// take gives the next frame; none is the end of the work.
func (i *inbox) take() ([]byte, bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.closed || len(i.frames) == 0 {
		i.working, i.frames = false, nil
		return nil, false
	}
	b := i.frames[0]
	i.frames = i.frames[1:]
	if i.room != nil {
		i.room.Signal()
	}
	return b, true
}

// empty looks at frames, one after the other, until there are none.
func (i *inbox) empty(c *conn) {
	for {
		b, ok := i.take()
		if !ok {
			return
		}
		f, err := wire.Decode(b)
		if err != nil {
			err = care.Err(care.CodeInvalid, "field", "frame", "problem", "cannot be read")
		} else {
			err = i.look(c, f)
		}
		if err != nil {
			c.end(err)
		}
	}
}

func (i *inbox) look(c *conn, f wire.Frame) error {
	if !i.greeted {
		hello, ok := f.(*wire.Hello)
		if !ok {
			return care.Err(care.CodeInvalid, "field", "hello", "problem", "is missing")
		}
		i.greeted = true
		if err := c.task(func(ctx context.Context) error { return c.welcome(ctx, hello) }); err != nil {
			return err
		}
		c.hub.mu.Lock()
		defer c.hub.mu.Unlock()
		c.greeted = true
		c.hub.wake(c, dueHello)
		return nil
	}
	switch f := f.(type) {
	case *wire.Command:
		return c.task(func(ctx context.Context) error { return c.command(ctx, f) })
	case *wire.Presence:
		return c.task(func(ctx context.Context) error { return c.seen(ctx, f) })
	case *wire.Ack:
		c.hub.source.Acked(c.desk, f.Cursor)
	}
	return nil
}

// command submits a command. Its verdict goes down with the rows that it caused.
func (c *conn) command(ctx context.Context, cmd *wire.Command) error {
	actor, err := c.mayStill(ctx)
	if err != nil {
		return err
	}
	env, err := c.opened(ctx, actor, cmd)
	if err != nil {
		return err
	}
	actor.Offline, actor.Contact = env.Offline, env.Contact
	for {
		ok, err := c.undecided(ctx, env)
		if err != nil || !ok {
			return err
		}
		err = c.submit(actor, env)
		after, busy := busyFor(err)
		if !busy {
			return err
		}
		if c.protocol >= 2 {
			return c.tooBusy(env, after)
		}
		c.forget(env.ID)
		select { // a desk that does not know the word waits without it
		case <-time.After(after):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// submit hands a command in, under a context that lasts until it is decided: that is after this returns.
func (c *conn) submit(actor care.Actor, env care.Envelope) error {
	err := c.hub.source.Submit(c.begun(), actor, env, func(v care.Verdict, err error) {
		c.doing.done()
		c.hasDecided(env, v, err)
	})
	if err != nil {
		c.doing.done() // done is not called then
	}
	return err
}

// mayStill is who a command is from. Where that may have changed it is asked for again.
func (c *conn) mayStill(ctx context.Context) (care.Actor, error) {
	c.hub.mu.Lock()
	actor, stale := c.actor, c.stale
	c.hub.mu.Unlock()
	if !stale {
		return actor, nil
	}
	return c.hub.source.Authorise(ctx, c.token, c.ip)
}

// opened is the command of a frame. Without bytes it is one of protocol 1, which knew no signatures.
func (c *conn) opened(ctx context.Context, actor care.Actor, cmd *wire.Command) (care.Envelope, error) {
	if len(cmd.Bytes) > 0 {
		return c.hub.source.Open(ctx, actor, cmd.Bytes, cmd.Signature)
	}
	if cmd.Envelope == nil || c.protocol >= 2 {
		return care.Envelope{}, care.Err(care.CodeInvalid, "field", "command", "problem", "is missing")
	}
	return *cmd.Envelope, nil
}

// undecided notes a command as under way, once there is room for one more. ok is false for one that comes after a command
// that was sent back: it would leave a gap.
func (c *conn) undecided(ctx context.Context, env care.Envelope) (ok bool, err error) {
	for {
		c.hub.mu.Lock()
		if c.sentBack > 0 && env.N > c.sentBack {
			c.hub.mu.Unlock()
			return false, nil
		}
		if len(c.underWay) < maxUnderWay {
			c.sentBack = 0
			if c.underWay == nil {
				c.underWay = map[string]bool{}
			}
			c.underWay[env.ID] = false
			c.hub.talk(c)
			c.hub.mu.Unlock()
			return true, nil
		}
		if c.in.decided == nil {
			c.in.decided = make(chan struct{}, 1)
		}
		c.hub.mu.Unlock()
		select {
		case <-c.in.decided:
		case <-ctx.Done():
			return false, ctx.Err()
		}
	}
}

// hasDecided takes a command's verdict. One that no batch will bring is owed to the desk.
func (c *conn) hasDecided(env care.Envelope, v care.Verdict, err error) {
	h := c.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	sent := c.underWay[env.ID]
	delete(c.underWay, env.ID)
	if c.in.decided != nil {
		select {
		case c.in.decided <- struct{}{}:
		default:
		}
	}
	if err == nil && !sent {
		c.owed = append(c.owed, v)
		h.wake(c, dueOwed)
	}
	h.talk(c)
	if err == nil || c.sentBack > 0 && env.N > c.sentBack || h.ctx.Err() != nil {
		return
	}
	after, busy := busyFor(err)
	if busy {
		c.sentBack = env.N
	}
	h.tasks.Go(func() {
		if busy && c.protocol >= 2 {
			err = c.send(&wire.Busy{N: env.N, AfterMS: after.Milliseconds()})
		}
		if err != nil {
			c.end(err)
		}
	})
}

// tooBusy sends a command back, and with it those that follow.
func (c *conn) tooBusy(env care.Envelope, after time.Duration) error {
	c.hub.stats.busy.Add(1)
	c.forget(env.ID)
	c.hub.mu.Lock()
	c.sentBack = env.N
	c.hub.mu.Unlock()
	return c.send(&wire.Busy{N: env.N, AfterMS: after.Milliseconds()})
}

func (c *conn) forget(commandID string) {
	c.hub.mu.Lock()
	defer c.hub.mu.Unlock()
	delete(c.underWay, commandID)
	c.hub.talk(c)
}

// talk keeps the list of those who wait for a verdict. It is called with mu held.
func (h *Hub) talk(c *conn) {
	if len(c.underWay)+len(c.owed) > 0 && !c.ended.Load() {
		h.talking[c] = true
	} else {
		delete(h.talking, c)
	}
}

// busyFor says whether the portal has no room for a command now, and for how long.
func busyFor(err error) (time.Duration, bool) {
	var said care.Error
	if !errors.As(err, &said) || said.Code != care.CodeBusy {
		return 0, false
	}
	ms, _ := strconv.Atoi(said.Params["ms"]) // what is no number is the least
	return time.Duration(max(ms, 50)) * time.Millisecond, true
}
