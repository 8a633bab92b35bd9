package demo_test

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"meterside/care/demo"
)

var today = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

func town(t *testing.T, o demo.Options) (string, demo.Counts) {
	t.Helper()
	dir := t.TempDir()
	counts, err := demo.Write(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	return dir, counts
}

// rows reads a file of a town as maps from column to value.
func rows(t *testing.T, dir, file string) []map[string]string {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, file+".csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	maps := make([]map[string]string, 0, len(all))
	for _, r := range all[1:] {
		m := map[string]string{}
		for i, column := range all[0] {
			m[column] = r[i]
		}
		maps = append(maps, m)
	}
	return maps
}

func TestSameSeedSameBytes(t *testing.T) {
	o := demo.Options{Accounts: 300, Seed: 7, Today: today}
	first, counts := town(t, o)
	second, _ := town(t, o)
	o.Seed = 8
	other, _ := town(t, o)
	for file := range counts.Files {
		a, b, c := read(t, first, file), read(t, second, file), read(t, other, file)
		if !bytes.Equal(a, b) {
			t.Errorf("%s differs between two towns of one seed", file)
		}
		if bytes.Equal(a, c) && file != "districts.csv" {
			t.Errorf("%s is the same with another seed", file)
		}
		if n := bytes.Count(a, []byte("\n")); n != counts.Files[file]+1 {
			t.Errorf("%s has %d lines, counted were %d rows", file, n, counts.Files[file])
		}
		if bytes.Contains(a, []byte("\r")) {
			t.Errorf("%s does not end its lines by LF", file)
		}
	}
}

func read(t *testing.T, dir, file string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, file))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestKeysAreUniqueAndParentsExist(t *testing.T) {
	dir, _ := town(t, demo.Options{Accounts: 1500, Seed: 1, Today: today})
	keys := map[string]map[string]bool{}
	own := func(file string, columns ...string) {
		seen := map[string]bool{"": true}
		for _, r := range rows(t, dir, file) {
			key := ""
			for _, c := range columns {
				key += r[c] + "|"
			}
			if seen[key] {
				t.Errorf("%s: %s stands twice", file, key)
			}
			seen[key] = true
			seen[r[columns[0]]] = seen[r[columns[0]]] || len(columns) == 1
		}
		keys[file] = seen
	}
	parent := func(file, column, of string) {
		for _, r := range rows(t, dir, file) {
			if !keys[of][r[column]] {
				t.Errorf("%s names %s %q that is not there", file, column, r[column])
			}
		}
	}
	for _, file := range []string{"districts", "premises", "persons", "staff", "accounts", "web_users", "bills", "payments", "adjustments", "tasks", "activities", "notifications"} {
		first := strings.SplitN(string(read(t, dir, file+".csv")), ",", 2)[0]
		own(file, first)
	}
	own("account_persons", "account_number", "person_id")
	own("web_user_accounts", "web_user_id", "account_number")
	own("usage", "account_number", "service", "from")
	own("bill_segments", "bill_id", "line")
	parent("premises", "district_id", "districts")
	parent("accounts", "premise_id", "premises")
	parent("accounts", "main_person_id", "persons")
	parent("web_users", "person_id", "persons")
	for _, file := range []string{"account_persons", "web_user_accounts", "bills", "payments", "adjustments", "usage", "tasks", "activities", "notifications"} {
		parent(file, "account_number", "accounts")
	}
	for _, file := range []string{"web_user_accounts", "tasks", "activities", "notifications"} {
		parent(file, "web_user_id", "web_users")
	}
	own("web_users", "username")
}

func TestBillsAreTheSumOfTheirSegments(t *testing.T) {
	dir, _ := town(t, demo.Options{Accounts: 400, Seed: 3, Today: today})
	sums := map[string]int{}
	for _, s := range rows(t, dir, "bill_segments") {
		cents, err := strconv.Atoi(s["amount_cents"])
		if err != nil {
			t.Fatal(err)
		}
		sums[s["bill_id"]] += cents
	}
	estimated := 0
	for _, b := range rows(t, dir, "bills") {
		if strconv.Itoa(sums[b["bill_id"]]) != b["total_cents"] {
			t.Errorf("bill %s: total %s, segments %d", b["bill_id"], b["total_cents"], sums[b["bill_id"]])
		}
		if b["estimated"] == "1" {
			estimated++
		}
	}
	if estimated == 0 {
		t.Error("no bill is estimated")
	}
}

// The town is worth showing only while it holds every case; each must occur.
func TestTownHoldsEveryCase(t *testing.T) {
	dir, counts := town(t, demo.Options{Accounts: 1500, Seed: 1, Today: today})
	count := func(file string, fits func(map[string]string) bool) int {
		n := 0
		for _, r := range rows(t, dir, file) {
			if fits(r) {
				n++
			}
		}
		return n
	}
	is := func(column, value string) func(map[string]string) bool {
		return func(r map[string]string) bool { return r[column] == value }
	}
	exactly := map[string]struct{ got, want int }{
		"flats":            {count("premises", is("address1", "2172 MAIN ST")), 24},
		"number with 2172": {count("accounts", is("account_number", "721721720")), 1},
		"mailbox 2172": {count("accounts", func(r map[string]string) bool {
			return strings.HasPrefix(r["billing_address"], "PO BOX 2172,")
		}), 1},
		"districts": {count("districts", func(map[string]string) bool { return true }), 4},
		"accounts":  {counts.Files["accounts.csv"], 1500},
		"tasks by CSRs with a customer's name": {count("tasks", func(r map[string]string) bool {
			return r["created_by"] == "csr" && (r["web_user_name"] != "" || r["email"] != "" || r["session_id"] == "" || r["csr_id"] == "")
		}), 0},
	}
	for name, c := range exactly {
		if c.got != c.want {
			t.Errorf("%s: %d, want %d", name, c.got, c.want)
		}
	}
	managed := map[string]int{}
	for _, r := range rows(t, dir, "accounts") {
		managed[r["main_person_id"]]++
	}
	some := map[string]int{
		"prospects":    count("persons", is("prospect", "1")),
		"businesses":   count("persons", is("kind", "business")),
		"vacant":       count("premises", is("vacant", "1")),
		"commercial":   count("accounts", is("customer_class", "commercial")),
		"closed":       count("accounts", is("status", "closed")),
		"hidden":       count("web_users", is("hidden", "1")),
		"pending":      count("web_users", is("enrolment", "pending")),
		"never used":   count("web_users", is("last_customer_logon", "")),
		"scheduled":    count("payments", is("status", "scheduled")),
		"unpaid":       count("payments", is("status", "pending")),
		"gas":          count("usage", is("service", "gas")),
		"water":        count("usage", is("service", "water")),
		"masquerades":  count("activities", is("kind", "masquerade.started")),
		"ended":        count("activities", is("kind", "masquerade.ended")),
		"csr tasks":    count("tasks", is("created_by", "csr")),
		"own tasks":    count("tasks", is("created_by", "customer")),
		"spouses":      count("web_user_accounts", is("relationship", "spouse")),
		"caregivers":   count("web_user_accounts", is("relationship", "caregiver")),
		"Arabic names": count("persons", is("last_name", "الأحمد")),
		"adjustments":  counts.Files["adjustments.csv"],
		"mail":         counts.Files["notifications.csv"],
		"flags":        count("accounts", func(r map[string]string) bool { return r["flags"] != "" }),
	}
	for _, locks := range []string{"password", "csr", "permanent", "password;csr", "password;csr;permanent"} {
		some["locks "+locks] = count("web_users", is("locks", locks))
	}
	for name, n := range some {
		if n == 0 {
			t.Errorf("the town has no %s", name)
		}
	}
	several, thirty := 0, 0
	for _, n := range managed {
		if n == 30 {
			thirty++
		} else if n > 1 {
			several++
		}
	}
	if thirty != 1 || several == 0 {
		t.Errorf("property managers with 30 accounts: %d, persons with several: %d", thirty, several)
	}
}

func TestGuideNamesWhatItSays(t *testing.T) {
	for _, seed := range []uint64{1, 2, 3} {
		dir, counts := town(t, demo.Options{Accounts: 100, Seed: seed, Today: today})
		users, accounts := map[string]map[string]string{}, map[string]map[string]string{}
		for _, r := range rows(t, dir, "web_users") {
			users[r["web_user_id"]] = r
		}
		for _, r := range rows(t, dir, "accounts") {
			accounts[r["account_number"]] = r
		}
		for locks, u := range map[string]demo.WebUser{"": counts.Guide.Enrolled, "csr": counts.Guide.Locked} {
			r := users[u.ID]
			if r["username"] != u.Username || r["enrolment"] != "enrolled" || r["locks"] != locks || r["hidden"] != "0" {
				t.Errorf("seed %d: the guide's %+v is %v", seed, u, r)
			}
			if a := accounts[u.Account]; !strings.HasPrefix(a["billing_address"], "2172 MAIN ST APT ") {
				t.Errorf("seed %d: the guide's %+v lives at %q", seed, u, a["billing_address"])
			}
		}
		staff := map[string]string{}
		for _, r := range rows(t, dir, "staff") {
			staff[r["csr_id"]] = r["role"] + " " + r["districts"] + " " + r["active"]
		}
		g := counts.Guide
		if staff[g.CSR] != "csr all 1" || staff[g.Supervisor] != "supervisor all 1" || staff[g.Admin] != "admin all 1" {
			t.Errorf("seed %d: the guide's staff are %q, %q, %q", seed, staff[g.CSR], staff[g.Supervisor], staff[g.Admin])
		}
	}
}

func TestOptionsThatMakeNoTown(t *testing.T) {
	for name, o := range map[string]demo.Options{
		"too small":    {Accounts: 99, Today: today},
		"no day":       {Accounts: 100},
		"fewer months": {Accounts: 100, Today: today, Months: -1},
	} {
		if _, err := demo.Write(t.TempDir(), o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func BenchmarkFiveThousandAccounts(b *testing.B) {
	for b.Loop() {
		if _, err := demo.Write(b.TempDir(), demo.Options{Accounts: 5000, Seed: 1, Today: today}); err != nil {
			b.Fatal(err)
		}
	}
}
