package client

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/gorilla/websocket"

	"meterside/care"
	"meterside/sync/wire"
)

const (
	welcomeWithin = 15 * time.Second
	writeWithin   = 10 * time.Second
	closeCode     = 4000
)

// session is one connection from dial to loss. lived says that the portal welcomed the desk.
func (c *Client) session(ctx context.Context) (lived bool, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ws, err := c.dial(ctx)
	if err != nil {
		return false, err
	}
	defer func() { _ = ws.Close() }()
	hello, err := c.Sink.Hello(ctx)
	if err != nil {
		return false, err
	}
	if err := write(ws, &hello); err != nil {
		return false, err
	}
	f, err := read(ws, welcomeWithin)
	if err != nil {
		return false, err
	}
	welcome, ok := f.(*wire.Welcome)
	if !ok {
		return false, care.Err(care.CodeNotThePortal, "address", c.URL)
	}
	if hello.Server != "" && welcome.Server != hello.Server {
		return false, care.Err(care.CodeOtherServer, "address", c.URL)
	}
	if err := c.Sink.Welcome(ctx, welcome); err != nil {
		return false, err
	}
	c.State(State{Phase: Syncing, Head: welcome.Head})
	return true, c.follow(ctx, ws, welcome)
}

// follow reads in a goroutine of its own and does everything else here, so that the sink is never called twice at once.
func (c *Client) follow(ctx context.Context, ws *websocket.Conn, welcome *wire.Welcome) error {
	patience := 3 * time.Duration(welcome.BeatMS) * time.Millisecond
	frames := make(chan wire.Frame, 4)
	failed := make(chan error, 1)
	go func() {
		for {
			f, err := read(ws, patience)
			if err != nil {
				failed <- err
				return
			}
			select {
			case frames <- f:
			case <-ctx.Done():
				return
			}
		}
	}()
	sent := welcome.LastN
	for {
		var err error
		select {
		case <-ctx.Done():
			return ctx.Err()
		case err = <-failed:
			return err
		case f := <-frames:
			err = c.take(ctx, ws, f)
		case <-c.wake:
		}
		if err == nil {
			sent, err = c.handIn(ctx, ws, sent)
		}
		if err != nil {
			return err
		}
	}
}

func (c *Client) take(ctx context.Context, ws *websocket.Conn, f wire.Frame) error {
	switch f := f.(type) {
	case *wire.Rows:
		return c.Sink.Rows(ctx, f)
	case *wire.Commit:
		if err := c.Sink.Commit(ctx, f); err != nil {
			return err
		}
		c.State(State{Phase: Live, Head: f.To})
	case *wire.Beat:
		if err := c.Sink.Beat(ctx, f); err != nil {
			return err
		}
		return write(ws, &wire.Ack{Cursor: f.Through})
	}
	return nil
}

// handIn sends the commands that this connection has not sent yet.
func (c *Client) handIn(ctx context.Context, ws *websocket.Conn, sent int64) (int64, error) {
	next, err := c.Sink.Unsent(ctx, sent)
	if err != nil {
		return sent, err
	}
	for _, env := range next {
		if err := write(ws, &wire.Command{Envelope: &env}); err != nil {
			return sent, err
		}
		sent = env.N
	}
	return sent, nil
}

func read(ws *websocket.Conn, within time.Duration) (wire.Frame, error) {
	if err := ws.SetReadDeadline(time.Now().Add(within)); err != nil {
		return nil, err
	}
	_, b, err := ws.ReadMessage()
	var closed *websocket.CloseError
	if errors.As(err, &closed) && closed.Code == closeCode {
		var said care.Error
		if json.Unmarshal([]byte(closed.Text), &said) == nil && said.Code != "" {
			return nil, said
		}
	}
	if err != nil {
		return nil, err
	}
	return wire.Decode(b)
}

func write(ws *websocket.Conn, f wire.Frame) error {
	b, err := wire.Encode(f)
	if err != nil {
		return err
	}
	if err := ws.SetWriteDeadline(time.Now().Add(writeWithin)); err != nil {
		return err
	}
	return ws.WriteMessage(websocket.BinaryMessage, b)
}
