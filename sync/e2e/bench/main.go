// Command bench measures the project beside bare floors: the same libraries doing the same work with nothing around them,
// in the same run. It is run by `make bench` from the project's root, prints a line for each figure, and writes the same
// as JSON under build/bench.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/pprof"
	"slices"
	"strings"
	"syscall"
	"time"
)

// results is where everything goes: the figures stay there, all else is taken away at the end.
const results = "build/bench"

// tags are those that portal and desk are built with.
const tags = "sqlite_fts5,webkit2_41"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// bench is one run.
type bench struct {
	dir     string // of this run alone
	profile string // a folder for CPU profiles, or ""
	report  *report
	log     io.Writer
	began   time.Time
}

func run(ctx context.Context, args []string, out, log io.Writer) (err error) {
	if len(args) > 0 {
		switch args[0] {
		case bareImportCommand:
			return bareImport(ctx, args[1:], out)
		case deskCommand:
			return servedDesk(ctx, args[1:], os.Stdin, out)
		case bareDeskCommand:
			return bareDesk(ctx, args[1:], os.Stdin, out)
		}
	}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	quick := flags.Bool("quick", false, "smaller towns and fewer runs: within five minutes")
	huge := flags.Bool("huge", false, "one town of a million accounts, in place of the others; give it hours and some 20 GB")
	only := flags.String("only", "", "only some of the parts, joined by commas: sync, deep, search, commands, storm, first_paint")
	profile := flags.String("profile", "", "a folder to write CPU profiles of the timed parts into")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if _, err := os.Stat("go.mod"); err != nil {
		return errors.New("run it from the project's root, by `make bench`")
	}
	if err := os.MkdirAll(results, 0o755); err != nil {
		return fmt.Errorf("making the folder of the results: %w", err)
	}
	b := &bench{profile: *profile, report: newReport(out, *quick), log: log, began: time.Now()}
	if b.dir, err = os.MkdirTemp(results, "run-"); err != nil {
		return fmt.Errorf("making the folder of this run: %w", err)
	}
	defer func() { _ = os.RemoveAll(b.dir) }()
	if b.dir, err = filepath.Abs(b.dir); err != nil {
		return fmt.Errorf("finding the folder of this run: %w", err)
	}
	wanted := func(part string) bool { return *only == "" || slices.Contains(strings.Split(*only, ","), part) }
	for _, t := range towns(*quick, *huge) {
		if !wanted(t.name) {
			continue
		}
		if err := b.town(ctx, t); err != nil {
			return fmt.Errorf("in the %s town: %w", t.name, err)
		}
	}
	if wanted("commands") {
		if err := b.commands(ctx, *quick); err != nil {
			return fmt.Errorf("commands: %w", err)
		}
	}
	if wanted("storm") {
		if err := b.storms(ctx, *quick); err != nil {
			return fmt.Errorf("storm: %w", err)
		}
	}
	if wanted("first_paint") {
		if err := b.firstPaint(ctx, *quick); err != nil {
			return fmt.Errorf("first_paint: %w", err)
		}
	}
	return b.report.write(filepath.Join(results, "figures.json"))
}

// progress tells who waits what is going on.
func (b *bench) progress(format string, args ...any) {
	fmt.Fprintf(b.log, "%4.0f s  %s\n", time.Since(b.began).Seconds(), fmt.Sprintf(format, args...))
}

// profiled runs fn, under the CPU profiler where a folder for profiles was given.
func (b *bench) profiled(name string, fn func() error) error {
	if b.profile == "" {
		return fn()
	}
	f, err := os.Create(filepath.Join(b.profile, name+".prof"))
	if err != nil {
		return fmt.Errorf("writing a profile: %w", err)
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return fmt.Errorf("writing a profile: %w", err)
	}
	err = fn()
	pprof.StopCPUProfile()
	return errors.Join(err, f.Close())
}
