package client_test

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"meterside/care"
	"meterside/sync/client"
	"meterside/sync/e2e/faultnet"
	"meterside/sync/wire"
)

// memory is a desk that keeps nothing but where it stands.
type memory struct {
	client.Sink // what is not here no test may come to

	mu     sync.Mutex
	cursor int64           // guarded by mu
	unsent []care.Envelope // guarded by mu
	slow   time.Duration   // that a commit takes
	quiet  []time.Time     // guarded by mu: when Quiet was called
}

func (m *memory) Hello(context.Context) (wire.Hello, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return wire.Hello{Protocol: wire.Protocol, Device: "d1", Cursor: m.cursor}, nil
}

func (m *memory) Commit(_ context.Context, c *wire.Commit) error {
	time.Sleep(m.slow)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.cursor = c.To
	m.answered(c.Verdicts)
	return nil
}

func (m *memory) Answers(_ context.Context, verdicts []care.Verdict) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.answered(verdicts)
	return nil
}

// answered is called with mu held.
func (m *memory) answered(verdicts []care.Verdict) {
	m.unsent = slices.DeleteFunc(m.unsent, func(e care.Envelope) bool {
		return slices.ContainsFunc(verdicts, func(v care.Verdict) bool { return v.N == e.N })
	})
}

func (m *memory) Beat(_ context.Context, b *wire.Beat) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.cursor = max(m.cursor, b.Through)
	return nil
}

func (m *memory) Unsent(_ context.Context, after int64) ([]care.Envelope, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []care.Envelope
	for _, e := range m.unsent {
		if e.N > after {
			all = append(all, e)
		}
	}
	return all, nil
}

func (m *memory) Signed(env care.Envelope) (bytes, signature []byte, err error) {
	b, err := wire.EncodeEnvelope(env)
	return b, nil, err
}

func (*memory) SignNonce([]byte) ([]byte, error)             { return nil, nil }
func (*memory) Welcome(context.Context, *wire.Welcome) error { return nil }
func (*memory) Rows(context.Context, *wire.Rows) error       { return nil }
func (m *memory) Quiet(context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.quiet = append(m.quiet, time.Now())
	return nil
}

func (*memory) Abort() {}

// fakePortal is a portal that does what a test says with each connection, over a network in memory.
type fakePortal struct {
	t   *testing.T
	net *faultnet.Network
}

// portal serves until stop, in the bubble of the test.
func portal(t *testing.T, serve func(p *fakePortal, ws *websocket.Conn)) (p *fakePortal, stop func()) {
	t.Helper()
	return portalFor(t, 1, func(p *fakePortal, ws *websocket.Conn, _ string) { serve(p, ws) })
}

// portalFor is a portal that knows desks by their tokens, on a network with the faults of a seed.
func portalFor(t *testing.T, seed uint64, serve func(p *fakePortal, ws *websocket.Conn, desk string)) (p *fakePortal, stop func()) {
	t.Helper()
	p = &fakePortal{t: t, net: faultnet.New(seed)}
	ln, err := p.net.Listen()
	if err != nil {
		t.Fatal(err)
	}
	var upgrader websocket.Upgrader
	server := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ws, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer func() { _ = ws.Close() }()
		serve(p, ws, strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
	})}
	go func() { _ = server.Serve(ln) }()
	return p, func() {
		_ = server.Close()
		p.net.Cut()
	}
}

// welcome takes hello and answers it.
func (p *fakePortal) welcome(ws *websocket.Conn, w wire.Welcome) {
	if _, _, err := ws.ReadMessage(); err != nil {
		return
	}
	w.Server, w.Protocol = "s1", wire.Protocol
	p.send(ws, &w)
}

// send says whether the connection still takes something.
func (p *fakePortal) send(ws *websocket.Conn, f wire.Frame) bool {
	b, err := wire.Encode(f)
	if err != nil {
		p.t.Error(err)
	}
	return ws.WriteMessage(websocket.BinaryMessage, b) == nil
}

// wait reads until the connection ends.
func wait(ws *websocket.Conn) {
	for {
		if _, _, err := ws.ReadMessage(); err != nil {
			return
		}
	}
}

// desk runs a client over a line until stop, and tells when it dialled.
type desk struct {
	*client.Client
	line  *faultnet.Line
	sink  *memory
	ended chan struct{}
	err   error // once it has ended
	stop  context.CancelFunc

	mu      sync.Mutex
	states  []client.State // guarded by mu
	dialled []time.Time    // guarded by mu
}

func newDesk(t *testing.T, line *faultnet.Line) *desk {
	t.Helper()
	return newDeskNamed(t, line, "token")
}

// newDeskNamed is a desk with a token of its own.
func newDeskNamed(t *testing.T, line *faultnet.Line, token string) *desk {
	t.Helper()
	return newDeskOver(t, line, token, &memory{})
}

// newSlowDesk is a desk whose commits take their time.
func newSlowDesk(t *testing.T, line *faultnet.Line, slow time.Duration) *desk {
	t.Helper()
	return newDeskOver(t, line, "token", &memory{slow: slow})
}

func newDeskOver(t *testing.T, line *faultnet.Line, token string, sink *memory) *desk {
	t.Helper()
	d := &desk{line: line, sink: sink, ended: make(chan struct{})}
	d.Client = client.New("http://127.0.0.1:1", func() string { return token }, d.sink, slog.New(slog.DiscardHandler))
	d.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		d.mu.Lock()
		d.dialled = append(d.dialled, time.Now())
		d.mu.Unlock()
		return line.Dial(ctx, network, address)
	}
	d.State = func(s client.State) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.states = append(d.states, s)
	}
	var ctx context.Context
	ctx, d.stop = context.WithCancel(t.Context())
	go func() {
		defer close(d.ended)
		d.err = d.Run(ctx)
	}()
	return d
}

func (d *desk) close() {
	d.stop()
	<-d.ended
}

// dials are the moments at which it dialled.
func (d *desk) dials() []time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.dialled)
}

func (d *desk) state() client.State {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.states[len(d.states)-1]
}
