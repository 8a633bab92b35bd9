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

// firstPaint measures a desk where nobody is signed in, from its start to the first page on the screen.
func (b *bench) firstPaint(ctx context.Context, quick bool) error {
	runs := 9
	if quick {
		runs = 5
	}
	return b.paints(ctx, "first_paint", runs, "nobody signed in, a fresh profile, on a screen without a graphics card", func(home string) []string {
		return []string{"--profile", filepath.Join(home, "profile"), "--secret-file", filepath.Join(home, "secrets")}
	})
}

// firstPaintOf measures the same of the desk of a town, whose CSR is signed in: it has its replica to open.
func (b *bench) firstPaintOf(ctx context.Context, t town, s *stage, d *desk) error {
	return b.paints(ctx, t.figure("first_paint_signed_in"), 5, fmt.Sprintf("%d accounts in the replica", t.accounts), func(string) []string {
		return []string{"--profile", d.dir, "--secret-file", secretsOf(d.dir), "--portal", s.url}
	})
}

// paints measures so many starts of the desk until its first page is on the screen, beside a bare Wails window. By turns; the
// first of each warms up.
func (b *bench) paints(ctx context.Context, figure string, runs int, about string, args func(home string) []string) (err error) {
	program, why := desktop()
	if why != "" {
		b.report.skip(figure, why)
		return nil
	}
	bare := filepath.Join(b.dir, "barewindow")
	if err := b.build(ctx, "barewindow,desktop,production,webkit2_41", bare, "./sync/e2e/bench/barewindow"); err != nil {
		return err
	}
	s, err := openScreen(ctx, filepath.Join(b.dir, "screen-"+figure))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	var took, floor samples
	b.progress("%s: %d windows of each kind", figure, runs+1)
	for i := range runs + 1 {
		home := filepath.Join(b.dir, fmt.Sprintf("home-%s-%d", figure, i))
		spent, err := s.paint(ctx, home, program, args(home)...)
		if err != nil {
			return fmt.Errorf("the desk: %w", err)
		}
		empty, err := s.paint(ctx, home+"-bare", bare)
		if err != nil {
			return fmt.Errorf("the bare window: %w", err)
		}
		if i > 0 {
			took.add(spent, time.Millisecond)
			floor.add(empty, time.Millisecond)
		}
	}
	b.report.add(figure, "ms", took.at(.5), floor.at(.5), runs, about)
	return nil
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
