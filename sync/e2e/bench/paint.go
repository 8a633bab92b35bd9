package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// painted is how many colours are on the screen once a page is: a window without its page has one or two, the edges
// of letters alone make more.
const painted = 12

// firstPaint measures a desk where nobody is signed in, from its start to the first page on the screen, beside a bare
// Wails window. By turns; the first of each warms up.
func (b *bench) firstPaint(ctx context.Context, quick bool) error {
	const figure = "first_paint"
	desk, why := desktop()
	if why != "" {
		b.report.skip(figure, why)
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

// paint says how long it took until a program's page was on the screen.
func (s *screen) paint(ctx context.Context, home, program string, args ...string) (time.Duration, error) {
	w, err := s.open(ctx, home, program, args...)
	if err != nil {
		return 0, err
	}
	w.close()
	return w.took, nil
}

// desktop is the path of the desk as it ships, or why there can be no window of it.
func desktop() (program, why string) {
	program, err := filepath.Abs("build/bin/meterside")
	if err == nil {
		_, err = os.Stat(program)
	}
	if err != nil {
		return "", "there is no build/bin/meterside: run `make build` first"
	}
	if _, err := exec.LookPath("Xvfb"); err != nil {
		return "", "there is no Xvfb: run `scripts/deps.sh test` first"
	}
	return program, ""
}
