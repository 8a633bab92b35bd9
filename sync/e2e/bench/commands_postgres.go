package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"meterside/portal"
	"meterside/portal/store/storetest/pgtest"
)

// commandsOnPostgres is commands on a PostgreSQL server of its own, whose commits wait for the disk. The floor is pgx with
// nothing around it, which prepares each statement once.
func (b *bench) commandsOnPostgres(ctx context.Context, quick bool) (err error) {
	const name = "portal_commands_postgres"
	each := 150
	if quick {
		each = 60
	}
	server, err := pgtest.Start(true)
	if errors.Is(err, pgtest.ErrMissing) {
		b.report.skip(name, err.Error())
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Stop()) }()
	b.progress("commands on PostgreSQL: %d writers, %d commands each", writers, each)
	var databases [2]string
	for i := range databases {
		if databases[i], _, err = server.Database(ctx); err != nil {
			return err
		}
		p, err := portal.Open(ctx, databases[i])
		if err != nil {
			return err
		}
		if err := errors.Join(commandTown(ctx, p), p.Close()); err != nil {
			return err
		}
	}
	p, err := portal.Open(ctx, databases[0])
	if err != nil {
		return err
	}
	var took time.Duration
	groups := 0
	err = b.profiled("commands-postgres", func() error {
		took, groups, err = sendCommands(ctx, p, each)
		return err
	})
	if err := errors.Join(err, p.Close()); err != nil {
		return err
	}
	all := writers * each
	size := max(1, all/groups)
	floor, err := rawCommandsOnPostgres(ctx, databases[1], all, size)
	if err != nil {
		return err
	}
	perSecond := func(d time.Duration) float64 { return float64(all) / d.Seconds() }
	b.report.add(name, "1/s", perSecond(took), perSecond(floor), all, fmt.Sprintf("preferences.change on PostgreSQL, %d writers, %d commands to a commit", writers, size))
	return nil
}

// rawCommandsOnPostgres writes what as many commands write, statement by statement, size commands to a transaction.
func rawCommandsOnPostgres(ctx context.Context, address string, all, size int) (time.Duration, error) {
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		return 0, fmt.Errorf("connecting: %w", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	work := make([][]rawWrite, all)
	for i := range all {
		if work[i], err = rawCommand(i); err != nil {
			return 0, err
		}
		for w := range work[i] {
			work[i][w].statement = numbered(work[i][w].statement)
		}
	}
	began := time.Now()
	for from := 0; from < all; from += size {
		tx, err := conn.Begin(ctx)
		if err != nil {
			return 0, fmt.Errorf("beginning: %w", err)
		}
		if _, err := tx.Exec(ctx, "UPDATE sync_clock SET seq = seq + 1"); err != nil {
			return 0, fmt.Errorf("taking the clock: %w", err)
		}
		for _, writes := range work[from:min(from+size, all)] {
			for _, w := range writes {
				args := make([]any, len(w.args))
				for i := range w.args {
					args[i] = w.args[i]
				}
				if _, err := tx.Exec(ctx, w.statement, args...); err != nil {
					return 0, fmt.Errorf("writing: %w", err)
				}
			}
		}
		if err := tx.Commit(ctx); err != nil {
			return 0, fmt.Errorf("committing: %w", err)
		}
	}
	return time.Since(began), nil
}

// numbered gives the parameters of a statement numbers, as PostgreSQL wants them.
func numbered(statement string) string {
	parts := strings.Split(statement, "?")
	var b strings.Builder
	for i, part := range parts {
		if i > 0 {
			fmt.Fprintf(&b, "$%d", i)
		}
		b.WriteString(part)
	}
	return b.String()
}
