package hub

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"meterside/care"
	"meterside/sync/wire"
)

const (
	helloWithin = 10 * time.Second
	maxCommand  = 64 << 10
	maxWaiting  = 256  // frames of a desk that were read and not yet looked at
	maxUnderWay = 128  // commands of a desk that were submitted and are not decided: some are read while others are written
	closeCode   = 4000 // with a care.Error as its reason
	chunk       = 32 << 10
)

// due says what a desk's worker has to look at.
type due uint8

const (
	dueHello due = 1 << iota
	dueRows
	dueBeat
	dueCheck
	dueOwed
	duePresent
	dueMoved
)

// conn is one desk's connection.
type conn struct {
	hub   *Hub
	net   net.Conn
	ws    *websocket.Conn // for reading only: writing is by whole messages, see write
	token string
	ip    string
	desk  string // as the token says
	csr   string
	nonce []byte
	doing doing
	left  func() // tells the gate
	ended atomic.Bool
	parts atomic.Bool  // the desk was told why, and has a moment to read it
	heard atomic.Int64 // when the desk last said something, unix ms
	spoke atomic.Int64 // when something was last written to it, unix ms

	// Guarded by hub.mu.
	actor     care.Actor
	listening []string // the scopes whose changes wake it
	due       due
	working   bool // a worker runs; what follows below is its own then
	greeted   bool // it was welcomed
	live      bool // it has been caught up once, and is kept so
	resting   bool // the desk fetches or waits for a ready-made replica: it gets no rows until its next hello
	stale     bool // its right to be here has to be looked at before it may do anything
	checked   int64
	moveAfter time.Duration
	underWay  map[string]bool // commands submitted and not decided; true once the verdict was sent
	sentBack  int64           // the command that the portal was too busy for: those after it wait for it
	owed      []care.Verdict  // verdicts that no batch brought
	account   string          // in front of the CSR
	editing   bool
	seenAt    time.Time // when that was last said
	shown     string    // the account of the last present that was sent
	showing   []wire.Viewer

	// The worker's own; guarded by hub.mu while none runs.
	protocol int
	schema   int64
	epoch    string // that it was welcomed in
	cursor   int64
	scopes   []string // granted now
	open     [2]int64 // the numbers of the commands whose answers the desk lacks, whatever its cursor

	writing sync.Mutex

	in inbox
}

// serve waits for one message, and leaves waiting for the next one to a fresh goroutine: the stack of one that took a
// message has grown, and does not shrink as far again.
func (c *conn) serve() {
	kind, b, err := c.ws.ReadMessage()
	if c.receive(kind, b, err) {
		c.hub.tasks.Go(c.serve)
		return
	}
	c.close()
}

// close closes a connection that has ended.
func (c *conn) close() {
	if c.parts.Load() { // what it still sends is read, or the reason would be lost on its way
		_, _ = io.Copy(io.Discard, c.net)
	}
	_ = c.net.Close()
}

// receive takes one message; false at the end of the connection.
func (c *conn) receive(kind int, b []byte, err error) bool {
	c.heard.Store(time.Now().UnixMilli())
	switch {
	case err != nil:
		c.end(&lineError{err})
		return false
	case kind != websocket.BinaryMessage:
		c.end(care.Err(care.CodeInvalid, "field", "frame", "problem", "is not binary"))
		return false
	}
	if cursor, ok := wire.AckOf(b); ok { // nearly all that an idle desk says
		c.hub.source.Acked(c.desk, cursor)
		return !c.ended.Load()
	}
	return c.in.put(c, b)
}

// wake has a desk's worker look at something, and starts one if none runs. What is not live yet looks at everything when
// it is. It is called with mu held.
func (h *Hub) wake(c *conn, what due) {
	early := what&(dueHello|dueMoved) != 0
	if c.ended.Load() || h.ctx.Err() != nil || !early && !c.live && !c.resting {
		return
	}
	c.due |= what
	if c.working {
		return
	}
	c.working = true
	if c.live {
		c.cursor = max(c.cursor, h.head) // what it was not woken for does not concern it
	}
	h.tasks.Go(c.work)
}

// work does what is due until nothing is.
func (c *conn) work() {
	for {
		c.hub.mu.Lock()
		what := c.due
		c.due = 0
		if what == 0 || c.ended.Load() {
			c.working = false
			c.hub.mu.Unlock()
			return
		}
		c.hub.mu.Unlock()
		if err := c.look(what); err != nil {
			c.end(err)
		}
	}
}

// look does what is due.
func (c *conn) look(what due) error {
	if what&dueHello != 0 {
		if err := c.task(c.begin); err != nil {
			return err
		}
	}
	if what&dueMoved != 0 {
		return c.moved()
	}
	if what&dueCheck != 0 {
		if err := c.task(c.reauthorise); err != nil {
			return err
		}
	}
	if what&(dueRows|dueOwed) != 0 {
		if err := c.goOn(); err != nil {
			return err
		}
	}
	if what&duePresent != 0 {
		if err := c.tellPresent(); err != nil {
			return err
		}
	}
	if what&dueBeat != 0 {
		return c.beat()
	}
	return nil
}

// beat shows that the portal is there, and moves a quiet desk's cursor.
func (c *conn) beat() error {
	beat := wire.Beat{Through: c.cursor, Time: c.hub.source.Now().UnixMilli()}
	if c.rests() {
		beat.Through = 0
	}
	return c.send(&beat)
}

func (c *conn) rests() bool {
	c.hub.mu.Lock()
	defer c.hub.mu.Unlock()
	return c.resting
}

// moved tells the desk to come again, and ends the connection.
func (c *conn) moved() error {
	c.hub.mu.Lock()
	after, greeted := c.moveAfter, c.greeted
	c.hub.mu.Unlock()
	if greeted && c.protocol >= 2 {
		if err := c.send(&wire.Moved{AfterMS: after.Milliseconds()}); err != nil {
			return err
		}
	}
	return errMoved
}

// end ends the connection, once. A care.Error is told to the desk.
func (c *conn) end(err error) {
	if c.ended.Swap(true) {
		return
	}
	h := c.hub
	c.doing.end()
	var said care.Error
	var line *lineError
	switch {
	case errors.As(err, &said):
		h.stats.refused(said.Code)
		c.part(said)
	case err == nil || errors.Is(err, context.Canceled):
	case errors.Is(err, errMoved):
		c.part(care.Error{})
	case errors.As(err, &line):
		h.log.Debug("a desk's connection ended", "desk", c.desk, "error", err)
	default: // of the portal itself: desks would try for ever, and nobody would know
		h.log.Error("a desk's connection ended", "desk", c.desk, "error", err)
	}
	if !c.parts.Load() {
		_ = c.net.Close()
	}
	c.in.close()
	h.leave(c)
	c.left()
}

// part lets the desk read the last words. A connection that is closed while something was not read takes them back.
func (c *conn) part(said care.Error) {
	if !c.writing.TryLock() { // a desk that is being written to does not read either
		return
	}
	defer c.writing.Unlock()
	if said.Code != "" {
		c.say(said)
	}
	if half, ok := c.net.(interface{ CloseWrite() error }); ok && half.CloseWrite() == nil {
		c.parts.Store(c.net.SetReadDeadline(time.Now().Add(time.Second)) == nil)
	}
}

// say sends a refusal as the reason of the close. A control message holds no more than 125 bytes.
func (c *conn) say(said care.Error) {
	b, err := json.Marshal(said)
	if err != nil || len(b) > 120 {
		b, _ = json.Marshal(care.Error{Code: said.Code})
	}
	_ = c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(closeCode, string(b)), time.Now().Add(time.Second))
}

// lineError is a fault of the connection, not of the portal.
type lineError struct{ error }

func (e *lineError) Unwrap() error { return e.error }

func (c *conn) send(f wire.Frame) error {
	m, err := message(f)
	if err != nil {
		return err
	}
	return c.write(m)
}

// write writes whole messages. A desk that takes nothing for a while is let go; one that takes little keeps going.
func (c *conn) write(messages ...[]byte) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	if c.ended.Load() {
		return context.Canceled
	}
	for _, m := range messages {
		if err := c.push(m); err != nil {
			return err
		}
	}
	c.spoke.Store(time.Now().UnixMilli())
	return nil
}

// push writes one message in pieces, each of which may take its time.
func (c *conn) push(message []byte) error {
	c.hub.stats.sent.Add(1)
	for part := range slices.Chunk(message, chunk) {
		if err := c.net.SetWriteDeadline(time.Now().Add(c.hub.Options.Stall)); err != nil {
			return &lineError{err}
		}
		if _, err := c.net.Write(part); err != nil {
			var timeout net.Error
			if errors.As(err, &timeout) && timeout.Timeout() {
				c.hub.stats.stalled.Add(1)
				c.hub.log.Info("a desk took nothing and was let go", "desk", c.desk, "code", care.CodeNoProgress)
			}
			return &lineError{err}
		}
	}
	return nil
}
