//go:build unix

package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// I4, I5, I13: two desks and a portal are stopped together at any instant of their work, their files are copied, and they go
// on. From each copy, as from a power cut, they come to rest with nothing lost, doubled or mixed; in every other one the
// replicas lost the end of their logs as well, which they need not keep.
//
// It fails when the cursor is committed a moment before the rows that it stands for.
func TestEveryInstantIsOneToGoOnFrom(t *testing.T) {
	c := newCrew(t)
	c.serve()
	desks := []*crashDesk{c.desk("ann", "CSR001"), c.desk("sue", "SUP01")}
	began := time.Now()
	c.must(desks[0], "do", "--wait", "note.write", c.note(desks[0]))
	usual := time.Since(began)
	const few = 4
	count, err := strconv.Atoi(os.Getenv("METERSIDE_CHECKS"))
	if err != nil {
		count = few
	}
	var copies []*crew
	for i := range count {
		copies = append(copies, c.instant(desks, usual, filepath.Join(t.TempDir(), "instant")))
		if i%2 == 1 {
			if err := loseTail(copies[i].dir, c.chance); err != nil {
				t.Fatal(err)
			}
		}
	}
	c.portal.end(os.Interrupt)
	for i, then := range copies {
		then.serve()
		then.settle()
		if t.Failed() {
			t.Fatalf("from the copy %d", i)
		}
	}
}

// instant lets desks work, stops them and the portal together, copies what stands on the disk, and lets them end.
func (c *crew) instant(desks []*crashDesk, usual time.Duration, to string) *crew {
	c.t.Helper()
	then := &crew{t: c.t, chance: c.chance, dir: to, address: c.address, notes: c.notes}
	for _, s := range c.desks {
		then.desks = append(then.desks, &crashDesk{profile: filepath.Join(to, filepath.Base(s.profile)), user: s.user, said: maps.Clone(s.said)})
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	running := make([]*exec.Cmd, len(desks))
	outs := make([]bytes.Buffer, len(desks))
	for i, s := range desks {
		running[i] = c.command(ctx, s, c.somethingToDo(c.notes, s, false)...)
		running[i].Stdout = &outs[i]
		if err := running[i].Start(); err != nil {
			c.t.Fatal(err)
		}
	}
	time.Sleep(c.within(usual)) // the instant
	everybody := append([]*exec.Cmd{c.portal.process}, running...)
	for _, p := range everybody {
		_ = p.Process.Signal(syscall.SIGSTOP) // it may have ended
	}
	for _, p := range everybody {
		awaitStopped(p.Process.Pid)
	}
	err := os.CopyFS(to, os.DirFS(c.dir))
	for _, p := range everybody {
		err = errors.Join(err, ignoreEnded(p.Process.Signal(syscall.SIGCONT)))
	}
	if err != nil {
		c.t.Fatal(err)
	}
	for i, p := range running {
		_ = p.Wait() // what it could not do it says itself
		var said struct {
			ID    string `json:"command_id"`
			State string `json:"state"`
		}
		if json.Unmarshal(outs[i].Bytes(), &said) == nil && said.ID != "" {
			desks[i].said[said.ID] = said.State
		}
	}
	return then
}

func ignoreEnded(err error) error {
	if errors.Is(err, os.ErrProcessDone) {
		return nil
	}
	return err
}

// awaitStopped waits until a process has stopped or ended: a signal takes a moment to reach every thread.
func awaitStopped(pid int) {
	for range 1000 {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			return
		}
		_, after, ok := bytes.Cut(stat, []byte(") "))
		if !ok || after[0] == 'T' || after[0] == 'Z' {
			return
		}
		time.Sleep(time.Millisecond)
	}
}
