package e2e

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
)

// document is what can be found, told by the export alone: none of this asks the code under test.
type document struct {
	id       string // the account's, or else the person's or the premise's
	kind     string
	fields   []string
	parts    []string // of names, the house number and the account number: one or two characters find what begins so
	district string
	status   string          // the default profile's
	statuses map[string]bool // of every web user
}

// plain is a text as people type it: without marks, capitals and letters of another width. Where a letter has no mark
// that could be taken away, the one that people type instead stands here.
func plain(s string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(s) {
		if !unicode.Is(unicode.Mn, r) {
			b.WriteRune(r)
		}
	}
	return strings.NewReplacer("ł", "l", "ß", "ss", "ø", "o", "đ", "d").Replace(strings.ToLower(b.String()))
}

func (d *document) say(values ...string) {
	for _, v := range values {
		d.fields = append(d.fields, plain(v))
	}
}

func (d *document) sayPlace(p row) {
	d.say(p["address1"], p["unit"], p["city"], p["state"], p["postal"])
	house, _, _ := strings.Cut(plain(p["address1"]), " ")
	d.parts = append(d.parts, house)
}

func (d *document) sayPerson(p row) {
	last4 := p["id_value"][len(p["id_value"])-4:]
	for _, name := range []string{p["first_name"], p["last_name"], p["business_name"]} {
		d.parts = append(d.parts, strings.FieldsFunc(plain(name), func(r rune) bool { return r == '-' || unicode.IsSpace(r) })...)
	}
	d.say(p["first_name"], p["last_name"], p["business_name"], p["person_id"], p["email"], p["phone"], last4, strings.ReplaceAll(p["id_type"], "_", " "))
}

// documents are all that the export has to find.
func (e *export) documents(t *testing.T) []document {
	t.Helper()
	persons, premises := by(e.rows(t, "persons.csv"), "person_id"), by(e.rows(t, "premises.csv"), "premise_id")
	users, accounts := by(e.rows(t, "web_users.csv"), "web_user_id"), by(e.rows(t, "accounts.csv"), "account_number")
	var all []document
	for _, a := range e.rows(t, "accounts.csv") {
		d := document{id: a["account_number"], kind: "customer", district: a["district_id"], status: "unenrolled", statuses: map[string]bool{}}
		d.say(a["account_number"], a["nickname"], a["billing_address"])
		d.sayPlace(premises[a["premise_id"]])
		d.parts = append(d.parts, d.id)
		for _, l := range e.rows(t, "account_persons.csv") {
			if l["account_number"] == d.id && l["ended_on"] == "" {
				d.sayPerson(persons[l["person_id"]])
			}
		}
		for _, l := range e.rows(t, "web_user_accounts.csv") {
			if l["account_number"] == d.id {
				w := users[l["web_user_id"]]
				d.say(w["web_user_id"], w["username"], w["email"])
				d.statuses[standing(w)] = true
				if w["locks"] != "" {
					d.statuses["locked"] = true
				}
				if l["default_profile"] == "1" {
					d.status = standing(w)
				}
			}
		}
		if len(d.statuses) == 0 {
			d.statuses["unenrolled"] = true
		}
		all = append(all, d)
	}
	on, ended := map[string]bool{}, map[string]string{}
	for _, l := range e.rows(t, "account_persons.csv") {
		if l["ended_on"] == "" {
			on[l["person_id"]] = true
		} else {
			ended[l["person_id"]] = l["account_number"]
		}
	}
	for _, p := range e.rows(t, "persons.csv") {
		if on[p["person_id"]] {
			continue
		}
		d := document{id: p["person_id"], kind: "contact", statuses: map[string]bool{"unenrolled": true}}
		if p["prospect"] == "1" {
			d.kind = "prospect"
		}
		if number, once := ended[p["person_id"]]; once {
			d.district = accounts[number]["district_id"]
		}
		d.sayPerson(p)
		all = append(all, d)
	}
	for _, p := range e.rows(t, "premises.csv") {
		if p["vacant"] == "1" {
			d := document{id: p["premise_id"], kind: "premise", district: p["district_id"], statuses: map[string]bool{"unenrolled": true}}
			d.say(p["premise_id"])
			d.sayPlace(p)
			all = append(all, d)
		}
	}
	return all
}

func standing(w row) string {
	switch {
	case w["hidden"] == "1":
		return "hidden"
	case strings.Contains(w["locks"], "permanent"):
		return "permanent_lock"
	}
	return w["enrolment"]
}

func by(rows []row, column string) map[string]row {
	all := map[string]row{}
	for _, r := range rows {
		all[r[column]] = r
	}
	return all
}

// question is one search.
type question struct {
	text     string
	district string
	statuses []string
}

// answer gives what a search must find among the documents that a desk keeps, by reading everything.
func answer(all []document, q question, keep func(document) bool) []string {
	words := strings.Fields(plain(q.text))
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, q.text)
	if len(digits) >= 7 && strings.Trim(q.text, "+-(). 0123456789") == "" { // a phone number, however it is written
		words = []string{digits}
	}
	short := !slices.ContainsFunc(words, func(w string) bool { return len([]rune(w)) >= 3 })
	found := []string{}
	for _, d := range all {
		fits := len(q.statuses) == 0 || slices.ContainsFunc(q.statuses, func(s string) bool { return d.statuses[s] })
		if !keep(d) || !fits || q.district != "" && d.district != q.district {
			continue
		}
		stands := func(w string) bool {
			return slices.ContainsFunc(d.fields, func(f string) bool { return strings.Contains(f, w) })
		}
		if slices.ContainsFunc(words, func(w string) bool { return !stands(w) }) {
			continue
		}
		// Of one or two characters, only what begins so is found.
		if short && !slices.ContainsFunc(d.parts, func(p string) bool { return strings.HasPrefix(p, words[0]) }) {
			continue
		}
		found = append(found, d.id)
	}
	slices.Sort(found)
	return found
}

// hit is a row that deskctl found.
type hit struct {
	Kind          string
	AccountNumber string `json:"account_number"`
	PersonID      string `json:"person_id"`
	PremiseID     string `json:"premise_id"`
	DistrictID    string `json:"district_id"`
	PortalStatus  string `json:"portal_status"`
}

// found is what deskctl answers to a search.
type found struct {
	Total int
	More  bool
	Rows  []hit
}

// ids names what was found as the documents do.
func (f found) ids() []string {
	all := []string{}
	for _, r := range f.Rows {
		all = append(all, map[string]string{"customer": r.AccountNumber, "prospect": r.PersonID, "contact": r.PersonID, "premise": r.PremiseID}[r.Kind])
	}
	slices.Sort(all)
	return all
}

func (s station) search(t *testing.T, q question) found {
	t.Helper()
	args := []string{"search", q.text, "--limit", "5000"}
	if q.district != "" {
		args = append(args, "--district", q.district)
	}
	if len(q.statuses) > 0 {
		args = append(args, "--status", strings.Join(q.statuses, ","))
	}
	var f found
	s.ask(t, &f, args...)
	return f
}

// questions are what people ask, with some of it taken from the export, so that it is there.
func (e *export) questions(t *testing.T) []question {
	t.Helper()
	users, accounts, premises := e.rows(t, "web_users.csv"), e.rows(t, "accounts.csv"), e.rows(t, "premises.csv")
	var people []row // with whom there is something to ask for
	for _, p := range e.rows(t, "persons.csv") {
		if p["kind"] == "person" && p["email"] != "" && len(p["last_name"]) >= 5 && plain(p["last_name"]) == strings.ToLower(p["last_name"]) {
			people = append(people, p)
		}
	}
	vacant := premises[slices.IndexFunc(premises, func(p row) bool { return p["vacant"] == "1" })]
	count := map[string]int{}
	for _, a := range accounts {
		count[a["main_person_id"]]++
	}
	manager := slices.MaxFunc(slices.Collect(maps.Keys(count)), func(a, b string) int { return count[a] - count[b] })
	if count[manager] < 30 {
		t.Errorf("nobody has more than %d accounts", count[manager])
	}
	phone, mail, user := people[200]["phone"], people[210]["email"], users[40]["web_user_id"]
	area, office, line := phone[len(phone)-10:len(phone)-7], phone[len(phone)-7:len(phone)-4], phone[len(phone)-4:]
	mailbox, _, _ := strings.Cut(mail, "@")
	texts := []string{
		// numbers and places
		"2172", "2172 main", "MAIN ST apt 7", "721721720", "721721", "po box 2172", "PO BOX", "vt 05", premises[500]["address1"],
		strings.Fields(premises[500]["address1"])[1], premises[300]["city"], premises[200]["postal"], vacant["premise_id"], premises[0]["premise_id"],
		// names
		"nunez", "NÚÑEZ jose", "siân", "o'brien", "brien sian", "l'heureux", "الأحمد", "الاحمد", "lukasz zolc", "司馬歐陽", "小龍", "strasse", "grossmann",
		"wide viii", "nguyen thi anh", "100%", "under_score", `zoe "zo"`, "d'arcy-*", "laurent-dubois", people[120]["last_name"],
		people[121]["first_name"] + " " + people[121]["last_name"], strings.ToUpper(people[77]["last_name"][:3]), "sons, llc",
		people[130]["last_name"] + " " + strings.ToLower(people[130]["first_name"]),
		// who signs in, and how to reach them
		mail, strings.ToUpper(mail), mailbox, "@example.org", user, strings.ToLower(user), users[300]["username"], phone, "(" + area + ") " + office + "-" + line,
		area + "." + office + "." + line, "+1 " + area + " " + office + line, "555-01", manager, people[200]["person_id"],
		// the rest
		"camp", "home", "main OR elm", "NOT main", "main*", "(main", `"main st"`, "nobody is called so", "sm", "03", "b", "o'", "st ma",
	}
	var all []question
	for _, text := range texts {
		all = append(all, question{text: text})
	}
	return append(all,
		question{text: "main", district: "D01"},
		question{text: "example", district: "D02", statuses: []string{"enrolled"}},
		question{text: "example", statuses: []string{"locked"}},
		question{text: "example", statuses: []string{"permanent_lock", "hidden"}},
		question{text: "example", statuses: []string{"pending"}},
		question{text: "2172", statuses: []string{"unenrolled", "pending"}},
		question{text: "03", statuses: []string{"unenrolled"}})
}

// asks compares every answer of a desk with the one that reading everything gives.
func (s station) asks(t *testing.T, e *export, keep func(document) bool) {
	t.Helper()
	all := e.documents(t)
	empty := 0
	for _, q := range e.questions(t) {
		want, got := answer(all, q, keep), s.search(t, q)
		if d := cmp.Diff(want, got.ids()); got.Total != len(want) || got.More || d != "" {
			t.Errorf("%+v: %d found, more %v, want %d:\n%s", q, got.Total, got.More, len(want), d)
		}
		if len(want) == 0 {
			empty++
		}
	}
	if asked := len(e.questions(t)); empty > asked*2/3 { // a desk of few districts lacks most of them
		t.Errorf("%d of %d questions have no answer at all: they say nothing", empty, asked)
	}
}
