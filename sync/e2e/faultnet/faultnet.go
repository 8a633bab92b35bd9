// Package faultnet is a network in memory whose faults are drawn from a seed: it delays, cuts, holds and shreds what is
// sent. No socket is opened and no goroutine started, so that time in it may be made up by testing/synctest.
package faultnet

import (
	"context"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// Weather is what a line does to the connections that are made over it from now on.
type Weather struct {
	// Cut resets a connection somewhere within so many bytes, both ways counted together; 0 never does.
	Cut int
	// Delay holds each write back for up to so long. What was written first still arrives first.
	Delay time.Duration
	// Rate is how many bytes pass in a second each way; 0 has no bound.
	Rate int
	// Shred hands what was written on in pieces.
	Shred bool
}

// Network joins lines to one listener.
type Network struct {
	seed uint64

	mu       sync.Mutex
	listener *listener // guarded by mu; nil while nobody listens
	lines    []*Line   // guarded by mu
}

// New gives a network whose faults follow from the seed and from the order in which connections are made.
func New(seed uint64) *Network { return &Network{seed: seed} }

// Listen takes the connections of every line, until it is closed; then another one may listen.
func (n *Network) Listen() (net.Listener, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.listener != nil {
		return nil, syscall.EADDRINUSE
	}
	l := &listener{network: n, come: make(chan net.Conn), closed: make(chan struct{})}
	n.listener = l
	return l, nil
}

// Line makes a line of fine weather. The name is part of the seed of its faults.
func (n *Network) Line(name string) *Line {
	h := fnv.New64a()
	_, _ = io.WriteString(h, name) // a hash takes everything
	l := &Line{network: n, salt: h.Sum64(), change: make(chan struct{})}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.lines = append(n.lines, l)
	return l
}

// Cut resets every connection of every line, as the end of the listener's computer does.
func (n *Network) Cut() {
	n.mu.Lock()
	lines := n.lines
	n.mu.Unlock()
	for _, l := range lines {
		l.Cut()
	}
}

// Line is one client's way to the listener.
type Line struct {
	network *Network
	salt    uint64

	mu     sync.Mutex
	number uint64        // guarded by mu: of the connections made
	now    Weather       // guarded by mu
	held   bool          // guarded by mu
	change chan struct{} // guarded by mu: closed when held changes
	open   []*link       // guarded by mu
}

// Set changes the weather for the connections that are made from now on.
func (l *Line) Set(w Weather) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.now = w
}

// Dialled says how many connections were made.
func (l *Line) Dialled() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return int(l.number) //nolint:gosec // a count of connections
}

// Partition makes the line a black hole: what is written goes nowhere, reads hang until their deadline, and so do dials.
func (l *Line) Partition() { l.hold(true) }

// Heal ends a partition. What was sent meanwhile arrives now, as TCP sends it again.
func (l *Line) Heal() { l.hold(false) }

// Calm ends the line's weather, heals it, and spares the open connections the reset that was still to come.
func (l *Line) Calm() {
	l.mu.Lock()
	l.now = Weather{}
	for _, k := range l.open {
		k.spare()
	}
	l.mu.Unlock()
	l.Heal()
}

func (l *Line) hold(held bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.held = held
	close(l.change)
	l.change = make(chan struct{})
	for _, k := range l.open {
		for _, p := range k.pipes {
			p.hold(held)
		}
	}
}

// Cut resets the line's connections. Both ends see it at once, held or not, and lose what they have not read.
func (l *Line) Cut() {
	l.mu.Lock()
	open := l.open
	l.open = nil
	l.mu.Unlock()
	for _, k := range open {
		k.reset()
	}
}

// Dial connects to whoever listens now. It has the form of net.Dialer.DialContext; the address does not matter.
func (l *Line) Dial(ctx context.Context, _, _ string) (net.Conn, error) {
	for {
		l.mu.Lock()
		held, change := l.held, l.change
		l.mu.Unlock()
		if !held {
			break
		}
		select {
		case <-change:
		case <-ctx.Done():
			return nil, &net.OpError{Op: "dial", Net: "memory", Err: ctx.Err()}
		}
	}
	l.network.mu.Lock()
	to := l.network.listener
	l.network.mu.Unlock()
	if to == nil {
		return nil, &net.OpError{Op: "dial", Net: "memory", Err: syscall.ECONNREFUSED}
	}
	near, far := l.connect()
	select {
	case to.come <- far:
		return near, nil
	case <-to.closed:
		return nil, &net.OpError{Op: "dial", Net: "memory", Err: syscall.ECONNREFUSED}
	case <-ctx.Done():
		return nil, &net.OpError{Op: "dial", Net: "memory", Err: ctx.Err()}
	}
}

func (l *Line) connect() (near, far *end) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.number++
	chance := rand.New(rand.NewPCG(l.network.seed, l.salt+l.number)) //nolint:gosec // the same seed must give the same faults
	k := &link{left: -1}
	if l.now.Cut > 0 {
		k.left = 1 + chance.IntN(l.now.Cut)
	}
	for i := range k.pipes {
		k.pipes[i] = newPipe(k, l.now, rand.New(rand.NewPCG(chance.Uint64(), 0)), l.held) //nolint:gosec // as above
	}
	l.open = append(l.open, k)
	up, down := k.pipes[0], k.pipes[1]
	return newEnd(down, up), newEnd(up, down)
}

// link is one connection: two pipes that share a fate.
type link struct {
	pipes [2]*pipe

	mu   sync.Mutex
	left int // guarded by mu: bytes until the reset; -1 for a connection that is never cut
}

// spend says how many of n bytes pass before the connection is reset.
func (k *link) spend(n int) (pass int, cut bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.left < 0 || n < k.left {
		if k.left > 0 {
			k.left -= n
		}
		return n, false
	}
	pass, k.left = k.left, 0
	return pass, true
}

// spare lets a connection live that was not reset yet.
func (k *link) spare() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.left > 0 {
		k.left = -1
	}
}

func (k *link) reset() {
	for _, p := range k.pipes {
		p.fail(syscall.ECONNRESET)
	}
}

type listener struct {
	network *Network
	come    chan net.Conn
	closed  chan struct{}
	once    sync.Once
}

// Accept waits for the next connection.
func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.come:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close lets another one listen. The connections that were made stay.
func (l *listener) Close() error {
	l.once.Do(func() {
		l.network.mu.Lock()
		defer l.network.mu.Unlock()
		l.network.listener = nil
		close(l.closed)
	})
	return nil
}

// Addr looks like this computer: a portal takes plain http from nowhere else.
func (*listener) Addr() net.Addr { return address }

var address = &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1}

// errTimeout is what a deadline gives.
var errTimeout = os.ErrDeadlineExceeded
