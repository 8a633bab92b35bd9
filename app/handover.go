package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/wailsapp/wails/v2/pkg/runtime"
)

// A profile has one desk at a time. Whoever starts a second one, as a phone system does with each call, reaches the first
// through a socket in the profile's folder, which only its user may enter; the second then ends. Wails has a lock of its own
// for this: it needs a session bus, is silent without one, and knows nothing of profiles.
const (
	socketName     = "desk.sock"
	handOverWithin = 3 * time.Second
	longestWord    = 8 << 10 // bytes
)

// word is what the second desk has to say: to come to the front, and a link to follow if there is one.
type word struct {
	Pop string `json:"pop,omitempty"`
}

const understood = "ok\n"

// handOver gives a word to the desk that has the profile. An error means that none took it.
func handOver(profile string, w word) error {
	conn, err := net.DialTimeout("unix", filepath.Join(profile, socketName), handOverWithin) //nolint:noctx // bounded
	if err != nil {
		return fmt.Errorf("reaching the desk that is running: %w", err)
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(handOverWithin))
	if err := json.NewEncoder(conn).Encode(w); err != nil {
		return fmt.Errorf("telling the desk that is running: %w", err)
	}
	answer := make([]byte, len(understood))
	if _, err := io.ReadFull(conn, answer); err != nil || string(answer) != understood {
		return errors.Join(errors.New("the desk that is running did not answer"), err)
	}
	return nil
}

// hearOthers takes the words of desks started later, until the listener it returns is closed. Only the desk that holds
// the profile's lock may call it: what an ended one left at the socket's place is taken away.
func hearOthers(profile string, hear func(word)) (io.Closer, error) {
	path := filepath.Join(profile, socketName)
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("taking away an earlier desk's socket: %w", err)
	}
	listener, err := net.Listen("unix", path) //nolint:noctx // closed by the caller
	if err != nil {
		return nil, fmt.Errorf("listening for desks started later: %w", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("keeping the socket to its user: %w", err), listener.Close())
	}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			if w, err := read(conn); err == nil {
				hear(w)
				_, _ = io.WriteString(conn, understood)
			}
			_ = conn.Close()
		}
	}()
	return listener, nil
}

func read(conn net.Conn) (word, error) {
	_ = conn.SetDeadline(time.Now().Add(handOverWithin))
	var w word
	if err := json.NewDecoder(io.LimitReader(conn, longestWord)).Decode(&w); err != nil {
		return word{}, fmt.Errorf("reading what another desk said: %w", err)
	}
	return w, nil
}

// hear comes to the front, and shows the call that another desk was started for.
func (d *Desk) hear(w word) {
	if w.Pop != "" {
		d.popped(w.Pop)
	}
	runtime.WindowUnminimise(d.ctx)
	runtime.WindowShow(d.ctx)
}
