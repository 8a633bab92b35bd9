package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"

	"meterside/portal/store/storetest/pgtest"
)

// storms runs the storm, a program of its own, on both databases, and takes over what it prints.
func (b *bench) storms(ctx context.Context, quick bool) error {
	program := filepath.Join(b.dir, "storm")
	if err := b.build(ctx, tags, program, "./sync/e2e/storm"); err != nil {
		return err
	}
	peer := filepath.Join(b.dir, "centrifuge")
	if err := b.build(ctx, "", peer, "./sync/e2e/storm/centrifuge"); err != nil {
		return err
	}
	desks, args := 2000, []string{"--before", "20s", "--after", "20s"}
	if quick {
		desks, args = 300, []string{"--before", "4s", "--after", "4s"}
	}
	args = append(args, "--peer", peer, "--desks", fmt.Sprint(desks), "--profile", b.profile)
	for _, where := range []struct{ suffix, database string }{{"", ""}, {"_postgres", "postgres"}} {
		b.progress("storm%s: %d desks", where.suffix, desks)
		said, _, err := watch(exec.CommandContext(ctx, program, append(args, "--database", where.database)...))
		if err != nil && strings.Contains(err.Error(), pgtest.ErrMissing.Error()) {
			b.report.skip("storm"+where.suffix, pgtest.ErrMissing.Error())
			continue
		}
		if err != nil {
			return err
		}
		if err := b.takeOver(said, where.suffix, desks); err != nil {
			return err
		}
	}
	return nil
}

// takeOver reports figures that another program printed.
func (b *bench) takeOver(said, suffix string, desks int) error {
	found := 0
	for line := range strings.Lines(said) {
		var name, unit string
		var value, floor float64
		if _, err := fmt.Sscanf(line, "bench %s %g %s floor %g", &name, &value, &unit, &floor); err != nil {
			continue
		}
		b.report.add(name+suffix, unit, value, floor, desks, fmt.Sprintf("%d desks of %d districts at one portal, each a real client on loopback", desks, stormDistricts))
		found++
	}
	if found == 0 {
		return errors.New("the storm gave no figures")
	}
	return nil
}

const stormDistricts = 20
