package e2e

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"meterside/care"
	"meterside/care/given"
	"meterside/records"
)

// odd are names that a search must find too. They take the place of ordinary ones in an export, which changes no count.
var odd = [][2]string{
	{"José", "Núñez"}, {"Siân", "O'Brien"}, {"François", "L'Heureux"}, {"محمد", "الأحمد"}, {"Łukasz", "Żółć"}, {"李", "小龍"}, {"相如", "司馬歐陽"},
	{"Straße", "Großmann"}, {"Ｗｉｄｅ", "Ⅷﬁne"}, {"Nguyễn", "Thị Ánh"}, {"100%", "Under_score"}, {"Zoë \"Zo\"", "D'Arcy-*"},
}

// export is a customer export that the maker of exports made.
type export struct {
	dir   string
	files map[string][]row
}

// row is one row of a file, by column.
type row map[string]string

// maker makes exports over every thirteenth address, which is quicker than over all of them.
type maker struct{ tool, addresses string }

func newMaker(t *testing.T) maker {
	t.Helper()
	tool, err := given.Maker()
	if err != nil {
		t.Skipf("no utility to tell the story of: %v", err)
	}
	m := maker{tool, filepath.Join(t.TempDir(), "addresses.csv")}
	thin(t, filepath.Join(filepath.Dir(tool), "..", "data", "addresses", "vermont_e911_addresses.csv.gz"), m.addresses)
	return m
}

// export runs the maker of exports.
func (m maker) export(t *testing.T, flags ...string) *export {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	dir := t.TempDir()
	args := append([]string{m.tool, "--out", dir, "--addresses", m.addresses, "--today", time.Now().UTC().Format(time.DateOnly)}, flags...)
	if out, err := exec.CommandContext(ctx, "python3", args...).CombinedOutput(); err != nil {
		t.Fatalf("make_customers.py: %v: %s", err, out)
	}
	return &export{dir: dir, files: map[string][]row{}}
}

func thin(t *testing.T, from, to string) {
	t.Helper()
	f, err := os.Open(from)
	if err != nil {
		t.Skipf("no addresses to make a utility of: %v", err)
	}
	defer func() { _ = f.Close() }()
	unzipped, err := gzip.NewReader(f)
	check(t, err)
	var kept bytes.Buffer
	lines := bufio.NewScanner(unzipped)
	for n := 0; lines.Scan(); n++ {
		if n%13 == 0 { // the header is line 0
			kept.Write(lines.Bytes())
			kept.WriteByte('\n')
		}
	}
	check(t, lines.Err())
	check(t, os.WriteFile(to, kept.Bytes(), 0o600))
}

// rows are the rows of a file.
func (e *export) rows(t *testing.T, file string) []row {
	t.Helper()
	if known, ok := e.files[file]; ok {
		return known
	}
	lines := e.lines(t, file)
	var all []row
	for _, line := range lines[1:] {
		r := row{}
		for i, column := range lines[0] {
			r[column] = line[i]
		}
		all = append(all, r)
	}
	e.files[file] = all
	return all
}

func (e *export) lines(t *testing.T, file string) [][]string {
	t.Helper()
	f, err := os.Open(filepath.Join(e.dir, file))
	check(t, err)
	defer func() { _ = f.Close() }()
	lines, err := csv.NewReader(f).ReadAll()
	check(t, err)
	return lines
}

// edit changes a file line by line; the header is line 0.
func (e *export) edit(t *testing.T, file string, change func(n int, line, header []string)) {
	t.Helper()
	lines := e.lines(t, file)
	for n, line := range lines[1:] {
		change(n+1, line, lines[0])
	}
	f, err := os.Create(filepath.Join(e.dir, file))
	check(t, err)
	check(t, errors.Join(csv.NewWriter(f).WriteAll(lines), f.Close()))
	delete(e.files, file)
}

// nameOddly gives every tenth person an odd name, until each stands there once.
func (e *export) nameOddly(t *testing.T) {
	t.Helper()
	used := 0
	e.edit(t, "persons.csv", func(n int, line, header []string) {
		if n%10 == 0 && used < len(odd) && line[slices.Index(header, "kind")] == "person" {
			line[slices.Index(header, "first_name")], line[slices.Index(header, "last_name")] = odd[used][0], odd[used][1]
			used++
		}
	})
	if used < len(odd) {
		t.Fatalf("only %d of %d odd names were given", used, len(odd))
	}
}

// load reads a JSON file that stands beside the export.
func (e *export) load(t *testing.T, file string, into any) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(e.dir, file))
	check(t, err)
	check(t, json.Unmarshal(b, into))
}

// utility is a store and the desks around it, all by the programs.
type utility struct {
	t       *testing.T
	dir     string
	address string
	served
}

func newUtility(t *testing.T) *utility {
	t.Helper()
	address, err := freeAddress()
	check(t, err)
	u := &utility{t: t, dir: t.TempDir(), address: address}
	t.Cleanup(func() { u.end(os.Interrupt) })
	return u
}

func (u *utility) data() string { return filepath.Join(u.dir, "portal") }

// exec runs a program to its end.
func (u *utility) exec(t *testing.T, stdin, program string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, filepath.Join(programs, program), args...)
	cmd.Env = append(os.Environ(), "METERSIDE_SECRET_FILE="+u.secrets(), "LC_ALL=C")
	var out, log bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &log
	err := cmd.Run()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		t.Fatalf("%s: %v", program, err)
	}
	return out.String(), log.String(), cmd.ProcessState.ExitCode()
}

func (u *utility) secrets() string { return filepath.Join(u.dir, "secrets") }

// imported is the report of an import.
type imported struct {
	Files map[string]struct {
		Read, Added, Changed, Unchanged, Kept, Refused int
	}
	Refused []struct {
		File    string
		Line    int
		Field   string
		Problem string
	}
}

// imports runs an import that must end with the code.
func (u *utility) imports(t *testing.T, from string, wantCode int) imported {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report.json")
	_, stderr, code := u.exec(t, "", "portald", "import", "--data", u.data(), "--csv", from, "--report", file)
	if code != wantCode {
		t.Fatalf("the import ended with %d, want %d: %s", code, wantCode, stderr)
	}
	var report imported
	b, err := os.ReadFile(file)
	check(t, err)
	check(t, json.Unmarshal(b, &report))
	return report
}

// hire adds a member of staff.
func (u *utility) hire(t *testing.T, id, role, districts string) {
	t.Helper()
	if _, stderr, code := u.exec(t, password+"\n", "portald", "user", "add", "--data", u.data(), "--id", id, "--name", "Somebody",
		"--role", role, "--districts", districts, "--team", "T1", "--password-stdin"); code != 0 {
		t.Fatalf("hiring %s: %s", id, stderr)
	}
}

// serve starts the portal.
func (u *utility) serve(t *testing.T) {
	t.Helper()
	u.process = exec.Command(filepath.Join(programs, "portald"), "serve", "--data", u.data(), "--listen", u.address)
	out, err := u.process.StdoutPipe()
	check(t, err)
	check(t, u.process.Start())
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || !strings.HasPrefix(line, "listening") {
		t.Fatalf("portald says %q, %v", line, err)
	}
}

// store opens the portal's database for reading.
func (u *utility) store(t *testing.T) *records.SQLite {
	return readable(t, filepath.Join(u.data(), "portal.db"))
}

func readable(t *testing.T, path string) *records.SQLite {
	t.Helper()
	if _, err := os.Stat(path); err != nil {
		t.Fatal(err)
	}
	db, err := records.OpenSQLite(path, records.Disposable)
	check(t, err)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// number asks a database for a number.
func number(t *testing.T, db *records.SQLite, query string, args ...any) int {
	t.Helper()
	var n int
	if err := db.Read.QueryRowContext(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

// contents are the clock and the count of each table's rows: an import that changes anything moves the one or the other.
func (u *utility) contents(t *testing.T) map[string]int {
	t.Helper()
	db := u.store(t)
	all := map[string]int{
		"clock": number(t, db, "SELECT seq FROM sync_clock"), "changes": number(t, db, "SELECT count(*) FROM sync_change"),
		"imported": number(t, db, "SELECT count(*) FROM imported"), "private": number(t, db, "SELECT count(*) FROM person_private"),
	}
	for _, kind := range care.Kinds() {
		all[records.Table(kind)] = number(t, db, "SELECT count(*) FROM "+records.Table(kind))
	}
	return all
}

// station is a desk that a member of staff uses.
type station struct {
	*utility
	profile string
}

// station signs a member of staff in at a desk, which copies what it may hold.
func (u *utility) station(t *testing.T, id string) station {
	t.Helper()
	s := station{u, filepath.Join(u.dir, "desk-"+id)}
	if _, stderr, code := u.exec(t, password+"\n", "deskctl", "--profile", s.profile, "--portal", "http://"+u.address,
		"login", "--user", id, "--password-stdin"); code != 0 {
		t.Fatalf("signing in as %s: %s", id, stderr)
	}
	s.sync(t)
	return s
}

func (s station) sync(t *testing.T) { s.ask(t, nil, "sync", "--once") }

// ask runs a command of deskctl and reads what it answers.
func (s station) ask(t *testing.T, into any, args ...string) {
	t.Helper()
	stdout, stderr, code := s.exec(t, "", "deskctl", append([]string{"--profile", s.profile, "--json"}, args...)...)
	if code != 0 {
		t.Fatalf("deskctl %v: %s", args, stderr)
	}
	if into == nil {
		return
	}
	dec := json.NewDecoder(strings.NewReader(stdout))
	if err := dec.Decode(into); err != nil {
		t.Fatalf("deskctl %v: %v: %s", args, err, stdout)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		t.Fatalf("deskctl %v says more than one thing: %s", args, stdout)
	}
}

// replica is the file of the desk's rows.
func (s station) replica(t *testing.T) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(s.profile, "users", "*", "replica*.db"))
	if err != nil || len(found) != 1 {
		t.Fatalf("the desk has the replicas %v, %v", found, err)
	}
	return found[0]
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// instant reads a time of an export.
func instant(t *testing.T, s string) int64 {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	check(t, err)
	return at.UnixMilli()
}

// calm is a customer with one account, who has it alone, can sign in and has set nothing yet.
func (e *export) calm(t *testing.T) (user, account string) {
	t.Helper()
	users, links := map[string]row{}, map[string]int{}
	for _, w := range e.rows(t, "web_users.csv") {
		users[w["web_user_id"]] = w
	}
	for _, l := range e.rows(t, "web_user_accounts.csv") {
		links[l["web_user_id"]]++
		links[l["account_number"]]++
	}
	for _, l := range e.rows(t, "web_user_accounts.csv") {
		w := users[l["web_user_id"]]
		if links[l["web_user_id"]] > 1 || links[l["account_number"]] > 1 || w["enrolment"] != "enrolled" || w["locks"] != "" || w["hidden"] == "1" {
			continue
		}
		for _, a := range e.rows(t, "accounts.csv") {
			unset := a["paperless"] == "0" && a["autopay"] == "0" && a["nickname"] == ""
			if a["account_number"] == l["account_number"] && a["status"] == "active" && unset {
				return l["web_user_id"], l["account_number"]
			}
		}
	}
	t.Fatalf("among %d web users there is none like that", len(users))
	return "", ""
}
