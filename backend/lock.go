package backend

import (
	"context"
	"errors"
	"math"
	"strconv"
	"time"

	"meterside/backend/keyring"
	"meterside/backend/vault"
	"meterside/care"
	"meterside/records"
)

// Locked is a desk whose user went away: nothing of it is told until their password was given. Signing in, the outbox and the
// connection are not touched by it. It is kept with the session, so that starting the program again does not lift it.
type Locked struct {
	At   int64 `json:"at"`             // ms
	Idle bool  `json:"idle,omitempty"` // by itself
	// Wrong is how many passwords were wrong, one after the other; before Next, ms, no other is compared.
	Wrong int   `json:"wrong,omitempty"`
	Next  int64 `json:"next,omitempty"`
}

const (
	freeTries = 4 // wrong passwords after which nobody has to wait
	mostTries = 10
	firstWait = 5 * time.Second
	// portalWithin is how long the portal has to compare a password, before the desk does.
	portalWithin = 5 * time.Second
)

// waitAfter is how long no other password is compared after so many that were wrong.
func waitAfter(wrong int) time.Duration {
	if wrong <= freeTries {
		return 0
	}
	return firstWait << (min(wrong, mostTries) - freeTries - 1)
}

// wait is how long it is until another password is compared. A clock that was set back makes nobody wait for longer than the
// wrong ones are worth.
func (l *Locked) wait(now time.Time) time.Duration {
	return min(max(0, time.UnixMilli(l.Next).Sub(now)), waitAfter(l.Wrong))
}

// Lock keeps everything from whoever is at the desk until the user's password was given. A desk that is locked stays as it is.
func (b *Backend) Lock(idle bool) error {
	u, err := b.current()
	if err != nil {
		return err
	}
	b.mu.Lock()
	if b.user != u || u.locked != nil {
		b.mu.Unlock()
		return nil
	}
	b.setLocked(u, &Locked{At: time.Now().UnixMilli(), Idle: idle})
	b.mu.Unlock()
	u.client.SetPresence("", false)
	b.opts.Changed("session")
	return nil
}

// setLocked changes how a desk is locked, nil for not at all; mu is held. A disk that does not take it down is no reason to
// leave the desk open. Who signed out meanwhile is not remembered as signed in.
func (b *Backend) setLocked(u *user, l *Locked) {
	if b.user != u {
		return
	}
	u.locked = l
	if err := b.remember(u.told()); err != nil {
		b.opts.Log.Error("a restart will not know how this desk was locked", "error", err)
	}
}

// here says whether it is still they who are signed in: somebody may have signed out while the portal was asked.
func (b *Backend) here(u *user) bool {
	now, err := b.current()
	return err == nil && now == u
}

// Locked is CodeDeskLocked while the desk is locked.
func (b *Backend) Locked() error {
	if _, err := b.signedIn(); care.CodeOf(err) == care.CodeDeskLocked {
		return err
	}
	return nil
}

// LockAfter is how long nobody may be at the desk before it locks itself; 0 is for as long as they like.
func (b *Backend) LockAfter(ctx context.Context) (time.Duration, error) {
	u, err := b.signedIn()
	if err != nil {
		return 0, err
	}
	policy, err := records.LoadPolicy(ctx, u.cache.Reader())
	return policy.LockAfter(), err
}

// lockOf is how the desk is locked; nil where it is not.
func (b *Backend) lockOf(u *user) *Locked {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return u.locked
}

// Unlock opens a locked desk to whom it is locked for. The portal compares the password where it can be reached, so that one
// that was changed, or a right that was taken away, counts at once; else the desk does, by what it kept at the sign-in. After
// ten wrong ones the desk signs out; what is unsent stays.
func (b *Backend) Unlock(ctx context.Context, password string) error {
	b.unlocking.Lock() // one try at a time, or the waits between them were none
	defer b.unlocking.Unlock()
	u, err := b.current()
	if err != nil {
		return err
	}
	lock := b.lockOf(u)
	if lock == nil {
		return nil
	}
	if wait := lock.wait(time.Now()); wait > 0 {
		return care.Err(care.CodeUnlockWait, "seconds", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	}
	again, err := b.compare(ctx, u, password)
	switch {
	case expelled(err):
		return errors.Join(err, b.expel(ctx, u, err))
	case care.CodeOf(err) == care.CodeSignInFailed:
		return b.wrongPassword(ctx, u, *lock)
	case err != nil || again:
		return err
	}
	b.mu.Lock()
	b.setLocked(u, nil)
	b.mu.Unlock()
	b.opts.Changed("session", "status", "accounts", "outbox", "tasks", "masquerade", "pop")
	return nil
}

// compare says whether a password is the user's. Where the portal ended the session meanwhile the password signs in anew, and
// again is true.
func (b *Backend) compare(ctx context.Context, u *user, password string) (again bool, err error) {
	brief, cancel := context.WithTimeout(ctx, portalWithin)
	defer cancel()
	question := struct {
		Password string `json:"password"`
	}{password}
	err = post(brief, u.session.Portal, "/api/unlock", u.token.get(), question, nil)
	switch care.CodeOf(err) {
	case "":
		if b.here(u) {
			b.keepVerifier(u.session, u.cache.Device(), password) // it may be another one than at the sign-in
		}
		return false, nil
	case care.CodeNotSignedIn:
		return true, b.signInAgain(ctx, u, password)
	case care.CodeSignInFailed, care.CodeSignInThrottled, care.CodeDeviceRevoked, care.CodeStaffInactive:
		return false, err
	}
	b.opts.Log.Info("the portal could not compare a password, so the desk does", "error", err)
	return false, b.compareHere(u, password)
}

// signInAgain takes up a session that the portal ended, by the password that it takes now. The desk goes on as it is.
func (b *Backend) signInAgain(ctx context.Context, u *user, password string) error {
	session, token, err := b.askIn(ctx, u.cache, u.session.Portal, u.session.User.ID, password)
	if err != nil {
		return err
	}
	return b.begin(session, u.cache.Device(), token, password)
}

// wrongPassword counts a try, and signs out after the last.
func (b *Backend) wrongPassword(ctx context.Context, u *user, lock Locked) error {
	lock.Wrong++
	lock.Next = time.Now().Add(waitAfter(lock.Wrong)).UnixMilli()
	b.mu.Lock()
	b.setLocked(u, &lock)
	b.mu.Unlock()
	if !b.here(u) {
		return care.Err(care.CodeNotSignedIn)
	}
	if left := mostTries - lock.Wrong; left > 0 {
		b.opts.Changed("session")
		return care.Err(care.CodeUnlockFailed, "left", strconv.Itoa(left))
	}
	why := care.Err(care.CodeUnlockTries, "tries", strconv.Itoa(mostTries))
	return errors.Join(why, b.signOut(ctx, u, &why))
}

func verifierName(portal, id, device string) string {
	return "unlocks " + secretName(portal, id) + " on " + device
}

// keepVerifier keeps what a password is known by while the portal is away. A desk without it is unlocked online alone.
func (b *Backend) keepVerifier(s Session, device, password string) {
	kept, err := vault.NewVerifier(password)
	if err == nil {
		err = b.opts.Secrets.Set(verifierName(s.Portal, s.User.ID, device), kept)
	}
	if err != nil {
		b.opts.Log.Warn("this desk can be unlocked online alone", "error", err)
	}
}

// carryVerifier keeps it for a device that goes on under another name.
func (b *Backend) carryVerifier(s Session, from, to string) {
	kept, err := b.opts.Secrets.Get(verifierName(s.Portal, s.User.ID, from))
	if err == nil {
		err = b.opts.Secrets.Set(verifierName(s.Portal, s.User.ID, to), kept)
	}
	if err != nil {
		b.opts.Log.Warn("this desk can be unlocked online alone", "error", err)
	}
}

// compareHere compares a password with what was kept at the sign-in.
func (b *Backend) compareHere(u *user, password string) error {
	kept, err := b.opts.Secrets.Get(verifierName(u.session.Portal, u.session.User.ID, u.cache.Device()))
	switch {
	case errors.Is(err, keyring.ErrNotFound):
		return care.Err(care.CodeUnlockOnline, "address", u.session.Portal)
	case err != nil:
		return keyringProblem(err)
	case !vault.Fits(kept, password):
		return care.Err(care.CodeSignInFailed)
	}
	return nil
}
