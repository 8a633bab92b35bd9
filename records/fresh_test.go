package records

import (
	"context"
	"database/sql/driver"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"meterside/care"
)

// anyRecord fills a record of a kind by chance.
func anyRecord(t *rapid.T, k care.Kind) care.Record {
	rec := care.New(k)
	v := reflect.ValueOf(rec).Elem()
	word := rapid.OneOf(rapid.Just(""), rapid.StringN(0, 8, 40), rapid.Just("d:D01"), rapid.Just("[]"))
	whole := rapid.OneOf(rapid.Int64Range(-30, 300), rapid.Int64())
	for _, index := range kinds[k].fields {
		f := v.FieldByIndex(index)
		switch f.Kind() {
		case reflect.String:
			f.SetString(word.Draw(t, "text"))
		case reflect.Int64:
			f.SetInt(whole.Draw(t, "number"))
		case reflect.Bool:
			f.SetBool(rapid.Bool().Draw(t, "flag"))
		case reflect.Pointer:
			if rapid.Bool().Draw(t, "there") {
				n := whole.Draw(t, "number")
				f.Set(reflect.ValueOf(&n))
			}
		case reflect.Slice:
			if f.Type() == listType {
				f.Set(reflect.ValueOf(care.List(rapid.SliceOfN(word, 0, 3).Draw(t, "list"))))
			} else {
				f.Set(reflect.ValueOf(care.Segments{{Line: 1, Service: word.Draw(t, "service"), AmountCents: whole.Draw(t, "cents")}}))
			}
		default:
			t.Fatalf("a column of %s", f.Type())
		}
	}
	return rec
}

// columnsOf are a row's columns by the two ways there are, and whether the short one was taken.
func columnsOf(k care.Kind, body []byte) (short, long []driver.Value, ok bool, err error) {
	d := kinds[k]
	args := make([]driver.NamedValue, len(d.columns))
	ok = d.straight(body, args)
	for _, a := range args {
		short = append(short, a.Value)
	}
	rec, err := Decode(k, body)
	if err != nil || rec == nil {
		return short, nil, ok, err
	}
	for _, v := range d.values(rec) {
		plain, err := driver.DefaultParameterConverter.ConvertValue(v)
		if err != nil {
			return short, long, ok, err
		}
		long = append(long, plain)
	}
	rv := len(long) - 2
	short[rv], long[rv] = nil, nil // rv does not travel in the row
	return short, long, ok, nil
}

// Seen to fail with the list of a row read without its separators, and with a missing number left as it was in the row before.
func TestARowGoesStraightToItsColumnsAsThroughItsRecord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for _, k := range care.Kinds() {
			rec := anyRecord(t, k)
			body, err := Encode(rec)
			if err != nil {
				t.Fatal(err)
			}
			short, long, ok, err := columnsOf(k, body)
			if err != nil || !ok {
				t.Fatalf("a %s of our own: %v, taken the short way: %v", Name(k), err, ok)
			}
			if !reflect.DeepEqual(short, long) {
				t.Fatalf("a %s: the short way gives %#v, the long one %#v", Name(k), short, long)
			}
		}
	})
}

// FuzzRow holds the short way to the long one on bytes that nobody has encoded: it may give up, it must not differ.
func FuzzRow(f *testing.F) {
	for _, k := range care.Kinds() {
		body, err := Encode(care.New(k))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(uint8(k), body)
	}
	f.Fuzz(func(t *testing.T, number uint8, body []byte) {
		k := care.Kind(number)
		if kinds[k] == nil {
			return
		}
		short, long, ok, err := columnsOf(k, body)
		if ok && (err != nil || !reflect.DeepEqual(short, long)) {
			t.Errorf("%x as a %s: the short way gives %#v, the long one %#v, %v", body, Name(k), short, long, err)
		}
	})
}

// A file filled row by row, without indices until the end, holds and finds what one filled in the usual way does; what it
// counts on the way is what it holds. Seen to fail with a row of two scopes counted each time that it came.
func TestAFreshFileIsAReplica(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "it's 100% new.db")
	f, err := NewFresh(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range 50 {
		for _, rec := range []care.Record{
			&care.Account{Number: fmt.Sprintf("A%02d", i), MainPersonID: fmt.Sprintf("P%02d", i), PremiseID: "V1", DistrictID: "D01", Meta: care.Meta{Scopes: care.List{"d:D01"}}},
			&care.Person{ID: fmt.Sprintf("P%02d", i), LastName: fmt.Sprintf("Müller%02d", i), Meta: care.Meta{Scopes: care.List{"d:D01", "d:D02"}}},
		} {
			body, err := Encode(rec)
			if err != nil {
				t.Fatal(err)
			}
			for range 1 + rng.IntN(len(rec.RecordMeta().Scopes)) { // what stands in several scopes comes several times
				if err := f.Put(rec.RecordKind(), rec.RecordID(), body, int64(i)); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if err := f.Put(care.Kind(250), "x", []byte{1}, 1); err != nil {
		t.Errorf("a kind of a newer portal: %v", err)
	}
	held := care.List{"d:D01"}
	counted := digestsIn(t, f)
	f.Recount()
	if read := digestsIn(t, f); !reflect.DeepEqual(counted, read) || len(read) != 2 {
		t.Errorf("what was put comes to %v, what the file holds to %v", counted, read)
	}
	if err := f.Remove(ctx, care.Ref{Kind: care.KindPerson, ID: "P07"}, held, "d:D02"); err != nil {
		t.Fatal(err)
	}
	if err := f.Remove(ctx, care.Ref{Kind: care.KindPerson, ID: "P08"}, held, "d:D01"); err != nil {
		t.Fatal(err)
	}
	if err := f.SetStand(ctx, Stand{Server: "s", Epoch: "e", Cursor: 49, Scopes: held}); err != nil {
		t.Fatal(err)
	}
	if err := f.Dress(ctx); err != nil {
		t.Fatal(err)
	}
	if err := f.Save(); err != nil {
		t.Fatal(err)
	}

	db, err := OpenSQLite(path, Disposable)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := Migrate(ctx, db.Write); err != nil {
		t.Fatal(err)
	}
	if err := PrepareReplica(ctx, db.Write); err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]string{
		"SELECT count(*) FROM accounts":                                                    "50",
		"SELECT count(*) FROM persons":                                                     "49",
		"SELECT count(*) FROM persons WHERE person_id = 'P07'":                             "1",
		"SELECT server || epoch || cursor || scopes FROM replica":                          "se49d:D01",
		"SELECT rv FROM accounts WHERE account_number = 'A31'":                             "31",
		"SELECT count(*) > 0 FROM sqlite_master WHERE name = 'accounts_premise'":           "1",
		"PRAGMA integrity_check":                                                           "ok",
		"PRAGMA page_size":                                                                 fmt.Sprint(PageSize),
		fmt.Sprintf("SELECT user_version = %d FROM pragma_user_version", ReplicaVersion()): "1",
	} {
		var got string
		if err := db.Read.QueryRowContext(ctx, query).Scan(&got); err != nil || got != want {
			t.Errorf("%s: got %q, want %q, %v", query, got, want, err)
		}
	}
	found, err := Search(ctx, db.Read, Query{Text: "muller31"})
	if err != nil || found.Total != 2 { // the account, and the person whom no link ties to it
		t.Errorf("the search finds %d, %v", found.Total, err)
	}
}

// A reader of the old file reads on to the end, and the old file is given up only then.
// Seen to fail with IsValid always true, and with gone called at once.
func TestPoolsTurnToAnotherFile(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	paths := []string{filepath.Join(dir, "a.db"), filepath.Join(dir, "b.db")}
	for i, path := range paths {
		db, err := OpenSQLite(path, Disposable)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.Write.ExecContext(ctx, fmt.Sprintf("CREATE TABLE t (n); INSERT INTO t VALUES (%d)", i)); err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	db, err := OpenSQLite(paths[0], Disposable)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	read := func(c Conn) (n int) {
		if err := c.QueryRowContext(ctx, "SELECT n FROM t").Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	tx, err := db.Read.BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = read(tx)
	_ = read(db.Write)
	gone := 0
	if err := db.Turn(paths[1], func() { gone++ }); err != nil {
		t.Fatal(err)
	}
	if got := []int{read(tx), read(db.Read), read(db.Write)}; !reflect.DeepEqual(got, []int{0, 1, 1}) || gone != 0 {
		t.Errorf("a reader of the old file, a new reader and the writer read %v; the old file was given up %d times", got, gone)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if gone != 1 {
		t.Errorf("after its last reader the old file was given up %d times", gone)
	}
	if _, err := db.Write.ExecContext(ctx, "UPDATE t SET n = 5"); err != nil || read(db.Read) != 5 {
		t.Errorf("a write into the new file is not read: %v", err)
	}
}

// digestsIn lets a file that is being filled count its rows.
func digestsIn(t *testing.T, f *Fresh) map[string]KeptDigest {
	t.Helper()
	if err := f.Count(t.Context()); err != nil {
		t.Fatal(err)
	}
	all, err := ReadDigests(t.Context(), f.DB())
	if err != nil {
		t.Fatal(err)
	}
	return all
}
