package e2e

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"meterside/backend"
	"meterside/care"
	"meterside/records"
)

// naughtyStrings are the strings of the big list, where the data stands beside the project.
func naughtyStrings(t *testing.T) []string {
	t.Helper()
	data := os.Getenv("METERSIDE_DATA")
	if data == "" {
		data = filepath.Join("..", "..", "..", "shared", "data")
	}
	b, err := os.ReadFile(filepath.Join(data, "bad-input", "blns.json"))
	if err != nil {
		t.Skipf("the big list of naughty strings: %v (METERSIDE_DATA says where the data is)", err)
	}
	var all []string
	if err := json.Unmarshal(b, &all); err != nil {
		t.Fatal(err)
	}
	return append(all, "=1+1", "+1", "-1", "@SUM(A1)", "a\tb", "a\r\nb", "\"", "'", "<b>x</b>", "a\x00b", strings.Repeat("\u0301", 300), "\u202eabc")
}

// typed is a command that takes a text, and where the text is read again.
type typed struct {
	kind string
	args func(at int, text string) any
	// kept reads the texts as they stand, by the place in the list.
	kept func(t *testing.T, db records.Conn) map[string]string
}

// textsOf reads a column of every row, by the row's first column.
func textsOf(query string) func(*testing.T, records.Conn) map[string]string {
	return func(t *testing.T, db records.Conn) map[string]string {
		t.Helper()
		rows, err := db.QueryContext(t.Context(), query)
		check(t, err)
		defer func() { _ = rows.Close() }()
		all := map[string]string{}
		for rows.Next() {
			var key, text string
			check(t, rows.Scan(&key, &text))
			all[key] = text
		}
		check(t, rows.Err())
		return all
	}
}

func numbered(at int) string { return fmt.Sprintf("04%07d", at) }

// everyText lists the commands whose text is free.
var everyText = []typed{
	{"note.write", func(at int, text string) any { return map[string]string{"account": numbered(at), "text": text} }, textsOf("SELECT account_number, text FROM notes")},
	{"preferences.change", func(at int, text string) any { return map[string]string{"account": numbered(at), "nickname": text} }, textsOf("SELECT account_number, nickname FROM accounts")},
	{"task.reject", func(at int, text string) any {
		return map[string]string{"account": numbered(at), "task_id": "N" + numbered(at), "words": text}
	}, textsOf("SELECT account_number, words FROM tasks WHERE task_id LIKE 'N%'")},
}

// TestNaughtyStringsPassUnchangedOrAreRefused types each string of the big list into each command that takes a free text, and
// reads it at the portal and at another desk: it is what was typed, or the desk refused it with a word for it. What is
// written as CSV has as many cells as it should, and none that a spreadsheet would calculate.
func TestNaughtyStringsPassUnchangedOrAreRefused(t *testing.T) {
	all := naughtyStrings(t)
	s := newStage(t)
	s.town()
	var recs []care.Record
	for at := range all {
		n := numbered(at)
		recs = append(recs, &care.Person{ID: n, LastName: "Doe"}, &care.Account{Number: n, MainPersonID: n, PremiseID: "P1", DistrictID: "D01", Status: "active"},
			&care.AccountPerson{Account: n, PersonID: n}, &care.Task{ID: "N" + n, Sort: "payment_arrangement.requested", Status: care.TaskOpen, Account: n, CreatedAt: 1, CreatedBy: care.ByCustomer, Origin: care.OriginPortal})
	}
	s.put(recs...)
	ann, bob := s.desk("CSR001"), s.desk("CSR002")
	took := make([]map[string]string, len(everyText))
	for i, c := range everyText {
		took[i] = map[string]string{}
		refused := 0
		for at, text := range all {
			args, err := json.Marshal(c.args(at, text))
			check(t, err)
			cmd, err := care.Decode(c.kind, args)
			if err == nil {
				_, err = ann.Do(t.Context(), cmd)
			}
			switch code := care.CodeOf(err); {
			case err == nil:
				took[i][numbered(at)] = text
			case code == "" || code == care.CodeFault:
				t.Errorf("%s of %.40q: %v", c.kind, text, err)
			default:
				refused++
			}
			if at%100 == 99 {
				s.sync(ann) // so that no sync has all of them to bring in its time
			}
		}
		t.Logf("%s took %d and refused %d", c.kind, len(took[i]), refused)
		if len(took[i]) < len(all)/2 {
			t.Errorf("%s took only %d of %d", c.kind, len(took[i]), len(all))
		}
	}
	s.sync(ann)
	if wrong, err := ann.Attention(t.Context()); err != nil || len(wrong) > 0 {
		t.Errorf("the portal refused %d, the first %+v, %v", len(wrong), wrong[:min(1, len(wrong))], err)
	}
	s.sync(bob)
	for i, c := range everyText {
		for where, got := range map[string]map[string]string{"the portal": c.kept(t, s.portal.Store.Reader()), "another desk": consoleTexts(t, c.kind, bob, took[i])} {
			wrong := 0
			for n, text := range took[i] {
				if got[n] != text && got[n] != strings.TrimSpace(text) {
					if wrong++; wrong < 5 {
						t.Errorf("%s at %s: %.60q became %.60q", c.kind, where, text, got[n])
					}
				}
			}
		}
	}
	for _, table := range []string{"tasks", "activity"} {
		for at := range all {
			var out bytes.Buffer
			n, err := bob.ExportTable(t.Context(), backend.Table{Name: table, Account: numbered(at), Tasks: backend.TaskQuery{Account: numbered(at)}}, &out)
			check(t, err)
			lines, err := csv.NewReader(&out).ReadAll()
			if err != nil || len(lines) != n+1 {
				t.Fatalf("%s of %.40q: %d lines for %d rows, %v", table, all[at], len(lines), n, err)
			}
			for _, line := range lines {
				for _, cell := range line {
					if cell != "" && strings.ContainsAny(cell[:1], "=+@\t\r") {
						t.Errorf("%s of %.40q: a spreadsheet would calculate %.60q", table, all[at], cell)
					}
				}
			}
		}
	}
}

// consoleTexts reads at a desk what a command wrote, as the window does.
func consoleTexts(t *testing.T, kind string, b *backend.Backend, took map[string]string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for n := range took {
		view, err := b.Show(t.Context(), n)
		check(t, err)
		switch {
		case kind == "preferences.change":
			all[n] = view.Account.Nickname
		case kind == "note.write" && len(view.Notes) == 1:
			all[n] = view.Notes[0].Text
		case kind == "task.reject":
			task, err := b.Task(t.Context(), "N"+n)
			check(t, err)
			all[n] = task.Words
		}
	}
	return all
}
