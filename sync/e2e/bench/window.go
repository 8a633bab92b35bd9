package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// window is a program with its page on a screen.
type window struct {
	cmd   *exec.Cmd
	began time.Time
	took  time.Duration // from its start until something was painted
}

// open starts a program with a home of its own on an empty screen, and waits for its page.
func (s *screen) open(ctx context.Context, home, program string, args ...string) (*window, error) {
	if err := os.MkdirAll(home, 0o700); err != nil {
		return nil, fmt.Errorf("making a home: %w", err)
	}
	if err := s.until(ctx, "before the start", painted, func(n int) bool { return n <= 2 }); err != nil {
		return nil, err
	}
	var said strings.Builder
	w := &window{cmd: exec.CommandContext(ctx, program, args...)}
	w.cmd.Stdout, w.cmd.Stderr = &said, &said
	w.cmd.Env = append(os.Environ(), "DISPLAY="+s.display, "HOME="+home, "XDG_DATA_HOME=", "XDG_CONFIG_HOME=", "XDG_CACHE_HOME=",
		"WAYLAND_DISPLAY=", "GDK_BACKEND=x11", "NO_AT_BRIDGE=1")
	w.began = time.Now()
	if err := w.cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting %s: %w", program, err)
	}
	err := s.until(ctx, "after the start", painted, func(n int) bool { return n >= painted })
	w.took = time.Since(w.began)
	if err != nil {
		w.close()
		return nil, fmt.Errorf("%w: %s", err, said.String())
	}
	return w, nil
}

// rest waits until nothing more is painted, and gives the time from the program's start to the last that was.
func (w *window) rest(ctx context.Context, s *screen) (time.Duration, error) {
	last, at, deadline := bytes.Clone(s.picture), time.Now(), time.Now().Add(20*time.Second)
	for time.Since(at) < quietFor {
		if time.Now().After(deadline) {
			return 0, errors.New("the window does not come to rest")
		}
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-time.After(4 * time.Millisecond):
		}
		if err := s.look(); err != nil {
			return 0, err
		}
		if !bytes.Equal(last, s.picture) {
			last, at = bytes.Clone(s.picture), time.Now()
		}
	}
	return at.Sub(w.began), nil
}

// close ends the program. It was told to end, and says so by an error.
func (w *window) close() {
	_ = w.cmd.Process.Signal(syscall.SIGTERM)
	_ = w.cmd.Wait()
}
