// Package client is the desk's end of the sync: it dials, hands in the outbox and hands on what comes.
package client

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"meterside/care"
	"meterside/sync/wire"
)

// Sink is the desk as the client needs it. Its methods are called from one goroutine, but for Fetch.
type Sink interface {
	// Hello says what the desk has.
	Hello(ctx context.Context) (wire.Hello, error)
	// SignNonce signs what the portal gave with its answer to the dial; nil for a device that has no key.
	SignNonce(nonce []byte) ([]byte, error)
	// Welcome is told of the portal's answer; PlanReset means: drop the replica.
	Welcome(ctx context.Context, w *wire.Welcome) error
	// Rows takes one frame; nothing of it counts before Commit.
	Rows(ctx context.Context, r *wire.Rows) error
	// Commit applies what Rows took, with verdicts and cursor, in one transaction.
	Commit(ctx context.Context, c *wire.Commit) error
	// Answers takes verdicts ahead of the rows that their commands caused.
	Answers(ctx context.Context, verdicts []care.Verdict) error
	// Beat moves the cursor of a desk that had nothing to apply.
	Beat(ctx context.Context, b *wire.Beat) error
	// Quiet is told that no frame came for a moment after a commit, for who applies several at once.
	Quiet(ctx context.Context) error
	// Abort drops what Rows took: the connection was lost.
	Abort()
	// Unsent gives the next commands to send, numbered, in order: those above after.
	Unsent(ctx context.Context, after int64) ([]care.Envelope, error)
	// Signed gives the exact bytes of a command and the device's signature over them; nil for a device that has no key.
	Signed(env care.Envelope) (bytes, signature []byte, err error)
	// Fetch brings the ready-made replica at a path below the portal's address, verified, and installs it as the replica
	// that the next Hello speaks of. It runs in a goroutine of the client's, beside the session, which goes on handing in
	// commands, and ends when ctx does. An error is tried again in a later session.
	Fetch(ctx context.Context, portal string, f *wire.File) error
	// Present is told who else has the account of SetPresence in front of them.
	Present(p *wire.Present)
}

// Phase is what the client is doing.
type Phase string

// The phases.
const (
	Offline    Phase = "offline"
	Connecting Phase = "connecting"
	Syncing    Phase = "syncing" // behind the portal's head
	Live       Phase = "live"
)

// State is the phase, and why the desk is offline.
type State struct {
	Phase   Phase
	Problem *care.Error
	Head    int64
}

// Client keeps one desk in step with its portal.
type Client struct {
	URL   string // the portal's address, http or https
	Token func() string
	Sink  Sink
	Log   *slog.Logger
	// State is told of each change of phase.
	State func(State)
	// Dial opens the connection under the websocket; nil is the network of this computer.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Floor and Ceiling bound the wait before another try; full jitter between, over a window that grows with each try.
	Floor, Ceiling time.Duration
	// Stall is how long nothing may come while there is more to come.
	Stall time.Duration
	// Resend is after how long without any answer a command is sent again over a line that is alive. The portal knows it by
	// its number and ID.
	Resend time.Duration

	// Trace is shown each frame as it travels, up to the portal or down from it, from two goroutines; nil for nobody.
	Trace func(up bool, frame []byte)

	wake    chan struct{}
	fetches int // that failed, one after the other

	mu     sync.Mutex
	front  wire.Presence // guarded by mu: what SetPresence said
	turned chan struct{}
}

// dialWithin bounds each step of opening a connection.
const dialWithin = 10 * time.Second

// New gives a client; call Run.
func New(address string, token func() string, sink Sink, log *slog.Logger) *Client {
	return &Client{
		URL: address, Token: token, Sink: sink, Log: log, State: func(State) {}, Floor: 500 * time.Millisecond, Ceiling: 30 * time.Second,
		Stall: 10 * time.Second, Resend: 30 * time.Second, wake: make(chan struct{}, 1), turned: make(chan struct{}, 1),
	}
}

// Wake says that there is something to send, or that now is a good time to try again.
func (c *Client) Wake() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

func (c *Client) trace(up bool, frame []byte) {
	if c.Trace != nil {
		c.Trace(up, frame)
	}
}

// Run connects, and connects again, until ctx ends or the portal gives an answer that trying again cannot change.
func (c *Client) Run(ctx context.Context) error {
	for attempt := 0; ; attempt++ {
		c.State(State{Phase: Connecting})
		lived, err := c.session(ctx)
		c.Sink.Abort()
		if ctx.Err() != nil {
			return nil
		}
		var again *comeAgain
		if errors.As(err, &again) {
			attempt = -1
			if !c.wait(ctx, again.after) {
				return nil
			}
			continue
		}
		problem := care.AsError(named(err, c.URL))
		c.Log.Debug("the connection ended", "error", err)
		c.State(State{Phase: Offline, Problem: &problem})
		if final(problem.Code) {
			return problem
		}
		if lived {
			attempt = 0
		}
		if !c.pause(ctx, attempt, problem) {
			return nil
		}
	}
}

// final says whether trying again by itself is pointless.
func final(code care.Code) bool {
	switch code {
	case care.CodeNotSignedIn, care.CodeTooOld, care.CodeOtherServer, care.CodeClonedDesk, care.CodeStaffInactive, care.CodeDeviceRevoked:
		return true
	}
	return false
}

// pause waits before another try, at least as long as the portal asked for. A wake ends it, but not that.
func (c *Client) pause(ctx context.Context, attempt int, problem care.Error) bool {
	if ms, err := strconv.Atoi(problem.Params["ms"]); err == nil && problem.Code == care.CodeBusy {
		if !c.wait(ctx, min(time.Duration(ms)*time.Millisecond, c.Ceiling)) {
			return false
		}
	}
	window := min(c.Ceiling-c.Floor, (10*c.Floor)<<min(attempt, 10))
	wait := c.Floor + rand.N(max(window, time.Millisecond)) //nolint:gosec // a jitter is no secret
	select {
	case <-ctx.Done():
		return false
	case <-c.wake:
	case <-time.After(wait):
	}
	return true
}

// wait waits as the portal asked: a wake does not shorten it.
func (c *Client) wait(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// Once connects, brings the desk to the portal's head with its outbox empty, and returns.
func (c *Client) Once(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	once := &Client{
		URL: c.URL, Token: c.Token, Sink: c.Sink, Log: c.Log, Dial: c.Dial, Floor: c.Floor, Ceiling: c.Ceiling, Stall: c.Stall, Resend: c.Resend, Trace: c.Trace,
		wake: c.wake, turned: make(chan struct{}),
	}
	state := c.State
	once.State = func(s State) {
		state(s)
		if s.Phase == Live {
			if left, err := c.Sink.Unsent(ctx, 0); err == nil && len(left) == 0 {
				cancel()
			}
		}
	}
	for {
		_, err := once.session(ctx)
		c.Sink.Abort()
		if ctx.Err() != nil && !errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return nil
		}
		var again *comeAgain
		if !errors.As(err, &again) {
			return err
		}
		if again.fetching != nil {
			return again.fetching
		}
		once.wait(ctx, again.after)
	}
}

// dial gives a connection and the nonce that came with the portal's answer.
func (s *session) dial(ctx context.Context) (*websocket.Conn, []byte, error) {
	c := s.c
	address, err := websocketURL(c.URL)
	if err != nil {
		return nil, nil, err
	}
	trust, err := TLS()
	if err != nil {
		return nil, nil, err
	}
	dialer := websocket.Dialer{
		Proxy: Proxy, NetDialContext: s.dialer(), HandshakeTimeout: dialWithin, ReadBufferSize: 32 << 10, WriteBufferSize: 1024, TLSClientConfig: trust,
	}
	ws, res, err := dialer.DialContext(ctx, address, http.Header{"Authorization": {"Bearer " + c.Token()}})
	if err == nil {
		ws.SetReadLimit(wire.MaxFrame)
		nonce, _ := hex.DecodeString(res.Header.Get(wire.NonceHeader)) // what is no nonce is none
		return ws, nonce, nil
	}
	if res == nil {
		return nil, nil, named(err, c.URL)
	}
	defer func() { _ = res.Body.Close() }()
	return nil, nil, refusal(res, c.URL)
}

// refusal is what a portal said instead of letting the desk in. A page of something else is not read.
func refusal(res *http.Response, address string) error {
	var said care.Error
	kind, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type")) // none is none of ours
	if kind == "application/json" && res.StatusCode >= 400 {
		body, _ := io.ReadAll(io.LimitReader(res.Body, 4096)) // what came of it is judged below
		if json.Unmarshal(body, &said) == nil && said.Code != "" {
			return said
		}
	}
	return care.Err(care.CodeNotThePortal, "address", address)
}

// CheckAddress refuses what is no portal's address, and plain http to another computer: no password goes there.
func CheckAddress(portal string) error {
	_, err := websocketURL(portal)
	return err
}

// websocketURL is where the sync stands at a portal. Plain http is for this computer only.
func websocketURL(portal string) (string, error) {
	u, err := url.Parse(portal)
	if err != nil || u.Host == "" || !care.Sealed(u) {
		return "", care.Err(care.CodePortalAddress)
	}
	u.Scheme = "ws" + strings.TrimPrefix(u.Scheme, "http")
	u.Path = strings.TrimSuffix(u.Path, "/") + "/sync"
	return u.String(), nil
}
