package faultnet

import (
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"syscall"
	"time"
)

// window is how much may be on the way in one direction before a write waits, as with TCP.
const window = 256 << 10

// pipe carries bytes one way.
type pipe struct {
	link    *link
	weather Weather

	mu     sync.Mutex
	chance *rand.Rand    // guarded by mu, as all below
	chunks []chunk       // on the way, in order
	size   int           // of chunks
	last   time.Time     // when the last byte arrives
	ended  bool          // no more is written
	held   bool          // nothing arrives
	broken error         // nothing arrives any more
	change chan struct{} // closed at each change
}

type chunk struct {
	bytes []byte
	at    time.Time
}

func newPipe(k *link, w Weather, chance *rand.Rand, held bool) *pipe {
	return &pipe{link: k, weather: w, chance: chance, held: held, change: make(chan struct{})}
}

// changed wakes who waits; it is called with mu held.
func (p *pipe) changed() {
	close(p.change)
	p.change = make(chan struct{})
}

func (p *pipe) hold(held bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.held = held
	p.changed()
}

func (p *pipe) fail(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.broken == nil {
		p.broken, p.chunks = err, nil
		p.changed()
	}
}

func (p *pipe) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended = true
	p.changed()
}

func (p *pipe) read(b []byte, closed, late <-chan struct{}) (int, error) {
	for {
		n, wait, change, err := p.take(b)
		if n > 0 || err != nil || len(b) == 0 {
			return n, err
		}
		if err := sleep(wait, change, closed, late); err != nil {
			return 0, err
		}
	}
}

// take gives what has arrived, or how long to wait for it; 0 is until something changes.
func (p *pipe) take(b []byte) (n int, wait time.Duration, change <-chan struct{}, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.broken != nil:
		return 0, 0, nil, p.broken
	case p.held:
	case len(p.chunks) == 0 && p.ended:
		return 0, 0, nil, io.EOF
	case len(p.chunks) > 0:
		first := &p.chunks[0]
		if wait = time.Until(first.at); wait > 0 {
			break
		}
		n = copy(b, first.bytes)
		first.bytes = first.bytes[n:]
		if len(first.bytes) == 0 {
			p.chunks = p.chunks[1:]
		}
		p.size -= n
		p.changed()
	}
	return n, wait, p.change, nil
}

func (p *pipe) write(b []byte, closed, late <-chan struct{}) (n int, err error) {
	for n < len(b) {
		took, change, err := p.put(b[n:])
		n += took
		if err != nil {
			return n, err
		}
		if took > 0 {
			continue
		}
		if err := sleep(0, change, closed, late); err != nil {
			return n, err
		}
	}
	return n, nil
}

// put sends as much as there is room for.
func (p *pipe) put(b []byte) (n int, change <-chan struct{}, err error) {
	p.mu.Lock()
	switch {
	case p.broken != nil:
		defer p.mu.Unlock()
		return 0, nil, p.broken
	case p.ended:
		defer p.mu.Unlock()
		return 0, nil, syscall.EPIPE
	}
	room := min(len(b), window-p.size)
	if room > 1 && p.weather.Shred {
		room = 1 + p.chance.IntN(room)
	}
	n, cut := p.link.spend(room)
	if n > 0 {
		p.chunks = append(p.chunks, chunk{bytes: append([]byte(nil), b[:n]...), at: p.arrival(n)})
		p.size += n
		p.changed()
	}
	change = p.change
	p.mu.Unlock()
	if cut {
		p.link.reset()
		return n, nil, syscall.ECONNRESET
	}
	return n, change, nil
}

// arrival is when n more bytes will have come: after those before them. It is called with mu held.
func (p *pipe) arrival(n int) time.Time {
	at := time.Now()
	if p.weather.Delay > 0 {
		at = at.Add(time.Duration(p.chance.Int64N(int64(p.weather.Delay))))
	}
	if p.last.After(at) {
		at = p.last
	}
	if p.weather.Rate > 0 {
		at = at.Add(time.Duration(n) * time.Second / time.Duration(p.weather.Rate))
	}
	p.last = at
	return at
}

// sleep waits for a change, or for a while if there is one to wait for.
func sleep(wait time.Duration, change, closed, late <-chan struct{}) error {
	var over <-chan time.Time
	if wait > 0 {
		t := time.NewTimer(wait)
		defer t.Stop()
		over = t.C
	}
	select {
	case <-change:
	case <-over:
	case <-closed:
		return net.ErrClosed
	case <-late:
		return errTimeout
	}
	return nil
}

// end is one end of a connection.
type end struct {
	in, out *pipe
	reads   deadline
	writes  deadline
	closed  chan struct{}
	once    sync.Once
	writing sync.Mutex
}

func newEnd(in, out *pipe) *end {
	return &end{in: in, out: out, reads: newDeadline(), writes: newDeadline(), closed: make(chan struct{})}
}

// Read takes what has arrived.
func (e *end) Read(b []byte) (int, error) {
	if err := e.over(&e.reads); err != nil {
		return 0, opError("read", err)
	}
	n, err := e.in.read(b, e.closed, e.reads.passed())
	if err == io.EOF { //nolint:errorlint // it is made here
		return n, err
	}
	return n, opError("read", err)
}

// Write sends; it waits only where too much is on the way.
func (e *end) Write(b []byte) (int, error) {
	e.writing.Lock()
	defer e.writing.Unlock()
	if err := e.over(&e.writes); err != nil {
		return 0, opError("write", err)
	}
	n, err := e.out.write(b, e.closed, e.writes.passed())
	return n, opError("write", err)
}

// over says why there is nothing to begin.
func (e *end) over(d *deadline) error {
	select {
	case <-e.closed:
		return net.ErrClosed
	case <-d.passed():
		return errTimeout
	default:
		return nil
	}
}

// Close ends both ways: the other end reads what was sent, then the end of it.
func (e *end) Close() error {
	e.once.Do(func() {
		close(e.closed)
		e.out.end()
		e.in.end()
		e.reads.set(time.Time{})
		e.writes.set(time.Time{})
	})
	return nil
}

// LocalAddr is this computer.
func (*end) LocalAddr() net.Addr { return address }

// RemoteAddr is this computer.
func (*end) RemoteAddr() net.Addr { return address }

// SetDeadline bounds reads and writes.
func (e *end) SetDeadline(t time.Time) error {
	e.reads.set(t)
	e.writes.set(t)
	return nil
}

// SetReadDeadline bounds reads, also one that waits now.
func (e *end) SetReadDeadline(t time.Time) error {
	e.reads.set(t)
	return nil
}

// SetWriteDeadline bounds writes, also one that waits now.
func (e *end) SetWriteDeadline(t time.Time) error {
	e.writes.set(t)
	return nil
}

func opError(op string, err error) error {
	if err == nil {
		return nil
	}
	return &net.OpError{Op: op, Net: "memory", Addr: address, Err: err}
}

// deadline is a moment that may be moved while somebody waits for it, as in net.Pipe.
type deadline struct {
	mu    sync.Mutex
	timer *time.Timer
	late  chan struct{} // guarded by mu: closed when the moment has passed
}

func newDeadline() deadline { return deadline{late: make(chan struct{})} }

func (d *deadline) set(t time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.timer != nil && !d.timer.Stop() {
		<-d.late // it is just being closed
	}
	d.timer = nil
	passed := false
	select {
	case <-d.late:
		passed = true
	default:
	}
	if t.IsZero() {
		if passed {
			d.late = make(chan struct{})
		}
		return
	}
	if wait := time.Until(t); wait > 0 {
		if passed {
			d.late = make(chan struct{})
		}
		late := d.late
		d.timer = time.AfterFunc(wait, func() { close(late) })
		return
	}
	if !passed {
		close(d.late)
	}
}

func (d *deadline) passed() <-chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.late
}
