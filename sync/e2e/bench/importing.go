package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// importing measures `portald import` into an empty store, in a process of its own, beside a process that does no more
// than read the same files and write the same rows. It returns the folder of a store that was filled so.
func (b *bench) importing(ctx context.Context, t town, dir, export string) (string, error) {
	portald := filepath.Join(b.dir, "portald")
	if err := b.build(ctx, tags, portald, "./portal/cmd/portald"); err != nil {
		return "", err
	}
	self, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("finding this program: %w", err)
	}
	var took, floor, peak, barePeak samples
	var store string
	rows := 0
	for i := range max(1, t.runs) {
		if store != "" {
			if err := os.RemoveAll(store); err != nil {
				return "", fmt.Errorf("tidying up: %w", err)
			}
		}
		store = filepath.Join(dir, fmt.Sprintf("portal-%d", i))
		b.progress("%s town: import %d of %d", t.name, i+1, max(1, t.runs))
		began := time.Now()
		_, memory, err := watch(exec.CommandContext(ctx, portald, "import", "--data", store, "--csv", export))
		if err != nil {
			return "", err
		}
		took.add(time.Since(began), time.Second)
		peak = append(peak, memory)
		if t.runs == 0 {
			return store, nil
		}

		bare := filepath.Join(dir, "bare.db")
		b.progress("%s town: its floor", t.name)
		said, memory, err := watch(exec.CommandContext(ctx, self, bareImportCommand, filepath.Join(store, "portal.db"), export, bare))
		if err != nil {
			return "", err
		}
		var seconds float64
		if _, err := fmt.Sscan(said, &seconds, &rows); err != nil {
			return "", fmt.Errorf("reading the floor: %w", err)
		}
		floor = append(floor, seconds)
		barePeak = append(barePeak, memory)
		if err := removeDB(bare); err != nil {
			return "", err
		}
	}
	about := fmt.Sprintf("%d accounts, %d rows", t.accounts, rows)
	b.report.add(t.figure("import"), "s", took.at(.5), floor.at(.5), t.runs, about)
	b.report.add(t.figure("import_peak"), "MB", peak.at(.5), barePeak.at(.5), t.runs, about)
	return store, nil
}

// figure names a figure of a town.
func (t town) figure(name string) string {
	if t.name == "deep" {
		return name + "_deep"
	}
	return name
}

// build compiles a program of the project.
func (b *bench) build(ctx context.Context, tags, to, folder string) error {
	if _, err := os.Stat(to); err == nil {
		return nil
	}
	b.progress("compiling %s", folder)
	// From inside the folder, as it may be a module of its own.
	if out, err := exec.CommandContext(ctx, "go", "build", "-C", folder, "-tags", tags, "-o", to, ".").CombinedOutput(); err != nil {
		return fmt.Errorf("compiling %s: %w: %s", folder, err, out)
	}
	return nil
}

// watch runs a program to its end and gives what it wrote, and the most memory that it held, in MB. How much its parent
// holds is not in that, as it is in the system's own account of ended processes.
func watch(cmd *exec.Cmd) (out string, peak float64, err error) {
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Start(); err != nil {
		return "", 0, fmt.Errorf("starting %s: %w", cmd.Path, err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for {
		select {
		case err := <-ended:
			if err != nil {
				return "", 0, fmt.Errorf("%s: %w: %s", filepath.Base(cmd.Path), err, stderr.String())
			}
			return stdout.String(), peak, nil
		case <-look.C:
			peak = max(peak, held(cmd.Process.Pid))
		}
	}
}

// held is the most memory that a running process has held so far, in MB, or 0 where the system does not tell.
func held(pid int) float64 {
	status, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "status"))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if rest, found := strings.CutPrefix(line, "VmHWM:"); found {
			var kb float64
			_, _ = fmt.Sscan(rest, &kb)
			return kb / 1024
		}
	}
	return 0
}

func removeDB(path string) error {
	var all error
	for _, tail := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(path + tail); err != nil && !errors.Is(err, os.ErrNotExist) {
			all = errors.Join(all, fmt.Errorf("tidying up: %w", err))
		}
	}
	return all
}
