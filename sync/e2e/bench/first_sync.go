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
	var took, floor samples
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
		began := time.Now()
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
		if t.runs == 0 {
			return d, nil
		}
		if load == nil {
			if load, err = gather(ctx, s, d); err != nil {
				return nil, errors.Join(err, d.Close())
			}
		}
		b.progress("%s town: its floor", t.name)
		runtime.GC()
		spent, err := load.bareSync(ctx, filepath.Join(dir, fmt.Sprintf("bare-%d.db", i)))
		if err != nil {
			return nil, errors.Join(err, d.Close())
		}
		floor.add(spent, time.Second)
	}
	about := fmt.Sprintf("%d accounts, %d rows, %d MB of row bodies, %d search documents", t.accounts, load.rows, load.bytes>>20, len(load.docs["search_doc"]))
	b.report.add(t.figure("first_sync_rows"), "s", took.at(.5), floor.at(.5), t.runs, about)
	return last, nil
}
