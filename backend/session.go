package backend

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"meterside/backend/cache"
	"meterside/backend/keyring"
	"meterside/care"
	"meterside/records"
	"meterside/sync/client"
)

// Session is who is signed in, where.
type Session struct {
	SignedIn bool   `json:"signed_in"`
	User     *User  `json:"user,omitempty"`
	Portal   string `json:"portal"`
	Secrets  string `json:"secrets"`
	// Problem is why the portal ended the last session for good; nil otherwise.
	Problem *care.Error `json:"problem,omitempty"`
	// Acknowledged names the text that was acknowledged before a masquerade in this sign-in, as care.Policy.AckVersion does.
	Acknowledged string `json:"acknowledged,omitempty"`
	// Since is when the user signed in, ms; 0 where an earlier version noted no such thing.
	Since int64 `json:"since,omitempty"`
	// Timezone is the utility's, for the times of the lock's page, which is told no policy; "" where nobody is signed in.
	Timezone string `json:"timezone,omitempty"`
	// Locked says how the desk is locked; nil where it is not.
	Locked *Locked `json:"locked,omitempty"`
}

// User is a member of staff.
type User struct {
	ID   string    `json:"id"`
	Name string    `json:"name"`
	Role care.Role `json:"role"`
	Team string    `json:"team"`
}

// Session says who is signed in.
func (b *Backend) Session() (Session, error) {
	if b.fault != nil {
		return Session{}, b.fault
	}
	session, u := b.sessionNow()
	if u == nil {
		return session, nil
	}
	if policy, err := records.LoadPolicy(b.ctx, u.cache.Reader()); err == nil { // without it the times alone are others
		session.Timezone = policy.Zone().String()
	}
	return session, nil
}

// sessionNow is the session, and whose it is; nil for nobody's.
func (b *Backend) sessionNow() (Session, *user) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if b.user != nil {
		return b.user.told(), b.user
	}
	last, err := b.remembered()
	if err != nil {
		last = Session{}
	}
	return Session{Portal: last.Portal, Secrets: b.opts.Secrets.Where(), Problem: last.Problem}, nil
}

// told is the session as it is kept and told; the backend's mu is held.
func (u *user) told() Session {
	s := u.session
	s.Acknowledged, s.Locked = *u.acknowledged.Load(), u.locked
	return s
}

// SignIn signs a member of staff in at a portal by password, and keeps the token in the keyring.
func (b *Backend) SignIn(ctx context.Context, portal, id, password string) (Session, error) {
	if b.fault != nil {
		return Session{}, b.fault
	}
	if err := b.Locked(); err != nil {
		return Session{}, err // a locked desk's user signs out first
	}
	portal = strings.TrimRight(strings.TrimSpace(portal), "/")
	if err := client.CheckAddress(portal); err != nil {
		return Session{}, err
	}
	if err := b.leave(); err != nil {
		return Session{}, err
	}
	c, err := cache.Open(ctx, b.folder(portal, id), care.Actor{})
	if err != nil {
		return Session{}, err
	}
	session, token, err := b.askIn(ctx, c, portal, id, password)
	device := c.Device()
	if err := errors.Join(err, closeCache(ctx, c, err)); err != nil {
		return Session{}, err
	}
	return session, b.begin(session, device, token, password)
}

// begin takes up the session that a portal gave: what is kept of it stands before the desk goes on with it.
func (b *Backend) begin(session Session, device, token, password string) error {
	session.Since = time.Now().UnixMilli()
	if err := b.keepToken(session, device, token); err != nil {
		return err
	}
	b.keepVerifier(session, device, password)
	if err := b.remember(session); err != nil {
		return err
	}
	if err := b.leave(); err != nil {
		return err
	}
	if err := b.enter(session); err != nil {
		return err
	}
	b.opts.Changed("session", "status", "accounts", "outbox", "tasks")
	return nil
}

// askIn asks the portal for a token. Where it knows this device as somebody else's, or with another key, the folder was
// copied: the desk takes another identity, and asks once more.
func (b *Backend) askIn(ctx context.Context, c *cache.Cache, portal, id, password string) (Session, string, error) {
	if err := b.identify(ctx, c); err != nil {
		return Session{}, "", err
	}
	var answer struct {
		Token string     `json:"token"`
		Staff care.Staff `json:"staff"`
	}
	ask := func() error {
		is := c.Identity()
		request := struct {
			User     string `json:"user"`
			Password string `json:"password"`
			Device   string `json:"device"`
			Key      []byte `json:"key"`
		}{id, password, is.Device, is.Key}
		return post(ctx, portal, "/api/signin", "", request, &answer)
	}
	err := ask()
	if care.CodeOf(err) == care.CodeClonedDesk {
		if err = b.another(ctx, c); err == nil {
			err = ask()
		}
	}
	if err != nil {
		return Session{}, "", err
	}
	who := User{ID: answer.Staff.ID, Name: answer.Staff.Name, Role: answer.Staff.Role, Team: answer.Staff.Team}
	return Session{SignedIn: true, User: &who, Portal: portal, Secrets: b.opts.Secrets.Where()}, answer.Token, nil
}

// SignOut forgets the token. Commands that were not sent hold it back, unless keep says to leave them in the outbox,
// where they wait for the same user.
func (b *Backend) SignOut(ctx context.Context, keep bool) error {
	u, err := b.current() // also of a locked desk: whoever comes next signs in as themselves
	if err != nil {
		return err
	}
	unsent, _, err := u.cache.OutboxCounts(ctx)
	if err != nil {
		return err
	}
	if unsent > 0 && !keep {
		return care.Err(care.CodeSignOutUnsent, "count", strconv.Itoa(unsent))
	}
	return b.signOut(ctx, u, nil)
}

// signOut leaves the user's session, for a reason that the sign-in page says, or none.
func (b *Backend) signOut(ctx context.Context, u *user, why *care.Error) error {
	// The portal is told if it can be reached; the token is forgotten either way.
	if err := post(ctx, u.session.Portal, "/api/signout", u.token.get(), struct{}{}, nil); err != nil {
		b.opts.Log.Info("the portal was not told of the sign-out", "error", err)
	}
	if err := b.dropToken(u.session, u.cache.Device()); err != nil {
		return err
	}
	session := u.session
	session.SignedIn, session.Problem = false, why
	if err := errors.Join(b.remember(session), u.cache.Extras().Clear(), b.leave()); err != nil {
		return err
	}
	b.opts.Changed("session", "status", "accounts", "outbox", "tasks")
	return nil
}

// enter opens the cache of who is signed in, and finds their token and the device's key. The connection is made by
// Connect. Without a token nobody is signed in; a keyring that is locked or missing keeps the desk from the portal, not
// from what it holds.
func (b *Backend) enter(session Session) error {
	actor := care.Actor{ID: session.User.ID, Name: session.User.Name, Origin: care.OriginDesk, Role: session.User.Role, Team: session.User.Team}
	c, err := cache.Open(b.ctx, b.folder(session.Portal, session.User.ID), actor)
	if err != nil {
		return err
	}
	s := &sink{files: b.files(), cache: c, changed: b.opts.Changed, began: c.Stand()}
	token, err := b.tokenOf(session, c.Device())
	if errors.Is(err, keyring.ErrNotFound) {
		return c.Close() // signed out: nothing is lost but the sign-in
	}
	var trouble *care.Error
	if err != nil {
		b.opts.Log.Warn("the token cannot be had", "error", err)
		trouble = new(care.AsError(keyringProblem(err)))
	}
	if key, err := b.privateKey(c.Identity()); err == nil {
		s.key.Store(&key)
	}
	if err := s.resume(b.ctx); err != nil {
		return errors.Join(err, c.Close())
	}
	u := &user{session: session, cache: c, sink: s, locked: session.Locked}
	u.token.set(token)
	u.acknowledged.Store(&session.Acknowledged)
	u.client = client.New(session.Portal, u.token.get, s, b.opts.Log)
	u.client.State, u.client.Dial, u.client.Trace = b.setState, b.opts.Dial, b.opts.Trace
	u.follow(b)
	b.mu.Lock()
	b.user, b.trouble = u, trouble
	b.state = client.State{Phase: client.Offline}
	b.mu.Unlock()
	return nil
}

// files is the way to the ready-made replicas: that of every desk, unless the sync has a network of its own.
func (b *Backend) files() *client.Line {
	if b.opts.Dial == nil {
		return &filesLine
	}
	return &client.Line{Dial: b.opts.Dial}
}

func (b *Backend) leave() error {
	b.mu.Lock()
	u := b.user
	b.user = nil
	b.mu.Unlock()
	return u.close()
}

// resume signs in who was signed in when the program ended. Without the network, and without the token, the replica can
// still be read.
func (b *Backend) resume() error {
	session, err := b.remembered()
	if err != nil || !session.SignedIn || session.User == nil {
		return err
	}
	session.Secrets = b.opts.Secrets.Where()
	return b.enter(session)
}

func keyringProblem(err error) error {
	if strings.Contains(strings.ToLower(err.Error()), "lock") || strings.Contains(err.Error(), "dismissed") {
		return errors.Join(care.Err(care.CodeKeyringLocked), err)
	}
	return errors.Join(care.Err(care.CodeNoKeyring), err)
}

// folder is where a user's cache stands: one for each user of each portal, so that nobody opens another's.
func (b *Backend) folder(portal, id string) string {
	sum := sha256.Sum256([]byte(portal + "\n" + id))
	return filepath.Join(b.opts.Profile, "users", hex.EncodeToString(sum[:8]))
}

func secretName(portal, id string) string { return id + " at " + portal }

func (b *Backend) remember(s Session) error {
	bytes, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return fmt.Errorf("keeping the session: %w", err)
	}
	path := filepath.Join(b.opts.Profile, "session.json")
	if err := os.WriteFile(path+".new", bytes, 0o600); err != nil {
		return fmt.Errorf("keeping the session: %w", err)
	}
	return os.Rename(path+".new", path)
}

func (b *Backend) remembered() (Session, error) {
	var s Session
	bytes, err := os.ReadFile(filepath.Join(b.opts.Profile, "session.json"))
	if errors.Is(err, os.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return s, fmt.Errorf("reading the session: %w", err)
	}
	if err := json.Unmarshal(bytes, &s); err != nil {
		b.opts.Log.Warn("the session could not be read, and is left", "error", err)
		return Session{}, nil
	}
	return s, nil
}
