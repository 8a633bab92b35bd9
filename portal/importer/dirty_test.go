package importer

import (
	"path/filepath"
	"strings"
	"testing"

	"meterside/care/given"
)

// TestDirtyExportIsImportedButForItsDamage holds what stands in the store afterwards against what the maker of the
// export counted by itself.
func TestDirtyExportIsImportedButForItsDamage(t *testing.T) {
	dir := given.Export(t, "--accounts", "1100", "--months", "3", "--activity", "4", "--dirty")
	var dirty []Refusal
	load(t, filepath.Join(dir, "DIRTY.json"), &dirty)
	var answers map[string]any
	load(t, filepath.Join(dir, "ANSWERS.json"), &answers)

	o := newOffice(t)
	report := o.imports(dir)
	sameRefusals(t, report.Refused, dirty)
	except := map[string]string{"activities.csv": " AND kind <> '" + runKind + "'"}
	counted := 0
	for _, table := range Tables {
		want, known := answers[strings.TrimSuffix(table.File, ".csv")].(float64)
		if !known {
			continue
		}
		counted++
		if n := o.number("SELECT count(*) FROM " + sources[table.File].table + " WHERE true" + except[table.File]); n != int(want) {
			t.Errorf("%s: %d rows in the store, want %.0f", table.File, n, want)
		}
		if got := report.Files[table.File].Added; got != int(want) {
			t.Errorf("%s: %d rows added, want %.0f", table.File, got, want)
		}
	}
	if counted < 10 {
		t.Errorf("only %d files have an answer", counted)
	}
	for name, query := range map[string]string{
		"sum_bill_cents":    "SELECT sum(total_cents) FROM bills",
		"sum_balance_cents": "SELECT sum(balance_cents) FROM accounts",
		"tasks_by_csr":      "SELECT count(*) FROM tasks WHERE created_by = 'csr'",
		"open_payments":     "SELECT count(*) FROM payments WHERE status IN ('scheduled', 'pending')",
		"accounts_at_2172":  "SELECT count(*) FROM accounts JOIN premises USING (premise_id) WHERE address1 LIKE '2172 %'",
		"vacant_premises":   "SELECT count(*) FROM premises WHERE vacant",
	} {
		if got, want := o.number(query), int(answers[name].(float64)); got != want {
			t.Errorf("%s: %d, want %d", name, got, want)
		}
	}

	head := o.head()
	sameRefusals(t, o.imports(dir).Refused, dirty)
	if now := o.head(); now != head {
		t.Errorf("the same again moved the clock from %d to %d", head, now)
	}
}
