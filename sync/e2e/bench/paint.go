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

// firstPaint measures a desk where nobody is signed in, from its start to the first that is painted, and to the page where somebody signs in.
func (b *bench) firstPaint(ctx context.Context, quick bool) error {
	runs := 9
	if quick {
		runs = 5
	}
	return b.paints(ctx, "", runs, "nobody signed in, a fresh profile, on a screen without a graphics card", func(home string) []string {
		return []string{"--profile", filepath.Join(home, "profile"), "--secret-file", filepath.Join(home, "secrets")}
	})
}

// firstPaintOf measures the same of the desk of a town, whose CSR is signed in: it has its replica to open.
func (b *bench) firstPaintOf(ctx context.Context, t town, s *stage, d *desk) error {
	return b.paints(ctx, t.figure("_signed_in"), 5, fmt.Sprintf("%d accounts in the replica", t.accounts), func(string) []string {
		return []string{"--profile", d.dir, "--secret-file", secretsOf(d.dir), "--portal", s.url}
	})
}

// paints measures so many starts of the desk, beside a bare Wails window: until anything is painted, and until its page stands
// and nothing more is painted. By turns; the first of each warms up.
func (b *bench) paints(ctx context.Context, which string, runs int, about string, args func(home string) []string) (err error) {
	paint, page := "first_paint"+which, "first_page"+which
	program, why := desktop()
	if why != "" {
		b.report.skip(paint, why)
		b.report.skip(page, why)
		return nil
	}
	bare := filepath.Join(b.dir, "barewindow")
	if err := b.build(ctx, "barewindow,desktop,production,webkit2_41", bare, "./sync/e2e/bench/barewindow"); err != nil {
		return err
	}
	s, err := openScreen(ctx, filepath.Join(b.dir, "screen-"+paint))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	var took, floor starts
	b.progress("%s: %d windows of each kind", paint, runs+1)
	for i := range runs + 1 {
		home := filepath.Join(b.dir, fmt.Sprintf("home-%s-%d", paint, i))
		if err := took.add(ctx, s, home, program, args(home)...); err != nil {
			return fmt.Errorf("the desk: %w", err)
		}
		if err := floor.add(ctx, s, home+"-bare", bare); err != nil {
			return fmt.Errorf("the bare window: %w", err)
		}
		if i == 0 {
			took, floor = starts{}, starts{}
		}
	}
	b.report.add(paint, "ms", took.paint.at(.5), floor.paint.at(.5), runs, about)
	b.report.add(page, "ms", took.page.at(.5), floor.page.at(.5), runs, about)
	return nil
}

// starts are how long a program's starts took.
type starts struct{ paint, page samples }

// add starts a program once more.
func (st *starts) add(ctx context.Context, s *screen, home, program string, args ...string) error {
	if err := stillCaret(home); err != nil {
		return err
	}
	w, err := s.open(ctx, home, program, args...)
	if err != nil {
		return err
	}
	defer w.close()
	page, err := w.rest(ctx, s)
	st.paint.add(w.took, time.Millisecond)
	st.page.add(page, time.Millisecond)
	return err
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
