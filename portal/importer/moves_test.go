package importer

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"meterside/care"
	"meterside/portal/store"
)

// tiny writes an export of one district more than it needs, two people, two accounts and what belongs to them.
func tiny(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	rows := map[string][][]string{
		"districts.csv": {{"D01", "One"}, {"D02", "Two"}},
		"premises.csv": {
			{"P1", "D01", "1 Main St", "", "", "", "", "", "", "", "0"}, {"P2", "D02", "2 Main St", "", "", "", "", "", "", "", "0"},
		},
		"persons.csv": {
			{"1", "person", "Ann", "Lee", "", "", "", "", "1980-02-29", "ssn", "900-11-1234", "0"},
			{"2", "person", "Bob", "Ray", "", "", "", "", "", "", "1234", "1"},
		},
		"staff.csv": {{"CSR001", "Rep", "csr", "T1", "all", "1"}},
		"accounts.csv": {
			{"A1", "1", "P1", "D01", "residential", "active", "2020-01-01", "", "", "0", "0", "", "0", ""},
			{"A2", "1", "P2", "D02", "residential", "active", "2020-01-01", "", "", "0", "0", "", "0", "assistance;cash_only"},
		},
		"account_persons.csv":   {{"A1", "1", "main", "1", ""}},
		"web_users.csv":         {{"W1", "ann@example.com", "ann@example.com", "1", "enrolled", "csr;password", "0", "3", "2025-01-01T00:00:00Z", "2026-10-01T00:00:00.5Z", ""}},
		"web_user_accounts.csv": {{"W1", "A1", "owner", "", "1", "1"}},
		"bills.csv":             {{"B1", "A1", "2026-10-03", "2026-10-24", "2026-09-01", "2026-10-01", "300", "", "", "0"}},
		"bill_segments.csv":     {{"B1", "2", "tax", "Tax", "", "", "100"}, {"B1", "1", "electric", "Energy", "7", "kWh", "200"}},
		"usage.csv":             {{"A1", "electric", "2026-09-01", "2026-10-01", "7", "kWh", "", "0", ""}},
		"tasks.csv": {
			{"T1", "paperless.enrolled", "open", "A1", "W1", "2026-10-01T00:00:00Z", "csr", "CSR001", "", "", "10.0.0.1", "S1"},
			{"T2", "paperless.enrolled", "open", "A1", "W1", "2026-10-01T00:00:00Z", "csr", "CSR001", "", "", "10.0.0.1", ""},
			{"T3", "paperless.enrolled", "open", "A1", "W1", "2026-10-01T00:00:00Z", "customer", "", "ann@example.com", "ann@example.com", "10.0.0.1", ""},
			{"T4", "paperless.enrolled", "open", "A1", "W1", "2026-10-01T00:00:00Z", "csr", "", "", "", "", ""},
		},
		"activities.csv": {
			{"1", "A1", "W1", "2026-10-01T00:00:00Z", "signin.succeeded", "ann@example.com", "", ""},
			{"2", "A1", "W1", "2026-10-01T00:00:00Z", "account.locked", "CSR001", "", `{"reason": "other"}`},
			{"3", "A1", "W1", "2026-10-01T00:00:00Z", "account.locked", "portal", "", ""},
			{"4", "", "W1", "2026-10-01T00:00:00Z", "x", "", "", ""},
		},
	}
	for _, table := range Tables {
		all := [][]string{make([]string, len(table.Columns))}
		for i, c := range table.Columns {
			all[0][i] = c.Name
		}
		writeCSV(t, dir, table.File, append(all, rows[table.File]...))
	}
	return dir
}

func TestWhatARowImplies(t *testing.T) {
	o := newOffice(t)
	report := o.imports(tiny(t))
	want := []flaw{{"tasks.csv", 5, "csr_id", "is missing"}}
	if !slices.Equal(flaws(report.Refused), want) {
		t.Errorf("refused %v, want %v", report.Refused, want)
	}
	for id, origin := range map[string]care.Origin{"T1": care.OriginMasquerade, "T2": care.OriginDesk, "T3": care.OriginPortal} {
		if got := get[care.Task](o, id); got.Origin != origin {
			t.Errorf("task %s came from %s, want %s", id, got.Origin, origin)
		}
	}
	for id, by := range map[string]care.ActorKind{"1": care.ByCustomer, "2": care.ByCSR, "3": care.BySystem, "4": care.BySystem} {
		if got := get[care.Activity](o, id); got.ActorKind != by || got.Actor == "" {
			t.Errorf("activity %s was done by %q, a %s, want a %s", id, got.Actor, got.ActorKind, by)
		}
	}
	if got := get[care.Person](o, "1").IDLast4; got != "1234" {
		t.Errorf("the identifier ends with %q", got)
	}
	if got := get[care.Person](o, "2").IDLast4; got != "" {
		t.Errorf("of an identifier of four characters a desk sees %q", got)
	}
	bill := get[care.Bill](o, "B1")
	if len(bill.Segments) != 2 || bill.Segments[0].Line != 1 || *bill.Segments[0].Quantity != 7 || bill.Segments[1].Quantity != nil {
		t.Errorf("segments %+v", bill.Segments)
	}
	if got := get[care.WebUserLogon](o, "W1"); got.LastCustomer != 1790812800500 {
		t.Errorf("last log-on %d", got.LastCustomer)
	}
	out := o.exports()
	if got := readCSV(t, out, "web_users.csv")[1]; got[5] != "password;csr" || got[9] != "2026-10-01T00:00:00.5Z" || got[10] != "" {
		t.Errorf("the web user goes out as %v", got)
	}
	other := newOffice(t)
	other.imports(out)
	sameFiles(t, out, other.exports())
}

func TestScopesFollowLinksAndAccounts(t *testing.T) {
	dir := tiny(t)
	o := newOffice(t)
	links := map[string][][]string{}
	for _, file := range []string{"account_persons.csv", "web_user_accounts.csv"} {
		links[file] = readCSV(t, dir, file)
		writeCSV(t, dir, file, links[file][:1])
	}
	o.imports(dir)
	if person, user := get[care.Person](o, "1"), get[care.WebUser](o, "W1"); person.Scopes[0] != care.ScopeNoDistrict || user.Scopes[0] != care.ScopeNoDistrict {
		t.Errorf("without a link the person stands in %v, the web user in %v", person.Scopes, user.Scopes)
	}
	for file, rows := range links {
		writeCSV(t, dir, file, rows)
	}
	o.imports(dir)
	o.writes(func(tx *store.Tx) error { return tx.Put(&care.Note{ID: "O1", Account: "A1", Text: "x", By: "CSR001"}) })
	expect := func(what string, rec care.Record, want ...string) {
		t.Helper()
		if got := rec.RecordMeta().Scopes; !slices.Equal(got, want) {
			t.Errorf("%s: in %v, want %v", what, got, want)
		}
	}
	person, user := get[care.Person](o, "1"), get[care.WebUser](o, "W1")
	expect("the person", &person, "d:D01")
	expect("the web user", &user, "d:D01")

	add := func(file string, row ...string) { writeCSV(t, dir, file, append(readCSV(t, dir, file), row)) }
	add("account_persons.csv", "A2", "1", "main", "1", "")
	add("web_user_accounts.csv", "W1", "A2", "owner", "", "1", "0")
	o.imports(dir)
	person, user = get[care.Person](o, "1"), get[care.WebUser](o, "W1")
	lock, logon := get[care.WebUserLock](o, "W1", "csr"), get[care.WebUserLogon](o, "W1")
	expect("the person with a second account", &person, "d:D01", "d:D02")
	expect("the web user with a second account", &user, "d:D01", "d:D02")
	expect("their lock", &lock, "d:D01", "d:D02")
	expect("their log-on", &logon, "d:D01", "d:D02")

	edit(t, dir, "accounts.csv", "district_id", "D02", "A1")
	o.imports(dir)
	person = get[care.Person](o, "1")
	bill, note := get[care.Bill](o, "B1"), get[care.Note](o, "O1")
	expect("the person of an account that moved", &person, "d:D02")
	expect("its bill", &bill, "d:D02")
	expect("a note, which no file tells of", &note, "d:D02")
	if n := o.number("SELECT count(*) FROM sync_change WHERE kind = $1 AND id = 'B1' AND scope = 'd:D01' AND body IS NULL", care.KindBill); n != 1 {
		t.Error("the desks of the old district keep the bill")
	}
}

func TestACorrectedBill(t *testing.T) {
	for _, c := range []struct {
		name     string
		total    string
		segments [][]string
		lines    int
		want     Tally
	}{
		{"a line fewer, which makes up the total", "200", [][]string{{"B1", "1", "electric", "Energy", "7", "kWh", "200"}}, 1, Tally{Read: 1, Unchanged: 1}},
		{"a line is refused", "300", [][]string{{"B1", "1", "electric", "Energy", "7", "kWh", "200"}, {"B1", "2", "tax", "Tax", "", "", "1oo"}}, 2, Tally{Read: 2, Unchanged: 1, Refused: 1}},
		{"a line more and one changed", "310", [][]string{{"B1", "1", "electric", "Energy", "7", "kWh", "200"}, {"B1", "2", "tax", "Tax", "", "", "105"}, {"B1", "3", "fee", "Fee", "", "", "5"}}, 3, Tally{Read: 3, Added: 1, Changed: 1, Unchanged: 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := tiny(t)
			o := newOffice(t)
			o.imports(dir)
			edit(t, dir, billsFile, "total_cents", c.total, "B1")
			head := readCSV(t, dir, segmentsFile)[:1]
			writeCSV(t, dir, segmentsFile, append(head, c.segments...))
			report := o.imports(dir)
			if got := report.Files[segmentsFile]; *got != c.want {
				t.Errorf("segments: %+v, want %+v", *got, c.want)
			}
			if got := get[care.Bill](o, "B1"); len(got.Segments) != c.lines {
				t.Errorf("segments %+v, want %d", got.Segments, c.lines)
			}
		})
	}
}

func TestBrokenOffRunIsMadeGoodByAnother(t *testing.T) {
	dir, _ := townOf(t, 100, 2)
	whole := newOffice(t)
	whole.imports(dir)
	want := whole.exports()
	for _, stop := range []string{"accounts.csv", "account_persons.csv", "persons.csv", "web_users.csv", "payments.csv"} {
		t.Run(stop, func(t *testing.T) {
			o := newOffice(t)
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			_, err := Import(ctx, o.Portal, dir, Options{Progress: func(file string, _ int) {
				if file == stop {
					cancel()
				}
			}})
			if !errors.Is(err, context.Canceled) {
				t.Fatalf("the run ended with %v", err)
			}
			o.imports(dir)
			sameFiles(t, want, o.exports())
		})
	}
}

func TestUnreadableExportWritesNothing(t *testing.T) {
	dir := tiny(t)
	if err := os.WriteFile(filepath.Join(dir, "notifications.csv"), []byte("a,b\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	o := newOffice(t)
	_, err := Import(context.Background(), o.Portal, dir, Options{})
	var unreadable *Unreadable
	if !errors.As(err, &unreadable) || o.head() != 0 {
		t.Errorf("error %v, clock at %d", err, o.head())
	}
}

func TestCommandsGoBetweenTheChunks(t *testing.T) {
	dir, counts := townOf(t, 100, 2)
	o := newOffice(t)
	number := counts.Guide.Enrolled.Account
	between := 0
	_, err := Import(context.Background(), o.Portal, dir, Options{Progress: func(file string, _ int) {
		if file != "accounts.csv" {
			return
		}
		between++
		o.writes(func(tx *store.Tx) error {
			account := get[care.Account](o, number)
			account.Nickname = "Ours"
			return tx.Put(&account)
		})
	}})
	if err != nil || between == 0 {
		t.Fatalf("%d commands between, error %v", between, err)
	}
	o.imports(dir)
	if got := get[care.Account](o, number); got.Nickname != "Ours" {
		t.Errorf("the account is called %q", got.Nickname)
	}
}
