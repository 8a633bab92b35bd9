package main

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"

	"meterside/records"
)

const openTerm = "main"

// opens measures the start of a desk that has everything, without a window: until the first fifty hits of a search are there,
// beside opening the bare database for the same rows. The files are in the system's memory.
func (b *bench) opens(ctx context.Context, t town, d *desk) error {
	const rounds = 9
	b.progress("%s town: opening, %d times", t.name, rounds)
	path, err := d.replica()
	if err != nil {
		return err
	}
	var took, floor samples
	for range rounds {
		if err := d.Close(); err != nil {
			return err
		}
		began := time.Now()
		if err := d.open(ctx); err != nil {
			return err
		}
		found, err := d.SearchFirst(ctx, records.Query{Text: openTerm, Limit: searchLimit})
		if err != nil {
			return err
		}
		took.add(time.Since(began), time.Millisecond)
		if found.Total < searchLimit {
			return fmt.Errorf("opening found %d, not %d", found.Total, searchLimit)
		}
		began = time.Now()
		if err := bareOpen(path); err != nil {
			return err
		}
		floor.add(time.Since(began), time.Millisecond)
	}
	b.report.add(t.figure("open_to_hits"), "ms", took.at(.5), floor.at(.5), rounds, fmt.Sprintf("%d accounts, the first %d hits of %q", t.accounts, searchLimit, openTerm))
	return nil
}

// bareOpen opens the database and reads the first rows that a term's trigrams find.
func bareOpen(path string) error {
	db, err := openBare(path, records.Disposable, cacheKB)
	if err != nil {
		return err
	}
	err = db.each("SELECT d.shown FROM search_all f CROSS JOIN search_doc d ON d.pos = f.rowid WHERE search_all MATCH ? ORDER BY f.rowid LIMIT ?",
		func([]driver.Value) error { return nil }, trigrams(openTerm), int64(searchLimit))
	return errors.Join(err, db.close())
}
