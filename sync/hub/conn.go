package hub

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/websocket"

	"meterside/care"
	"meterside/sync/wire"
)

const (
	helloWithin = 10 * time.Second
	writeWithin = 30 * time.Second
	maxCommand  = 64 << 10
	closeCode   = 4000 // with a care.Error as its reason
)

var upgrader = websocket.Upgrader{
	ReadBufferSize: 1024, WriteBufferSize: 1024, HandshakeTimeout: helloWithin,
	CheckOrigin: func(r *http.Request) bool { return r.Header.Get("Origin") == "" }, // no browser has business here
}

// conn is one desk's connection. Its fields belong to the goroutine of serve.
type conn struct {
	hub    *Hub
	ws     *websocket.Conn
	token  string
	ip     string
	actor  care.Actor
	cursor int64
	scopes []string // granted now
	nonce  []byte

	protocol int
	resting  bool     // the desk fetches or waits for a ready-made replica: it gets no rows until its next hello
	open     [2]int64 // the numbers of the commands whose answers the desk lacks, whatever its cursor
}

func (h *Hub) serve(w http.ResponseWriter, r *http.Request) {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok || r.Header.Get("Origin") != "" {
		refuse(w, http.StatusUnauthorized, care.Err(care.CodeNotSignedIn))
		return
	}
	ip, _, _ := net.SplitHostPort(r.RemoteAddr)
	actor, err := h.source.Authorise(r.Context(), token, ip)
	if err != nil {
		refuse(w, http.StatusUnauthorized, care.AsError(err))
		return
	}
	nonce := make([]byte, 16)
	_, _ = rand.Read(nonce)
	ws, err := upgrader.Upgrade(w, r, http.Header{wire.NonceHeader: {hex.EncodeToString(nonce)}})
	if err != nil {
		return
	}
	c := &conn{hub: h, ws: ws, token: token, ip: ip, actor: actor, nonce: nonce}
	err = c.run(context.WithoutCancel(r.Context()))
	var said care.Error
	if errors.As(err, &said) {
		b, _ := json.Marshal(said)
		_ = ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(closeCode, string(b[:min(len(b), 120)])), time.Now().Add(time.Second))
	} else if err != nil {
		level := slog.LevelError // of the portal itself: desks would try for ever, and nobody would know
		if line := (*lineError)(nil); errors.As(err, &line) {
			level = slog.LevelDebug
		}
		h.log.Log(r.Context(), level, "a desk's connection ended", "desk", actor.Desk, "error", err)
	}
	_ = ws.Close()
}

// lineError is a fault of the connection, not of the portal.
type lineError struct{ error }

func (e *lineError) Unwrap() error { return e.error }

func refuse(w http.ResponseWriter, status int, e care.Error) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(e)
}

func (c *conn) run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	c.ws.SetReadLimit(maxCommand)
	f, err := c.read(helloWithin)
	if err != nil {
		return err
	}
	hello, ok := f.(*wire.Hello)
	if !ok {
		return care.Err(care.CodeInvalid, "field", "hello", "problem", "is missing")
	}
	held, err := c.welcome(ctx, hello)
	if err != nil {
		return err
	}
	c.scopes = held
	if c.resting {
		return c.rest(ctx)
	}
	wake := c.hub.join(c.actor.Scopes)
	defer func() { c.hub.leave(wake, c.actor.Scopes) }()
	if err := c.grant(ctx, c.actor.Scopes, true); err != nil {
		return err
	}
	// Scopes may have changed between asking for them and the moment that was read, which no batch will tell.
	if err := c.reauthorise(ctx); err != nil {
		return err
	}
	failed := make(chan error, 1)
	go func() { failed <- c.receive(ctx) }()
	return c.follow(ctx, wake, failed)
}

// welcome answers hello, and says which of the scopes that the desk holds it may keep.
func (c *conn) welcome(ctx context.Context, hello *wire.Hello) ([]string, error) {
	src := c.hub.source
	switch {
	case hello.Protocol < wire.OldestProtocol:
		return nil, care.Err(care.CodeTooOld, "need", strconv.Itoa(wire.OldestProtocol), "have", strconv.Itoa(hello.Protocol))
	case hello.Device != c.actor.Desk:
		return nil, care.Err(care.CodeClonedDesk)
	case hello.Server != "" && hello.Server != src.Server():
		return nil, care.Err(care.CodeOtherServer)
	}
	if err := src.Hello(ctx, c.actor, c.nonce, hello); err != nil {
		return nil, err
	}
	c.protocol = min(hello.Protocol, wire.Protocol)
	head, err := c.hub.head(ctx)
	if err != nil {
		return nil, err
	}
	floor, err := src.Floor(ctx)
	if err != nil {
		return nil, err
	}
	last, err := src.LastN(ctx, hello.Device)
	if err != nil {
		return nil, err
	}
	w := wire.Welcome{
		Server: src.Server(), Epoch: src.Epoch(), Head: head, Scopes: c.actor.Scopes, Time: src.Now().UnixMilli(),
		Plan: wire.PlanDelta, LastN: last, BeatMS: c.hub.beat.Milliseconds(),
	}
	if c.protocol >= 2 {
		w.Protocol, w.Floor, w.Schema = c.protocol, floor, src.Schema()
		c.open = [2]int64{hello.FirstN, hello.LastN}
	}
	c.cursor = hello.Cursor
	useless := hello.Epoch != src.Epoch() || hello.Cursor > head || hello.Cursor < 0 || hello.Cursor < floor
	if useless || hello.Recover != "" {
		w.Plan, c.cursor, hello.Scopes = wire.PlanReset, 0, nil
	}
	if err := c.planFile(ctx, hello, &w); err != nil {
		return nil, err
	}
	return hello.Scopes, c.send(&w)
}

// planFile offers a ready-made replica where the rows to send would cost more.
func (c *conn) planFile(ctx context.Context, hello *wire.Hello, w *wire.Welcome) error {
	if c.protocol < 2 || c.cursor != 0 && !c.far(ctx, hello.Scopes) {
		return nil
	}
	file, wait, err := c.hub.source.File(ctx, shared(c.actor.Scopes), hello.Schema)
	if err != nil {
		return err
	}
	switch {
	case file != nil:
		w.Plan, w.File, c.resting = wire.PlanFile, file, true
	case wait > 0:
		w.Plan, w.WaitMS, c.resting = wire.PlanWait, wait.Milliseconds(), true
	}
	return nil
}

// far says whether the desk has more rows to fetch than it should get one by one.
func (c *conn) far(ctx context.Context, held []string) bool {
	rows := 0
	err := c.hub.source.View(ctx, func(m Moment) error {
		for _, scope := range shared(c.actor.Scopes) {
			from := c.cursor
			if !slices.Contains(held, scope) {
				from = 0
			}
			n, err := m.Count(ctx, scope, from, c.hub.fileAbove-rows+1)
			if err != nil {
				return err
			}
			rows += n
		}
		return nil
	})
	return err == nil && rows > c.hub.fileAbove
}

// shared are the scopes that many desks hold alike: those of districts, and what all hold.
func shared(scopes []string) []string {
	return slices.DeleteFunc(slices.Clone(scopes), func(s string) bool { return strings.HasPrefix(s, "u:") || strings.HasPrefix(s, "t:") })
}

// rest takes the commands of a desk that gets no rows until its next hello.
func (c *conn) rest(ctx context.Context) error {
	failed := make(chan error, 1)
	go func() { failed <- c.receive(ctx) }()
	beat := time.NewTicker(c.hub.beat)
	defer beat.Stop()
	for {
		select {
		case err := <-failed:
			return err
		case <-c.hub.done:
			return nil
		case <-beat.C:
			if err := c.send(&wire.Beat{Time: c.hub.source.Now().UnixMilli()}); err != nil {
				return err
			}
		}
	}
}

// follow keeps the desk at the portal's head until the connection ends.
func (c *conn) follow(ctx context.Context, wake <-chan struct{}, failed <-chan error) error {
	beat := time.NewTicker(c.hub.beat)
	defer beat.Stop()
	check := time.NewTicker(c.hub.check)
	defer check.Stop()
	for {
		select {
		case err := <-failed:
			return err
		case <-c.hub.done:
			return nil
		case <-wake:
			if err := c.advance(ctx); err != nil {
				return err
			}
		case <-check.C:
			if err := c.reauthorise(ctx); err != nil {
				return err
			}
		case <-beat.C:
			if err := c.send(&wire.Beat{Through: c.cursor, Time: c.hub.source.Now().UnixMilli()}); err != nil {
				return err
			}
		}
	}
}

// advance sends the batches that follow the cursor, or catches up from the database where there is a gap.
func (c *conn) advance(ctx context.Context) error {
	for {
		b := c.hub.after(c.cursor, c.scopes)
		if b == nil {
			head, err := c.hub.head(ctx)
			if err != nil || head == c.cursor {
				return err
			}
			if err := c.catchUp(ctx, nil, nil); err != nil {
				return err
			}
			return c.reauthorise(ctx)
		}
		var verdicts []care.Verdict
		err := c.hub.source.View(ctx, func(m Moment) (err error) {
			verdicts, err = m.Verdicts(ctx, c.actor.Desk, b.from)
			return err
		})
		if err != nil {
			return err
		}
		verdicts = slices.DeleteFunc(verdicts, func(v care.Verdict) bool { return v.Seq > b.to })
		sent := len(verdicts) > 0
		for _, scope := range c.scopes {
			if frame := b.frames[scope]; frame != nil {
				sent = true
				if err := c.write(frame); err != nil {
					return err
				}
			}
		}
		c.cursor = b.to
		if sent {
			if err := c.send(&wire.Commit{To: b.to, Time: c.hub.source.Now().UnixMilli(), Verdicts: verdicts, Digests: c.provable(b)}); err != nil {
				return err
			}
		}
		if b.staff {
			if err := c.reauthorise(ctx); err != nil {
				return err
			}
		}
	}
}

// provable are the digests of what a batch changed in the desk's scopes.
func (c *conn) provable(b *batch) []wire.Digest {
	if c.protocol < 2 {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(b.digests), func(d wire.Digest) bool { return !slices.Contains(c.scopes, d.Scope) })
}

// reauthorise brings the desk to the scopes that it may hold now, and looks again until nothing changed meanwhile.
func (c *conn) reauthorise(ctx context.Context) error {
	for {
		now, err := c.hub.source.Authorise(ctx, c.token, c.ip)
		if err != nil {
			return err
		}
		if slices.Equal(now.Scopes, c.actor.Scopes) {
			return nil
		}
		c.hub.rescope(c.actor.Scopes, now.Scopes)
		c.actor = now
		if err := c.grant(ctx, now.Scopes, false); err != nil {
			return err
		}
	}
}

// grant brings the desk from the scopes that it holds to those that it may hold.
func (c *conn) grant(ctx context.Context, may []string, always bool) error {
	var granted, taken []string
	for _, s := range may {
		if !slices.Contains(c.scopes, s) {
			granted = append(granted, s)
		}
	}
	for _, s := range c.scopes {
		if !slices.Contains(may, s) {
			taken = append(taken, s)
		}
	}
	if !always && len(granted)+len(taken) == 0 {
		return nil
	}
	return c.catchUp(ctx, granted, taken)
}

// catchUp reads everything after the cursor in one moment, and the granted scopes from their beginning. It is sent after that
// moment is over: a slow desk must not hold the database open.
func (c *conn) catchUp(ctx context.Context, granted, taken []string) error {
	var read spool
	defer read.close()
	var commit wire.Commit
	err := c.hub.source.View(ctx, func(m Moment) error {
		scopes := slices.DeleteFunc(slices.Concat(c.scopes, granted), func(s string) bool { return slices.Contains(taken, s) })
		for _, scope := range scopes {
			from := c.cursor
			if slices.Contains(granted, scope) {
				from = 0
			}
			if err := c.readScope(ctx, m, scope, from, &read); err != nil {
				return err
			}
		}
		verdicts, err := c.verdicts(ctx, m)
		if err != nil {
			return err
		}
		c.cursor, c.scopes = m.Head(), scopes
		commit = wire.Commit{To: c.cursor, Time: c.hub.source.Now().UnixMilli(), Verdicts: verdicts, Granted: granted, Taken: taken}
		if c.protocol >= 2 {
			commit.Digests, err = m.Digests(ctx, scopes)
		}
		return err
	})
	if err != nil {
		return err
	}
	if err := read.each(c.write); err != nil {
		return err
	}
	return c.send(&commit)
}

// verdicts are those after the cursor, and those that the desk still waits for: its replica may be newer than they are.
func (c *conn) verdicts(ctx context.Context, m Moment) ([]care.Verdict, error) {
	verdicts, err := m.Verdicts(ctx, c.actor.Desk, c.cursor)
	if err != nil || c.open[0] == 0 {
		return verdicts, err
	}
	waited, err := m.Answers(ctx, c.actor.Desk, c.open[0], c.open[1])
	for _, v := range waited {
		if v.Seq <= c.cursor {
			verdicts = append(verdicts, v)
		}
	}
	c.open = [2]int64{}
	return verdicts, err
}

func (c *conn) readScope(ctx context.Context, m Moment, scope string, from int64, into *spool) error {
	rows := wire.Rows{Scope: scope, From: from, To: m.Head()}
	size := 0
	flush := func() error {
		if len(rows.Changes) == 0 {
			return nil
		}
		frame, err := wire.Encode(&rows)
		if err != nil {
			return err
		}
		rows.Changes, size = rows.Changes[:0], 0
		return into.add(frame)
	}
	err := m.Changes(ctx, scope, from, func(ch wire.Change) error {
		// What left before the cursor the desk no longer has. What left a scope that is granted just now it may still have
		// by another, and that one may be taken in the same moment: nothing else would tell it.
		if ch.Body == nil && (c.cursor == 0 || ch.Seq <= c.cursor) {
			return nil
		}
		rows.Changes = append(rows.Changes, ch)
		size += len(ch.Body) + len(ch.ID) + 16
		if size > wire.RowsTarget {
			return flush()
		}
		return nil
	})
	if err != nil {
		return err
	}
	return flush()
}

// receive takes the desk's commands, one after the other. Their verdicts go down with the rows that they caused.
func (c *conn) receive(ctx context.Context) error {
	for {
		f, err := c.read(4 * c.hub.beat)
		if err != nil {
			return err
		}
		if ack, ok := f.(*wire.Ack); ok {
			c.hub.source.Acked(c.actor.Desk, ack.Cursor)
		}
		cmd, ok := f.(*wire.Command)
		if !ok {
			continue
		}
		actor, err := c.hub.source.Authorise(ctx, c.token, c.ip)
		if err != nil {
			return err
		}
		env, err := c.opened(ctx, actor, cmd)
		if err != nil {
			return err
		}
		actor.Offline = env.Offline
		if _, err := c.hub.source.Do(ctx, actor, env); err != nil {
			return err
		}
	}
}

// opened is the command of a frame. Without bytes it is one of protocol 1, which knew no signatures.
func (c *conn) opened(ctx context.Context, actor care.Actor, cmd *wire.Command) (care.Envelope, error) {
	if len(cmd.Bytes) > 0 {
		return c.hub.source.Open(ctx, actor, cmd.Bytes, cmd.Signature)
	}
	if cmd.Envelope == nil || c.protocol >= 2 {
		return care.Envelope{}, care.Err(care.CodeInvalid, "field", "command", "problem", "is missing")
	}
	return *cmd.Envelope, nil
}

func (c *conn) read(within time.Duration) (wire.Frame, error) {
	if err := c.ws.SetReadDeadline(time.Now().Add(within)); err != nil {
		return nil, &lineError{err}
	}
	kind, b, err := c.ws.ReadMessage()
	if err != nil {
		return nil, &lineError{err}
	}
	if kind != websocket.BinaryMessage {
		return nil, care.Err(care.CodeInvalid, "field", "frame", "problem", "is not binary")
	}
	f, err := wire.Decode(b)
	if err != nil {
		return nil, care.Err(care.CodeInvalid, "field", "frame", "problem", "cannot be read")
	}
	return f, nil
}

func (c *conn) send(f wire.Frame) error {
	b, err := wire.Encode(f)
	if err != nil {
		return err
	}
	return c.write(b)
}

func (c *conn) write(b []byte) error {
	if err := c.ws.SetWriteDeadline(time.Now().Add(writeWithin)); err != nil {
		return &lineError{err}
	}
	if err := c.ws.WriteMessage(websocket.BinaryMessage, b); err != nil {
		return &lineError{err}
	}
	return nil
}
