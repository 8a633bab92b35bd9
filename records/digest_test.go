package records

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"

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

// I10: what a rescan reads out of the tables is what was encoded, whatever it was.
//
// Seen to fail when an optional number of 0 is taken for one that is missing, when a text "[]" is taken for no segments, and
// when a list is not split at its separators.
func TestARescanFindsWhatWasEncoded(t *testing.T) {
	db := open(t)
	ctx := t.Context()
	if _, err := db.Write.ExecContext(ctx, "PRAGMA ignore_check_constraints = ON"); err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		want := Tally{}
		if _, err := db.Write.ExecContext(ctx, "DELETE FROM originals"); err != nil {
			t.Fatal(err)
		}
		for _, k := range care.Kinds() {
			if _, err := db.Write.ExecContext(ctx, "DELETE FROM "+Table(k)); err != nil {
				t.Fatal(err)
			}
			rec := anyRecord(t, k)
			d, err := RecordDigest(rec)
			if err != nil {
				t.Fatal(err)
			}
			want.Put(rec.RecordMeta().Scopes, d)
			if rapid.Bool().Draw(t, "laid over") {
				body, err := Encode(rec)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := db.Write.ExecContext(ctx, "INSERT INTO originals (kind, id, body, rv) VALUES ($1, $2, $3, $4)",
					k, rec.RecordID(), body, rec.RecordMeta().RV); err != nil {
					t.Fatal(err)
				}
				rec.RecordMeta().RV++
			}
			if err := Store(ctx, db.Write, rec); err != nil {
				t.Fatal(err)
			}
		}
		got, err := Rescan(ctx, db.Read, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, tally := range []Tally{got, want} {
			maps.DeleteFunc(tally, func(_ string, d Digest) bool { return d == Digest{} })
		}
		if !maps.Equal(got, want) {
			t.Fatalf("the rescan finds %v, not %v", got, want)
		}
	})
}

func BenchmarkRescan(b *testing.B) {
	db, err := OpenSQLite(filepath.Join(b.TempDir(), "replica.db"), Disposable)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if err := errors.Join(Migrate(b.Context(), db.Write), PrepareReplica(b.Context(), db.Write)); err != nil {
		b.Fatal(err)
	}
	tx, err := db.Write.BeginTx(b.Context(), nil)
	if err != nil {
		b.Fatal(err)
	}
	const rows = 20_000
	for n := range rows {
		a := &care.Activity{ID: fmt.Sprintf("A-%08d-4bd2-9c1e-0000000000", n), Account: fmt.Sprintf("%09d", n), At: 1_800_000_000_000 + int64(n), Sort: "signed_in", Actor: "jose", ActorKind: care.ByCustomer, IP: "10.0.0.1"}
		a.Meta = care.Meta{RV: int64(n), Scopes: care.List{"d:D01"}}
		if err := Store(b.Context(), tx, a); err != nil {
			b.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := Rescan(b.Context(), db.Read, nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows, "ns/row")
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
