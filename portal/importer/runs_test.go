package importer

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"meterside/care"
	"meterside/portal"
	"meterside/portal/store"
	"meterside/portal/store/storetest"
)

// TestEachImportLeavesItsReport imports an export that is damaged here and there, one that cannot be read, a dry run, and one
// whose program ends without a word: the portal tells who ran each, from where, what became of the rows and which were
// refused why, on both databases.
func TestEachImportLeavesItsReport(t *testing.T) {
	dir, _ := townOf(t, 100, 3)
	damaged := t.TempDir()
	if err := os.CopyFS(damaged, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	rewrite(t, filepath.Join(damaged, "persons.csv"), func(lines []string) []string {
		for i := 1; i <= 3; i++ {
			lines[i] += ",one field more"
		}
		return lines
	})
	unreadable := t.TempDir()
	if err := os.CopyFS(unreadable, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	rewrite(t, filepath.Join(unreadable, "bills.csv"), func(lines []string) []string { return append([]string{"no such header"}, lines[1:]...) })
	storetest.Databases(t, func(t *testing.T, database string) {
		p, err := portal.Open(t.Context(), database)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = p.Close() }()
		o := &office{p, t}
		first, err := Import(t.Context(), p, damaged, Options{By: "ann"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Import(t.Context(), p, unreadable, Options{By: "ann"}); err == nil {
			t.Fatal("an unreadable export came in")
		}
		if _, err := Import(t.Context(), p, dir, Options{DryRun: true}); err != nil {
			t.Fatal(err)
		}
		if _, err := GreenButton(t.Context(), p, filepath.Join(dir, "bills.csv"), "030000013", Options{}); err == nil {
			t.Fatal("a file that is no Green Button came in")
		}
		o.breaksOff(dir)
		all, err := store.Imports(t.Context(), p.Store.Reader())
		if err != nil || len(all) != 4 {
			t.Fatalf("%d imports are listed, %v", len(all), err)
		}
		for i, want := range []struct{ sort, state, problem string }{
			{care.ImportCSV, care.ImportBroken, ""},
			{care.ImportGreenButton, care.ImportFailed, "bills.csv"},
			{care.ImportCSV, care.ImportFailed, "bills.csv"},
			{care.ImportCSV, care.ImportInPart, ""},
		} {
			if r := all[i]; r.Sort != want.sort || r.State != want.state || (want.problem == "") != (r.Code == "") || r.Code == care.CodeFault || !strings.HasPrefix(r.Problem, want.problem) || (want.problem == "") != (r.Problem == "") {
				t.Errorf("the import %d back is %+v, want %+v", i, r, want)
			}
		}
		one := all[3]
		if one.By != "ann" || one.Source != damaged || one.Rows != first.Sum() || one.Files["persons.csv"] != *first.Files["persons.csv"] || one.Ended < one.Started {
			t.Errorf("the first import is kept as %+v", one)
		}
		var rows []Refusal
		for after := 0; ; {
			part, err := store.ImportReport(t.Context(), p.Store.Reader(), one.ID, after, 2)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range part.Refused {
				rows = append(rows, Refusal(r))
			}
			if after = part.Next; after == 0 {
				break
			}
		}
		if !reflect.DeepEqual(rows, first.Refused) || len(rows) < 3 {
			t.Errorf("%d refused rows are kept, %d were reported", len(rows), len(first.Refused))
		}
		if _, err := store.ImportReport(t.Context(), p.Store.Reader(), "no such run", 0, 2); care.CodeOf(err) != care.CodeNotFound {
			t.Errorf("a report that there is not: %v", err)
		}
	})
}

// breaksOff leaves a run as a program does that is killed: begun, not ended, its lease over.
func (o *office) breaksOff(dir string) {
	o.t.Helper()
	lease, err := o.Store.TakeLease(context.Background(), "import")
	if err != nil {
		o.t.Fatal(err)
	}
	run := care.ImportRun{Sort: care.ImportCSV, Source: dir, Started: o.Now().UnixMilli() + 1}
	if err := o.Store.BeginImport(context.Background(), lease, run); err != nil {
		o.t.Fatal(err)
	}
	all, err := store.Imports(context.Background(), o.Store.Reader())
	if err != nil || all[0].State != care.ImportRunning {
		o.t.Errorf("while it runs it is %+v, %v", all[0], err)
	}
	if err := lease.End(context.Background()); err != nil {
		o.t.Fatal(err)
	}
}

// rewrite changes the lines of a file.
func rewrite(t *testing.T, path string, change func([]string) []string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := change(strings.Split(strings.TrimRight(string(text), "\n"), "\n"))
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
}
