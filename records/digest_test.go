package records

import (
	"testing"

	"meterside/care"
)

// A list that was made in code and the same list read from its table are one row, with one digest.
func TestARecordIsEncodedAsItIsReadBack(t *testing.T) {
	db := open(t)
	for _, list := range []care.List{nil, {}, {"D01"}, {"D01;D02", "D03"}, {""}, {"", "D01"}} {
		made := &care.Staff{ID: "CSR001", Districts: list, Meta: care.Meta{RV: 3, Scopes: care.List{"g"}}}
		want, err := RecordDigest(made)
		if err != nil {
			t.Fatal(err)
		}
		if err := Store(t.Context(), db.Write, made); err != nil {
			t.Fatal(err)
		}
		var read care.Staff
		if ok, err := Load(t.Context(), db.Read, &read, "CSR001"); err != nil || !ok {
			t.Fatal(ok, err)
		}
		if got, err := RecordDigest(&read); err != nil || got != want {
			t.Errorf("the districts %q read back have another digest: %v", list, err)
		}
	}
}

func TestADigestTellsRowsApart(t *testing.T) {
	one := RowDigest(care.KindNote, "N1", 7, []byte("body"))
	for what, other := range map[string]Digest{
		"kind": RowDigest(care.KindTask, "N1", 7, []byte("body")), "ID": RowDigest(care.KindNote, "N2", 7, []byte("body")),
		"rv": RowDigest(care.KindNote, "N1", 8, []byte("body")), "body": RowDigest(care.KindNote, "N1", 7, []byte("bodY")),
		"border": RowDigest(care.KindNote, "N1b", 7, []byte("ody")),
	} {
		if one == other {
			t.Errorf("rows of another %s have one digest", what)
		}
	}
	tally := Tally{}
	tally.Put(care.List{"g", "d:D01"}, one)
	tally.Put(care.List{"g"}, RowDigest(care.KindNote, "N2", 7, nil))
	tally.Drop(care.List{"g"}, one)
	a, b := tally["g"].Lanes()
	if tally["g"] != RowDigest(care.KindNote, "N2", 7, nil) || tally["d:D01"] != one || DigestOf(1, a, b) != tally["g"] {
		t.Errorf("the tally is %v", tally)
	}
}

func BenchmarkRowDigest(b *testing.B) {
	body, err := Encode(filled(care.KindAccount))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		RowDigest(care.KindAccount, "030000013", 7, body)
	}
}

func BenchmarkRecordDigest(b *testing.B) {
	rec := filled(care.KindAccount)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := RecordDigest(rec); err != nil {
			b.Fatal(err)
		}
	}
}
