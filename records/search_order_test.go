package records

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"meterside/care"
)

// TestNewNamesFindTheirPlace puts far more documents between two neighbours than the gap between them has halves: upwards,
// downwards, at the ends and all with one name. The order of the numbers stays that of names and of addresses.
// It was seen to fail with places that were not told the new numbers of their documents.
func TestNewNamesFindTheirPlace(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, c := range []struct {
		name string
		text func(i int) string
	}{
		{"upwards", func(i int) string { return fmt.Sprintf("m%03d", i) }},
		{"downwards", func(i int) string { return fmt.Sprintf("m%03d", 999-i) }},
		{"at the end", func(i int) string { return fmt.Sprintf("z%03d", i) }},
		{"at the beginning", func(i int) string { return fmt.Sprintf("a%03d", 999-i) }},
		{"all the same", func(int) string { return "m" }},
		{"anywhere", func(int) string { return fmt.Sprintf("m%06d", rng.IntN(1e6)) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			db := open(t)
			put := func(id, name string) {
				t.Helper()
				for _, rec := range []care.Record{
					&care.Person{ID: id, LastName: name}, &care.Premise{ID: id, Address1: "1 " + name, DistrictID: "D01"},
					&care.Account{Number: id, MainPersonID: id, PremiseID: id, DistrictID: "D01"},
				} {
					if err := Store(t.Context(), db.Write, rec); err != nil {
						t.Fatal(err)
					}
				}
				if left, err := Index(t.Context(), db.Write, 0, never); left || err != nil {
					t.Fatal(left, err)
				}
			}
			put("B", "b")
			put("Y", "y")
			for i := range 120 {
				put(fmt.Sprint("N", i), c.text(i))
			}
			for _, order := range []string{"SELECT name_order FROM search_doc ORDER BY pos", "SELECT address_order FROM search_place ORDER BY apos"} {
				names, err := texts(t.Context(), db.Read, order)
				if err != nil {
					t.Fatal(err)
				}
				if !slices.IsSorted(names) || len(names) < 122 {
					t.Errorf("%s gives %d: %.400q", order, len(names), names)
				}
			}
			for _, table := range allTexts {
				if _, err := db.Write.ExecContext(t.Context(), "INSERT INTO "+table+" ("+table+", rank) VALUES ('integrity-check', 1)"); err != nil {
					t.Errorf("%s does not fit its documents: %v", table, err)
				}
			}
			if loose, err := texts(t.Context(), db.Read, "SELECT doc FROM search_doc d WHERE NOT EXISTS (SELECT 1 FROM search_place p WHERE p.apos = d.apos AND p.pos = d.pos) AND doc LIKE 'a:%'"); err != nil || len(loose) > 0 {
				t.Errorf("%v are without their place, %v", loose, err)
			}
		})
	}
}

// TestI7NothingOfWhatLeftStaysInTheSearch takes a person and their account out and looks into the file and its log for what
// was said of them, and for the trigrams that only they had.
// It was seen to fail without Scrub.
func TestI7NothingOfWhatLeftStaysInTheSearch(t *testing.T) {
	path := filepath.Join(t.TempDir(), "replica.db")
	db, err := OpenSQLite(path, Disposable)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for _, err := range []error{Migrate(t.Context(), db.Write), PrepareReplica(t.Context(), db.Write)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	many(t, db, 200)
	index := func() {
		t.Helper()
		if left, err := Index(t.Context(), db.Write, 0, never); left || err != nil {
			t.Fatal(left, err)
		}
		if _, err := db.Write.ExecContext(t.Context(), "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
			t.Fatal(err)
		}
	}
	secret := []care.Record{
		&care.Person{ID: "PQ", FirstName: "Qwyzzix", LastName: "Xqjvvk", Email: "qjxz@zqx.invalid", Phone: "+17654321987"},
		&care.Premise{ID: "VQ", DistrictID: "D02", Address1: "77 QXZ WJQ", City: "ZVXQJ"},
		&care.Account{Number: "77QJQXZ77", MainPersonID: "PQ", PremiseID: "VQ", DistrictID: "D02", Nickname: "vxqzj", BillingAddress: "PO BOX JQXV"},
		&care.AccountPerson{Account: "77QJQXZ77", PersonID: "PQ"},
	}
	for _, rec := range secret {
		if err := Store(t.Context(), db.Write, rec); err != nil {
			t.Fatal(err)
		}
	}
	index()
	words := []string{"qwyzzix", "xqjvvk", "zqx.invalid", "77 qxz wjq", "zvxqj", "77qjqxz77", "vxqzj", "jqxv"}
	if left := remains(t, path, words); len(left) != len(words) {
		t.Fatalf("only %v can be seen in the file while they are in it", left)
	}
	for _, rec := range secret {
		if err := Remove(t.Context(), db.Write, care.Ref{Kind: rec.RecordKind(), ID: rec.RecordID()}); err != nil {
			t.Fatal(err)
		}
	}
	index()
	if err := Scrub(t.Context(), db.Write); err != nil {
		t.Fatal(err)
	}
	index()
	for _, w := range words {
		for i := 0; i+3 <= len(w); i++ {
			if gram := w[i : i+3]; strings.ContainsAny(gram, "qxjz") && !strings.ContainsAny(gram, " .") {
				words = append(words, gram)
			}
		}
	}
	if left := remains(t, path, words); len(left) > 0 {
		t.Errorf("%q can still be read in the file", left)
	}
}

// remains tells which of the words stand in a database's file or log, in capitals or not.
func remains(t *testing.T, path string, words []string) []string {
	t.Helper()
	var all []byte
	for _, tail := range []string{"", "-wal"} {
		b, err := os.ReadFile(path + tail)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, bytes.ToLower(b)...)
	}
	var found []string
	for _, w := range words {
		if bytes.Contains(all, []byte(w)) {
			found = append(found, w)
		}
	}
	return found
}
