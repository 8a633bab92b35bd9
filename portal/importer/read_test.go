package importer

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	sentences "meterside/care/text"
)

// small is an export with one row of most kinds; each test damages it in its own way.
var small = map[string][]string{
	"districts.csv":         {"D01,Harborside"},
	"premises.csv":          {"P1,D01,1 MAIN ST,,,,,,,,0"},
	"persons.csv":           {"1,person,José,Núñez,,,,es,1970-02-28,,,0"},
	"staff.csv":             {"CSR001,Ann,csr,T1,all,1"},
	"accounts.csv":          {"A1,1,P1,D01,residential,active,2020-01-01,,\"1 MAIN ST\nBACK DOOR\",0,1,,-5,", "A2,1,P1,D01,residential,closed,2020-01-01,2020-01-01,,0,1,,0,cash_only"},
	"account_persons.csv":   {"A1,1,main,1,"},
	"web_users.csv":         {"W1,jose,j@example.com,1,enrolled,password;csr,0,10,2026-01-01T00:00:00Z,,"},
	"web_user_accounts.csv": {"W1,A1,owner,main customer,1,1"},
	"bills.csv":             {"B1,A1,2026-01-01,2026-01-22,2025-12-01,2026-01-01,300,1,kWh,0", "B2,A1,2026-02-01,2026-02-22,2026-01-01,2026-02-01,100,1,kWh,1"},
	"bill_segments.csv":     {"B1,1,electric,Energy,1,kWh,100", "B1,2,tax,Tax,,,200", "B2,1,electric,Energy,1,kWh,100"},
	"payments.csv":          {"Y1,A1,posted,300,bank,2026-01-02T00:00:00Z,2026-01-03"},
	"adjustments.csv":       {"J1,A1,2026-01-02,credit,-300,Credit"},
	"usage.csv":             {"A1,electric,2025-12-01,2026-01-01,1,kWh,measured,,", "A1,gas,2025-12-01,2026-01-01,1,therm,measured,,"},
	"tasks.csv":             {"T1,autopay.enrolled,open,A1,W1,2026-01-02T00:00:00Z,csr,CSR001,,,10.0.0.1,S1"},
	"activities.csv":        {`C1,A1,W1,2026-01-02T00:00:00Z,preferences.changed,CSR001,S1,"{""a"": 1}"`},
	"notifications.csv":     {"N1,A1,,bill_ready,j@example.com,2026-01-02T00:00:00Z,delivered"},
}

// with is the small export with other rows in some files.
func with(t *testing.T, files map[string][]string) string {
	t.Helper()
	dir := t.TempDir()
	for i := range Tables {
		file := Tables[i].File
		var head []string
		for _, c := range Tables[i].Columns {
			head = append(head, c.Name)
		}
		lines, ok := files[file]
		if !ok {
			lines = small[file]
		}
		text := strings.Join(append([]string{strings.Join(head, ",")}, lines...), "\n") + "\n"
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// taken reads an export and lists what reached the sink, as "file:first field", a bill with its segments' lines.
func taken(t *testing.T, dir string) ([]string, Report) {
	t.Helper()
	var all []string
	report, err := Read(dir, func(file string, row Row, segments []Row) error {
		one := file + ":" + string(row.Fields[0])
		for _, s := range segments {
			one += " " + s.Text("bill_id") + "/" + s.Text("line")
		}
		all = append(all, one)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all, report
}

func TestReadHandsOnEveryRightRow(t *testing.T) {
	all, report := taken(t, with(t, nil))
	if len(report.Refused) != 0 {
		t.Fatalf("refused %v", report.Refused)
	}
	for file, rows := range small {
		if got := report.Files[file]; got.Read != len(rows) || got.Refused != 0 {
			t.Errorf("%s: %+v, want %d rows", file, *got, len(rows))
		}
	}
	for _, want := range []string{"bills.csv:B1 B1/1 B1/2", "bills.csv:B2 B2/1", "usage.csv:A1", "notifications.csv:N1"} {
		if !slices.Contains(all, want) {
			t.Errorf("%q is not among %q", want, all)
		}
	}
}

// flaw is a refusal in English alone.
type flaw struct {
	file           string
	line           int
	field, problem string
}

func flaws(all []Refusal) []flaw {
	var bare []flaw
	for _, r := range all {
		bare = append(bare, flaw{r.File, r.Line, r.Field, r.Problem})
	}
	return bare
}

func TestReadRefusesDamagedRows(t *testing.T) {
	account := func(status, opened, closed, nickname, balance string) string {
		return "A3,1,P1,D01,residential," + status + "," + opened + "," + closed + ",x,0,0," + nickname + "," + balance + ","
	}
	for name, c := range map[string]struct {
		file, row, field, problem string
	}{
		"too few fields":        {"bills.csv", "B3,A1", "", "has 2 fields, not 10"},
		"too many fields":       {"districts.csv", "D02,x,y", "", "has 3 fields, not 2"},
		"missing":               {"districts.csv", "D02,", "name", "is missing"},
		"missing key":           {"districts.csv", ",x", "district_id", "is missing"},
		"control character":     {"districts.csv", "D\x1f2,x", "district_id", "holds a control character"},
		"no such premise":       {"accounts.csv", "A3,1,P9,D01,residential,active,2020-01-01,,x,0,0,,0,", "premise_id", "names a premise that is not there"},
		"no such person":        {"accounts.csv", "A3,9,P1,D01,residential,active,2020-01-01,,x,0,0,,0,", "main_person_id", "names a person that is not there"},
		"no such account":       {"payments.csv", "Y2,A9,posted,300,bank,2026-01-02T00:00:00Z,", "account_number", "names an account that is not there"},
		"no such web user":      {"tasks.csv", "T2,x,open,A1,W9,2026-01-02T00:00:00Z,customer,,,,,", "web_user_id", "names a web user that is not there"},
		"no such bill":          {"bill_segments.csv", "B9,1,electric,Energy,1,kWh,100", "bill_id", "names a bill that is not there"},
		"no such day":           {"accounts.csv", account("active", "2021-02-29", "", "", "0"), "opened_on", "is not a date"},
		"another order":         {"accounts.csv", account("active", "31/31/2020", "", "", "0"), "opened_on", "is not a date"},
		"closed too early":      {"accounts.csv", account("closed", "2020-01-01", "2019-12-31", "", "0"), "closed_on", "is before opened_on"},
		"unknown status":        {"accounts.csv", account("sleeping", "2020-01-01", "", "", "0"), "status", "is not one of active, closed"},
		"not UTF-8":             {"accounts.csv", account("active", "2020-01-01", "", "\xff", "0"), "nickname", "is not UTF-8"},
		"NUL":                   {"accounts.csv", account("active", "2020-01-01", "", "a\x00b", "0"), "nickname", "holds a NUL"},
		"too large":             {"accounts.csv", account("active", "2020-01-01", "", "", "9223372036854775808"), "balance_cents", "is beyond 64 bits"},
		"not whole":             {"accounts.csv", account("active", "2020-01-01", "", "", "1.5"), "balance_cents", "is not a whole number"},
		"only a sign":           {"accounts.csv", account("active", "2020-01-01", "", "", "-"), "balance_cents", "is not a whole number"},
		"too long":              {"notifications.csv", "N2,A1,," + strings.Repeat("é", 201) + ",x,2026-01-02T00:00:00Z,delivered", "template", "is longer than 200 characters"},
		"not a time":            {"notifications.csv", "N2,A1,,x,x,2026-01-02 00:00:00Z,delivered", "sent_at", "is not a time"},
		"no such hour":          {"notifications.csv", "N2,A1,,x,x,2026-01-02T24:00:00Z,delivered", "sent_at", "is not a time"},
		"unknown lock":          {"web_users.csv", "W2,x,,1,enrolled,csr;door,0,0,2026-01-01T00:00:00Z,,", "locks", "is not one of password, csr, permanent"},
		"username in use":       {"web_users.csv", "W2,JOSE,,1,enrolled,,0,0,2026-01-01T00:00:00Z,,", "username", "stands twice in this file"},
		"neither 0 nor 1":       {"premises.csv", "P2,D01,x,,,,,,,,yes", "vacant", "is not one of 0, 1"},
		"beyond the earth":      {"premises.csv", "P2,D01,x,,,,,1e3,,,0", "latitude", "is not a coordinate"},
		"not JSON":              {"activities.csv", "C2,A1,,2026-01-02T00:00:00Z,x,x,,{", "detail", "is not JSON"},
		"key twice":             {"districts.csv", "D01,Again", "district_id", "stands twice in this file"},
		"link twice":            {"account_persons.csv", "A1,1,spouse,1,", "person_id", "stands twice in this file"},
		"reading twice":         {"usage.csv", "A1,electric,2025-12-01,2026-01-02,1,kWh,measured,,", "from", "stands twice in this file"},
		"segment twice":         {"bill_segments.csv", "B2,1,electric,Energy,1,kWh,100", "line", "stands twice in this file"},
		"period ends too early": {"bills.csv", "B3,A1,2026-01-01,2026-01-22,2025-12-01,2025-11-01,300,1,kWh,0", "period_end", "is before period_start"},
	} {
		lines := append(slices.Clone(small[c.file]), c.row)
		_, report := taken(t, with(t, map[string][]string{c.file: lines}))
		line := 2 + strings.Count(strings.Join(lines[:len(lines)-1], "\n"), "\n") + 1
		if len(report.Refused) != 1 {
			t.Errorf("%s: refused %v", name, report.Refused)
			continue
		}
		got := report.Refused[0]
		spanish := sentences.Sentence("es", string(got.Code), got.Params)
		if got.File != c.file || got.Line != line || got.Field != c.field || got.Problem != c.problem || spanish == c.problem || spanish == sentences.Sentence("es", "fault", nil) {
			t.Errorf("%s: refused %+v, in Spanish %q", name, got, spanish)
		}
	}
}

func TestReadRefusesChildrenOfRefusedRows(t *testing.T) {
	all, report := taken(t, with(t, map[string][]string{
		"persons.csv": {"1,robot,José,Núñez,,,,es,1970-02-28,,,0"},
	}))
	want := []flaw{
		{"persons.csv", 2, "kind", "is not one of person, business"},
		{"accounts.csv", 2, "main_person_id", "names a person that was refused"},
		{"accounts.csv", 4, "main_person_id", "names a person that was refused"},
		{"account_persons.csv", 2, "account_number", "names an account that was refused"},
		{"web_users.csv", 2, "person_id", "names a person that was refused"},
		{"web_user_accounts.csv", 2, "web_user_id", "names a web user that was refused"},
		{"bills.csv", 2, "account_number", "names an account that was refused"},
		{"bills.csv", 3, "account_number", "names an account that was refused"},
		{"bill_segments.csv", 2, "bill_id", "names a bill that was refused"},
		{"bill_segments.csv", 3, "bill_id", "names a bill that was refused"},
		{"bill_segments.csv", 4, "bill_id", "names a bill that was refused"},
		{"payments.csv", 2, "account_number", "names an account that was refused"},
		{"adjustments.csv", 2, "account_number", "names an account that was refused"},
		{"usage.csv", 2, "account_number", "names an account that was refused"},
		{"usage.csv", 3, "account_number", "names an account that was refused"},
		{"tasks.csv", 2, "account_number", "names an account that was refused"},
		{"activities.csv", 2, "account_number", "names an account that was refused"},
		{"notifications.csv", 2, "account_number", "names an account that was refused"},
	}
	if !reflect.DeepEqual(flaws(report.Refused), want) {
		t.Errorf("refused %v, want %v", report.Refused, want)
	}
	if want := []string{"districts.csv:D01", "premises.csv:P1", "staff.csv:CSR001"}; !reflect.DeepEqual(all, want) {
		t.Errorf("the sink got %q, want %q", all, want)
	}
}

func TestOfSeveralRowsWithOneKeyTheFirstRightOneIsTaken(t *testing.T) {
	all, report := taken(t, with(t, map[string][]string{
		"districts.csv": {"D01,", "D01,Harborside", "D01,Again"},
	}))
	want := []flaw{{"districts.csv", 2, "name", "is missing"}, {"districts.csv", 4, "district_id", "stands twice in this file"}}
	if !reflect.DeepEqual(flaws(report.Refused), want) || !slices.Contains(all, "premises.csv:P1") {
		t.Errorf("refused %v, want %v; the sink got %q", report.Refused, want, all)
	}
}

func TestSegmentsFindTheirBillInAnyOrder(t *testing.T) {
	bill := func(id, account string) string {
		return id + "," + account + ",2026-01-01,2026-01-22,2025-12-01,2026-01-01,300,1,kWh,0"
	}
	segment := func(bill, line string) string { return bill + "," + line + ",electric,Energy,1,kWh,100" }
	for name, c := range map[string]struct {
		bills, segments, want []string
		refused               []flaw
	}{
		"in the bills' order, some of bills refused or never there": {
			[]string{bill("B1", "A1"), bill("B2", "A9"), bill("B3", "A1"), bill("B4", "A1")},
			[]string{segment("X", "1"), segment("B1", "1"), segment("B1", "2"), segment("B2", "1"), segment("B4", "1"), segment("X", "2")},
			[]string{"bills.csv:B1 B1/1 B1/2", "bills.csv:B3", "bills.csv:B4 B4/1"},
			[]flaw{
				{"bills.csv", 3, "account_number", "names an account that is not there"},
				{segmentsFile, 2, "bill_id", "names a bill that is not there"},
				{segmentsFile, 5, "bill_id", "names a bill that was refused"},
				{segmentsFile, 7, "bill_id", "names a bill that is not there"},
			},
		},
		"in another order": {
			[]string{bill("B1", "A1"), bill("B2", "A9"), bill("B3", "A1")},
			[]string{segment("B3", "1"), segment("B2", "1"), segment("X", "1"), "B1,two,electric,,,,1", segment("B1", "1"), segment("B3", "2"), segment("B3", "1"), segment("B1", "2")},
			[]string{"bills.csv:B1 B1/1 B1/2", "bills.csv:B3 B3/1 B3/2"},
			[]flaw{
				{"bills.csv", 3, "account_number", "names an account that is not there"},
				{segmentsFile, 3, "bill_id", "names a bill that was refused"},
				{segmentsFile, 4, "bill_id", "names a bill that is not there"},
				{segmentsFile, 5, "line", "is not a whole number"},
				{segmentsFile, 8, "line", "stands twice in this file"},
			},
		},
		"of a bill that is right only the second time": {
			[]string{bill("B1", "A9"), bill("B2", "A1"), bill("B1", "A1"), bill("B1", "A1")},
			[]string{segment("B1", "1"), segment("B2", "1")},
			[]string{"bills.csv:B2 B2/1", "bills.csv:B1 B1/1"},
			[]flaw{
				{"bills.csv", 2, "account_number", "names an account that is not there"},
				{"bills.csv", 5, "bill_id", "stands twice in this file"},
			},
		},
	} {
		all, report := taken(t, with(t, map[string][]string{billsFile: c.bills, segmentsFile: c.segments}))
		all = slices.DeleteFunc(all, func(s string) bool { return !strings.HasPrefix(s, billsFile) })
		if !reflect.DeepEqual(all, c.want) || !reflect.DeepEqual(flaws(report.Refused), c.refused) {
			t.Errorf("%s: the sink got %q, want %q; refused %v, want %v", name, all, c.want, report.Refused, c.refused)
		}
		if got := report.Files[segmentsFile].Read; got != len(c.segments) {
			t.Errorf("%s: %d segments read, want %d", name, got, len(c.segments))
		}
	}
}

func TestUnreadableFilesStopEverything(t *testing.T) {
	good := "district_id,name\nD01,x\n"
	for name, c := range map[string]struct {
		text string
		line int
	}{
		"empty":            {"", 0},
		"only blank":       {"\n\n", 0},
		"column missing":   {"district_id\nD01\n", 1},
		"column renamed":   {"district_id,title\nD01,x\n", 1},
		"column added":     {"district_id,name,colour\nD01,x,red\n", 1},
		"column twice":     {"district_id,name,name\nD01,x,x\n", 1},
		"columns swapped":  {"name,district_id\nx,D01\n", 1},
		"NUL in header":    {"district\x00id,name\nD01,x\n", 1},
		"UTF-16":           {"\xff\xfed\x00i\x00", 1},
		"UTF-16, other":    {"\xfe\xff\x00d\x00i", 1},
		"quote not closed": {good + "D02,\"x\n", 3},
		"quote astray":     {good + "D02,x\"y\n", 3},
		"a byte too few":   {"\xef\xbb\xbf", 0},
	} {
		dir := with(t, nil)
		if err := os.WriteFile(filepath.Join(dir, "districts.csv"), []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Read(dir, func(string, Row, []Row) error {
			t.Errorf("%s: a row reached the sink", name)
			return nil
		})
		var u *Unreadable
		if !errors.As(err, &u) || u.File != "districts.csv" || u.Line != c.line {
			t.Errorf("%s: %v, want line %d of districts.csv to be unreadable", name, err, c.line)
		}
		if again := Check(dir); again == nil || again.Error() != err.Error() {
			t.Errorf("%s: Check says %v, Read %v", name, again, err)
		}
	}
	dir := with(t, nil)
	if err := os.Remove(filepath.Join(dir, "usage.csv")); err != nil {
		t.Fatal(err)
	}
	if err := Check(dir); err == nil || err.Error() != "usage.csv is not there" {
		t.Errorf("a missing file: %v", err)
	}
}

func TestByteOrderMarkAndCRLFAreTolerated(t *testing.T) {
	dir := with(t, nil)
	if err := os.WriteFile(filepath.Join(dir, "districts.csv"), []byte("\xef\xbb\xbfdistrict_id,name\r\nD01,x\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, report := taken(t, dir); len(report.Refused) != 0 {
		t.Errorf("refused %v", report.Refused)
	}
}

func TestRowsGiveTheirValues(t *testing.T) {
	_, err := Read(with(t, nil), func(file string, row Row, _ []Row) error {
		switch file + " " + string(row.Fields[0]) {
		case "accounts.csv A1":
			balance, known := row.Int("balance_cents")
			if balance != -5 || !known || !row.Bit("paperless") || row.Bit("autopay") || row.Text("billing_address") != "1 MAIN ST\nBACK DOOR" || row.Line != 2 {
				t.Errorf("account: %q", row.Fields)
			}
		case "web_users.csv W1":
			created, _ := row.Instant("created_at")
			if _, known := row.Instant("last_csr_logon"); known || created != 1767225600000 || !slices.Equal(row.List("locks"), []string{"password", "csr"}) {
				t.Errorf("web user: %q, created at %d", row.Fields, created)
			}
		case "premises.csv P1":
			if _, known := row.Float("latitude"); known {
				t.Error("the premise has a latitude")
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestReportIsTheContract(t *testing.T) {
	b, err := json.Marshal(Report{Files: map[string]*Tally{"a.csv": {Read: 1, Refused: 1}}, Refused: []Refusal{{File: "a.csv", Line: 2, Field: "f", Problem: "p"}}})
	want := `{"files":{"a.csv":{"read":1,"added":0,"changed":0,"unchanged":0,"kept":0,"refused":1}},"refused":[{"file":"a.csv","line":2,"field":"f","problem":"p"}]}`
	if err != nil || string(b) != want {
		t.Errorf("%s %v, want %s", b, err, want)
	}
}

func TestSinksErrorEndsTheReading(t *testing.T) {
	stop := errors.New("stop")
	for _, at := range []string{"districts.csv", billsFile, "notifications.csv"} {
		_, err := Read(with(t, nil), func(file string, _ Row, _ []Row) error {
			if file == at {
				return stop
			}
			return nil
		})
		if !errors.Is(err, stop) {
			t.Errorf("at %s: %v", at, err)
		}
	}
}
