package records

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"meterside/care"
)

var (
	someLast   = []string{"Müller", "MULLER", "Weiß", "O’Brien", "Smith-Jones", "王", "Иванова", "van der Berg", "İpek", "Łódź", "Straße", "100%_\"x\"", "ﬁnch", "Иванова-Петрова", "a1@example.com"}
	someFirst  = []string{"Anna", "anna maria", "小明", "José", "Jo", "Мария", "Æthel", ""}
	someStreet = []string{"2172 MAIN ST", "21 MAIN ST", "217 ELM ST", "5 ELM ST", "PO BOX 2172", "0300001 ROAD", ""}
	someCity   = []string{"BARTON", "MAIN CITY", ""}
	someText   = []string{"2172", "main", "main st", "mull", "müller", "MÜLLER anna", "weiss", "o'brien", "brien", "jones", "smi", "王小明", "王小", "小", "王", "ивано", "И", "Пе", "berg",
		"van", "ipek", "lodz", "strasse", "finch", "aethel", "100%", "%_", `"x"`, "barton 21", "box", "m", "mu", "an", "a", "2", "21", "0", "03", "st ma", "ba 2", "example",
		"a1@example.com", "A3@EXAMPLE.COM", "030000", "0300001", "0300002", "5550100", "(802) 555-0100", "802 5550103", "555", "w1", "user2", "camp", "nobody is called so", "vt", "P1", "5555555"}
)

// TestSearchIsWhatReadingEverythingFinds makes random towns and changes them at random; after the indexer caught up, every
// query's sections, counts, rows and their order are what reading everything gives, page by page.
// It was seen to fail with the trigger on new locks left out, with the middle of a gap taken as its lower end, and with
// firstTwo cutting bytes instead of characters. It was seen to fail with hidden results counted one for all of a kind.
func TestSearchIsWhatReadingEverythingFinds(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		db := openIn(t)
		defer func() { _ = db.Close() }()
		c := &changer{t: t, rt: rt, db: db}
		for range 40 {
			c.change()
		}
		if rapid.Bool().Draw(rt, "all anew") {
			if err := Reindex(t.Context(), db.Write); err != nil {
				rt.Fatal(err)
			}
		}
		for range rapid.IntRange(2, 5).Draw(rt, "rounds") {
			for range rapid.IntRange(1, 8).Draw(rt, "changes") {
				c.change()
			}
			if left, err := Index(t.Context(), db.Write, 0, never); left || err != nil {
				rt.Fatal(left, err)
			}
			for _, table := range allTexts {
				if _, err := db.Write.ExecContext(t.Context(), "INSERT INTO "+table+" ("+table+", rank) VALUES ('integrity-check', 1)"); err != nil {
					rt.Fatalf("%s does not fit its documents: %v", table, err)
				}
			}
			docs := modelDocs(t, db.Write)
			for range 8 {
				c.ask(docs)
			}
		}
	})
}

type changer struct {
	t  *testing.T
	rt *rapid.T
	db *SQLite
}

func (c *changer) pick(what string, from []string) string {
	return rapid.SampledFrom(from).Draw(c.rt, what)
}

func (c *changer) number(what string, most int) int {
	return rapid.IntRange(1, most).Draw(c.rt, what)
}

// change writes or deletes one record.
func (c *changer) change() {
	district := func() string { return fmt.Sprint("D0", c.number("district", 2)) }
	id := c.number("id", 4)
	var rec care.Record
	switch c.number("kind", 7) {
	case 1:
		rec = &care.Person{ID: fmt.Sprint("P", id), FirstName: c.pick("first", someFirst), LastName: c.pick("last", someLast), Email: fmt.Sprintf("a%d@example.com", id),
			Phone: fmt.Sprintf("+1802555010%d", id), IDLast4: "0100", Prospect: id == 1}
	case 2:
		rec = &care.Premise{ID: fmt.Sprint("V", id), DistrictID: district(), Address1: c.pick("street", someStreet), Unit: c.pick("unit", []string{"", "APT 9", "APT 10"}),
			City: c.pick("city", someCity), Vacant: rapid.Bool().Draw(c.rt, "vacant")}
	case 3:
		rec = &care.Account{Number: fmt.Sprint("030000", id), MainPersonID: fmt.Sprint("P", c.number("main", 4)), PremiseID: fmt.Sprint("V", c.number("premise", 4)),
			DistrictID: district(), BillingAddress: c.pick("billing", someStreet), Nickname: c.pick("nickname", []string{"", "camp", "Main"})}
	case 4:
		rec = &care.AccountPerson{Account: fmt.Sprint("030000", id), PersonID: fmt.Sprint("P", c.number("person", 4)), EndedOn: c.pick("ended", []string{"", "2020-01-01", "2021-01-01"})}
	case 5:
		rec = &care.WebUser{ID: fmt.Sprint("W", id), Username: fmt.Sprint("user", id), Email: fmt.Sprintf("a%d@example.com", c.number("email", 4)),
			Enrolment: care.Enrolment(c.pick("enrolment", []string{string(care.Enrolled), string(care.Pending)})), Hidden: id == 4}
	case 6:
		rec = &care.WebUserAccount{WebUserID: fmt.Sprint("W", id), Account: fmt.Sprint("030000", c.number("account", 4)), DefaultProfile: rapid.Bool().Draw(c.rt, "default")}
	default:
		rec = &care.WebUserLock{WebUserID: fmt.Sprint("W", id), Lock: rapid.SampledFrom([]care.Lock{care.LockCSR, care.LockPermanent}).Draw(c.rt, "lock")}
	}
	var err error
	if c.number("delete", 6) == 6 {
		err = Remove(c.t.Context(), c.db.Write, care.Ref{Kind: rec.RecordKind(), ID: rec.RecordID()})
	} else {
		err = Store(c.t.Context(), c.db.Write, rec)
	}
	if err != nil {
		c.rt.Fatal(err)
	}
}

func one(of bool) int {
	if of {
		return 1
	}
	return 0
}

// ask compares one query's answer with the model's.
func (c *changer) ask(docs []*modelDoc) {
	q := Query{Text: c.pick("text", someText), Limit: 1000}
	if c.number("broad", 3) == 3 {
		q.Text = c.pick("broad text", []string{"0300", "example", "main", "a"})
	}
	if rapid.Bool().Draw(c.rt, "filtered") {
		q.District = c.pick("of district", []string{"", "D01", "D02"})
		q.Statuses = rapid.SampledFrom([][]string{nil, {"enrolled"}, {"locked"}, {"unenrolled", "pending"}, {"permanent_lock", "hidden"}}).Draw(c.rt, "statuses")
	}
	want := map[string][]*modelDoc{}
	total, hidden, byDistrict, byStatus := 0, 0, 0, 0
	for _, d := range docs {
		section := d.found(q.Text)
		if section == "" {
			continue
		}
		district := q.District == "" || d.district == q.District
		status := len(q.Statuses) == 0 || slices.ContainsFunc(q.Statuses, func(s string) bool { return d.statuses[s] })
		if !district || !status {
			hidden++
			byDistrict, byStatus = byDistrict+one(status), byStatus+one(district)
			continue
		}
		want[section] = append(want[section], d)
		total++
	}
	slices.SortStableFunc(want["address"], func(a, b *modelDoc) int { return cmp.Compare(a.addressOrder, b.addressOrder) })
	var rows []string
	for _, section := range sectionNames {
		for _, d := range want[section] {
			rows = append(rows, section+" "+d.doc)
		}
	}
	r, err := Search(c.t.Context(), c.db.Read, q)
	if err != nil {
		c.rt.Fatalf("%+v: %v", q, err)
	}
	if r.ByDistrict != byDistrict || r.ByStatus != byStatus {
		c.rt.Fatalf("%+v: the district hides %d and the statuses %d; want %d and %d", q, r.ByDistrict, r.ByStatus, byDistrict, byStatus)
	}
	if d := gocmp.Diff(rows, rowsOf(r)); d != "" || r.Total != total || r.Hidden != hidden || r.More || !r.Counted {
		c.rt.Fatalf("%+v: total %d, hidden %d, more %v, counted %v; want total %d, hidden %d\n%s", q, r.Total, r.Hidden, r.More, r.Counted, total, hidden, d)
	}
	for _, s := range r.Sections {
		if s.Total != len(want[s.Name]) || s.Total == 0 {
			c.rt.Fatalf("%+v: %d in %s, want %d", q, s.Total, s.Name, len(want[s.Name]))
		}
	}
	q.Limit, q.Offset = c.number("limit", 3), rapid.IntRange(0, 3).Draw(c.rt, "offset")
	page, err := Search(c.t.Context(), c.db.Read, q)
	if err != nil {
		c.rt.Fatalf("%+v: %v", q, err)
	}
	to := min(len(rows), q.Offset+q.Limit)
	if d := gocmp.Diff(rows[min(q.Offset, to):to], rowsOf(page), nilIsEmpty); d != "" || page.Total != total || page.Hidden != hidden || page.More != (to < len(rows)) {
		c.rt.Fatalf("%+v: total %d, hidden %d, more %v; want total %d, hidden %d\n%s", q, page.Total, page.Hidden, page.More, total, hidden, d)
	}
	first, err := First(c.t.Context(), c.db.Read, Query{Text: q.Text, District: q.District, Statuses: q.Statuses, Limit: 1000})
	if err != nil {
		c.rt.Fatalf("%+v: %v", q, err)
	}
	if got := rowsOf(first); len(got) > len(rows) || !slices.Equal(got, rows[:len(got)]) || first.Counted && len(got) < len(rows) {
		c.rt.Fatalf("%+v: at first %v, of %v", q, got, rows)
	}
}

var nilIsEmpty = gocmp.Transformer("empty", func(s []string) string { return strings.Join(s, "\n") })

func rowsOf(r Result) []string {
	var all []string
	for _, s := range r.Sections {
		for _, h := range s.Rows {
			doc := map[string]string{"customer": "a:" + h.AccountNumber, "prospect": "p:" + h.PersonID, "contact": "p:" + h.PersonID, "premise": "v:" + h.PremiseID}[h.Kind]
			all = append(all, s.Name+" "+doc)
		}
	}
	return all
}
