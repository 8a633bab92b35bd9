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
	if c.account != "" || account != "" {
		h.source.Tell(Seen{Desk: c.desk, CSR: c.csr, Name: c.actor.Name, Account: account, Editing: editing})
	}
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
	h.wakePresent(before)
	h.wakePresent(account)
	if account != before {
		h.wake(c, duePresent)
	}
}

// wakePresent wakes whoever has an account in front of them. It is called with mu held.
func (h *Hub) wakePresent(account string) {
	for _, c := range h.present[account] {
		h.wake(c, duePresent)
	}
}

// Seen is what a desk has in front of it, as the nodes of one portal tell each other.
type Seen struct {
	Desk    string `json:"desk"`
	CSR     string `json:"csr"`
	Name    string `json:"name"`
	Account string `json:"account,omitempty"` // "" for none
	Editing bool   `json:"editing,omitempty"`
}

// farDesk is a desk at another node, and when something was heard of it.
type farDesk struct {
	Seen
	at time.Time
}

// Heard takes what a desk at another node has in front of it. It holds for as long as what a desk here says.
func (h *Hub) Heard(s Seen) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.showFar(s, time.Now())
}

// showFar is called with mu held.
func (h *Hub) showFar(s Seen, now time.Time) {
	before := h.farAt[s.Desk]
	was := h.far[before][s.Desk]
	if delete(h.far[before], s.Desk); len(h.far[before]) == 0 {
		delete(h.far, before)
	}
	delete(h.farAt, s.Desk)
	if s.Account != "" {
		if h.far[s.Account] == nil {
			h.far[s.Account] = map[string]farDesk{}
		}
		h.far[s.Account][s.Desk], h.farAt[s.Desk] = farDesk{s, now}, s.Account
	}
	if was.Seen != s {
		h.wakePresent(before)
		h.wakePresent(s.Account)
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
	if c.account == "" {
		return nil
	}
	var all []wire.Viewer
	see := func(v wire.Viewer) {
		if i := slices.IndexFunc(all, func(had wire.Viewer) bool { return had.ID == v.ID }); i >= 0 {
			all[i].Editing = all[i].Editing || v.Editing
		} else if v.ID != c.csr {
			all = append(all, v)
		}
	}
	for _, other := range h.present[c.account] {
		see(wire.Viewer{ID: other.csr, Name: other.actor.Name, Editing: other.editing})
	}
	for _, other := range h.far[c.account] {
		see(wire.Viewer{ID: other.CSR, Name: other.Name, Editing: other.Editing})
	}
	slices.SortFunc(all, func(a, b wire.Viewer) int { return strings.Compare(a.Name+a.ID, b.Name+b.ID) })
	return all
}
