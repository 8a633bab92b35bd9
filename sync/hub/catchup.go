package hub

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"meterside/care"
	"meterside/sync/wire"
)

// errFar says that there are more rows to fetch than should be sent one by one.
var errFar = errors.New("a file costs less")

// reading is a catch-up between its moment and its last frame.
type reading struct {
	from           int64
	scopes         []string // held after it
	granted, taken []string
	frames         *spool
	commit         wire.Commit
	far            bool // look whether there are too many rows
}

// catchUp reads everything after the cursor in one moment, and the granted scopes from their beginning. It is read at the
// speed of the disk and sent at that of the desk: a slow desk must not hold the database open.
func (c *conn) catchUp(ctx context.Context, granted, taken []string) error {
	r := &reading{from: c.cursor, granted: granted, taken: taken, frames: newSpool(&c.hub.spool), far: c.isLive() && c.protocol >= 2}
	r.scopes = slices.DeleteFunc(slices.Concat(c.scopes, granted), func(s string) bool { return slices.Contains(taken, s) })
	defer r.frames.close()
	done, err := c.turn(ctx)
	if err != nil {
		return err
	}
	if !c.hub.spawn(func() {
		defer done()
		r.frames.finish(c.hub.during(ctx, c.epoch, func(m Moment) error { return c.read(ctx, m, r) }))
	}) {
		done()
		return context.Canceled
	}
	sending := false
	for {
		message, err := r.frames.next(c.hub.Options.Stall / 3)
		switch {
		case errors.Is(err, io.EOF):
			c.cursor, c.scopes = r.commit.To, r.scopes
			c.settleRead(r.commit.Verdicts)
			return c.send(&r.commit)
		case errors.Is(err, errFar):
			return c.replan(ctx)
		case errors.Is(err, errNothingYet) && sending && c.protocol < 2:
			err = nil // it would take the beat for the end of what came
		case errors.Is(err, errNothingYet):
			err = c.send(&wire.Beat{Through: r.from, Time: c.hub.source.Now().UnixMilli()})
		case err == nil:
			sending = true
			err = c.write(message)
		}
		if err != nil {
			return err
		}
	}
}

func (c *conn) isLive() bool {
	c.hub.mu.Lock()
	defer c.hub.mu.Unlock()
	return c.live
}

// turn waits until this desk may read the database for itself, and shows meanwhile that the portal is there.
func (c *conn) turn(ctx context.Context) (done func(), err error) {
	h := c.hub
	h.stats.waiting.Add(1)
	defer h.stats.waiting.Add(-1)
	patience := time.NewTicker(max(h.Options.Stall/3, time.Millisecond))
	defer patience.Stop()
	for {
		select {
		case h.catching <- struct{}{}:
			h.stats.catching.Add(1)
			h.stats.caughtUp.Add(1)
			return func() { h.stats.catching.Add(-1); <-h.catching }, nil
		case <-patience.C:
			if err := c.send(&wire.Beat{Through: c.cursor, Time: h.source.Now().UnixMilli()}); err != nil {
				return nil, err
			}
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// read reads one catch-up in its moment.
func (c *conn) read(ctx context.Context, m Moment, r *reading) error {
	if r.far {
		if far, err := c.far(ctx, m, r.from, r.scopes, r.granted); err != nil || far {
			return errors.Join(err, errFar)
		}
	}
	for _, scope := range r.scopes {
		if err := c.readScope(ctx, m, r, scope); err != nil {
			return err
		}
	}
	verdicts, err := c.verdicts(ctx, m, r.from)
	if err != nil {
		return err
	}
	r.commit = wire.Commit{To: m.Head(), Time: c.hub.source.Now().UnixMilli(), Verdicts: verdicts, Granted: r.granted, Taken: r.taken}
	if c.protocol >= 2 {
		r.commit.Digests, err = m.Digests(ctx, r.scopes)
	}
	return err
}

func (c *conn) readScope(ctx context.Context, m Moment, r *reading, scope string) error {
	from := r.from
	if slices.Contains(r.granted, scope) {
		from = 0
	}
	page := newPager(wire.Rows{Scope: scope, From: from, To: m.Head()}, r.frames.add)
	err := m.Changes(ctx, scope, from, func(ch wire.Change) error {
		// What left before the cursor the desk no longer has. What left a scope that is granted just now it may still have
		// by another, and that one may be taken in the same moment: nothing else would tell it.
		if ch.Body == nil && (r.from == 0 || ch.Seq <= r.from) {
			return nil
		}
		return page.add(ch)
	})
	if err != nil {
		return err
	}
	return page.flush()
}

// verdicts are those after the cursor, and those that the desk still waits for: its replica may be newer than they are.
func (c *conn) verdicts(ctx context.Context, m Moment, from int64) ([]care.Verdict, error) {
	verdicts, err := m.Verdicts(ctx, c.desk, from)
	if err != nil || c.open[0] == 0 {
		return verdicts, err
	}
	waited, err := m.Answers(ctx, c.desk, c.open[0], c.open[1])
	for _, v := range waited {
		if v.Seq <= from {
			verdicts = append(verdicts, v)
		}
	}
	c.open = [2]int64{}
	return verdicts, err
}

// settleRead notes the verdicts that a catch-up brings.
func (c *conn) settleRead(verdicts []care.Verdict) {
	c.hub.mu.Lock()
	defer c.hub.mu.Unlock()
	for _, v := range verdicts {
		if _, waiting := c.underWay[v.CommandID]; waiting {
			c.underWay[v.CommandID] = true
		}
		c.owed = slices.DeleteFunc(c.owed, func(had care.Verdict) bool { return had.CommandID == v.CommandID })
	}
	c.hub.talk(c)
}

// far says whether the desk has more rows to fetch than it should get one by one.
func (c *conn) far(ctx context.Context, m Moment, cursor int64, scopes, granted []string) (bool, error) {
	most := c.hub.Options.FileAbove
	rows := 0
	for _, scope := range shared(scopes) {
		from := cursor
		if slices.Contains(granted, scope) {
			from = 0
		}
		n, err := m.Count(ctx, scope, from, most-rows+1)
		if err != nil {
			return false, err
		}
		if rows += n; rows > most {
			return true, nil
		}
	}
	return false, nil
}

// shared are the scopes that many desks hold alike: those of districts, and what all hold.
func shared(scopes []string) []string {
	return slices.DeleteFunc(slices.Clone(scopes), func(s string) bool { return strings.HasPrefix(s, "u:") || strings.HasPrefix(s, "t:") })
}

// file asks for a ready-made replica. A fault there costs a desk the file, never its rows.
func (c *conn) file(ctx context.Context, schema int64) wire.Plan {
	file, wait, err := c.hub.source.File(ctx, shared(c.hub.actorOf(c).Scopes), schema)
	switch {
	case err != nil:
		c.hub.log.Error("no ready-made replica could be had", "desk", c.desk, "error", err)
	case file != nil:
		c.hub.stats.files.Add(1)
		return wire.Plan{Plan: wire.PlanFile, File: file}
	case wait > 0:
		return wire.Plan{Plan: wire.PlanWait, WaitMS: wait.Milliseconds()}
	}
	return wire.Plan{Plan: wire.PlanDelta}
}

// replan tells a connected desk that is far behind to fetch a file; where there is none it gets its rows after all.
func (c *conn) replan(ctx context.Context) error {
	plan := c.file(ctx, c.schema)
	if plan.Plan == wire.PlanDelta {
		c.hub.mu.Lock()
		c.live = false
		c.hub.mu.Unlock()
		return c.begin(ctx)
	}
	c.rest()
	if err := c.send(&plan); err != nil {
		return err
	}
	return c.answer(nil)
}

// rest ends the rows of a connection; it goes on taking commands.
func (c *conn) rest() {
	c.hub.mu.Lock()
	defer c.hub.mu.Unlock()
	c.resting, c.live = true, false
	c.hub.unlisten(c, c.listening)
}
