package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// typed are what is typed into the window, letter by letter. Each key changes what is found; the first one of a word is not
// measured, as what stands there before the first letter goes before anything is found.
var typed = []string{"2172", "main st", "smith", "jo", "limek", "030000013", "garcia", "802555", "apt 12", "obert"}

const (
	// answerWithin is how long a key may take; one that changes no row of the results is not counted.
	answerWithin = 10 * time.Second
	// quietFor is how long nothing changes when all that a key brings is there, the counts too.
	quietFor = 400 * time.Millisecond
	// boxMargin are the rows under a letter that may still be of the box: its edge, another letter's tail. The results are farther.
	boxMargin = 40
	// stripHeight are the last rows, which say what the desk is doing.
	stripHeight = 40
)

// typing measures what a CSR sees who types into the real window: from a key until the results for it are on the screen,
// beside the letter itself in the box. The window waits for 25 ms whether more is typed.
func (b *bench) typing(ctx context.Context, t town, s *stage, d *desk) error {
	figure := t.figure("keystroke_to_paint")
	program, why := desktop()
	if _, err := exec.LookPath("xdotool"); err != nil && why == "" {
		why = "there is no xdotool: run `scripts/deps.sh test` first"
	}
	if why != "" {
		b.report.skip(figure, why)
		return nil
	}
	home := filepath.Join(b.dir, "typing")
	if err := stillCaret(home); err != nil {
		return err
	}
	seen, err := openScreen(ctx, filepath.Join(b.dir, "typing-screen"))
	if err != nil {
		return err
	}
	w, err := seen.open(ctx, home, program, "--profile", d.dir, "--secret-file", secretsOf(d.dir), "--portal", s.url)
	if err != nil {
		return errors.Join(fmt.Errorf("the desk: %w", err), seen.close())
	}
	defer w.close()
	if _, err := w.rest(ctx, seen); err != nil {
		return errors.Join(err, seen.close())
	}
	k, err := openKeys(ctx, seen)
	if err != nil {
		return errors.Join(err, seen.close())
	}
	texts := typed
	if b.report.Quick {
		texts = typed[:5]
	}
	b.progress("%s town: typing %d texts into the window", t.name, len(texts))
	var took, floor samples
	same := 0
	for _, text := range texts {
		for i, letter := range text {
			echo, results, err := k.press(ctx, string(letter))
			switch {
			case err != nil:
				return errors.Join(err, k.close(), seen.close())
			case i == 0:
			case results == 0:
				same++
			default:
				took.add(results, time.Millisecond)
				floor.add(echo, time.Millisecond)
			}
		}
		if _, _, err := k.press(ctx, "Escape"); err != nil {
			return errors.Join(err, k.close(), seen.close())
		}
	}
	about := fmt.Sprintf("%d accounts; the floor is the letter in the box; %d keys changed no row", t.accounts, same)
	b.report.add(figure+"_p50", "ms", took.at(.5), floor.at(.5), len(took), about)
	b.report.add(figure+"_p95", "ms", took.at(.95), floor.at(.95), len(took), about)
	return errors.Join(k.close(), seen.close())
}

// stillCaret has the caret not blink in a home: it would be taken for a letter.
func stillCaret(home string) error {
	dir := filepath.Join(home, ".config", "gtk-3.0")
	err := os.MkdirAll(dir, 0o700)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "settings.ini"), []byte("[Settings]\ngtk-cursor-blink=0\n"), 0o600)
	}
	if err != nil {
		return fmt.Errorf("making a home: %w", err)
	}
	return nil
}

// keys presses keys in the one window of a screen, and watches what becomes of them.
type keys struct {
	*screen
	cmd   *exec.Cmd
	tell  io.WriteCloser
	below int // the first row of the picture beneath the box; 0 until a first letter showed where that is
}

func openKeys(ctx context.Context, s *screen) (*keys, error) {
	k := &keys{screen: s, cmd: exec.CommandContext(ctx, "xdotool", "-")}
	k.cmd.Env = append(os.Environ(), "DISPLAY="+s.display)
	tell, err := k.cmd.StdinPipe()
	if err == nil {
		k.tell = tell
		err = k.cmd.Start()
	}
	if err != nil {
		return nil, fmt.Errorf("starting xdotool: %w", err)
	}
	if _, err := fmt.Fprintln(tell, "search --sync --onlyvisible --name ^Meterside windowfocus --sync key F2"); err != nil {
		return nil, errors.Join(fmt.Errorf("telling xdotool: %w", err), k.close())
	}
	if _, err := k.quiet(ctx); err != nil {
		return nil, errors.Join(err, k.close())
	}
	return k, nil
}

func (k *keys) close() error {
	if err := k.tell.Close(); err != nil {
		return fmt.Errorf("ending xdotool: %w", err)
	}
	_ = k.cmd.Wait()
	return nil
}

// press presses one key and waits until nothing changes any more. echo is when anything changed, which is the letter in its
// box; results is when anything changed beneath the box, 0 where nothing did.
func (k *keys) press(ctx context.Context, key string) (echo, results time.Duration, err error) {
	if key == " " {
		key = "space"
	}
	before, err := k.quiet(ctx)
	if err != nil {
		return 0, 0, err
	}
	began := time.Now()
	if _, err := fmt.Fprintln(k.tell, "key --delay 0", key); err != nil {
		return 0, 0, fmt.Errorf("telling xdotool: %w", err)
	}
	for results == 0 && time.Since(began) < answerWithin {
		if err := k.look(); err != nil {
			return 0, 0, err
		}
		now := time.Since(began)
		first, last := changedRows(before, k.picture)
		if first < 0 {
			continue
		}
		if echo == 0 {
			echo = now
		}
		if k.below == 0 {
			k.below = last + boxMargin
		}
		if last >= k.below {
			results = now
		}
		if ctx.Err() != nil {
			return 0, 0, ctx.Err()
		}
	}
	if echo == 0 && key != "Escape" {
		return 0, 0, fmt.Errorf("the window shows nothing of the key %s", key)
	}
	_, err = k.quiet(ctx)
	return echo, results, err
}

// quiet waits until the picture has not changed for a while, and gives it.
func (k *keys) quiet(ctx context.Context) ([]byte, error) {
	var last []byte
	since, deadline := time.Now(), time.Now().Add(20*time.Second)
	for {
		if err := k.look(); err != nil {
			return nil, err
		}
		switch {
		case !bytes.Equal(last, k.picture):
			last, since = bytes.Clone(k.picture), time.Now()
		case time.Since(since) > quietFor:
			return last, nil
		}
		if time.Now().After(deadline) {
			return nil, errors.New("the window does not come to rest")
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// changedRows are the first and the last row above the strip in which two pictures differ; -1 where they do not.
func changedRows(a, b []byte) (first, last int) {
	const row = screenWidth * 4
	first, last = -1, -1
	head := len(a) - screenHeight*row
	for y := range screenHeight - stripHeight {
		from := head + y*row
		if bytes.Equal(a[from:from+row], b[from:from+row]) {
			continue
		}
		if first < 0 {
			first = y
		}
		last = y
	}
	return first, last
}
