package hub

import (
	"context"
	"slices"
	"strings"
	"time"

	"meterside/sync/wire"
)

const (
	presenceEvery = time.Second // what comes sooner is ignored
	longestNumber = 64
)

// seen notes which account a CSR has in front of them. One that they may not see counts as none: who is at it, and that
// there is such an account, is not theirs to learn.
func (c *conn) seen(ctx context.Context, p *wire.Presence) error {
	now := time.Now()
	c.hub.mu.Lock()
	actor, account := c.actor, p.Account
	known := account == c.account
	soon := now.Sub(c.seenAt) < presenceEvery && account != ""
	c.hub.mu.Unlock()
	if len(account) > longestNumber || soon {
		return nil
	}
	if !known && account != "" {
		may, err := c.hub.source.MaySee(ctx, actor, account)
		if err != nil {
			return err
		}
		if !may {
			account = ""
		}
	}
	c.hub.mu.Lock()
	defer c.hub.mu.Unlock()
	c.hub.showPresence(c, account, p.Editing && account != "", now)
	return nil
}

// showPresence changes what a desk has in front of it, and wakes those whom that concerns. It is called with mu held.
func (h *Hub) showPresence(c *conn, account string, editing bool, now time.Time) {
	c.seenAt = now
	if account == c.account && editing == c.editing {
		return
	}
	before := c.account
	if before != "" {
		remove(h.present, before, c)
	}
	if c.account, c.editing = account, editing; account != "" && !c.ended.Load() {
		add(h.present, account, c)
	}
	for _, other := range h.present[before] {
		h.wake(other, duePresent)
	}
	for _, other := range h.present[account] {
		h.wake(other, duePresent)
	}
	if account != before {
		h.wake(c, duePresent)
	}
}

// tellPresent tells a desk who else has its account in front of them, where that changed.
func (c *conn) tellPresent() error {
	c.hub.mu.Lock()
	p := wire.Present{Account: c.account, Who: c.hub.others(c)}
	told := c.shown == p.Account && slices.Equal(c.showing, p.Who)
	c.shown, c.showing = p.Account, p.Who
	c.hub.mu.Unlock()
	if told || p.Account == "" || c.protocol < 2 {
		return nil
	}
	return c.send(&p)
}

// others are the people beside c's own who have c's account in front of them, by name; somebody with two desks is there
// once. It is called with mu held.
func (h *Hub) others(c *conn) []wire.Viewer {
	var all []wire.Viewer
	for _, other := range h.present[c.account] {
		if c.account == "" || other.csr == c.csr {
			continue
		}
		v := wire.Viewer{ID: other.csr, Name: other.actor.Name, Editing: other.editing}
		if i := slices.IndexFunc(all, func(had wire.Viewer) bool { return had.ID == v.ID }); i >= 0 {
			all[i].Editing = all[i].Editing || v.Editing
			continue
		}
		all = append(all, v)
	}
	slices.SortFunc(all, func(a, b wire.Viewer) int { return strings.Compare(a.Name+a.ID, b.Name+b.ID) })
	return all
}
