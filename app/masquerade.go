package app

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"meterside/backend/masquerade"
	"meterside/care"
)

// StartArgs are what the window asks a masquerade with.
type StartArgs struct {
	care.StartMasquerade
	Language string `json:"language"`
}

// Started is a masquerade that is on the screen.
type Started struct {
	SessionID string `json:"session_id"`
	EndsAt    int64  `json:"ends_at"`
}

// Masquerade is what the desk's window shows of the other one.
type Masquerade struct {
	Open      bool      `json:"open"`
	WebUserID string    `json:"web_user_id,omitempty"`
	Username  string    `json:"username,omitempty"`
	Account   string    `json:"account,omitempty"`
	Mode      care.Mode `json:"mode,omitempty"`
	EndsAt    int64     `json:"ends_at,omitempty"`
	Ended     *Ended    `json:"ended,omitempty"`
}

// Ended says why the last masquerade ended.
type Ended struct {
	Reason string `json:"reason"`
}

const (
	opensWithin  = 30 * time.Second
	closesWithin = 4 * time.Second
	// answersWithin is how long the portal has to answer that a session has ended, before it is left to the outbox.
	answersWithin = 2 * time.Second
)

// masqueradeHost keeps at most one second window. It is a process of its own, told by standard input what to open and
// when to end; the end of that input means that the desk is gone.
type masqueradeHost struct {
	desk *Desk

	mu    sync.Mutex
	shown Masquerade // guarded by mu
	child *child     // guarded by mu; nil while there is no window
	busy  bool       // guarded by mu: one is being opened
}

type child struct {
	greeting masquerade.Greeting
	process  *exec.Cmd
	orders   io.WriteCloser
	begun    chan error    // the first word: nil for started
	gone     chan struct{} // closed when the process has ended
}

// StartMasquerade asks the portal for a session and opens its window.
func (d *Desk) StartMasquerade(args StartArgs) (Started, error) {
	return d.masquerade.start(args)
}

// EndMasquerade ends the session and closes its window.
func (d *Desk) EndMasquerade() { d.masquerade.end("desk") }

// Masquerade says whether a masquerade is open, and as whom.
func (d *Desk) Masquerade() Masquerade {
	d.masquerade.mu.Lock()
	defer d.masquerade.mu.Unlock()
	return d.masquerade.shown
}

func (h *masqueradeHost) start(args StartArgs) (Started, error) {
	h.mu.Lock()
	if h.child != nil || h.busy {
		h.mu.Unlock()
		return Started{}, care.Err(care.CodeMasqueradeOpen, "username", h.shown.Username)
	}
	h.busy = true
	h.mu.Unlock()
	defer func() {
		h.mu.Lock()
		h.busy = false
		h.mu.Unlock()
	}()
	folder, err := downloads(h.desk.flags.Profile)
	if err != nil {
		return Started{}, err
	}
	greeting, err := h.desk.backend.AskMasquerade(h.desk.ctx, args.StartMasquerade, args.Language, folder)
	if err != nil {
		return Started{}, err
	}
	c, err := h.spawn(greeting)
	if err != nil {
		return Started{}, errors.Join(err, h.desk.backend.EndMasquerade(h.desk.ctx, greeting.SessionID, "not_opened"))
	}
	select {
	case err = <-c.begun:
	case <-time.After(opensWithin):
		err = errors.New("the masquerade's window did not open")
	}
	if err != nil {
		h.end("not_opened")
		return Started{}, err
	}
	return Started{SessionID: greeting.SessionID, EndsAt: greeting.EndsAt}, nil
}

func (h *masqueradeHost) spawn(g masquerade.Greeting) (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("finding the program: %w", err)
	}
	c := &child{greeting: g, process: exec.Command(self, "--masquerade"), begun: make(chan error, 1), gone: make(chan struct{})} //nolint:gosec,noctx // itself; it ends by its input
	c.process.Stderr = os.Stderr
	if c.orders, err = c.process.StdinPipe(); err != nil {
		return nil, fmt.Errorf("opening the masquerade's window: %w", err)
	}
	told, err := c.process.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("opening the masquerade's window: %w", err)
	}
	if err := c.process.Start(); err != nil {
		return nil, fmt.Errorf("opening the masquerade's window: %w", err)
	}
	h.mu.Lock()
	h.child = c
	h.mu.Unlock()
	go h.follow(c, bufio.NewReader(told))
	if err := masquerade.WriteLine(c.orders, g); err != nil {
		return nil, fmt.Errorf("telling the masquerade's window: %w", err)
	}
	return c, nil
}

// follow hears what the window tells until it is gone, and then sees to it that the session has ended.
func (h *masqueradeHost) follow(c *child, told *bufio.Reader) {
	reason := "window_lost"
	for {
		e, err := masquerade.ReadEvent(told)
		if err != nil {
			break
		}
		switch e.Type {
		case masquerade.Started:
			h.show(Masquerade{Open: true, WebUserID: c.greeting.WebUserID, Username: c.greeting.Username, Account: c.greeting.Account, Mode: c.greeting.Mode, EndsAt: c.greeting.EndsAt})
			c.begun <- nil
		case masquerade.Refused:
			reason = string(e.Code)
			c.begun <- care.Error{Code: e.Code, Params: e.Params}
		case masquerade.Ended, masquerade.Expired:
			reason = e.Reason
		}
	}
	_ = c.process.Wait() // how it ended was told, or is window_lost
	select {
	case c.begun <- errors.New("the masquerade's window ended before it opened"):
	default:
	}
	h.mu.Lock()
	h.child = nil
	h.mu.Unlock()
	h.show(Masquerade{Ended: &Ended{Reason: reason}})
	h.report(c.greeting.SessionID, reason)
	close(c.gone)
}

// report queues the end of a session: the window has told the portal if it could, and who is not told keeps a session open.
// While the portal is there its answer is awaited, so that a sign-out that follows finds nothing unsent.
func (h *masqueradeHost) report(session, reason string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(h.desk.ctx), answersWithin)
	defer cancel()
	queued, err := h.desk.backend.Do(ctx, &care.EndMasquerade{Session: session, Reason: reason})
	if err != nil {
		h.desk.log.Warn("the end of a masquerade could not be queued", "error", err)
		return
	}
	if status, err := h.desk.backend.Status(ctx); err != nil || !status.Online {
		return
	}
	if _, err := h.desk.backend.Await(ctx, queued.CommandID); err != nil {
		h.desk.log.Warn("the end of a masquerade was not answered", "error", err)
	}
}

func (h *masqueradeHost) show(m Masquerade) {
	h.mu.Lock()
	h.shown = m
	h.mu.Unlock()
	h.desk.events.changed("masquerade")
}

// end closes the window, if there is one, and waits until it is gone. A window that does not hear is ended by force.
func (h *masqueradeHost) end(reason string) {
	h.mu.Lock()
	c := h.child
	h.mu.Unlock()
	if c == nil {
		return
	}
	_ = masquerade.WriteLine(c.orders, masquerade.Order{Type: masquerade.OrderEnd, Reason: reason})
	select {
	case <-c.gone:
	case <-time.After(closesWithin):
		_ = c.process.Process.Kill()
		<-c.gone
	}
}

// downloads is where files that the portal offers are saved.
func downloads(profile string) (string, error) {
	folder := filepath.Join(profile, "downloads")
	if home, err := os.UserHomeDir(); err == nil {
		if info, err := os.Stat(filepath.Join(home, "Downloads")); err == nil && info.IsDir() {
			folder = filepath.Join(home, "Downloads")
		}
	}
	folder, err := filepath.Abs(folder)
	if err != nil {
		return "", fmt.Errorf("finding the downloads: %w", err)
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", fmt.Errorf("making the downloads' folder: %w", err)
	}
	return folder, nil
}
