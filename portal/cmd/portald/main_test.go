package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"meterside/portal/importer"
	"meterside/portal/importer/espi"
	"meterside/portal/store/storetest/pgtest"
)

// portald runs the program and gives what it printed, errors included.
func portald(t *testing.T, want int, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	if code := run(t.Context(), args, strings.NewReader("a good password\n"), &out, &out); code != want {
		t.Fatalf("portald %s ended with %d, not %d: %s", strings.Join(args, " "), code, want, &out)
	}
	return out.String()
}

// files are the contents of a folder.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all[e.Name()] = string(b)
	}
	return all
}

// I16: the same town, imported into SQLite and into PostgreSQL, is exported as the same files, byte by byte.
//
// It fails when an export does not order its rows by their keys.
func TestBothDatabasesExportTheSame(t *testing.T) {
	postgres, folder := pgtest.Database(t), t.TempDir()
	exported := map[string]map[string]string{}
	for name, place := range map[string][]string{"sqlite": {"--data", folder}, "postgres": {"--database", postgres}} {
		csv := t.TempDir()
		portald(t, exitDone, append([]string{"demo", "--accounts", "100"}, place...)...)
		portald(t, exitDone, append([]string{"user", "add", "--id", "X1", "--name", "Ann", "--role", "csr", "--districts", "all", "--password-stdin"}, place...)...)
		portald(t, exitDone, append([]string{"webuser", "password", "--id", "W00000001", "--password-stdin"}, place...)...)
		if said := portald(t, exitDone, append([]string{"doctor"}, place...)...); strings.Contains(said, "BAD") {
			t.Error(said)
		}
		portald(t, exitDone, append([]string{"export", "--csv", csv}, place...)...)
		exported[name] = files(t, csv)
		if said := portald(t, exitFailed, append([]string{"demo"}, place...)...); !strings.Contains(said, "holds a store already") {
			t.Errorf("a second town: %s", said)
		}
		portald(t, exitDone, append([]string{"import", "--csv", csv, "--dry-run"}, place...)...)
	}
	if len(exported["sqlite"]) == 0 || len(exported["sqlite"]) != len(exported["postgres"]) {
		t.Fatalf("%d files from SQLite, %d from PostgreSQL", len(exported["sqlite"]), len(exported["postgres"]))
	}
	for name, want := range exported["sqlite"] {
		if exported["postgres"][name] != want {
			t.Errorf("%s differs", name)
		}
	}
}

func TestOnePlaceIsGiven(t *testing.T) {
	for _, c := range []struct {
		name, says string
		code       int
		args       []string
	}{
		{"none", "one of the two", exitUsage, []string{"doctor"}},
		{"two", "one of the two", exitUsage, []string{"doctor", "--data", t.TempDir(), "--database", "postgres://127.0.0.1/x"}},
		{"another kind", "mysql://…", exitFailed, []string{"doctor", "--database", "mysql://root:secret@127.0.0.1/x"}},
		{"nobody there", "connect", exitFailed, []string{"doctor", "--database", "postgres://me:secret@127.0.0.1:1/x?connect_timeout=2"}},
		{"an empty folder", "there is no store", exitFailed, []string{"doctor", "--data", t.TempDir()}},
	} {
		t.Run(c.name, func(t *testing.T) {
			said := portald(t, c.code, c.args...)
			if !strings.Contains(said, c.says) || strings.Contains(said, "secret") {
				t.Errorf("said %q, want %q", said, c.says)
			}
		})
	}
}

// I16: a town is the same after it went through a backup from SQLite into PostgreSQL and back.
//
// It fails when a backup leaves a table of records out.
func TestATownGoesThroughBackups(t *testing.T) {
	postgres, folder, again, dir := pgtest.Database(t), t.TempDir(), t.TempDir(), t.TempDir()
	there, back := filepath.Join(dir, "there"), filepath.Join(dir, "back")
	portald(t, exitDone, "demo", "--accounts", "100", "--data", folder)
	portald(t, exitDone, "backup", "--data", folder, there)
	portald(t, exitDone, "restore", "--database", postgres, there)
	portald(t, exitDone, "backup", "--database", postgres, back)
	portald(t, exitDone, "restore", "--data", again, back)
	if said := portald(t, exitDone, "doctor", "--data", again); strings.Contains(said, "BAD") {
		t.Error(said)
	}
	exported := map[string]map[string]string{}
	for _, store := range []string{folder, again} {
		csv := t.TempDir()
		portald(t, exitDone, "export", "--data", store, "--csv", csv)
		exported[store] = files(t, csv)
	}
	for name, want := range exported[folder] {
		if exported[again][name] != want {
			t.Errorf("%s differs", name)
		}
	}
	if is, err := os.Stat(back); err != nil || is.Mode().Perm() != 0o600 {
		t.Errorf("the backup is %v, %v", is, err)
	}
	if said := portald(t, exitFailed, "backup", "--data", folder, there); !strings.Contains(said, "is there already") {
		t.Errorf("said %q", said)
	}
	if said := portald(t, exitFailed, "restore", "--data", folder, back); !strings.Contains(said, "--replace") || !strings.Contains(said, folder) {
		t.Errorf("said %q", said)
	}
	portald(t, exitDone, "restore", "--data", folder, "--replace", back)
	if err := os.Truncate(back, 5000); err != nil {
		t.Fatal(err)
	}
	if said := portald(t, exitFailed, "restore", "--data", folder, "--replace", back); !strings.Contains(said, "damaged, or not whole") {
		t.Errorf("said %q", said)
	}
	if left, err := filepath.Glob(filepath.Join(dir, "*.part*")); err != nil || len(left) > 0 {
		t.Errorf("left over: %v, %v", left, err)
	}
}

// What is odd in an imported file is said in the language of who imports. It was seen to fail with the English words of the report.
func TestWhatIsOddIsSaidInTheLanguageOfWhoImports(t *testing.T) {
	t.Setenv("LC_ALL", "es_MX.UTF-8")
	var out bytes.Buffer
	(&program{err: &out}).odd(importer.MeterWarning{File: "meter.xml", Warning: espi.Warning{Line: 7, Series: "M/1", Code: "meter_gap", Count: 2}})
	if want := "  meter.xml:7: M/1 tiene un hueco antes de esta lectura ×2\n"; out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
}
