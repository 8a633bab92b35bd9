package importer

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"meterside/care"
	"meterside/care/demo"
	"meterside/records"
)

// BenchmarkImport imports a town of METERSIDE_BENCH_ACCOUNTS accounts, 5,000 without it, or the export in the folder
// METERSIDE_BENCH_EXPORT, and again the same. x-floor is how many times longer it takes than bare inserts of the same
// rows into the same tables, the reading of the files not counted.
func BenchmarkImport(b *testing.B) {
	dir := os.Getenv("METERSIDE_BENCH_EXPORT")
	if dir == "" {
		accounts, err := strconv.Atoi(cmp.Or(os.Getenv("METERSIDE_BENCH_ACCOUNTS"), "5000"))
		if err != nil {
			b.Fatal(err)
		}
		dir = b.TempDir()
		if _, err := demo.Write(dir, demo.Options{Accounts: accounts, Months: 25, Seed: 1, Today: today}); err != nil {
			b.Fatal(err)
		}
	}
	var import1, import2, floor time.Duration
	var rows, peak int
	for b.Loop() {
		o := newOffice(b)
		begin := time.Now()
		report := o.imports(dir)
		import1 += time.Since(begin)
		peak = max(peak, peakMemory())
		rows = 0
		for _, tally := range report.Files {
			rows += tally.Read - tally.Refused
		}
		begin = time.Now()
		o.imports(dir)
		import2 += time.Since(begin)
		floor += bareInserts(b, dir)
	}
	b.ReportMetric(float64(rows), "rows")
	b.ReportMetric(float64(peak), "MB-peak")
	b.ReportMetric(float64(import1.Nanoseconds())/float64(b.N*rows), "ns/row")
	b.ReportMetric(float64(import2.Nanoseconds())/float64(b.N*rows), "ns/row-again")
	b.ReportMetric(float64(import1)/float64(floor), "x-floor")
}

// bareInserts is the least that could be done: each row by a prepared statement, as many to a transaction, and no more.
// A segment, which the portal keeps in its bill's row, is written with the bill.
func bareInserts(b *testing.B, dir string) time.Duration {
	b.Helper()
	ctx := context.Background()
	db, err := records.OpenSQLite(filepath.Join(b.TempDir(), "floor.db"), records.Durable)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if err := records.Migrate(ctx, db.Write); err != nil {
		b.Fatal(err)
	}
	var took time.Duration
	var chunk []care.Record
	write := func() error {
		if len(chunk) == 0 {
			return nil
		}
		begin := time.Now()
		defer func() { took += time.Since(begin); chunk = chunk[:0] }()
		tx, err := db.Write.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		insert, err := tx.PrepareContext(ctx, records.PutSQL(chunk[0].RecordKind()))
		if err != nil {
			return err
		}
		defer func() { _ = insert.Close() }()
		for _, rec := range chunk {
			if _, err := insert.ExecContext(ctx, records.Values(rec)...); err != nil {
				return err
			}
		}
		return tx.Commit()
	}
	_, err = Read(dir, func(file string, row Row, segments []Row) error {
		e := newEntry(file)
		e.fill(row, segments)
		if len(chunk) == chunkRows || len(chunk) > 0 && chunk[0].RecordKind() != e.record.RecordKind() {
			if err := write(); err != nil {
				return err
			}
		}
		switch rec := e.record.(type) {
		case *care.Task:
			rec.Origin = originOf(rec)
		case *care.Activity:
			rec.ActorKind = care.ByCustomer
		}
		chunk = append(chunk, e.record)
		return nil
	})
	if err == nil {
		err = write()
	}
	if err != nil {
		b.Fatal(err)
	}
	return took
}

// peakMemory is the most that this process has held, in MB, or 0 where the system does not tell.
func peakMemory() int {
	f, err := os.Open("/proc/self/status")
	if err != nil {
		return 0
	}
	defer func() { _ = f.Close() }()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if rest, found := strings.CutPrefix(lines.Text(), "VmHWM:"); found {
			var kb int
			_, _ = fmt.Sscan(rest, &kb)
			return kb / 1024
		}
	}
	return 0
}
