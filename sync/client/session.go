package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"meterside/care"
	"meterside/sync/wire"
)

const (
	welcomeWithin = 15 * time.Second
	quietAfter    = time.Second // since the last commit
	writeWithin   = 10 * time.Second
	closeCode     = 4000
)

// comeAgain ends a session that did what it was there for: the next one begins after a while.
type comeAgain struct {
	after    time.Duration
	fetching error // what kept a ready-made replica from being had, if that is why
}

func (e *comeAgain) Error() string { return fmt.Sprintf("another session in %v", e.after) }

// session is one connection. It belongs to the goroutine that runs it.
type session struct {
	c        *Client
	ws       *websocket.Conn
	protocol int
	bytes    atomic.Int64
	patience atomic.Int64 // how long nothing at all may come, ns
	stood    atomic.Int64 // the cursor that was last told
	spoke    atomic.Int64 // when something was last sent, unix ns
	sending  sync.Mutex
	frames   int64            // that were worked on
	behind   bool             // there is more to come
	midway   bool             // rows came that no commit has ended yet
	sent     int64            // the last command that this connection sent
	asked    time.Time        // when a command was last sent, or answered; zero where none is waited for
	held     <-chan time.Time // until then no command is sent: the portal is busy
	front    presence
	resting  bool // rows come again after the next hello
	fetched  chan error
	failed   error // why the replica could not be had
	again    <-chan time.Time
}

// session runs one connection from dial to loss. lived says that the portal welcomed the desk.
func (c *Client) session(ctx context.Context) (lived bool, err error) {
	ctx, cancel := context.WithCancel(ctx)
	s := &session{c: c, fetched: make(chan error, 1)}
	var nonce []byte
	if s.ws, nonce, err = s.dial(ctx); err != nil {
		cancel()
		return false, err
	}
	// A read waits as long as the line is silent, unless the line is closed under it.
	context.AfterFunc(ctx, func() { _ = s.ws.Close() })
	defer func() {
		cancel()
		_ = s.ws.Close()
		if s.resting { // the sink is free again when this returns
			if err := <-s.fetched; err != nil {
				c.Log.Debug("fetching a replica ended", "error", err)
			}
		}
	}()
	welcome, err := s.greet(ctx, nonce)
	if err != nil {
		return false, err
	}
	c.State(State{Phase: Syncing, Head: welcome.Head})
	s.protocol, s.sent, s.behind = max(welcome.Protocol, 1), welcome.LastN, true
	beat := time.Duration(welcome.BeatMS) * time.Millisecond
	s.patience.Store(int64(3 * beat))
	go s.staysHeard(ctx, beat)
	s.plan(ctx, wire.Plan{Plan: welcome.Plan, File: welcome.File, WaitMS: welcome.WaitMS})
	return true, s.follow(ctx)
}

// greet says hello and takes the answer.
func (s *session) greet(ctx context.Context, nonce []byte) (*wire.Welcome, error) {
	c := s.c
	hello, err := c.Sink.Hello(ctx)
	if err != nil {
		return nil, err
	}
	if hello.Signature, err = c.Sink.SignNonce(nonce); err != nil {
		return nil, err
	}
	s.stood.Store(hello.Cursor)
	if err := s.send(&hello); err != nil {
		return nil, err
	}
	s.patience.Store(int64(welcomeWithin))
	f, err := s.receive()
	if errors.Is(err, errUnreadable) {
		return nil, care.Err(care.CodeNotThePortal, "address", c.URL)
	}
	if err != nil {
		return nil, err
	}
	welcome, ok := f.(*wire.Welcome)
	if !ok {
		return nil, care.Err(care.CodeNotThePortal, "address", c.URL)
	}
	if hello.Server != "" && welcome.Server != hello.Server {
		return nil, care.Err(care.CodeOtherServer, "address", c.URL)
	}
	return welcome, c.Sink.Welcome(ctx, welcome)
}

// plan begins what the portal planned, where that is not rows.
func (s *session) plan(ctx context.Context, p wire.Plan) {
	if s.resting || p.Plan == wire.PlanFile && p.File == nil {
		return
	}
	switch p.Plan {
	case wire.PlanFile:
		s.resting = true
		go func() { s.fetched <- s.c.Sink.Fetch(ctx, s.c.URL, p.File) }()
	case wire.PlanWait:
		s.resting = true
		s.fetched <- nil
		s.again = time.After(jittered(time.Duration(p.WaitMS) * time.Millisecond))
	}
}

// jittered is a wait of at least d: those who were told the same come one after the other.
func jittered(d time.Duration) time.Duration {
	return d + rand.N(d/2+time.Millisecond) //nolint:gosec // a jitter is no secret
}

// follow reads in a goroutine of its own and does everything else here, so that the sink is never called twice at once.
func (s *session) follow(ctx context.Context) error {
	frames, failed := s.read(ctx)
	look := time.NewTicker(max(s.c.Stall/4, time.Millisecond))
	defer look.Stop()
	var w watch
	var tell, quiet <-chan time.Time
	for {
		fetched := s.fetched
		if s.again != nil {
			fetched = nil
		}
		var err error
		select {
		case <-ctx.Done():
			return ctx.Err()
		case err = <-failed:
			return err
		case f := <-frames:
			err = s.take(ctx, f)
			s.frames++
			if _, ok := f.(*wire.Commit); ok {
				quiet = time.After(quietAfter)
			}
		case <-quiet:
			quiet = nil
			err = s.c.Sink.Quiet(ctx)
		case err = <-fetched:
			err = s.installed(err)
		case <-s.again:
			err = &comeAgain{fetching: s.failed}
		case <-s.held:
			s.held = nil
		case now := <-look.C:
			if w.stuck(now, s.bytes.Load(), s.frames, s.behind && !s.resting, s.c.Stall) {
				err = care.Err(care.CodeNoProgress, "seconds", strconv.Itoa(int(s.c.Stall.Seconds())))
				break
			}
			err = s.lookBack(ctx, now)
		case <-s.c.wake:
		case <-s.c.turned:
			tell, err = s.tell()
		case <-tell:
			tell, err = s.tell()
		}
		if err == nil {
			err = s.handIn(ctx)
		}
		if err != nil {
			return err
		}
	}
}

// read reads frames in a goroutine of its own, until ctx ends or the connection fails.
func (s *session) read(ctx context.Context) (<-chan wire.Frame, <-chan error) {
	frames := make(chan wire.Frame, 4)
	failed := make(chan error, 1)
	go func() {
		for {
			f, err := s.receive()
			if err != nil {
				failed <- err
				return
			}
			select {
			case frames <- f:
			case <-ctx.Done():
				return
			}
		}
	}()
	return frames, failed
}

// installed ends the session for the next one to speak of the new replica. Where that could not be had, commands go on
// being handed in until it is tried again.
func (s *session) installed(err error) error {
	s.fetched <- err // for who waits for the goroutine
	if err == nil {
		s.c.fetches = 0
		return &comeAgain{}
	}
	s.failed = err
	problem := care.AsError(err)
	s.c.Log.Warn("a ready-made replica could not be had", "error", err)
	s.c.State(State{Phase: Syncing, Problem: &problem})
	s.again = time.After(jittered(min(s.c.Ceiling, s.c.Floor<<min(s.c.fetches, 10))))
	s.c.fetches++
	return nil
}

func (s *session) take(ctx context.Context, f wire.Frame) error {
	c := s.c
	switch f := f.(type) {
	case *wire.Rows:
		s.midway = true
		return c.Sink.Rows(ctx, f)
	case *wire.Commit:
		if err := c.Sink.Commit(ctx, f); err != nil {
			return err
		}
		s.midway, s.behind = false, false
		if len(f.Verdicts) > 0 {
			s.asked = time.Now()
		}
		c.State(State{Phase: Live, Head: f.To})
	case *wire.Answers:
		s.asked = time.Now()
		return c.Sink.Answers(ctx, f.Verdicts)
	case *wire.Beat:
		if s.resting || s.midway {
			return nil // a sign of life: there is no view that it could move
		}
		if err := c.Sink.Beat(ctx, f); err != nil {
			return err
		}
		s.stood.Store(f.Through)
		return s.send(&wire.Ack{Cursor: f.Through})
	case *wire.Plan:
		s.plan(ctx, *f)
	case *wire.Busy:
		s.sent = min(s.sent, f.N-1)
		s.held = time.After(jittered(time.Duration(f.AfterMS) * time.Millisecond))
	case *wire.Moved:
		return &comeAgain{after: jittered(time.Duration(f.AfterMS) * time.Millisecond)}
	case *wire.Present:
		c.Sink.Present(f)
	}
	return nil
}

// handIn sends the commands that this connection has not sent yet.
func (s *session) handIn(ctx context.Context) error {
	if s.held != nil {
		return nil
	}
	next, err := s.c.Sink.Unsent(ctx, s.sent)
	if err != nil {
		return err
	}
	for _, env := range next {
		cmd := wire.Command{Envelope: &env}
		if s.protocol >= 2 {
			cmd.Envelope = nil
			if cmd.Bytes, cmd.Signature, err = s.c.Sink.Signed(env); err != nil {
				return err
			}
		}
		if err := s.send(&cmd); err != nil {
			return err
		}
		s.sent, s.asked = env.N, time.Now()
	}
	return nil
}

// lookBack has commands sent again that got no answer for a while: something between desk and portal has swallowed them, or
// the answer.
func (s *session) lookBack(ctx context.Context, now time.Time) error {
	if s.asked.IsZero() || !s.answerable() || s.held != nil || now.Sub(s.asked) < s.c.Resend {
		return nil
	}
	s.asked = time.Time{}
	left, err := s.c.Sink.Unsent(ctx, 0)
	if err == nil && len(left) > 0 {
		s.sent = min(s.sent, left[0].N-1)
	}
	return err
}

// answerable says whether an answer can come: with the rows of a desk that is live, or without them to one that rests.
func (s *session) answerable() bool {
	if s.resting {
		return s.protocol >= 3
	}
	return !s.behind && !s.midway
}

// staysHeard says where the desk stands at each beat in which it said nothing else: while it works on something long, as a
// first sync by rows or a large commit, the portal would take it for gone.
func (s *session) staysHeard(ctx context.Context, beat time.Duration) {
	ticker := time.NewTicker(max(beat, time.Millisecond))
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-ticker.C:
			if now.Sub(time.Unix(0, s.spoke.Load())) < beat {
				continue
			}
			if err := s.send(&wire.Ack{Cursor: s.stood.Load()}); err != nil {
				return // who reads the line is told too
			}
		}
	}
}

// errUnreadable says that what came is no frame.
var errUnreadable = errors.New("no frame of a portal's")

func (s *session) receive() (wire.Frame, error) {
	_, b, err := s.ws.ReadMessage()
	var closed *websocket.CloseError
	if errors.As(err, &closed) && closed.Code == closeCode {
		var said care.Error
		if json.Unmarshal([]byte(closed.Text), &said) == nil && said.Code != "" {
			return nil, said
		}
	}
	if err != nil {
		return nil, err
	}
	s.c.trace(false, b)
	f, err := wire.Decode(b)
	if err != nil {
		return nil, errors.Join(errUnreadable, err)
	}
	return f, nil
}

func (s *session) send(f wire.Frame) error {
	b, err := wire.Encode(f)
	if err != nil {
		return err
	}
	s.sending.Lock()
	defer s.sending.Unlock()
	s.c.trace(true, b)
	s.spoke.Store(time.Now().UnixNano())
	if err := s.ws.SetWriteDeadline(time.Now().Add(writeWithin)); err != nil {
		return err
	}
	return s.ws.WriteMessage(websocket.BinaryMessage, b)
}
