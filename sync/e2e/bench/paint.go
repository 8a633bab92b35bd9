package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// painted is how many colours are on the screen once a page is: a window without its page has one or two, the edges
// of letters alone make more.
const painted = 12

// firstPaint measures a desk where nobody is signed in, from its start to the first page on the screen, beside a bare
// Wails window. By turns; the first of each warms up.
func (b *bench) firstPaint(ctx context.Context, quick bool) error {
	const figure = "first_paint"
	desk, err := filepath.Abs("build/bin/meterside")
	if err != nil {
		return fmt.Errorf("finding the desk: %w", err)
	}
	if _, err := os.Stat(desk); err != nil {
		b.report.skip(figure, "there is no build/bin/meterside: run `make build` first")
		return nil
	}
	if _, err := exec.LookPath("Xvfb"); err != nil {
		b.report.skip(figure, "there is no Xvfb: run `scripts/deps.sh test` first")
		return nil
	}
	bare := filepath.Join(b.dir, "barewindow")
	if err := b.build(ctx, "barewindow,desktop,production,webkit2_41", bare, "./sync/e2e/bench/barewindow"); err != nil {
		return err
	}
	s, err := openScreen(ctx, filepath.Join(b.dir, "screen"))
	if err != nil {
		return err
	}
	runs := 9
	if quick {
		runs = 5
	}
	var took, floor samples
	b.progress("first paint: %d windows of each kind", runs+1)
	for i := range runs + 1 {
		home := filepath.Join(b.dir, fmt.Sprintf("home-%d", i))
		spent, err := s.paint(ctx, home, desk, "--profile", filepath.Join(home, "profile"), "--secret-file", filepath.Join(home, "secrets"))
		if err != nil {
			return errors.Join(fmt.Errorf("the desk: %w", err), s.close())
		}
		empty, err := s.paint(ctx, home+"-bare", bare)
		if err != nil {
			return errors.Join(fmt.Errorf("the bare window: %w", err), s.close())
		}
		if i > 0 {
			took.add(spent, time.Millisecond)
			floor.add(empty, time.Millisecond)
		}
	}
	b.report.add(figure, "ms", took.at(.5), floor.at(.5), runs, "nobody signed in, a fresh profile, on a screen without a graphics card")
	return s.close()
}

// paint starts a program with a home of its own, and says how long it took until its page was on the screen.
func (s *screen) paint(ctx context.Context, home, program string, args ...string) (took time.Duration, err error) {
	if err := os.MkdirAll(home, 0o700); err != nil {
		return 0, fmt.Errorf("making a home: %w", err)
	}
	if err := s.until(ctx, "before the start", painted, func(n int) bool { return n <= 2 }); err != nil {
		return 0, err
	}
	var said strings.Builder
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Stdout, cmd.Stderr = &said, &said
	cmd.Env = append(os.Environ(), "DISPLAY="+s.display, "HOME="+home, "XDG_DATA_HOME=", "XDG_CONFIG_HOME=", "XDG_CACHE_HOME=",
		"WAYLAND_DISPLAY=", "GDK_BACKEND=x11", "NO_AT_BRIDGE=1")
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, fmt.Errorf("starting %s: %w", program, err)
	}
	err = s.until(ctx, "after the start", painted, func(n int) bool { return n >= painted })
	took = time.Since(began)
	_ = cmd.Process.Signal(syscall.SIGTERM)
	_ = cmd.Wait()
	if err != nil {
		return 0, fmt.Errorf("%w: %s", err, said.String())
	}
	return took, nil
}
