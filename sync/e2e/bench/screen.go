package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// screen is an X server that nobody sees, whose picture lies in a file.
type screen struct {
	display string
	file    *os.File // always holds what is on the screen now
	picture []byte   // as it was read last
	server  *exec.Cmd
}

const screenWidth, screenHeight = 1280, 800

func openScreen(ctx context.Context, dir string) (*screen, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the screen's folder: %w", err)
	}
	said, says, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("making a pipe: %w", err)
	}
	defer func() { _ = said.Close() }()
	s := &screen{server: exec.CommandContext(ctx, "Xvfb", "-displayfd", "3", "-nolisten", "tcp", "-nocursor", "-fbdir", dir,
		"-screen", "0", fmt.Sprintf("%dx%dx24", screenWidth, screenHeight))}
	s.server.ExtraFiles = []*os.File{says}
	err = s.server.Start()
	_ = says.Close()
	if err != nil {
		return nil, fmt.Errorf("starting a screen: %w", err)
	}
	number, err := io.ReadAll(io.LimitReader(said, 16))
	if err == nil && len(number) == 0 {
		err = errors.New("it ended at once")
	}
	if err == nil {
		s.display = ":" + strings.TrimSpace(string(number))
		s.file, err = os.Open(filepath.Join(dir, "Xvfb_screen0"))
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("starting a screen: %w", err), s.close())
	}
	return s, nil
}

func (s *screen) close() error {
	_ = s.server.Process.Signal(syscall.SIGTERM)
	_ = s.server.Wait() // it was told to end, and says so by an error
	if s.file == nil {
		return nil
	}
	return s.file.Close()
}

// look reads the picture as it is now.
func (s *screen) look() error {
	info, err := s.file.Stat()
	if err != nil {
		return fmt.Errorf("looking at the screen: %w", err)
	}
	if int64(len(s.picture)) != info.Size() {
		s.picture = make([]byte, info.Size())
	}
	if _, err := s.file.ReadAt(s.picture, 0); err != nil {
		return fmt.Errorf("looking at the screen: %w", err)
	}
	return nil
}

// colours counts the colours of the picture, up to enough. The file is an X window dump: a header, a table of colours, and
// four bytes for each point.
func (s *screen) colours(enough int) int {
	start := int(binary.BigEndian.Uint32(s.picture)) + 12*int(binary.BigEndian.Uint32(s.picture[19*4:]))
	seen := map[uint32]bool{}
	var last uint32
	for at := start; at+4 <= len(s.picture); at += 4 {
		point := binary.NativeEndian.Uint32(s.picture[at:]) & 0xffffff
		if point == last && len(seen) > 0 {
			continue
		}
		last = point
		seen[point] = true
		if len(seen) >= enough {
			break
		}
	}
	return len(seen)
}

// until waits until the number of colours fits.
func (s *screen) until(ctx context.Context, what string, enough int, fits func(colours int) bool) error {
	deadline := time.Now().Add(20 * time.Second)
	for {
		if err := s.look(); err != nil {
			return err
		}
		if fits(s.colours(enough)) {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%s: the screen shows %d colours", what, s.colours(1000))
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(4 * time.Millisecond):
		}
	}
}
