package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	"meterside/backend"
	"meterside/backend/cache"
	"meterside/backend/keyring"
	"meterside/care/demo"
	"meterside/portal"
	"meterside/portal/api"
	"meterside/sync/snapshot"
)

// town is an invented utility that figures are measured on.
type town struct {
	name     string
	accounts int
	months   int     // of bills, at the most
	activity float64 // of a web user, in the mean
	runs     int     // how often import and first sync are measured; 0: they only fill, and only the replica's size is held against its floor
	live     bool    // measure search, opening, catching up and changes
}

// towns are, for huge, a single one of a million accounts; else one for import and first sync, and a larger one for search and changes, both with little behind each account;
// and, for whoever has the time, a deep one, of a district's size with everything that the demo town has.
func towns(quick, huge bool) []town {
	if huge {
		return []town{{name: "search", accounts: 1_000_000, months: 1, activity: 1, live: true}}
	}
	if quick {
		return []town{
			{name: "sync", accounts: 10_000, months: 1, activity: 1, runs: 3},
			{name: "search", accounts: 50_000, months: 1, activity: 1, live: true},
		}
	}
	return []town{
		{name: "sync", accounts: 31_000, months: 1, activity: 1, runs: 3}, // 200,000 rows
		{name: "deep", accounts: 7_000, runs: 3, live: true},
		{name: "search", accounts: 100_000, months: 1, activity: 1, live: true},
	}
}

// today is fixed: the same town each time.
var today = time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)

const staffPassword = "a password for this run"

// town measures everything that is measured on a town, one after the other: each step leaves what the next one needs.
func (b *bench) town(ctx context.Context, t town) error {
	dir := filepath.Join(b.dir, t.name)
	export := filepath.Join(dir, "export")
	b.progress("%s town: writing %d accounts", t.name, t.accounts)
	counts, err := demo.Write(export, demo.Options{Accounts: t.accounts, Months: t.months, Activity: t.activity, Seed: 1, Today: today})
	if err != nil {
		return err
	}
	store, err := b.importing(ctx, t, dir, export)
	if err != nil {
		return fmt.Errorf("importing: %w", err)
	}
	if err := os.RemoveAll(export); err != nil {
		return fmt.Errorf("tidying up: %w", err)
	}
	s, err := openStage(ctx, store, dir, counts.Guide.CSR)
	if err != nil {
		return err
	}
	err = b.onStage(ctx, t, s, dir)
	return errors.Join(err, s.close(), os.RemoveAll(dir))
}

func (b *bench) onStage(ctx context.Context, t town, s *stage, dir string) error {
	d, err := b.firstSync(ctx, t, s, dir)
	if err != nil {
		return fmt.Errorf("the first sync: %w", err)
	}
	err = b.proof(ctx, t, d)
	if t.live && err == nil {
		for _, measure := range []func() error{
			func() error { return b.search(ctx, t, d) },
			func() error { return b.accounts(ctx, t, d) },
			func() error { return b.opens(ctx, t, d) },
			func() error { return b.pages(ctx, t, s) },
			func() error { return b.catchUps(ctx, t, s, d) },
			func() error { return b.changes(ctx, t, s, d) },
			func() error { return errors.Join(d.Close(), b.changeCPU(ctx, t, s, d)) },
			func() error { return b.typing(ctx, t, s, d) },
			func() error { return b.firstPaintOf(ctx, t, s, d) },
		} {
			if err = errors.Join(err, measure()); err != nil {
				break
			}
		}
	}
	return errors.Join(err, d.Close())
}

// stage is a portal served on loopback in this process.
type stage struct {
	portal *portal.Portal
	shelf  *snapshot.Shelf
	url    string
	csr    string // may see every district
	close  func() error
}

// rowsOnly keeps desks to the row stream, however many rows there are.
const rowsOnly = 1 << 30

// openStage serves a store; its ready-made files go into a folder.
func openStage(ctx context.Context, store, files, csr string) (*stage, error) {
	p, err := portal.Open(ctx, store)
	if err != nil {
		return nil, err
	}
	if err := p.SetStaffPassword(ctx, csr, staffPassword); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	desks := api.New(p, slog.New(slog.DiscardHandler))
	shelf, err := desks.Offer(filepath.Join(files, "snapshots"))
	if err != nil {
		return nil, errors.Join(err, p.Close())
	}
	shelf.Few = rowsOnly
	mux := http.NewServeMux()
	desks.Register(mux)
	url, hangUp, err := serveOn(mux)
	if err != nil {
		return nil, errors.Join(err, p.Close())
	}
	running, stop := context.WithCancel(ctx)
	followed := make(chan error, 1)
	go func() { followed <- desks.Run(running) }()
	return &stage{portal: p, shelf: shelf, url: url, csr: csr, close: func() error {
		stop()
		return errors.Join(hangUp(), <-followed, p.Close())
	}}, nil
}

// desk is a desk without a window.
type desk struct {
	*backend.Backend
	dir     string
	secrets keyring.Keyring
	// changed is told when accounts changed, with the time; a moment that nobody waits for is dropped.
	changed chan time.Time
}

// secretsOf is where a desk's secrets are, so that its window finds them too.
func secretsOf(dir string) string { return dir + "-secrets" }

func openDesk(ctx context.Context, dir string) (*desk, error) {
	d := &desk{dir: dir, secrets: &keyring.File{Path: secretsOf(dir)}, changed: make(chan time.Time, 1)}
	return d, d.open(ctx)
}

// open opens the desk, again after it was closed: it is still signed in.
func (d *desk) open(ctx context.Context) (err error) {
	changed := func(topics ...string) {
		if !slices.Contains(topics, "accounts") {
			return
		}
		select {
		case d.changed <- time.Now():
		default:
		}
	}
	d.Backend, err = backend.Open(ctx, backend.Options{Profile: d.dir, Secrets: d.secrets, Log: slog.New(slog.DiscardHandler), Changed: changed})
	return err
}

// replica is the path of the desk's database.
func (d *desk) replica() (string, error) {
	found, err := filepath.Glob(filepath.Join(d.dir, "users", "*"))
	if err != nil || len(found) != 1 {
		return "", fmt.Errorf("the desk has %d users, not one: %w", len(found), err)
	}
	return cache.ReplicaFile(found[0])
}
