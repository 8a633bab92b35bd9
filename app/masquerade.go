package app

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"meterside/backend"
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

	WindowLost bool `json:"window_lost,omitempty"` // its banner has stopped: it may show nothing, or what is not so any more
	PortalLost bool `json:"portal_lost,omitempty"` // it cannot reach the portal
}

// Ended says which masquerade was the last, as whom, and why it ended.
type Ended struct {
	SessionID string `json:"session_id"`
	Account   string `json:"account"`
	Username  string `json:"username"`
	Reason    string `json:"reason"`
}

const (
	opensWithin = 30 * time.Second
	// closesWithin is well over what a window needs that finds no portal: its goodbye to the portal, the banner's farewell
	// and the browser's own end are some four seconds.
	closesWithin = 8 * time.Second
	// answersWithin is how long the portal has to answer that a session has ended, before it is left to the outbox.
	answersWithin = 2 * time.Second

	notOpened = "not_opened"
)

// masqueradeHost keeps at most one second window. It is a process of its own, told by standard input what to open and
// when to end; the end of that input means that the desk is gone.
type masqueradeHost struct {
	desk  *Desk
	over  func(ctx context.Context, sessionID, webUserID string) (reason string, err error) // why a session may not go on, or ""
	heard chan struct{}                                                                     // something has changed since it was last asked

	mu      sync.Mutex
	shown   Masquerade // guarded by mu
	child   *child     // guarded by mu: the last window, also after it has gone
	opening *opening   // guarded by mu; nil while none is being opened
	barred  int        // guarded by mu: how many want none to be opened
}

func newMasqueradeHost(d *Desk) *masqueradeHost {
	over := func(ctx context.Context, sessionID, webUserID string) (string, error) {
		return d.backend.MasqueradeOver(ctx, sessionID, webUserID)
	}
	return &masqueradeHost{desk: d, over: over, heard: make(chan struct{}, 1)}
}

// opening is a masquerade between the question and its window.
type opening struct {
	ended  bool // guarded by the host's mu: no window may follow
	cancel context.CancelFunc
	over   chan struct{} // closed when it has its window, or came to nothing
}

// StartMasquerade asks the portal for a session and opens its window.
func (d *Desk) StartMasquerade(args StartArgs) (Started, error) {
	return d.masquerade.start(args)
}

// EndMasquerade ends the session and closes its window.
func (d *Desk) EndMasquerade() error {
	if err := d.backend.Locked(); err != nil {
		return err
	}
	d.masquerade.end("desk")
	return nil
}

// EndSession ends any open masquerade: somebody else's by who may review, with words why. The window of this desk's own is
// closed as soon as the end stands in the replica.
func (d *Desk) EndSession(c care.EndMasquerade) (backend.Queued, error) {
	return d.backend.Do(d.ctx, &c)
}

// Masquerade says whether a masquerade is open, and as whom.
func (d *Desk) Masquerade() (Masquerade, error) {
	if err := d.backend.Locked(); err != nil {
		return Masquerade{}, err
	}
	return d.masquerade.now(), nil
}

func (h *masqueradeHost) now() Masquerade {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.shown
}

func (h *masqueradeHost) start(args StartArgs) (Started, error) {
	if err := h.desk.backend.Locked(); err != nil {
		return Started{}, err
	}
	ctx, cancel := context.WithCancel(h.desk.ctx)
	defer cancel()
	o, err := h.begin(cancel)
	if err != nil {
		return Started{}, err
	}
	defer h.settle(o)
	folder, err := downloads(h.desk.flags.Profile)
	if err != nil {
		return Started{}, err
	}
	greeting, err := h.desk.backend.AskMasquerade(ctx, args.StartMasquerade, args.Language, folder)
	if err != nil {
		return Started{}, err
	}
	c, err := h.spawn(o, greeting)
	if err != nil {
		h.report(greeting.SessionID, notOpened)
		return Started{}, err
	}
	if err := c.open(); err != nil {
		c.end(notOpened)
		return Started{}, err
	}
	return Started{SessionID: greeting.SessionID, EndsAt: greeting.EndsAt}, nil
}

// begin takes the one place that there is for a masquerade.
func (h *masqueradeHost) begin(cancel context.CancelFunc) (*opening, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.barred > 0 {
		return nil, care.Err(care.CodeMasqueradeEnded)
	}
	if h.opening != nil || h.child != nil && !h.child.left {
		return nil, care.Err(care.CodeMasqueradeOpen, "username", h.shown.Username)
	}
	h.opening = &opening{cancel: cancel, over: make(chan struct{})}
	return h.opening, nil
}

func (h *masqueradeHost) settle(o *opening) {
	h.mu.Lock()
	h.opening = nil
	h.mu.Unlock()
	close(o.over)
}

// spawn starts the window's process. It starts none for an opening that was told to end: looking and starting are one
// step, so that end either prevents a window or finds it.
func (h *masqueradeHost) spawn(o *opening, g masquerade.Greeting) (*child, error) {
	c, err := newChild(g)
	if err != nil {
		return nil, err
	}
	h.mu.Lock()
	if o.ended {
		err = care.Err(care.CodeMasqueradeEnded)
	} else if err = c.process.Start(); err == nil {
		h.child = c
	}
	h.mu.Unlock()
	if err != nil {
		c.discard()
		return nil, fmt.Errorf("opening the masquerade's window: %w", err)
	}
	go h.follow(c)
	go h.watch(c)
	return c, nil
}

// follow hears what the window tells until it is gone, and then sees to it that the session has ended.
func (h *masqueradeHost) follow(c *child) {
	reason := "window_lost"
	told := bufio.NewReader(c.told)
	for {
		e, err := masquerade.ReadEvent(told)
		if err != nil {
			break
		}
		switch e.Type {
		case masquerade.Started:
			h.show(Masquerade{Open: true, WebUserID: c.greeting.WebUserID, Username: c.greeting.Username, Account: c.greeting.Account, Mode: c.greeting.Mode, EndsAt: c.greeting.EndsAt})
			c.begin(nil)
		case masquerade.Raised:
			h.amend(func(m *Masquerade) { m.Mode = e.Mode })
		case masquerade.Lost, masquerade.Found:
			h.amend(func(m *Masquerade) { m.lose(e.Reason, e.Type == masquerade.Lost) })
		case masquerade.Used:
			h.desk.idle.use()
		case masquerade.Refused:
			reason = string(e.Code)
			c.begin(care.Error{Code: e.Code, Params: e.Params})
		case masquerade.Ended, masquerade.Expired:
			reason = e.Reason
		}
	}
	_ = c.process.Wait() // how it ended was told, or is window_lost
	c.begin(errors.New("the masquerade's window ended before it opened"))
	if err := os.RemoveAll(c.browser); err != nil {
		h.desk.log.Warn("the folder of a masquerade's browser is left for a later start", "error", err)
	}
	h.mu.Lock()
	c.left = true
	h.mu.Unlock()
	h.show(Masquerade{Ended: &Ended{c.greeting.SessionID, c.greeting.Account, c.greeting.Username, reason}})
	h.report(c.greeting.SessionID, reason)
	close(c.gone)
}

// amend shows the open window otherwise; one that is not open stays as it is.
func (h *masqueradeHost) amend(change func(*Masquerade)) {
	m := h.now()
	if !m.Open {
		return
	}
	change(&m)
	h.show(m)
}

// lose notes that a part of the window is lost, or that it is back.
func (m *Masquerade) lose(part string, lost bool) {
	switch part {
	case masquerade.PartWindow:
		m.WindowLost = lost
	case masquerade.PartPortal:
		m.PortalLost = lost
	}
}

// watch has the window closed as soon as this desk hears that its session may not go on: the portal answers it nothing any
// more, but a page that is shown would stay until the next is asked for (M11).
func (h *masqueradeHost) watch(c *child) {
	for {
		reason, err := h.over(h.desk.ctx, c.greeting.SessionID, c.greeting.WebUserID)
		if err != nil {
			h.desk.log.Warn("whether a masquerade may go on is not known", "error", err)
		}
		if reason != "" {
			c.end(reason)
			return
		}
		select {
		case <-c.gone:
			return
		case <-h.heard:
		}
	}
}

// hear notes that something has changed.
func (h *masqueradeHost) hear() {
	select {
	case h.heard <- struct{}{}:
	default:
	}
}

// report queues the end of a session: the window has told the portal if it could, and who is not told keeps a session open.
// While the portal is there its answer is awaited, so that a sign-out that follows finds nothing unsent.
func (h *masqueradeHost) report(session, reason string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(h.desk.ctx), answersWithin)
	defer cancel()
	if err := h.desk.backend.EndMasquerade(ctx, session, reason); err != nil {
		h.desk.log.Warn("the end of a masquerade is not on its way", "error", err)
	}
}

func (h *masqueradeHost) show(m Masquerade) {
	h.mu.Lock()
	h.shown = m
	h.mu.Unlock()
	h.desk.events.changed("masquerade")
}

// end closes the window, if there is one, and waits until it is gone and the end of its session is on its way. One that
// is being opened comes to nothing; the portal has closesWithin to answer it, so that a session it grants is known.
func (h *masqueradeHost) end(reason string) {
	h.mu.Lock()
	c, o := h.child, h.opening
	if o != nil {
		o.ended = true
	}
	h.mu.Unlock()
	if c != nil {
		c.end(reason)
	}
	if o == nil {
		return
	}
	select {
	case <-o.over:
	case <-time.After(closesWithin):
		o.cancel()
		<-o.over
	}
}

// bar ends what is open and lets nothing be opened until the returned function is called.
func (h *masqueradeHost) bar(reason string) (lift func()) {
	h.mu.Lock()
	h.barred++
	h.mu.Unlock()
	h.end(reason)
	return func() {
		h.mu.Lock()
		h.barred--
		h.mu.Unlock()
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
