package importer

import (
	"context"
	"database/sql"
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"meterside/care"
	"meterside/care/demo"
	"meterside/portal"
	"meterside/portal/store"
	"meterside/records"
)

var today = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

// office is a portal to import into, with the questions that tests ask.
type office struct {
	*portal.Portal
	t testing.TB
}

func newOffice(t testing.TB) *office {
	t.Helper()
	p, err := portal.Open(context.Background(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	p.Now = func() time.Time { return today }
	return &office{p, t}
}

func (o *office) imports(dir string) Report {
	o.t.Helper()
	report, err := Import(context.Background(), o.Portal, dir, Options{})
	if err != nil {
		o.t.Fatal(err)
	}
	for file, tally := range report.Files {
		if file != segmentsFile && tally.Read != tally.Added+tally.Changed+tally.Unchanged+tally.Kept+tally.Refused {
			o.t.Errorf("%s: the tally does not come out: %+v", file, *tally)
		}
	}
	return report
}

func (o *office) exports() string {
	o.t.Helper()
	dir := o.t.TempDir()
	if err := Export(context.Background(), o.Portal, dir); err != nil {
		o.t.Fatal(err)
	}
	return dir
}

func (o *office) head() int64 {
	o.t.Helper()
	head, err := o.Store.Head(context.Background())
	if err != nil {
		o.t.Fatal(err)
	}
	return head
}

func (o *office) number(query string, args ...any) int {
	o.t.Helper()
	var n sql.NullInt64
	if err := o.Store.Reader().QueryRowContext(context.Background(), query, args...).Scan(&n); err != nil {
		o.t.Fatalf("%s: %v", query, err)
	}
	return int(n.Int64)
}

// writes changes the portal as its own system.
func (o *office) writes(fn func(*store.Tx) error) {
	o.t.Helper()
	if _, err := o.Store.Update(context.Background(), store.Options{Actor: portal.System("portal"), Now: today, Command: o.t.Name()}, fn); err != nil {
		o.t.Fatal(err)
	}
}

func get[T any, P interface {
	*T
	care.Record
}](o *office, key ...string) T {
	o.t.Helper()
	var rec T
	ok, err := records.Load(context.Background(), o.Store.Reader(), P(&rec), key...)
	if err != nil || !ok {
		o.t.Fatalf("%T %v: there %v, error %v", rec, key, ok, err)
	}
	return rec
}

func smallTown(t testing.TB) (string, demo.Counts) { return townOf(t, 300, 16) }

func townOf(t testing.TB, accounts, months int) (string, demo.Counts) {
	t.Helper()
	dir := t.TempDir()
	counts, err := demo.Write(dir, demo.Options{Accounts: accounts, Months: months, Seed: 1, Today: today})
	if err != nil {
		t.Fatal(err)
	}
	return dir, counts
}

// edit changes one value in a file, in the row whose first columns are key.
func edit(t *testing.T, dir, file, column, value string, key ...string) {
	t.Helper()
	rows := readCSV(t, dir, file)
	at := slices.Index(rows[0], column)
	for _, row := range rows[1:] {
		if slices.Equal(row[:len(key)], key) {
			row[at] = value
			writeCSV(t, dir, file, rows)
			return
		}
	}
	t.Fatalf("%s has no row %v", file, key)
}

func readCSV(t *testing.T, dir, file string) [][]string {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, file))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func writeCSV(t *testing.T, dir, file string, rows [][]string) {
	t.Helper()
	f, err := os.Create(filepath.Join(dir, file))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if err := csv.NewWriter(f).WriteAll(rows); err != nil {
		t.Fatal(err)
	}
}

func sameFiles(t *testing.T, one, other string) {
	t.Helper()
	for _, table := range Tables {
		a, err := os.ReadFile(filepath.Join(one, table.File))
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(filepath.Join(other, table.File))
		if err != nil {
			t.Fatal(err)
		}
		if string(a) != string(b) {
			t.Errorf("%s differs: %s", table.File, firstDifference(string(a), string(b)))
		}
	}
}

func firstDifference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return x[i] + " | " + y[i]
		}
	}
	return "one is longer"
}

// sorted are a file's rows in the order of their text.
func sorted(t *testing.T, dir, file string) [][]string {
	rows := readCSV(t, dir, file)
	slices.SortFunc(rows[1:], slices.Compare[[]string])
	return rows
}
