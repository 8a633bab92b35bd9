package client

import (
	"time"

	"meterside/sync/wire"
)

const (
	presenceEvery = 5 * time.Second  // at most
	presenceAgain = 10 * time.Second // at least, while there is an account: the portal forgets what is not said again
)

// SetPresence says which account the CSR has in front of them, and whether they are changing it; "" for none. It may be
// called often: the portal is told at most every five seconds, and again while it lasts.
func (c *Client) SetPresence(account string, editing bool) {
	c.mu.Lock()
	c.front = wire.Presence{Account: account, Editing: editing}
	c.mu.Unlock()
	select {
	case c.turned <- struct{}{}:
	default:
	}
}

// presence is what a session told of the account in front.
type presence struct {
	told wire.Presence
	at   time.Time
}

// due is how long until there is something to tell; below 0 for nothing.
func (p *presence) due(now time.Time, front wire.Presence) time.Duration {
	every := presenceEvery
	switch {
	case front == p.told && front.Account == "":
		return -1
	case front == p.told:
		every = presenceAgain
	}
	return max(0, p.at.Add(every).Sub(now))
}

// tell tells the portal what is due, and gives the time at which to come here again.
func (s *session) tell() (<-chan time.Time, error) {
	if s.protocol < 2 {
		return nil, nil
	}
	s.c.mu.Lock()
	front := s.c.front
	s.c.mu.Unlock()
	now := time.Now()
	wait := s.front.due(now, front)
	if wait == 0 {
		if err := s.send(&front); err != nil {
			return nil, err
		}
		s.front = presence{told: front, at: now}
		wait = s.front.due(now, front)
	}
	if wait < 0 {
		return nil, nil
	}
	return time.After(wait), nil
}
