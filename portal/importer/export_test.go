package importer

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"meterside/care/demo"
	"meterside/care/given"
)

func load(t *testing.T, file string, into any) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(b, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestDirtyExport(t *testing.T) {
	dir := given.Export(t, "--accounts", "1100", "--months", "13", "--activity", "4", "--dirty")
	var dirty []Refusal
	load(t, filepath.Join(dir, "DIRTY.json"), &dirty)
	if len(dirty) < 20 {
		t.Fatalf("only %d rows of the export are damaged", len(dirty))
	}
	report := holdsTogether(t, dir)
	sameRefusals(t, report.Refused, dirty)

	var answers map[string]any
	load(t, filepath.Join(dir, "ANSWERS.json"), &answers)
	for file, tally := range report.Files {
		want, known := answers[strings.TrimSuffix(file, ".csv")].(float64)
		if known && tally.Read-tally.Refused != int(want) {
			t.Errorf("%s: %d rows taken, want %.0f", file, tally.Read-tally.Refused, want)
		}
	}

	// The same with the segments the other way round must come to the same, but for the lines.
	file := filepath.Join(dir, segmentsFile)
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(b, []byte{'\n'})
	slices.Reverse(lines[1:])
	if err := os.WriteFile(file, bytes.Join(lines, nil), 0o600); err != nil {
		t.Fatal(err)
	}
	again := holdsTogether(t, dir)
	if !reflect.DeepEqual(again.Files, report.Files) {
		t.Errorf("with the segments in reverse %v, else %v", again.Files, report.Files)
	}
}

func sameRefusals(t *testing.T, got, want []Refusal) {
	t.Helper()
	found, due := flaws(got), flaws(want)
	for _, r := range found {
		if !slices.Contains(due, r) {
			t.Errorf("refused though right: %+v", r)
		}
	}
	for _, r := range due {
		if !slices.Contains(found, r) {
			t.Errorf("not refused: %+v", r)
		}
	}
}

// holdsTogether reads an export and checks what every sink may rely on: parents come first, and a bill's segments sum up
// to its total.
func holdsTogether(t *testing.T, dir string) Report {
	t.Helper()
	seen := map[string]map[string]bool{}
	report, err := Read(dir, func(file string, row Row, segments []Row) error {
		for i, c := range table(file).Columns {
			if value := string(row.Fields[i]); c.Parent != "" && value != "" && !seen[c.Parent][value] {
				t.Errorf("%s, line %d: %s %q did not come before", file, row.Line, c.Name, value)
			}
		}
		if seen[file] == nil {
			seen[file] = map[string]bool{}
		}
		seen[file][string(row.Fields[0])] = true
		if file == billsFile {
			sum := int64(0)
			for _, s := range segments {
				cents, _ := s.Int("amount_cents")
				sum += cents
			}
			if total, _ := row.Int("total_cents"); total != sum {
				t.Errorf("bill %s: total %d, %d segments sum up to %d", row.Text("bill_id"), total, len(segments), sum)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func TestBrokenExports(t *testing.T) {
	// A street of our own, because the maker takes seconds to read the whole state's.
	street := filepath.Join(t.TempDir(), "street.csv")
	if err := os.WriteFile(street, []byte("number,street,city,state,zip\n1,ROPEWALK LN,TARNSTEAD,VT,00013\n3,ROPEWALK LN,TARNSTEAD,VT,00013\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"missing-column", "broken-quote", "utf16", "empty", "nul"} {
		t.Run(kind, func(t *testing.T) {
			dir := given.Export(t, "--addresses", street, "--accounts", "60", "--months", "1", "--activity", "1", "--broken", kind)
			_, err := Read(dir, func(string, Row, []Row) error {
				t.Error("a row reached the sink")
				return nil
			})
			var u *Unreadable
			if !errors.As(err, &u) || u.File != "accounts.csv" {
				t.Errorf("got %v, want accounts.csv to be unreadable", err)
			}
		})
	}
}

func demoTown(t testing.TB, accounts, months int) string {
	t.Helper()
	dir := t.TempDir()
	_, err := demo.Write(dir, demo.Options{Accounts: accounts, Months: months, Seed: 1, Today: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestDemoTownIsWithoutFault(t *testing.T) {
	report := holdsTogether(t, demoTown(t, 500, 13))
	if len(report.Refused) != 0 {
		t.Errorf("refused %v", report.Refused)
	}
}

// BenchmarkRead reads towns of METERSIDE_BENCH_ACCOUNTS accounts, 5,000 without it.
func BenchmarkRead(b *testing.B) {
	accounts, err := strconv.Atoi(cmp.Or(os.Getenv("METERSIDE_BENCH_ACCOUNTS"), "5000"))
	if err != nil {
		b.Fatal(err)
	}
	dir := demoTown(b, accounts, 25)
	rows := 0
	for b.Loop() {
		rows = 0
		report, err := Read(dir, func(string, Row, []Row) error { return nil })
		if err != nil {
			b.Fatal(err)
		}
		for _, tally := range report.Files {
			rows += tally.Read
		}
	}
	b.ReportMetric(float64(rows), "rows")
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*rows), "ns/row")
}
