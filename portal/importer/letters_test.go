package importer

import (
	"testing"
	"time"
)

// R54: nobody is written to about what the first import brings, even of bills that are new; whoever could sign in is about a bill that
// a later one brings, and once.
func TestTheFirstImportIsNotWrittenAbout(t *testing.T) {
	o, dir := newOffice(t), tiny(t)
	o.Now = func() time.Time { return time.Date(2026, 10, 4, 12, 0, 0, 0, time.UTC) }
	edit(t, dir, "web_users.csv", "locks", "", "W1")
	letters := func() int {
		t.Helper()
		n, err := o.WriteBillLetters(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := letters(); n != 0 {
		t.Errorf("%d letters from an empty portal", n)
	}
	o.imports(dir)
	bills := readCSV(t, dir, billsFile)
	writeCSV(t, dir, billsFile, append(bills, []string{"B2", "A1", "2026-10-04", "2026-10-24", "2026-09-01", "2026-10-01", "0", "", "", "0"}))
	o.imports(dir)
	if n := letters(); n != 1 || o.number("SELECT count(*) FROM notifications WHERE about = 'B2'") != 1 {
		t.Errorf("%d letters where the second brought one bill", n)
	}
	o.imports(dir)
	if n := letters(); n != 0 {
		t.Errorf("%d letters about an import that brought nothing", n)
	}
}
