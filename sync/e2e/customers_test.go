package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/rogpeppe/go-internal/testscript"

	"meterside/care"
)

// answers is what the maker of exports counted by itself.
type answers struct {
	counts       map[string]int
	ByDistrict   map[string]int    `json:"by_district"`
	PortalStatus map[string]int    `json:"portal_status"`
	Oldest       map[string]string `json:"oldest_activity"`
}

func (e *export) answers(t *testing.T) answers {
	t.Helper()
	var a answers
	e.load(t, "ANSWERS.json", &a)
	var all map[string]any
	e.load(t, "ANSWERS.json", &all)
	a.counts = map[string]int{}
	for name, v := range all {
		if n, ok := v.(float64); ok {
			a.counts[name] = int(n)
		}
	}
	return a
}

// holds compares a report with the answers, and says how many files could be compared.
func (a answers) holds(t *testing.T, report imported) {
	t.Helper()
	compared := 0
	for file, tally := range report.Files {
		want, known := a.counts[strings.TrimSuffix(file, ".csv")]
		if !known {
			continue
		}
		compared++
		if tally.Added != want || tally.Changed+tally.Unchanged+tally.Kept != 0 {
			t.Errorf("%s: %+v, want %d added", file, tally, want)
		}
	}
	if compared < 13 {
		t.Errorf("only %d files have an answer", compared)
	}
}

// TestCustomers takes a utility of a thousand accounts through the programs, and holds each number against one that was
// found without them.
func TestCustomers(t *testing.T) {
	e := newMaker(t).export(t, "--accounts", "1000", "--months", "14", "--activity", "6")
	e.nameOddly(t)
	a := e.answers(t)
	u := newUtility(t)
	began := time.Now()
	report := u.imports(t, e.dir, 0)
	ended := time.Now()
	a.holds(t, report)
	if len(report.Refused) != 0 {
		t.Errorf("of a clean export %d rows are refused, the first %+v", len(report.Refused), report.Refused[0])
	}
	u.hire(t, "ANN", "csr", "all")
	u.hire(t, "BOB", "csr", "D01,D02")
	u.hire(t, "SUE", "supervisor", "all")
	before := u.contents(t)
	for file, tally := range u.imports(t, e.dir, 0).Files {
		if tally.Added+tally.Changed+tally.Kept != 0 {
			t.Errorf("the same export again: %s: %+v", file, tally)
		}
	}
	if d := cmp.Diff(before, u.contents(t)); d != "" {
		t.Errorf("the same export again changed the store:\n%s", d)
	}
	u.serve(t)
	ann, bob, sue := u.station(t, "ANN"), u.station(t, "BOB"), u.station(t, "SUE")

	t.Run("the portal has what the answers say", func(t *testing.T) { inStore(t, u, a) })
	t.Run("a desk has what the answers say", func(t *testing.T) {
		var rows found
		ann.ask(t, &rows, "search", "03", "--limit", "5000") // every account number but one begins so
		var other found
		ann.ask(t, &other, "search", "721721720")
		inRows(t, append(rows.Rows, other.Rows...), e, a)
		inReplica(t, ann, e, began, ended)
	})
	t.Run("a desk finds what reading the files finds", func(t *testing.T) {
		ann.asks(t, e, func(document) bool { return true })
	})
	t.Run("a desk of two districts finds these two's", func(t *testing.T) {
		bob.asks(t, e, func(d document) bool { return d.district == "D01" || d.district == "D02" })
	})
	t.Run("an import reaches connected desks", func(t *testing.T) { importWhileServing(t, u, e, ann) })
	t.Run("a command sent twice takes effect once", func(t *testing.T) { sentTwice(t, e, ann) })
	t.Run("desks converge", func(t *testing.T) {
		for _, desk := range []station{ann, bob, sue} {
			desk.sync(t)
		}
		u.end(os.Interrupt)
		sameRows(t, u, ann, "scopes <> ''") // what lies deeper than a desk keeps has none
		sameRows(t, u, sue, "scopes <> ''")
		var his []string
		for _, scope := range []string{care.ScopeAll, care.ScopeDistrict("D01"), care.ScopeDistrict("D02"), care.ScopeTeam("T1")} {
			his = append(his, "';' || scopes || ';' LIKE '%;"+scope+";%'")
		}
		sameRows(t, u, bob, "("+strings.Join(his, " OR ")+")")
	})
	t.Run("the supervisor sees offline who did what", func(t *testing.T) { attribution(t, e, sue) })
}

// inStore compares the portal's database with the answers.
func inStore(t *testing.T, u *utility, a answers) {
	db := u.store(t)
	for name, query := range map[string]string{
		"sum_bill_cents": "SELECT sum(total_cents) FROM bills", "sum_balance_cents": "SELECT sum(balance_cents) FROM accounts",
		"tasks_by_csr":    "SELECT count(*) FROM tasks WHERE created_by = 'csr'",
		"open_payments":   "SELECT count(*) FROM payments WHERE status IN ('scheduled', 'pending')",
		"vacant_premises": "SELECT count(*) FROM premises WHERE vacant", "prospects": "SELECT count(*) FROM persons WHERE prospect",
		"accounts_at_2172": "SELECT count(*) FROM accounts JOIN premises USING (premise_id) WHERE address1 LIKE '2172 %'",
		"contacts":         "SELECT count(*) FROM persons WHERE NOT prospect AND person_id NOT IN (SELECT person_id FROM account_persons)",
	} {
		if got := number(t, db, query); got != a.counts[name] {
			t.Errorf("%s: %d, want %d", name, got, a.counts[name])
		}
	}
	if len(a.Oldest) < 10 {
		t.Errorf("only %d accounts have an answer to their oldest activity", len(a.Oldest))
	}
	for account, want := range a.Oldest {
		if got := number(t, db, "SELECT min(happened_at) FROM activities WHERE account_number = $1", account); int64(got) != instant(t, want) {
			t.Errorf("%s: the oldest activity is of %s, want %s", account, time.UnixMilli(int64(got)).UTC(), want)
		}
	}
}

// inRows compares the search rows of all accounts with the export, and their counts with the answers.
func inRows(t *testing.T, rows []hit, e *export, a answers) {
	expected := map[string]document{}
	for _, d := range e.documents(t) {
		expected[d.id] = d
	}
	districts, statuses := map[string]int{}, map[string]int{}
	for _, r := range rows {
		if r.Kind != "customer" {
			continue
		}
		districts[r.DistrictID]++
		statuses[r.PortalStatus]++
		if want := expected[r.AccountNumber]; r.DistrictID != want.district || r.PortalStatus != want.status {
			t.Errorf("%s: district %s, status %s, want %s and %s", r.AccountNumber, r.DistrictID, r.PortalStatus, want.district, want.status)
		}
	}
	if d := cmp.Diff(a.ByDistrict, districts); d != "" {
		t.Errorf("accounts by district:\n%s", d)
	}
	want := map[string]int{}
	for label, n := range a.PortalStatus {
		want[strings.ReplaceAll(strings.ToLower(label), " ", "_")] = n
	}
	if d := cmp.Diff(want, statuses); d != "" {
		t.Errorf("accounts by portal status:\n%s", d)
	}
}

// inReplica compares a desk's rows with the export: all of them, but for what lies deeper than a desk keeps.
func inReplica(t *testing.T, s station, e *export, began, ended time.Time) {
	db := readable(t, s.replica(t))
	for _, table := range []string{"districts", "premises", "persons", "accounts", "account_persons", "web_users", "web_user_accounts", "tasks"} {
		if got, want := number(t, db, "SELECT count(*) FROM "+table), len(e.rows(t, table+".csv")); got != want {
			t.Errorf("%s: %d at the desk, %d in the export", table, got, want)
		}
	}
	for table, depth := range map[string]struct {
		column string
		of     func(time.Time) time.Time
		but    string
	}{
		"bills":         {"period_end", func(now time.Time) time.Time { return now.AddDate(0, -13, 0) }, ""},
		"payments":      {"created_at", func(now time.Time) time.Time { return now.AddDate(0, -13, 0) }, ""},
		"usage":         {"to", func(now time.Time) time.Time { return now.AddDate(0, -13, 0) }, ""},
		"activities":    {"at", func(now time.Time) time.Time { return now.AddDate(0, 0, -90) }, " WHERE kind <> 'import.run'"},
		"notifications": {"sent_at", func(now time.Time) time.Time { return now.AddDate(0, 0, -90) }, ""},
	} {
		least, most, total := 0, 0, len(e.rows(t, table+".csv"))
		for _, r := range e.rows(t, table+".csv") {
			text := r[depth.column]
			if len(text) == len(time.DateOnly) {
				text += "T00:00:00Z"
			}
			at := instant(t, text)
			if at >= depth.of(ended).UnixMilli() {
				least++
			}
			if at >= depth.of(began).UnixMilli() {
				most++
			}
		}
		if got := number(t, db, "SELECT count(*) FROM "+table+depth.but); got < least || got > most || got == 0 || got == total {
			t.Errorf("%s: %d of %d at the desk, want %d", table, got, total, least)
		}
	}
}

// TestCustomersDirty imports a damaged export: what is damaged is named, the rest is there.
func TestCustomersDirty(t *testing.T) {
	e := newMaker(t).export(t, "--accounts", "1000", "--months", "3", "--activity", "4", "--dirty")
	u := newUtility(t)
	report := u.imports(t, e.dir, 3)
	e.answers(t).holds(t, report)
	var want imported
	e.load(t, "DIRTY.json", &want.Refused)
	if len(want.Refused) < 30 {
		t.Errorf("only %d rows were damaged", len(want.Refused))
	}
	if d := cmp.Diff(want.Refused, report.Refused, cmpopts.SortSlices(func(a, b any) bool { return fmt.Sprint(a) < fmt.Sprint(b) })); d != "" {
		t.Errorf("refused:\n%s", d)
	}
	before := u.contents(t)
	u.imports(t, e.dir, 3)
	if d := cmp.Diff(before, u.contents(t)); d != "" {
		t.Errorf("the same again changed the store:\n%s", d)
	}
}

// TestCustomersBroken imports exports with a file that is not a table at all: nothing may change.
func TestCustomersBroken(t *testing.T) {
	size := []string{"--accounts", "60", "--months", "3", "--activity", "3"}
	filled, empty, made := newUtility(t), newUtility(t), newMaker(t)
	filled.imports(t, made.export(t, size...).dir, 0)
	empty.hire(t, "ANN", "csr", "all")
	for _, kind := range []string{"missing-column", "broken-quote", "utf16", "empty", "nul"} {
		// Another seed, so that whatever were imported would be new.
		broken := made.export(t, append(size, "--seed", "8", "--broken", kind)...)
		for name, u := range map[string]*utility{"filled": filled, "empty": empty} {
			before := u.contents(t)
			stdout, stderr, code := u.exec(t, "", "portald", "import", "--data", u.data(), "--csv", broken.dir)
			if code != 1 || !strings.Contains(stderr, "accounts.csv") || strings.TrimSpace(stdout) != "" {
				t.Errorf("%s, %s store: exit %d, says %q and %q", kind, name, code, stdout, stderr)
			}
			if d := cmp.Diff(before, u.contents(t)); d != "" {
				t.Errorf("%s changed the %s store:\n%s", kind, name, d)
			}
		}
	}
}

// TestCustomersStory tells the story that TestStory tells, in a utility that the maker of exports made.
func TestCustomersStory(t *testing.T) {
	e := newMaker(t).export(t, "--accounts", "300", "--months", "4", "--activity", "4")
	user, account := e.calm(t)
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "customers"), RequireExplicitExec: true, RequireUniqueNames: true,
		Setup: func(env *testscript.Env) error {
			address, err := freeAddress()
			env.Values[portalKey{}] = &served{}
			for name, value := range map[string]string{
				"PATH":                  programs + string(os.PathListSeparator) + env.Getenv("PATH"),
				"METERSIDE_SECRET_FILE": filepath.Join(env.WorkDir, "secrets"), "ADDRESS": address, "PORTAL": "http://" + address,
				"EXPORT": e.dir, "USER": user, "ACCOUNT": account,
			} {
				env.Setenv(name, value)
			}
			return err
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"portal": portalCommand, "expect": expectCommand, "keep": keepCommand, "masquerade": masqueradeCommand,
		},
	})
}
