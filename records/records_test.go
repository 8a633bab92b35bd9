package records

import (
	"context"
	"errors"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"meterside/care"
)

func open(t *testing.T) *SQLite {
	t.Helper()
	db := openIn(t)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// openIn leaves the closing to the caller.
func openIn(t *testing.T) *SQLite {
	t.Helper()
	db, err := OpenSQLite(filepath.Join(t.TempDir(), "a b?c.db"), Disposable)
	if err != nil {
		t.Fatal(err)
	}
	if err := Migrate(t.Context(), db.Write); err != nil {
		t.Fatal(err)
	}
	if err := PrepareReplica(t.Context(), db.Write); err != nil {
		t.Fatal(err)
	}
	return db
}

// filled gives a record of a kind with every field set to something of its own.
func filled(k care.Kind) care.Record {
	rec := care.New(k)
	n := int64(2)
	for i, p := range kinds[k].pointers(rec) {
		f := reflect.ValueOf(p).Elem()
		n++
		switch f.Kind() {
		case reflect.String:
			f.SetString("v" + kinds[k].columns[i])
		case reflect.Int64:
			f.SetInt(n)
		case reflect.Bool:
			f.SetBool(true)
		case reflect.Pointer:
			f.Set(reflect.ValueOf(&n))
		case reflect.Slice:
			if f.Type() == reflect.TypeFor[care.List]() {
				f.Set(reflect.ValueOf(care.List{"x", "y"}))
			} else {
				f.Set(reflect.ValueOf(care.Segments{{Line: 1, Service: "electric", Quantity: &n, AmountCents: n}}))
			}
		}
	}
	if task, ok := rec.(*care.Task); ok {
		task.CreatedBy = care.ByCSR
	}
	return rec
}

func TestEveryKindSurvivesItsTableAndTheWire(t *testing.T) {
	db := open(t)
	for _, k := range care.Kinds() {
		want := filled(k)
		if err := Store(t.Context(), db.Write, want); err != nil {
			t.Fatalf("%s: %v", Name(k), err)
		}
		got := care.New(k)
		if ok, err := Load(t.Context(), db.Read, got, care.IDParts(want.RecordID())...); err != nil || !ok {
			t.Fatalf("%s: %v %v", Name(k), ok, err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s changed in its table: %s", Name(k), d)
		}
		body, err := Encode(want)
		if err != nil {
			t.Fatal(err)
		}
		sent, err := Decode(k, body)
		if err != nil {
			t.Fatal(err)
		}
		sent.RecordMeta().RV = want.RecordMeta().RV
		if d := cmp.Diff(want, sent); d != "" {
			t.Errorf("%s changed on the wire: %s", Name(k), d)
		}
		if err := Remove(t.Context(), db.Write, care.Ref{Kind: k, ID: want.RecordID()}); err != nil {
			t.Fatal(err)
		}
		if ok, _ := Load(t.Context(), db.Read, care.New(k), care.IDParts(want.RecordID())...); ok {
			t.Errorf("%s is still there after Remove", Name(k))
		}
	}
}

func TestAKindThatIsNotKnownIsPassedOver(t *testing.T) {
	rec, err := Decode(250, []byte{0xa0})
	if rec != nil || err != nil {
		t.Errorf("got %v, %v", rec, err)
	}
}

type noOwner struct{ changes int }

func (*noOwner) Missing(ref care.Ref) error {
	return care.Err(care.CodeNotFound, "what", Name(ref.Kind), "id", ref.ID)
}

func (o *noOwner) Changed(context.Context, care.Record, care.Record) error {
	o.changes++
	return nil
}

func (*noOwner) ResetFailedSignIns(context.Context, string) error { return nil }

func (*noOwner) MakeLink(context.Context, care.Recovery) error { return nil }

func testTx(t *testing.T, db *SQLite, owner Owner, seq int64) *Tx {
	return NewTx(t.Context(), db.Write, owner, TxOptions{
		Actor: care.Actor{ID: "CSR001", Origin: care.OriginDesk, Role: care.RoleCSR}, Now: time.UnixMilli(1_800_000_000_000), Command: "c", Seq: seq,
	})
}

func town(t *testing.T, db *SQLite) {
	t.Helper()
	tx := testTx(t, db, &noOwner{}, 1)
	for _, rec := range []care.Record{
		&care.Premise{ID: "P1", DistrictID: "D01", Address1: "2172 MAIN ST", Unit: "APT 9", City: "BARTON"},
		&care.Premise{ID: "P2", DistrictID: "D02", Address1: "2172 MAIN ST", Unit: "APT 10", City: "BARTON"},
		&care.Premise{ID: "P3", DistrictID: "D01", Address1: "5 ELM ST", City: "BARTON", Vacant: true},
		&care.Person{ID: "1", FirstName: "José", LastName: "Müller", Email: "jose@example.com", Phone: "+18025550100"},
		&care.Person{ID: "2", FirstName: "小明", LastName: "王", Phone: "+18025550101"},
		&care.Person{ID: "3", FirstName: "Анна", LastName: "Иванова", Prospect: true},
		&care.Account{Number: "030000013", MainPersonID: "1", PremiseID: "P1", DistrictID: "D01", Status: "active", BillingAddress: "PO BOX 2172, BARTON"},
		&care.Account{Number: "721721720", MainPersonID: "2", PremiseID: "P2", DistrictID: "D02", Status: "active"},
		&care.AccountPerson{Account: "030000013", PersonID: "1"},
		&care.AccountPerson{Account: "721721720", PersonID: "2"},
		&care.WebUser{ID: "W1", Username: "jose", Enrolment: care.Enrolled, PersonID: "1"},
		&care.WebUserAccount{WebUserID: "W1", Account: "030000013", Role: "owner", DefaultProfile: true},
	} {
		if err := tx.Put(rec); err != nil {
			t.Fatal(err)
		}
	}
	if err := tx.Settle(); err != nil {
		t.Fatal(err)
	}
}

func TestSearch(t *testing.T) {
	db := open(t)
	town(t, db)
	if err := Reindex(t.Context(), db.Write); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, text, district string
		statuses             []string
		want                 []string // section:account or person or premise
		hidden               int
	}{
		{name: "part of an address or a number, units in their order", text: "2172", want: []string{"address:030000013", "address:721721720"}},
		{name: "whole number first", text: "721721720", want: []string{"exact:721721720"}},
		{name: "whole email first", text: "JOSE@example.com", want: []string{"exact:030000013"}},
		{name: "without umlaut", text: "muller", want: []string{"name:030000013"}},
		{name: "with umlaut, other case", text: "MÜLLER", want: []string{"name:030000013"}},
		{name: "Cyrillic, a prospect", text: "ивано", want: []string{"name:3"}},
		{name: "one character of a name", text: "王", want: []string{"name:721721720"}},
		{name: "phone as people write it", text: "(802) 555-0100", want: []string{"anywhere:030000013"}},
		{name: "two numbers that together could be a phone's", text: "2172 030000013", want: []string{"anywhere:030000013"}},
		{name: "a number with dashes", text: "0300-000-13", want: []string{"anywhere:030000013"}},
		{name: "billing address", text: "po box", want: []string{"billing:030000013"}},
		{name: "two words in two places", text: "müller barton", want: []string{"anywhere:030000013"}},
		{name: "vacant premise", text: "elm", want: []string{"address:P3"}},
		{name: "district", text: "main", district: "D02", want: []string{"address:721721720"}, hidden: 1},
		{name: "status", text: "main", statuses: []string{"enrolled"}, want: []string{"address:030000013"}, hidden: 1},
		{name: "quotes and operators are text", text: `main" OR "elm`, want: nil},
		{name: "nothing", text: "  ", want: nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := Search(t.Context(), db.Read, Query{Text: c.text, District: c.district, Statuses: c.statuses})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, s := range r.Sections {
				for _, h := range s.Rows {
					got = append(got, s.Name+":"+firstOf(h.AccountNumber, h.PersonID, h.PremiseID))
				}
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
			if r.Total != len(got) || r.Hidden != c.hidden {
				t.Errorf("total %d hidden %d", r.Total, r.Hidden)
			}
		})
	}
}

// never is for an indexer that goes on until there is nothing left.
func never() bool { return false }

func firstOf(all ...string) string {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}

func TestIndexFollowsAChange(t *testing.T) {
	db := open(t)
	town(t, db)
	if err := Reindex(t.Context(), db.Write); err != nil {
		t.Fatal(err)
	}
	tx := testTx(t, db, &noOwner{}, 2)
	changed := &care.Person{ID: "1", FirstName: "Josefa", LastName: "Quiñones"}
	if err := tx.Put(changed); err != nil {
		t.Fatal(err)
	}
	if left, err := Index(t.Context(), db.Write, 0, never); left || err != nil {
		t.Fatal(left, err)
	}
	for text, want := range map[string]int{"quinones": 1, "muller": 0} {
		r, err := Search(t.Context(), db.Read, Query{Text: text})
		if err != nil {
			t.Fatal(err)
		}
		if r.Total != want {
			t.Errorf("%s finds %d, want %d", text, r.Total, want)
		}
	}
}

// TestIndexingOneByOneAndAllAtOnceAgree holds the two ways of gathering a document together.
func TestIndexingOneByOneAndAllAtOnceAgree(t *testing.T) {
	db := open(t)
	town(t, db)
	tx := testTx(t, db, &noOwner{}, 2)
	for _, rec := range []care.Record{
		&care.AccountPerson{Account: "030000013", PersonID: "2", Relationship: "spouse"},
		&care.WebUser{ID: "W0", Username: "wang", Enrolment: care.Pending, PersonID: "2"},
		&care.WebUserAccount{WebUserID: "W0", Account: "030000013", Role: "viewer"},
		&care.WebUserLock{WebUserID: "W0", Lock: care.LockPermanent},
		&care.AccountPerson{Account: "721721720", PersonID: "3", EndedOn: "2020-01-01"},
	} {
		if err := tx.Put(rec); err != nil {
			t.Fatal(err)
		}
	}
	dump := func() []string {
		lines, err := texts(t.Context(), db.Write, `SELECT doc || '|' || statuses || '|' || folded || '|' || name_order || '|' || shown
			FROM search_doc JOIN search_words USING (pos) JOIN search_all_of USING (pos) ORDER BY doc`)
		if err != nil {
			t.Fatal(err)
		}
		return lines
	}
	if err := Reindex(t.Context(), db.Write); err != nil {
		t.Fatal(err)
	}
	together := dump()
	if len(together) != 4 {
		t.Fatalf("%d documents", len(together))
	}
	if _, err := db.Write.ExecContext(t.Context(), "DELETE FROM search_dirty"); err != nil {
		t.Fatal(err)
	}
	docs := []string{"a:030000013", "a:721721720", "p:1", "p:2", "p:3", "v:P1", "v:P3"}
	composed, err := compose(t.Context(), db.Write, docs)
	if err != nil {
		t.Fatal(err)
	}
	for _, doc := range docs {
		was, err := loadDoc(t.Context(), db.Write, doc)
		if err == nil && was != nil {
			err = was.remove(t.Context(), db.Write)
		}
		is, composing := document(t.Context(), db.Write, doc)
		if d := cmp.Diff(is, composed[doc], cmp.AllowUnexported(searchDoc{})); d != "" {
			t.Errorf("alone and among many %s is not the same: %s", doc, d)
		}
		if err = errors.Join(err, composing); err == nil {
			err = index(t.Context(), db.Write, doc, is)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if d := cmp.Diff(together, dump()); d != "" {
		t.Error(d)
	}
}

func TestPutKeepsTheNumberOfWhatDidNotChange(t *testing.T) {
	db := open(t)
	town(t, db)
	owner := &noOwner{}
	tx := testTx(t, db, owner, 9)
	same := &care.WebUser{ID: "W1", Username: "jose", Enrolment: care.Enrolled, PersonID: "1"}
	if err := tx.Put(same); err != nil {
		t.Fatal(err)
	}
	if owner.changes != 0 || same.RV != 1 {
		t.Errorf("%d changes, rv %d", owner.changes, same.RV)
	}
}

func TestPersonsAndWebUsersFollowTheirAccountToAnotherDistrict(t *testing.T) {
	db := open(t)
	town(t, db)
	tx := testTx(t, db, &noOwner{}, 5)
	moved := &care.Account{Number: "030000013", MainPersonID: "1", PremiseID: "P1", DistrictID: "D07", Status: "active"}
	if err := tx.Put(moved); err != nil {
		t.Fatal(err)
	}
	if err := tx.Settle(); err != nil {
		t.Fatal(err)
	}
	for _, rec := range []care.Record{&care.Person{ID: "1"}, &care.WebUser{ID: "W1"}} {
		if _, err := Load(t.Context(), db.Write, rec, rec.RecordID()); err != nil {
			t.Fatal(err)
		}
		if got := rec.RecordMeta().Scopes.String(); got != "d:D07" || rec.RecordMeta().RV != 5 {
			t.Errorf("%s stands in %s at %d", Name(rec.RecordKind()), got, rec.RecordMeta().RV)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, k := range care.Kinds() {
		body, _ := Encode(filled(k))
		f.Add(uint8(k), body)
	}
	f.Fuzz(func(_ *testing.T, k uint8, body []byte) {
		_, _ = Decode(care.Kind(k), body)
	})
}
