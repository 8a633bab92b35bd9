package backend

import (
	"context"
	"errors"

	"meterside/backend/cache"
	"meterside/care"
)

// expelled says whether the portal took this desk, or its user, the right to hold anything.
func expelled(err error) bool {
	code := care.CodeOf(err)
	return code == care.CodeDeviceRevoked || code == care.CodeStaffInactive
}

// expel ends the session of somebody who may hold nothing any more: everything that came from the portal is erased, and the
// token with it. The outbox stays. The sign-in page says why.
func (b *Backend) expel(ctx context.Context, u *user, why error) error {
	b.mu.Lock()
	if b.user != u {
		b.mu.Unlock()
		return nil
	}
	b.user = nil
	b.mu.Unlock()
	u.end()
	session := u.session
	session.SignedIn, session.Problem = false, new(care.AsError(why))
	b.opts.Log.Warn("this desk may hold nothing any more, and is erased", "why", session.Problem.Code)
	err := errors.Join(u.cache.Erase(context.WithoutCancel(ctx)), b.dropToken(u.session, u.cache.Device()), b.remember(session))
	b.opts.Changed("session", "status", "accounts", "outbox", "tasks", "masquerade")
	return err
}

// closeCache closes a cache after a sign-in that was tried; one that may hold nothing is erased.
func closeCache(ctx context.Context, c *cache.Cache, err error) error {
	if expelled(err) {
		return c.Erase(context.WithoutCancel(ctx))
	}
	return c.Close()
}
