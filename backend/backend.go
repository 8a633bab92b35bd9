// Package backend is the desk without a window: sign-in, the replica and its sync, commands, search and masquerade.
package backend

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofrs/flock"

	"meterside/backend/cache"
	"meterside/backend/keyring"
	"meterside/care"
	"meterside/sync/client"
)

// Options say where a desk keeps its things.
type Options struct {
	Profile string // a folder; one desk at a time
	Secrets keyring.Keyring
	Log     *slog.Logger
	// Changed is told what changed: status, accounts, search, outbox, tasks, session, masquerade, presence.
	Changed func(topics ...string)
	// Dial opens the connections of the sync; nil is the network of this computer.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Trace is shown each frame of the sync as it travels, from two goroutines; nil for nobody.
	Trace func(up bool, frame []byte)
}

// Backend is one desk.
type Backend struct {
	opts Options
	lock *flock.Flock
	ctx  context.Context
	stop context.CancelFunc

	fault error // why nothing can be done; nil for a desk that was opened

	mu      sync.RWMutex
	user    *user // guarded by mu; nil while nobody is signed in
	state   client.State
	trouble *care.Error // guarded by mu: why there is no token though somebody is signed in

	unlocking sync.Mutex // held while a password is compared
	expelling sync.WaitGroup
}

// user is who is signed in, with their cache and their connection.
type user struct {
	session Session
	cache   *cache.Cache
	token   bearer
	client  *client.Client
	sink    *sink
	stop    context.CancelFunc
	ended   chan struct{}

	unfollow context.CancelFunc // ends the search's indexer
	followed chan struct{}
	searches searches
	locked   *Locked                // guarded by the backend's mu; nil for a desk that is not
	front    atomic.Pointer[string] // the contact that the user put in front; nil for none

	forgotten    atomic.Bool            // the portal knows the sign-in no more, and no renewal helped
	acknowledged atomic.Pointer[string] // the text that was acknowledged before a masquerade in this sign-in; "" for none
}

// Open takes a profile folder, and signs in who was signed in before. It does not connect: call Connect.
func Open(ctx context.Context, o Options) (*Backend, error) {
	if o.Changed == nil {
		o.Changed = func(...string) {}
	}
	if err := os.MkdirAll(o.Profile, 0o700); err != nil {
		return nil, fmt.Errorf("making the profile's folder: %w", err)
	}
	lock := flock.New(filepath.Join(o.Profile, "lock"))
	patience, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if ok, err := lock.TryLockContext(patience, 100*time.Millisecond); !ok {
		if err != nil && !errors.Is(err, context.DeadlineExceeded) {
			return nil, fmt.Errorf("locking the profile: %w", err)
		}
		return nil, care.Err(care.CodeProfileInUse)
	}
	b := &Backend{opts: o, lock: lock, state: client.State{Phase: client.Offline}}
	b.ctx, b.stop = context.WithCancel(context.WithoutCancel(ctx))
	if err := b.resume(); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return b, nil
}

// Broken is a desk that could not be opened: everything asked of it is answered by why. A window can still show that.
func Broken(o Options, why error) *Backend {
	if o.Changed == nil {
		o.Changed = func(...string) {}
	}
	return &Backend{opts: o, fault: why}
}

// Close ends the connection and lets the profile go.
func (b *Backend) Close() error {
	if b.fault != nil {
		return nil
	}
	b.stop()
	b.mu.Lock()
	u := b.user
	b.user = nil
	b.mu.Unlock()
	err := u.close()
	b.expelling.Wait()
	return errors.Join(err, b.lock.Unlock())
}

func (u *user) close() error {
	if u == nil {
		return nil
	}
	u.end()
	return u.cache.Close()
}

// end ends whatever runs for a user, and waits for it.
func (u *user) end() {
	if u.stop != nil {
		u.stop()
		<-u.ended
	}
	u.unfollow()
	<-u.followed
}

// Connect keeps the desk in step with its portal from now on, and again after each sign-in.
func (b *Backend) Connect() {
	b.mu.Lock()
	defer b.mu.Unlock()
	u := b.user
	if u == nil || u.stop != nil || u.token.get() == "" {
		return
	}
	var ctx context.Context
	ctx, u.stop = context.WithCancel(b.ctx)
	u.ended = make(chan struct{})
	go func() {
		var beside sync.WaitGroup
		defer close(u.ended)
		defer beside.Wait()
		beside.Go(func() { b.watch(ctx, u) })
		for {
			err := u.client.Run(ctx)
			if err == nil { // told to end
				return
			}
			if err = b.renewed(ctx, u, err); err != nil {
				b.opts.Log.Warn("the sync stopped", "error", err)
				if care.CodeOf(err) == care.CodeNotSignedIn {
					u.forgotten.Store(true)
					b.opts.Changed("masquerade")
				}
				if expelled(err) {
					b.expelling.Go(func() {
						if err := b.expel(ctx, u, err); err != nil {
							b.opts.Log.Error("this desk could not be erased to the end", "error", err)
						}
					})
				}
				return
			}
		}
	}()
}

// SyncOnce connects, brings the desk to the portal's head with its outbox answered, and disconnects.
func (b *Backend) SyncOnce(ctx context.Context) (Progress, error) {
	u, err := b.current()
	if err != nil {
		return Progress{}, err
	}
	began := time.Now()
	before := u.cache.Stand()
	err = u.client.Once(ctx)
	if err != nil {
		if err = b.renewed(ctx, u, err); err == nil {
			err = u.client.Once(ctx)
		}
	}
	if care.CodeOf(err) == care.CodeReplicaDiffers { // the next hello asks for another one
		err = u.client.Once(ctx)
	}
	if expelled(err) {
		return Progress{}, errors.Join(err, b.expel(ctx, u, err))
	}
	b.mu.Lock()
	if u.stop == nil { // nothing else connects: what is made from now on is made offline
		b.state.Phase = client.Offline
	}
	b.mu.Unlock()
	if err != nil && care.CodeOf(err) == care.CodeFault {
		err = errors.Join(care.Err(care.CodeOffline, "address", u.session.Portal), err)
	}
	err = errors.Join(err, u.cache.Searchable(ctx))
	return u.progress(before, time.Since(began)), err
}

// Progress is what a sync brought.
type Progress struct {
	Plan    string  `json:"plan"` // snapshot, rows (from the beginning) or delta
	Rows    int64   `json:"rows"`
	Bytes   int64   `json:"bytes"`
	Seconds float64 `json:"seconds"`
	Epoch   string  `json:"epoch"`
	Cursor  int64   `json:"cursor"`
	Head    int64   `json:"head"`
}

func (u *user) progress(before cache.Stand, took time.Duration) Progress {
	after := u.cache.Stand()
	p := Progress{
		Plan: "delta", Rows: u.sink.rows.Load(), Bytes: u.sink.bytes.Load(), Seconds: took.Seconds(),
		Epoch: after.Epoch, Cursor: after.Cursor, Head: max(u.sink.head.Load(), after.Cursor),
	}
	switch {
	case u.sink.file.Load() > before.Cursor:
		p.Plan = "snapshot"
	case before.Cursor == 0:
		p.Plan = "rows"
	}
	return p
}

// Progress is what the connection brought since the program began.
func (b *Backend) Progress(took time.Duration) (Progress, error) {
	u, err := b.current()
	if err != nil {
		return Progress{}, err
	}
	return u.progress(u.sink.began, took), nil
}

// signedIn is who is signed in, at a desk that is not locked: whatever tells or changes anything asks for them here.
func (b *Backend) signedIn() (*user, error) {
	u, err := b.current()
	if err == nil && b.lockOf(u) != nil {
		return nil, care.Err(care.CodeDeskLocked)
	}
	return u, err
}

// current is who is signed in, also while the desk is locked: for what goes on then, and tells nothing of a customer.
func (b *Backend) current() (*user, error) {
	if b.fault != nil {
		return nil, b.fault
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	if b.user == nil {
		return nil, care.Err(care.CodeNotSignedIn)
	}
	return b.user, nil
}

// Status is what the status strip shows.
type Status struct {
	Online    bool        `json:"online"`
	Phase     string      `json:"phase"`
	AsOf      int64       `json:"as_of"` // portal time of the data, ms; 0 before the first sync
	Epoch     string      `json:"epoch"`
	Cursor    int64       `json:"cursor"`
	Head      int64       `json:"head"`
	Unsent    int         `json:"unsent"`
	Attention int         `json:"attention"`
	Rows      int64       `json:"rows,omitempty"`    // taken so far, while syncing
	Copied    int64       `json:"copied,omitempty"`  // bytes of a ready-made replica that are here, while one is fetched
	Copying   int64       `json:"copying,omitempty"` // of how many
	Problem   *care.Error `json:"problem,omitempty"`
	Secrets   string      `json:"secrets"`
}

// Status says how the desk stands.
func (b *Backend) Status(ctx context.Context) (Status, error) {
	u, err := b.current()
	if err != nil {
		return Status{}, err
	}
	b.mu.RLock()
	state, trouble := b.state, b.trouble
	b.mu.RUnlock()
	stand := u.cache.Stand()
	s := Status{
		Online: state.Phase == client.Live || state.Phase == client.Syncing, Phase: string(state.Phase), AsOf: stand.Time,
		Epoch: stand.Epoch, Cursor: stand.Cursor, Head: max(u.sink.head.Load(), stand.Cursor), Problem: state.Problem, Secrets: b.opts.Secrets.Where(),
	}
	if s.Problem == nil {
		s.Problem = u.problem(ctx)
	}
	if trouble != nil {
		s.Problem = trouble
	}
	if state.Phase == client.Syncing {
		s.Rows = u.sink.rows.Load()
	}
	if copied := u.sink.copied.Load(); copied != nil {
		s.Copied, s.Copying = copied.Done, copied.Total
	}
	s.Unsent, s.Attention, err = u.cache.OutboxCounts(ctx)
	return s, err
}

func (b *Backend) setState(s client.State) {
	b.mu.Lock()
	before := b.state.Phase
	b.state = s
	b.mu.Unlock()
	if before != s.Phase {
		b.opts.Changed("presence") // what was told on a connection is true as long as that lasts
	}
	b.opts.Changed("status")
}

// Reachable asks, for a moment, whether the portal is there.
func (b *Backend) Reachable(ctx context.Context) bool {
	u, err := b.current()
	if err != nil {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	return get(ctx, u.session.Portal, "/healthz") == nil
}
