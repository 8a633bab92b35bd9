package hub

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"meterside/care"
	"meterside/sync/wire"
)

// stage is a hub over a memory, on a port of its own.
type stage struct {
	t       *testing.T
	memory  *memory
	hub     *Hub
	address string
	stop    func()
}

// newStage serves until the test ends; set changes what the hub does.
func newStage(t *testing.T, set func(*Options)) *stage {
	t.Helper()
	s := &stage{t: t, memory: newMemory()}
	s.hub = New(s.memory, slog.New(slog.DiscardHandler))
	if set != nil {
		set(&s.hub.Options)
	}
	ctx, cancel := context.WithCancel(context.Background())
	followed := make(chan error, 1)
	go func() { followed <- s.hub.Run(ctx) }()
	server := httptest.NewServer(s.hub)
	s.address = "ws" + server.URL[len("http"):]
	s.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-followed; err != nil {
			t.Error(err)
		}
		server.Close()
	})
	t.Cleanup(s.stop)
	return s
}

// desk is one connection, spoken by hand.
type desk struct {
	t  *testing.T
	ws *websocket.Conn
}

// dial connects as the desk of a CSR who may see some scopes.
func (s *stage) dial(csr string, scopes ...string) *desk {
	s.t.Helper()
	s.memory.allow(csr, care.Actor{ID: csr, Name: csr, Desk: "desk of " + csr, Scopes: scopes, Origin: care.OriginDesk})
	ws, res, err := websocket.DefaultDialer.Dial(s.address, http.Header{"Authorization": {"Bearer " + csr}})
	if err != nil {
		s.t.Fatal(err)
	}
	_ = res.Body.Close()
	s.t.Cleanup(func() { _ = ws.Close() })
	return &desk{t: s.t, ws: ws}
}

// live is a desk that was welcomed and caught up from the beginning.
func (s *stage) live(csr string, scopes ...string) *desk {
	s.t.Helper()
	d := s.dial(csr, scopes...)
	d.hello(wire.Hello{Protocol: wire.Protocol, Device: "desk of " + csr})
	next[*wire.Welcome](d)
	next[*wire.Commit](d)
	return d
}

func (d *desk) hello(h wire.Hello) { d.send(&h) }

func (d *desk) send(f wire.Frame) {
	d.t.Helper()
	b, err := wire.Encode(f)
	if err != nil {
		d.t.Fatal(err)
	}
	if err := d.ws.WriteMessage(websocket.BinaryMessage, b); err != nil {
		d.t.Fatal(err)
	}
}

// command sends a command whose effect is a row of a scope.
func (d *desk) command(n int64, id, scope string) {
	d.t.Helper()
	b, err := wire.EncodeEnvelope(care.Envelope{N: n, ID: id, Kind: scope, Version: 1})
	if err != nil {
		d.t.Fatal(err)
	}
	d.send(&wire.Command{Bytes: b})
}

func (d *desk) read() (wire.Frame, error) {
	if err := d.ws.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
		return nil, err
	}
	_, b, err := d.ws.ReadMessage()
	if err != nil {
		return nil, err
	}
	return wire.Decode(b)
}

// next gives the next frame of a kind; those before it are passed over.
func next[F wire.Frame](d *desk) F {
	d.t.Helper()
	for {
		f, err := d.read()
		if err != nil {
			var none F
			d.t.Fatalf("waiting for a %T: %v", none, err)
		}
		if f, ok := f.(F); ok {
			return f
		}
	}
}

// through reads until a commit at or behind a number, and gives the verdicts and the rows on the way.
func (d *desk) through(to int64) (verdicts []care.Verdict, rows int) {
	d.t.Helper()
	for {
		f, err := d.read()
		if err != nil {
			d.t.Fatalf("on the way to %d: %v", to, err)
		}
		switch f := f.(type) {
		case *wire.Rows:
			rows += len(f.Changes)
		case *wire.Commit:
			for _, v := range f.Verdicts {
				if v.Seq > f.To {
					d.t.Errorf("the verdict at %d came in the commit to %d, before its rows", v.Seq, f.To)
				}
			}
			verdicts = append(verdicts, f.Verdicts...)
			if f.To >= to {
				return verdicts, rows
			}
		}
	}
}

// ends reads until the connection ends, and gives the code that the hub gave.
func (d *desk) ends() care.Code {
	d.t.Helper()
	for {
		if _, err := d.read(); err != nil {
			return closeReason(err)
		}
	}
}

// until waits for something that the hub does in its own time.
func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !done(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s did not happen", what)
		}
	}
}
