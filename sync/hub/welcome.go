package hub

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"meterside/care"
	"meterside/sync/wire"
)

// welcome answers hello. It runs before anything else of the connection does.
func (c *conn) welcome(ctx context.Context, hello *wire.Hello) error {
	src, actor := c.hub.source, c.hub.actorOf(c)
	switch {
	case hello.Protocol < wire.OldestProtocol:
		return care.Err(care.CodeTooOld, "need", strconv.Itoa(wire.OldestProtocol), "have", strconv.Itoa(hello.Protocol))
	case hello.Device != c.desk:
		return care.Err(care.CodeClonedDesk)
	case hello.Server != "" && hello.Server != src.Server():
		return care.Err(care.CodeOtherServer)
	}
	if err := src.Hello(ctx, actor, c.nonce, hello); err != nil {
		return err
	}
	c.protocol, c.schema = min(hello.Protocol, wire.Protocol), hello.Schema
	floor, err := src.Floor(ctx)
	if err != nil {
		return err
	}
	last, err := src.LastN(ctx, hello.Device)
	if err != nil {
		return err
	}
	w := wire.Welcome{
		Server: src.Server(), Scopes: actor.Scopes, Time: src.Now().UnixMilli(),
		Plan: wire.PlanDelta, LastN: last, BeatMS: c.hub.Options.Beat.Milliseconds(),
	}
	if w.Head, w.Epoch, err = c.hub.clock(ctx); err != nil {
		return err
	}
	if hello.Epoch == w.Epoch && hello.Cursor > w.Head {
		c.hub.log.Error("a desk has seen more than the portal holds: another epoch begins", "desk", c.desk, "cursor", hello.Cursor, "head", w.Head)
		return errors.Join(errRewound, src.Rewound(ctx, w.Epoch))
	}
	c.epoch = w.Epoch
	c.cursor, c.scopes = hello.Cursor, hello.Scopes
	useless := hello.Epoch != w.Epoch || hello.Cursor < 0 || hello.Cursor < floor
	if useless || hello.Recover != "" && c.protocol >= 2 {
		w.Plan, c.cursor, c.scopes = wire.PlanReset, 0, nil
	}
	if c.protocol >= 2 {
		w.Protocol, w.Floor, w.Schema = c.protocol, floor, src.Schema()
		c.open = [2]int64{hello.FirstN, hello.LastN}
		if err := c.planned(ctx, &w); err != nil {
			return err
		}
	}
	return c.send(&w)
}

// planned offers a ready-made replica where the rows to send would cost more.
func (c *conn) planned(ctx context.Context, w *wire.Welcome) error {
	if c.cursor != 0 {
		var far bool
		err := c.hub.during(ctx, c.epoch, func(m Moment) (err error) {
			may := c.hub.actorOf(c).Scopes
			granted := slices.DeleteFunc(slices.Clone(may), func(s string) bool { return slices.Contains(c.scopes, s) })
			far, err = c.far(ctx, m, c.cursor, may, granted)
			return err
		})
		if err != nil || !far {
			return err
		}
	}
	plan := c.file(ctx, c.schema)
	if plan.Plan == wire.PlanDelta {
		return nil
	}
	w.Plan, w.File, w.WaitMS = plan.Plan, plan.File, plan.WaitMS
	c.rest()
	return nil
}

// answerOpen sends a desk that rests what has been decided of the commands that it waits for.
func (c *conn) answerOpen(ctx context.Context) error {
	if c.open[0] == 0 || c.protocol < 3 {
		return nil
	}
	var verdicts []care.Verdict
	err := c.hub.during(ctx, c.epoch, func(m Moment) (err error) {
		verdicts, err = m.Answers(ctx, c.desk, c.open[0], c.open[1])
		return err
	})
	if err != nil {
		return err
	}
	return c.answer(verdicts)
}

// begin brings a desk that was welcomed to the portal's head, and keeps it there from then on.
func (c *conn) begin(ctx context.Context) error {
	h := c.hub
	h.mu.Lock()
	c.checked = time.Now().UnixMilli()
	if c.resting {
		h.mu.Unlock()
		return c.answerOpen(ctx)
	}
	if h.epoch == "" {
		h.epoch = c.epoch
	}
	if c.epoch != h.epoch {
		h.mu.Unlock()
		return errRewound // the hub has not heard of the new one yet
	}
	scopes := c.actor.Scopes
	h.listen(c, scopes) // before the moment is read: what is committed after it wakes
	h.mu.Unlock()
	if err := c.grant(ctx, scopes, true); err != nil {
		return err
	}
	h.mu.Lock()
	c.live = true
	h.mu.Unlock()
	// Scopes may have changed between asking for them and the moment that was read, which no batch will tell.
	if err := c.reauthorise(ctx); err != nil {
		return err
	}
	if err := c.advance(); err != nil {
		return err
	}
	return c.tellPresent()
}
