package faultnet

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// Mischief is what a relay does to messages. Each is the chance, 0 to 1, that it happens to one message.
type Mischief struct {
	Drop      float64
	Duplicate float64
	Replay    float64 // some earlier message of the same client, the same way, goes before it; never before a first message
	Swap      float64 // it waits a moment for the next one, and goes after it
	Kill      float64 // the connection is reset after it
	Delay     float64 // it, and so all that come after it, waits for up to DelayUpTo
	DelayUpTo time.Duration
}

// Relay is a proxy that understands websocket messages, and hands them on as badly as it is told to. What is no websocket
// it hands on unharmed.
type Relay struct {
	// Down, if it is not nil, says what is handed on in the place of a message to who dialled.
	Down func(message []byte) ([]byte, error)

	dial     func(ctx context.Context, network, address string) (net.Conn, error)
	up, down Mischief

	mu     sync.Mutex
	chance *rand.Rand          // guarded by mu
	seen   map[string][][]byte // guarded by mu: messages by way and client
	did    map[string]int      // guarded by mu: how often each mischief was done
	calm   bool                // guarded by mu
}

// NewRelay gives a relay to what dial reaches. Up is from the one who dialled. It is an http.Handler: serve it.
func NewRelay(seed uint64, dial func(ctx context.Context, network, address string) (net.Conn, error), up, down Mischief) *Relay {
	return &Relay{
		dial: dial, up: up, down: down,
		chance: rand.New(rand.NewPCG(seed, 1)), //nolint:gosec // the same seed must give the same faults
		seen:   map[string][][]byte{}, did: map[string]int{},
	}
}

// Calm says whether messages pass as they are from now on.
func (r *Relay) Calm(yes bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calm = yes
}

// Did says how often each mischief was done, by its name and way, such as "up drop".
func (r *Relay) Did() map[string]int {
	r.mu.Lock()
	defer r.mu.Unlock()
	did := map[string]int{}
	for what, n := range r.did {
		did[what] = n
	}
	return did
}

var upgrader = websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}

// ServeHTTP stands between one client and the far side.
func (r *Relay) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if !websocket.IsWebSocketUpgrade(req) {
		to := &url.URL{Scheme: "http", Host: req.Host}
		proxy := &httputil.ReverseProxy{
			Transport: &http.Transport{DialContext: r.dial, DisableKeepAlives: true},
			Rewrite:   func(p *httputil.ProxyRequest) { p.SetURL(to) },
			// The line is dead: no page of a relay's own.
			ErrorHandler: func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
		}
		proxy.ServeHTTP(w, req)
		return
	}
	header := http.Header{}
	for name, values := range req.Header {
		switch name {
		case "Upgrade", "Connection", "Sec-Websocket-Key", "Sec-Websocket-Version", "Sec-Websocket-Extensions", "Sec-Websocket-Protocol":
		default:
			header[name] = values
		}
	}
	dialer := websocket.Dialer{NetDialContext: r.dial, HandshakeTimeout: 10 * time.Second}
	far, res, err := dialer.DialContext(req.Context(), "ws://"+req.Host+req.URL.Path, header)
	if err != nil {
		if res == nil {
			panic(http.ErrAbortHandler) // the line is dead: no page of a relay's own
		}
		defer func() { _ = res.Body.Close() }()
		w.Header().Set("Content-Type", res.Header.Get("Content-Type"))
		w.WriteHeader(res.StatusCode)
		_, _ = io.Copy(w, res.Body) // the one who dialled may have gone
		return
	}
	answer := http.Header{}
	for name, values := range res.Header {
		switch name {
		case "Upgrade", "Connection", "Sec-Websocket-Accept", "Sec-Websocket-Extensions":
		default:
			answer[name] = values
		}
	}
	near, err := upgrader.Upgrade(w, req, answer)
	if err != nil {
		_ = far.Close()
		return
	}
	client := req.Header.Get("Authorization")
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		r.pump(&way{from: far, to: near, m: r.down, name: "down ", client: client, change: r.Down})
	}()
	r.pump(&way{from: near, to: far, m: r.up, name: "up ", client: client})
	<-ended
}

// way is one direction of one connection.
type way struct {
	from, to *websocket.Conn
	m        Mischief
	name     string
	client   string
	begun    bool // the first message has passed
	change   func([]byte) ([]byte, error)
}

var errKilled = errors.New("killed")

// swapWithin is how long a message waits for the one that shall overtake it.
const swapWithin = 20 * time.Millisecond

// pump hands messages on one way until either side ends, then ends the other.
func (r *Relay) pump(w *way) {
	err := r.relay(w)
	var closed *websocket.CloseError
	if errors.As(err, &closed) && closed.Code != websocket.CloseAbnormalClosure && closed.Code != websocket.CloseNoStatusReceived {
		_ = w.to.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(closed.Code, closed.Text), time.Now().Add(time.Second))
	}
	_ = w.to.Close()
	_ = w.from.Close()
}

func (r *Relay) relay(w *way) error {
	messages, failed, over := make(chan []byte), make(chan error, 1), make(chan struct{})
	defer close(over)
	go func() {
		for {
			_, b, err := w.from.ReadMessage()
			if err == nil && w.change != nil {
				b, err = w.change(b)
			}
			if err != nil {
				failed <- err
				return
			}
			select {
			case messages <- b:
			case <-over:
				return
			}
		}
	}()
	var waiting [][]byte // swapped: behind the next message
	for {
		var soon <-chan time.Time
		if waiting != nil {
			soon = time.After(swapWithin)
		}
		var send [][]byte
		var kill bool
		select {
		case err := <-failed:
			return err
		case <-soon:
		case b := <-messages:
			var wait time.Duration
			var swap bool
			send, wait, swap, kill = r.decide(w, b)
			if swap && waiting == nil && !kill {
				waiting = send
				continue
			}
			time.Sleep(wait)
		}
		for _, b := range append(send, waiting...) {
			if err := w.to.WriteMessage(websocket.BinaryMessage, b); err != nil {
				return err
			}
		}
		waiting = nil
		if kill {
			return errKilled
		}
	}
}

// decide draws what happens to a message.
func (r *Relay) decide(w *way, b []byte) (send [][]byte, wait time.Duration, swap, kill bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	first := !w.begun
	w.begun = true
	if r.calm {
		return [][]byte{b}, 0, false, false
	}
	lot := func(chance float64, what string) bool {
		if r.chance.Float64() >= chance {
			return false
		}
		r.did[w.name+what]++
		return true
	}
	key := w.name + w.client
	earlier := r.seen[key]
	if w.m.Replay > 0 {
		r.seen[key] = append(earlier, b)
	}
	if !first && len(earlier) > 0 && lot(w.m.Replay, "replay") {
		send = append(send, earlier[r.chance.IntN(len(earlier))])
	}
	if !lot(w.m.Drop, "drop") {
		send = append(send, b)
		if lot(w.m.Duplicate, "duplicate") {
			send = append(send, b)
		}
	}
	if w.m.DelayUpTo > 0 && lot(w.m.Delay, "delay") {
		wait = time.Duration(r.chance.Int64N(int64(w.m.DelayUpTo)))
	}
	return send, wait, lot(w.m.Swap, "swap"), lot(w.m.Kill, "kill")
}
