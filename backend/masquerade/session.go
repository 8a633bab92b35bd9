package masquerade

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"meterside/care"
)

// Options are what Open takes beside the greeting.
type Options struct {
	Transport http.RoundTripper // to the portal; nil for one of the session's own
	TLS       *tls.Config       // how the session's own judges the portal's certificate; nil as the system does
	Tell      func(Event)       // hears every event, one at a time; nil for nobody
	Log       *slog.Logger      // faults for the file; nil for none. No secret, name or path is logged.
}

// Session is one masquerade from its redeemed ticket to its end.
type Session struct {
	greeting  Greeting
	grant     grant
	portal    *url.URL
	target    *url.URL // whose pages are shown: the portal's, or the utility's own
	jar       *cookiejar.Jar
	transport http.RoundTripper
	log       *slog.Logger
	title     string
	shell     *door
	life      *lifetime
	refused   *refusals

	over     context.Context // done as soon as the session has ended: nothing more is shown
	stop     context.CancelFunc
	done     chan struct{}  // closed when the portal and the desk have been told
	work     sync.WaitGroup // everything Open started
	telling  sync.Mutex     // held while tell runs
	tell     func(Event)
	mu       sync.Mutex // the fields below
	mode     care.Mode
	page     string // the last page that was shown, on the inner door
	reason   string
	started  bool
	served   bool
	portalNo bool
	news     chan struct{} // closed and made anew when portalNo changes
	saved    string
	warned   map[care.Code]bool
	toldUse  time.Time
}

// Open redeems the greeting's ticket and starts serving. The session ends by Close, by its clock, by the portal, or
// when ctx is done. Both listeners stay until ctx is done, so that the banner can say why the session is over; the
// caller cancels ctx when the window has gone, and Wait returns when all is put away.
func Open(ctx context.Context, g Greeting, o Options) (*Session, error) {
	if err := g.Validate(); err != nil {
		return nil, fmt.Errorf("opening a masquerade: %w", err)
	}
	portal, err := portalURL(g.Portal)
	if err != nil {
		return nil, fmt.Errorf("opening a masquerade: %w", err)
	}
	t, err := readTexts(g.Language)
	if err != nil {
		return nil, fmt.Errorf("opening a masquerade: %w", err)
	}
	page, err := template.ParseFS(files, "shell/shell.html")
	if err != nil {
		return nil, fmt.Errorf("opening a masquerade: %w", err)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, fmt.Errorf("opening a masquerade: %w", err)
	}
	// Listening comes before redeeming: a ticket is good once, and not to be spent on a window that cannot open.
	outer, err := openDoor("s")
	if err != nil {
		return nil, fmt.Errorf("opening a masquerade: %w", err)
	}
	inner, err := openDoor("m")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("opening a masquerade: %w", err), outer.ln.Close())
	}
	s := &Session{
		greeting: g, portal: portal, transport: o.Transport, log: o.Log, tell: o.Tell, shell: outer,
		title: title(g, t), done: make(chan struct{}), warned: map[care.Code]bool{}, toldUse: time.Now(), news: make(chan struct{}),
	}
	if s.transport == nil {
		s.transport = newTransport(o.TLS)
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.grant, err = redeem(ctx, s.transport, portal, g); err != nil {
		return nil, errors.Join(err, outer.ln.Close(), inner.ln.Close())
	}
	s.greeting.Ticket, s.greeting.Verifier = "", "" // spent
	s.mode, s.page, s.jar, s.target = s.grant.Mode, inner.prefix+"/", jar, portal
	s.refused = newRefusals(s.tellRefused, outer.origin, inner.origin)
	csp, asks := pageCSP(outer.origin, inner.prefix+reportPath, s.grant.ThirdParty), (*passer)(nil)
	if h := s.grant.HandOver; h != nil {
		if err := s.handOver(ctx, *h); err != nil {
			_ = sayEnd(context.WithoutCancel(ctx), s.transport, portal, s.grant.Credential, "not_opened")
			return nil, errors.Join(err, outer.ln.Close(), inner.ln.Close())
		}
		s.page = inner.prefix + "/" + strings.TrimPrefix(h.Home, "/")
		csp, asks = otherCSP(outer.origin, inner.prefix+reportPath, s.grant.ThirdParty), &passer{transport: s.transport, portal: portal, credential: s.grant.Credential}
	}
	s.life = newLifetime(s.grant.left, time.Duration(g.IdleMS)*time.Millisecond)
	s.over, s.stop = context.WithCancel(context.WithoutCancel(ctx))

	pages := &proxy{
		portal: s.target, transport: s.transport, jar: jar, door: inner, csp: csp, passer: asks, texts: t, language: g.Language, folder: g.Downloads,
		credential: s.grant.Credential, session: s.grant.SessionID, actor: g.CSRID, mode: s.Mode,
		over: s.over, touch: s.used, ended: func() { s.end(ReasonPortal) },
		reached: s.answered, saved: s.keep, blocked: s.warn, shown: s.turned, refused: s.refused,
	}
	banner := &shell{
		door: outer, csp: shellCSP(inner.origin, outer.prefix+reportPath), page: page, report: s.refused.report, state: s.pulse, close: func() { s.end(ReasonClosed) }, over: s.over.Done(), news: s.changed,
		raise: func(ctx context.Context) raised { return s.raise(ctx, t, inner.origin) },
		view:  newShellView(g, s.grant, t, inner.origin+s.page),
	}
	s.run(ctx, outer.server(banner.handler()), outer, inner.server(pages), inner)
	return s, nil
}

// newTransport is the way to the portal. The host's own proxy settings apply, as for any program of the desk.
func newTransport(trust *tls.Config) http.RoundTripper {
	t := http.DefaultTransport.(*http.Transport).Clone()
	if trust != nil {
		t.TLSClientConfig = trust
	}
	t.ResponseHeaderTimeout = 30 * time.Second
	return t
}

// run starts the servers and the clock; all of it ends when ctx is done.
func (s *Session) run(ctx context.Context, shell *http.Server, outer *door, pages *http.Server, inner *door) {
	serve := func(srv *http.Server, d *door) {
		srv.ErrorLog = slog.NewLogLogger(s.log.Handler(), slog.LevelWarn)
		s.work.Go(func() {
			if err := srv.Serve(d.ln); !errors.Is(err, http.ErrServerClosed) {
				s.log.Error("a loopback server stopped", "error", err)
				s.end(ReasonWindow)
			}
		})
	}
	serve(shell, outer)
	serve(pages, inner)
	s.work.Go(func() { s.refused.run(s.over) })
	s.work.Go(func() { s.watchPortal(s.over) })
	s.work.Go(func() {
		if reason := s.life.watch(s.over, func() { s.say(Event{Type: Lost, Reason: PartWindow}) }); reason != "" {
			s.end(reason)
		}
	})
	s.work.Go(func() {
		<-ctx.Done()
		s.Close(ReasonWindow)
		_ = shell.Close()
		_ = pages.Close()
	})
}

// ShellURL is the page for the window to show. It holds a path secret: hand it to the window, not to a log.
func (s *Session) ShellURL() string { return s.shell.origin + s.shell.prefix + "/" }

// Title is the window's title: "AS: ", the customer, the account.
func (s *Session) Title() string { return s.title }

// Mode is what the session may do now.
func (s *Session) Mode() care.Mode {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.mode
}

// Done is closed when the session is over and the portal has been told, or could not be told in two seconds.
func (s *Session) Done() <-chan struct{} { return s.done }

// Reason says why the session ended, or "" while it lasts.
func (s *Session) Reason() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.reason
}

// Wait blocks until everything Open started has stopped, which needs its ctx to be done.
func (s *Session) Wait() { s.work.Wait() }

// Close ends the session and returns when the portal has been told, or could not be told in two seconds. The first
// reason stands; closing again only waits.
func (s *Session) Close(reason string) {
	s.end(reason)
	<-s.done
}

// end stops everything at once; telling portal and desk follows in its own goroutine.
func (s *Session) end(reason string) {
	s.mu.Lock()
	first := s.reason == ""
	if first {
		s.reason = Plain(reason, maxReason)
		if s.reason == "" {
			s.reason = ReasonDesk
		}
		reason = s.reason
	}
	s.mu.Unlock()
	if !first {
		return
	}
	s.stop()
	s.work.Go(func() {
		defer close(s.done)
		if reason != ReasonPortal {
			if err := s.refused.say(context.Background()); err != nil {
				s.log.Warn("what was refused last is not on record", "error", err)
			}
			if err := sayEnd(context.Background(), s.transport, s.portal, s.grant.Credential, reason); err != nil {
				s.log.Warn("the portal was not told of the end", "error", err)
			}
		}
		kind := Ended
		if reason == ReasonMax || reason == ReasonIdle {
			kind = Expired
		}
		s.say(Event{Type: kind, Reason: reason})
	})
}

// say tells the desk, one event at a time.
func (s *Session) say(e Event) {
	s.telling.Lock()
	defer s.telling.Unlock()
	if s.tell != nil {
		s.tell(e)
	}
}

// pulse answers the banner's heartbeat; the first one means that the banner is on the screen.
func (s *Session) pulse() pulse {
	returned := s.life.beat()
	refused, more := s.refused.others()
	total, idle := s.life.left()
	s.mu.Lock()
	first := !s.started
	s.started = true
	p := pulse{Ended: s.reason, Mode: s.mode, LeftMS: total.Milliseconds(), IdleMS: idle.Milliseconds(), PortalLost: s.portalNo, Served: s.served, Saved: s.saved, Refused: refused, RefusedMore: more}
	s.mu.Unlock()
	if p.Ended == "" {
		if first {
			s.say(Event{Type: Started})
		}
		if returned {
			s.say(Event{Type: Found, Reason: PartWindow})
		}
	}
	return p
}

// usedEvery is how often the desk is told that somebody is at the window.
const usedEvery = 10 * time.Second

// used notes that a page was asked for, and tells the desk now and then, which would take its user for gone.
func (s *Session) used() {
	s.life.touch()
	now := time.Now()
	s.mu.Lock()
	tell := now.Sub(s.toldUse) >= usedEvery
	if tell {
		s.toldUse = now
	}
	s.mu.Unlock()
	if tell {
		s.say(Event{Type: Used})
	}
}

// keep notes a saved file.
func (s *Session) keep(path string) {
	s.mu.Lock()
	s.saved = filepath.Base(path)
	s.mu.Unlock()
	s.say(Event{Type: Downloaded, Path: path})
}

// warn tells the desk of an answer that was not shown, once per kind: a page can ask for hundreds.
func (s *Session) warn(e care.Error) {
	s.mu.Lock()
	known := s.warned[e.Code]
	s.warned[e.Code] = true
	s.mu.Unlock()
	if !known {
		s.say(Event{Type: Blocked, Code: e.Code, Params: e.Params})
	}
}
