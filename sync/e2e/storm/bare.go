package main

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// serveBare is the floor: connections of the same library and nothing around them. Each is read by a fresh goroutine with
// a kibibyte of buffer; a change is one prepared message to everybody in its room.
func serveBare(ctx context.Context, listen string, in io.Reader, out io.Writer) error {
	var mu sync.Mutex
	joined := map[string]map[*websocket.Conn]bool{}
	upgrader := websocket.Upgrader{ReadBufferSize: 1024, WriteBufferSize: 1024, WriteBufferPool: &sync.Pool{}}
	server := &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		room := strings.TrimPrefix(r.URL.Path, "/")
		ws, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		if joined[room] == nil {
			joined[room] = map[*websocket.Conn]bool{}
		}
		joined[room][ws] = true
		go func() {
			for {
				if _, _, err := ws.ReadMessage(); err != nil {
					return
				}
			}
		}()
	})}
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", listen)
	if err != nil {
		return err
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(ln) }()
	say(out, "listening %s", ln.Addr())
	payload := make([]byte, messageSize)
	err = obey(ctx, in, out, "", func(i int) error {
		m, err := websocket.NewPreparedMessage(websocket.BinaryMessage, payload)
		if err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		for ws := range joined[district(i%rooms)] {
			if err := ws.SetWriteDeadline(time.Now().Add(10 * time.Second)); err != nil {
				return err
			}
			_ = ws.WritePreparedMessage(m) // who has gone is gone
		}
		return nil
	}, rooms)
	return errors.Join(err, server.Close(), over(<-served))
}

// What other hubs deliver: messages of about a row and a commit, in as many rooms as the portal has districts by default.
const (
	rooms       = 20
	messageSize = 400
)
