package records

import (
	"fmt"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"meterside/care"
)

// What a Writer adds up is what reading every row finds, whether rows are new, replace others, move between scopes, or come
// late, and whether or not this program encoded them; a row of another program's encoding is stored as it says.
//
// It was seen to fail without the row before taken out, and with a late row let in.
func TestAWriterAddsUpWhatItLeaves(t *testing.T) {
	for _, recount := range []bool{false, true} {
		db := openIn(t)
		tally := Tally{}
		conn, err := db.Write.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		err = conn.Raw(func(raw any) error {
			w, err := NewWriter(raw, tally, recount)
			if err != nil {
				return err
			}
			for rv := int64(1); rv <= 40; rv++ {
				scopes := care.List{"d:1", "d:2"}[:1+rv%2]
				for _, rec := range []care.Record{
					&care.Note{ID: fmt.Sprint("N", rv%7), Account: "A1", Text: fmt.Sprint("at ", rv), Meta: care.Meta{Scopes: scopes}},
					&care.Bill{ID: fmt.Sprint("B", rv%5), Account: "A1", Segments: care.Segments{{Line: rv, AmountCents: -rv}}, Meta: care.Meta{Scopes: scopes}},
				} {
					body, err := Encode(rec)
					if err != nil {
						return err
					}
					at := rv
					if rv%4 == 0 {
						at = rv - 9 // late: a newer one is there, but for those that come first
					}
					if err := w.Put(rec.RecordKind(), body, at); err != nil {
						return err
					}
				}
			}
			return w.Put(care.Kind(250), []byte("of a newer portal"), 41)
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := conn.Close(); err != nil {
			t.Fatal(err)
		}
		found, err := Rescan(t.Context(), db.Read, nil)
		if err != nil {
			t.Fatal(err)
		}
		if d := gocmp.Diff(map[string]Digest(found), map[string]Digest(tally)); d != "" {
			t.Errorf("recounting %v: %s", recount, d)
		}
		notes, err := Select[care.Note](t.Context(), db.Read, "WHERE note_id = 'N5'")
		if err != nil || len(notes) != 1 || notes[0].Text != "at 33" || notes[0].RV != 33 {
			t.Errorf("the note is %+v, %v", notes, err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
