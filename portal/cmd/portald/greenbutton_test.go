package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"meterside/care/given"
	"meterside/portal/importer"
)

// R31: the program takes a real Green Button file for an account: what it would bring, what it brought, and that it brings nothing
// twice, as its report says; and it refuses with a word what is no such file, and whose meters are not named.
//
// Seen to fail where a dry run wrote, and where a refused file ended with 0.
func TestR31AGreenButtonFileIsImported(t *testing.T) {
	real, data, report := given.Data(t, "greenbutton", "sdk-12MonthlyUpdates.xml.gz"), t.TempDir(), filepath.Join(t.TempDir(), "report.json")
	portald(t, exitDone, "demo", "--accounts", "100", "--data", data)
	bring := func(want int, more ...string) (said string) {
		t.Helper()
		return portald(t, want, append([]string{"import", "--data", data}, more...)...)
	}
	told := func() (readings, months importer.Tally) {
		t.Helper()
		var r importer.MeterReport
		b, err := os.ReadFile(report)
		if err == nil {
			err = json.Unmarshal(b, &r)
		}
		if err != nil || len(r.Files) != 2 {
			t.Fatalf("%s, %v", b, err)
		}
		return *r.Files[filepath.Base(real)], *r.Files["usage.csv"]
	}
	const days, months = 366, 12 // as ANSWERS.json has them: the readings, each of a day, of a year from the first of April on
	for _, c := range []struct {
		name  string
		flags []string
		want  importer.Tally
	}{
		{"a dry run", []string{"--dry-run"}, importer.Tally{Read: days, Added: days}},
		{"the first time", nil, importer.Tally{Read: days, Added: days}},
		{"again", nil, importer.Tally{Read: days, Unchanged: days}},
	} {
		bring(exitDone, append([]string{"--green-button", real, "--account", "030000013", "--report", report}, c.flags...)...)
		got, usage := told()
		if got != c.want || usage.Read != months || usage.Added != c.want.Added/days*months {
			t.Errorf("%s: %+v, months %+v", c.name, got, usage)
		}
	}

	if said := bring(exitUsage, "--green-button", real); !strings.Contains(said, "--account") {
		t.Errorf("no account: %s", said)
	}
	if said := bring(exitFailed, "--green-button", real, "--account", "9"); !strings.Contains(said, "9") {
		t.Errorf("another account: %s", said)
	}
	cut := given.Data(t, "bad-input", "greenbutton-mutations")
	files, err := filepath.Glob(filepath.Join(cut, "*truncat*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no file that is cut off: %v", err)
	}
	if said := bring(exitFailed, "--green-button", files[0], "--account", "030000013"); !strings.Contains(said, filepath.Base(files[0])) {
		t.Errorf("a file that is cut off: %s", said)
	}
}
