package hub

import (
	"context"
	"slices"
	"time"

	"meterside/care"
	"meterside/sync/wire"
)

// goOn brings what is due: rows with their verdicts, or the verdicts alone where the desk gets no rows.
func (c *conn) goOn() error {
	if c.rests() {
		return c.answer(nil)
	}
	return c.advance()
}

// answer sends a resting desk some verdicts and those that it is owed, ahead of their rows. One that does not know the word
// gets them after its next hello.
func (c *conn) answer(verdicts []care.Verdict) error {
	if c.protocol < 3 {
		return nil
	}
	c.hub.mu.Lock()
	verdicts = append(verdicts, c.owed...)
	c.owed = nil
	c.hub.talk(c)
	c.hub.mu.Unlock()
	if len(verdicts) == 0 {
		return nil
	}
	return c.send(&wire.Answers{Verdicts: verdicts})
}

// advance sends the batches that follow the cursor, or catches up from the database where there is a gap, and hands over
// the verdicts that no batch brings.
func (c *conn) advance() error {
	for {
		c.hub.mu.Lock()
		some, ok := c.hub.following(c.cursor)
		owed := c.settle(some)
		c.hub.mu.Unlock()
		switch {
		case !ok:
			c.hub.stats.behind.Add(1)
			err := c.task(func(ctx context.Context) error { return c.catchUp(ctx, nil, nil) })
			c.hub.stats.behind.Add(-1)
			if err != nil || c.rests() {
				return err
			}
			// What was in the gap may have changed what this desk may see.
			if err := c.task(c.reauthorise); err != nil {
				return err
			}
		case len(some) == 0 && len(owed) == 0:
			return nil
		default:
			if err := c.sendBatches(some, owed); err != nil {
				return err
			}
		}
	}
}

// settle takes the verdicts that belong to batches, and those that are owed for what the desk has by then. It is called
// with mu held.
func (c *conn) settle(some []*batch) (verdicts []care.Verdict) {
	to := c.cursor
	for _, b := range some {
		to = b.to
		for _, v := range b.verdicts[c.desk] {
			if _, waiting := c.underWay[v.CommandID]; waiting {
				c.underWay[v.CommandID] = true
			}
			verdicts = append(verdicts, v)
		}
	}
	c.owed = slices.DeleteFunc(c.owed, func(v care.Verdict) bool {
		if v.Seq > to {
			return false
		}
		if !slices.ContainsFunc(verdicts, func(had care.Verdict) bool { return had.CommandID == v.CommandID }) {
			verdicts = append(verdicts, v)
		}
		return true
	})
	c.hub.talk(c)
	return verdicts
}

// sendBatches writes some batches and one commit for them all.
func (c *conn) sendBatches(some []*batch, verdicts []care.Verdict) error {
	digests := c.protocol >= 2
	if len(some) == 1 && len(verdicts) == 0 {
		all, err := some[0].shared(c.scopes, digests)
		c.cursor = some[0].to
		if err != nil || all == nil {
			return err
		}
		c.hub.stats.delivered.Add(1)
		return c.write(all...)
	}
	var all [][]byte
	commit := wire.Commit{To: c.cursor, Time: c.hub.source.Now().UnixMilli(), Verdicts: verdicts}
	last := map[string]wire.Digest{}
	for _, b := range some {
		for _, s := range b.changed {
			if !slices.Contains(c.scopes, s) {
				continue
			}
			all = append(all, b.messages[s]...)
			if d, ok := b.digests[s]; ok && digests {
				last[s] = d
			}
		}
		commit.To, commit.Time = b.to, b.time
	}
	c.cursor = commit.To
	if len(all) == 0 && len(verdicts) == 0 {
		return nil
	}
	for _, s := range c.scopes {
		if d, ok := last[s]; ok {
			commit.Digests = append(commit.Digests, d)
		}
	}
	end, err := message(&commit)
	if err != nil {
		return err
	}
	c.hub.stats.delivered.Add(1)
	return c.write(append(all, end)...)
}

// reauthorise brings the desk to the scopes that it may hold now, and looks again until nothing changed meanwhile.
func (c *conn) reauthorise(ctx context.Context) error {
	h := c.hub
	for {
		h.mu.Lock()
		c.stale = false
		h.mu.Unlock()
		now, err := h.source.Authorise(ctx, c.token, c.ip)
		if err != nil {
			return err
		}
		h.mu.Lock()
		was, live := c.actor.Scopes, c.live
		c.checked = time.Now().UnixMilli()
		if slices.Equal(now.Scopes, was) {
			now.Scopes = was
			c.actor = now
			h.mu.Unlock()
			return nil
		}
		c.actor = now
		if live {
			h.listen(c, now.Scopes)
		}
		h.showPresence(c, "", false, time.Time{}) // what they may still see they say again
		h.mu.Unlock()
		if !live {
			return nil
		}
		if err := c.grant(ctx, now.Scopes, false); err != nil || c.rests() {
			return err
		}
	}
}

// grant brings the desk from the scopes that it holds to those that it may hold.
func (c *conn) grant(ctx context.Context, may []string, always bool) error {
	var granted, taken []string
	for _, s := range may {
		if !slices.Contains(c.scopes, s) {
			granted = append(granted, s)
		}
	}
	for _, s := range c.scopes {
		if !slices.Contains(may, s) {
			taken = append(taken, s)
		}
	}
	if !always && len(granted)+len(taken) == 0 {
		return nil
	}
	return c.catchUp(ctx, granted, taken)
}
