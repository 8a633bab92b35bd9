package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// child is a process that serves, and does what its input says.
type child struct {
	cmd     *exec.Cmd
	in      io.WriteCloser
	address string
	answers chan string
	ended   chan error

	mu      sync.Mutex
	changes []made // guarded by mu
}

// made is a change that the portal committed.
type made struct {
	seq      int64
	district string
	at       int64 // unix ns
}

// start starts a child, and waits until it listens. The program "" is this one.
func start(ctx context.Context, program string, args ...string) (c *child, err error) {
	if program == "" {
		if program, err = os.Executable(); err != nil {
			return nil, fmt.Errorf("finding this program: %w", err)
		}
	}
	c = &child{cmd: exec.CommandContext(ctx, program, args...), answers: make(chan string, 16), ended: make(chan error, 1)}
	c.cmd.Env = append(os.Environ(), childVariable+"=1")
	c.cmd.Stderr = os.Stderr
	if c.in, err = c.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting a child: %w", err)
	}
	go func() {
		c.listen(out)
		c.ended <- c.cmd.Wait()
	}()
	c.address, err = c.answer("listening")
	return c, err
}

// childVariable is set for children.
const childVariable = "METERSIDE_STORM_CHILD"

func (c *child) listen(out io.Reader) {
	defer close(c.answers)
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var m made
		if _, err := fmt.Sscanf(lines.Text(), "changed %d %s %d", &m.seq, &m.district, &m.at); err != nil {
			c.answers <- lines.Text()
			continue
		}
		c.mu.Lock()
		c.changes = append(c.changes, m)
		c.mu.Unlock()
	}
}

// answer waits for the answer that begins with a word.
func (c *child) answer(word string) (string, error) {
	for {
		select {
		case line, ok := <-c.answers:
			if !ok {
				return "", errors.New("a child ended before its answer")
			}
			if rest, ok := strings.CutPrefix(line, word+" "); ok {
				return rest, nil
			}
			return "", fmt.Errorf("a child said %q", line)
		case <-time.After(2 * time.Minute):
			return "", fmt.Errorf("a child did not answer %s", word)
		}
	}
}

// ask asks for a number.
func (c *child) ask(word string) (int64, error) {
	if err := c.tell(word); err != nil {
		return 0, err
	}
	text, err := c.answer(word)
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(text, 10, 64)
}

func (c *child) tell(word string) error {
	_, err := fmt.Fprintln(c.in, word)
	return err
}

// end asks the child to end, or kills it, and waits until it has.
func (c *child) end(kill bool) error {
	if kill {
		if err := c.cmd.Process.Kill(); err != nil {
			return fmt.Errorf("killing a child: %w", err)
		}
		var killed *exec.ExitError
		if err := <-c.ended; !errors.As(err, &killed) {
			return err
		}
		return nil
	}
	if err := c.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		_ = c.in.Close()
	}
	return <-c.ended
}
