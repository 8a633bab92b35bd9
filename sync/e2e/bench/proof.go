package main

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"runtime"
	"time"

	"meterside/care"
	"meterside/records"
)

// proof measures reading the whole file of a replica against its digests, beside reading every row of it and nothing else.
func (b *bench) proof(ctx context.Context, t town, d *desk) error {
	path, err := d.replica()
	if err != nil {
		return err
	}
	b.progress("%s town: reading the replica to its end", t.name)
	db, err := records.OpenSQLite(path, records.Disposable)
	if err != nil {
		return err
	}
	bare, err := openBare(path, records.Disposable, cacheKB)
	if err != nil {
		return errors.Join(err, db.Close())
	}
	var took, floor samples
	rows := 0
	measure := func() error {
		runtime.GC()
		began := time.Now()
		if _, err := records.Rescan(ctx, db.Read, nil); err != nil {
			return err
		}
		spent := time.Since(began)
		rows = 0
		began = time.Now()
		for _, k := range care.Kinds() {
			if err := bare.each("SELECT * FROM "+records.Table(k), func([]driver.Value) error { rows++; return nil }); err != nil {
				return err
			}
		}
		took.add(spent/time.Duration(max(1, rows)), time.Microsecond)
		floor.add(time.Since(began)/time.Duration(max(1, rows)), time.Microsecond)
		return nil
	}
	for range 3 {
		if err = b.profiled(t.figure("rescan_row"), measure); err != nil {
			break
		}
	}
	if err := errors.Join(err, bare.close(), db.Close()); err != nil {
		return fmt.Errorf("reading the replica to its end: %w", err)
	}
	b.report.add(t.figure("rescan_row"), "us", took.at(.5), floor.at(.5), len(took), fmt.Sprintf("%d rows", rows))
	return nil
}
