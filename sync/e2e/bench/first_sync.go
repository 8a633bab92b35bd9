package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"time"
)

// firstSync measures a desk that has nothing: from the sign-in until it has every row and can search them, beside the
// same rows sent and written by nothing but the libraries. It returns the last of the desks, up to date.
func (b *bench) firstSync(ctx context.Context, t town, s *stage, dir string) (*desk, error) {
	var took, floor, used, floorUsed samples
	var bareBytes int64
	var last *desk
	var load *load
	for i := range max(1, t.runs) {
		if last != nil {
			if err := last.Close(); err != nil {
				return nil, err
			}
		}
		b.progress("%s town: first sync %d of %d", t.name, i+1, max(1, t.runs))
		d, err := openDesk(ctx, filepath.Join(dir, fmt.Sprintf("desk-%d", i)))
		if err != nil {
			return nil, err
		}
		last = d
		runtime.GC()
		began, before := time.Now(), cpu()
		err = b.profiled(t.figure("first_sync_rows"), func() error {
			if _, err := d.SignIn(ctx, s.url, s.csr, staffPassword); err != nil {
				return err
			}
			_, err := d.SyncOnce(ctx)
			return err
		})
		if err != nil {
			return nil, errors.Join(err, d.Close())
		}
		took.add(time.Since(began), time.Second)
		used.add(cpu()-before, time.Second)
		if load == nil {
			if load, err = gather(ctx, s, d); err != nil {
				return nil, errors.Join(err, d.Close())
			}
		}
		b.progress("%s town: its floor", t.name)
		runtime.GC()
		before = cpu()
		spent, size, err := load.bareSync(ctx, filepath.Join(dir, fmt.Sprintf("bare-%d.db", i)))
		if err != nil {
			return nil, errors.Join(err, d.Close())
		}
		floor.add(spent, time.Second)
		floorUsed.add(cpu()-before, time.Second)
		bareBytes = size
	}
	about := fmt.Sprintf("%d accounts, %d rows, %d MB of row bodies, %d search documents", t.accounts, load.rows, load.bytes>>20, len(load.docs["search_doc"]))
	path, err := last.replica()
	if err == nil {
		err = b.replicaSize(t, path, bareBytes, about)
	}
	if err == nil && t.runs > 0 {
		b.report.add(t.figure("first_sync_rows"), "s", took.at(.5), floor.at(.5), t.runs, about)
		b.report.add(t.figure("first_sync_rows_cpu"), "s", used.at(.5), floorUsed.at(.5), t.runs, "both ends, the sign-in of the desk included")
		err = b.firstFile(ctx, t, s, dir)
	}
	if err != nil {
		return nil, errors.Join(err, last.Close())
	}
	return last, nil
}
