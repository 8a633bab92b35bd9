package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"github.com/gorilla/websocket"

	"meterside/records"
)

// The desk, and its floor, each in a process of its own: what the portal uses of the processors is not theirs.
const (
	deskCommand     = "desk"
	bareDeskCommand = "bare-desk"
)

// changeEvery is the pause between two changes: each comes alone, as in an office's day.
const changeEvery = 4 * time.Millisecond

// changeCPU measures what a desk uses of the processors for a change: to receive and commit it, and to have it found. Beside it
// stands a process that receives messages of the same size and commits each as one row.
func (b *bench) changeCPU(ctx context.Context, t town, s *stage, d *desk) error {
	b.progress("%s town: CPU of a desk for %d changes", t.name, changesMade)
	numbers, err := someAccounts(d, changesMade)
	if err != nil {
		return err
	}
	served, err := startChild(ctx, deskCommand, d.dir, s.url, s.csr)
	if err != nil {
		return err
	}
	before, err := served.used("")
	if err != nil {
		return errors.Join(err, served.end())
	}
	var frame []byte
	for i, number := range numbers {
		account, err := renamed(ctx, s, number, i+changesMade)
		if err == nil {
			frame, err = frameOf(account)
		}
		if err != nil {
			return errors.Join(err, served.end())
		}
		time.Sleep(changeEvery)
	}
	head, err := s.portal.Store.Head(ctx)
	if err != nil {
		return errors.Join(err, served.end())
	}
	after, err := served.used(strconv.FormatInt(head, 10))
	if err := errors.Join(err, served.end()); err != nil {
		return err
	}
	floor, err := b.bareChangeCPU(ctx, d, frame)
	if err != nil {
		return err
	}
	each := float64(after-before) / float64(time.Microsecond) / changesMade
	about := fmt.Sprintf("%d accounts at the desk, one account's row in a frame of %d bytes, until it is found", t.accounts, len(frame))
	b.report.add(t.figure("change_cpu"), "us", each, floor, changesMade, about)
	return nil
}

func (b *bench) bareChangeCPU(ctx context.Context, d *desk, frame []byte) (each float64, err error) {
	path := filepath.Join(filepath.Dir(d.dir), "bare-change-cpu.db")
	if err := makeTables(ctx, path, true); err != nil {
		return 0, err
	}
	err = servingWebsocket(func(address string) error {
		bare, err := startChild(ctx, bareDeskCommand, address, path)
		if err != nil {
			return err
		}
		before, err := bare.used("0")
		if err != nil {
			return errors.Join(err, bare.end())
		}
		after, err := bare.used(strconv.Itoa(changesMade))
		each = float64(after-before) / float64(time.Microsecond) / changesMade
		return errors.Join(err, bare.end())
	}, func(ws *websocket.Conn) error {
		for range changesMade {
			time.Sleep(changeEvery)
			if err := ws.WriteMessage(websocket.BinaryMessage, frame); err != nil {
				return err
			}
		}
		_, _, _ = ws.ReadMessage() // until the other end goes
		return nil
	})
	return each, errors.Join(err, removeDB(path))
}

// child is another process of this program, which answers each line with what it has used of the processors, ns.
type child struct {
	cmd  *exec.Cmd
	ask  io.WriteCloser
	said *bufio.Scanner
}

func startChild(ctx context.Context, args ...string) (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("finding this program: %w", err)
	}
	c := &child{cmd: exec.CommandContext(ctx, self, args...)}
	c.cmd.Stderr = os.Stderr
	out, err := c.cmd.StdoutPipe()
	if err == nil {
		c.ask, err = c.cmd.StdinPipe()
	}
	if err == nil {
		err = c.cmd.Start()
	}
	if err != nil {
		return nil, fmt.Errorf("starting %s: %w", args[0], err)
	}
	c.said = bufio.NewScanner(out)
	return c, nil
}

// used waits until the child is through with what it is told of, and says what it has used until then.
func (c *child) used(through string) (time.Duration, error) {
	if _, err := fmt.Fprintln(c.ask, through); err != nil {
		return 0, fmt.Errorf("asking %s: %w", c.cmd.Args[1], err)
	}
	if !c.said.Scan() {
		return 0, fmt.Errorf("%s said nothing: %w", c.cmd.Args[1], c.said.Err())
	}
	ns, err := strconv.ParseInt(c.said.Text(), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%s said %q", c.cmd.Args[1], c.said.Text())
	}
	return time.Duration(ns), nil
}

func (c *child) end() error { return errors.Join(c.ask.Close(), c.cmd.Wait()) }

// answering answers each line with the CPU time of this process, once it is through with what the line says.
func answering(in io.Reader, out io.Writer, through func(string) error) error {
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		if err := through(lines.Text()); err != nil {
			return err
		}
		if _, err := fmt.Fprintln(out, int64(cpu())); err != nil {
			return err
		}
	}
	return lines.Err()
}

// servedDesk is a desk of a folder, signed in and connected to a portal. A line names the number up to which it has to have
// everything, or nothing.
func servedDesk(ctx context.Context, args []string, in io.Reader, out io.Writer) (err error) {
	if len(args) != 3 {
		return fmt.Errorf("usage: %s FOLDER PORTAL USER", deskCommand)
	}
	d, err := openDesk(ctx, args[0])
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	if _, err := d.SignIn(ctx, args[1], args[2], staffPassword); err != nil {
		return err
	}
	d.Connect()
	return answering(in, out, func(line string) error {
		if line == "" {
			return live(ctx, d)
		}
		head, err := strconv.ParseInt(line, 10, 64)
		if err != nil {
			return fmt.Errorf("no number: %q", line)
		}
		if err := reached(ctx, d, head); err != nil {
			return err
		}
		return d.Searchable(ctx)
	})
}

// reached waits until the desk has everything up to a number.
func reached(ctx context.Context, d *desk, head int64) error {
	deadline := time.Now().Add(changeWithin)
	for {
		s, err := d.Status(ctx)
		if err != nil || s.Cursor >= head {
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("the desk is at %d, not at %d", s.Cursor, head)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// bareDesk is its floor: a websocket's messages, each committed as one row. A line names how many have to be there.
func bareDesk(ctx context.Context, args []string, in io.Reader, out io.Writer) (err error) {
	if len(args) != 2 {
		return fmt.Errorf("usage: %s ADDRESS DATABASE", bareDeskCommand)
	}
	db, err := openBare(args[1], records.Disposable, cacheKB)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.close()) }()
	ws, err := dialBare(ctx, args[0])
	if err != nil {
		return err
	}
	defer func() { _ = ws.Close() }()
	n := 0
	return answering(in, out, func(line string) error {
		many, err := strconv.Atoi(line)
		if err != nil {
			return fmt.Errorf("no number: %q", line)
		}
		for ; n < many; n++ {
			_, message, err := ws.ReadMessage()
			if err != nil {
				return fmt.Errorf("receiving: %w", err)
			}
			if err := db.exec("INSERT INTO originals (kind, id, body, rv) VALUES (1, ?, ?, ?)", strconv.Itoa(n), message, int64(n)); err != nil {
				return err
			}
		}
		return nil
	})
}
