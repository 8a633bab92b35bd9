package main

import (
	"bytes"
	"context"
	"database/sql/driver"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"meterside/care"
	"meterside/records"
)

func TestALineSaysValueFloorAndRatio(t *testing.T) {
	var out strings.Builder
	newReport(&out, true).add("search_p50", "ms", 1.23456, 0.5, 10, "a test")
	if want := "bench search_p50 1.23 ms floor 0.5 ratio 2.47\n"; out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
}

func TestSamplesGiveTheirMedianAndTheirTail(t *testing.T) {
	var hundred samples
	for i := 100; i > 0; i-- {
		hundred = append(hundred, float64(i))
	}
	for _, c := range []struct {
		name    string
		samples samples
		part    float64
		want    float64
	}{
		{"one", samples{7}, .5, 7},
		{"the middle of three", samples{9, 1, 2}, .5, 2},
		{"between the two in the middle", samples{4, 1, 2, 9}, .5, 3},
		{"the tail of a hundred", hundred, .99, 100},
		{"the tail of three", samples{3, 1, 2}, .99, 3},
	} {
		if got := c.samples.at(c.part); got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

// It was seen to fail with the strip looked at too.
func TestWhatChangedIsAboveTheStrip(t *testing.T) {
	const row, head = screenWidth * 4, 100
	before := make([]byte, head+screenHeight*row)
	for _, c := range []struct {
		name        string
		rows        []int
		first, last int
	}{
		{"nothing", nil, -1, -1},
		{"a letter", []int{80, 81, 99}, 80, 99},
		{"a letter and rows", []int{90, 300, 700}, 90, 700},
		{"the strip", []int{screenHeight - 1}, -1, -1},
	} {
		after := bytes.Clone(before)
		for _, y := range c.rows {
			after[head+y*row+row-1] = 1
		}
		if first, last := changedRows(before, after); first != c.first || last != c.last {
			t.Errorf("%s: rows %d to %d, want %d to %d", c.name, first, last, c.first, c.last)
		}
	}
}

func TestTheFloorOfAnAccountReadsItsRows(t *testing.T) {
	path := filepath.Join(t.TempDir(), "replica.db")
	if err := makeTables(t.Context(), path, true); err != nil {
		t.Fatal(err)
	}
	db, err := openBare(path, records.Disposable, cacheKB)
	if err != nil {
		t.Fatal(err)
	}
	for _, query := range rowsOfAccount {
		if err := db.each(query, func([]driver.Value) error { return nil }, "030000013"); err != nil {
			t.Error(err)
		}
	}
	if err := db.close(); err != nil {
		t.Error(err)
	}
}

func TestTheFloorOfTheImportWritesEveryRow(t *testing.T) {
	dir := t.TempDir()
	from, to := filepath.Join(dir, "from.db"), filepath.Join(dir, "to.db")
	db, err := records.OpenSQLite(from, records.Disposable)
	if err != nil {
		t.Fatal(err)
	}
	if err := records.Migrate(t.Context(), db.Write); err != nil {
		t.Fatal(err)
	}
	const bills, accounts = chunkRows + 2, 3
	tx, err := db.Write.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range bills {
		put(t, tx, &care.Bill{ID: fmt.Sprint(i), Account: "A", Segments: care.Segments{{Line: 1, AmountCents: 5}}})
	}
	for i := range accounts {
		put(t, tx, &care.Account{Number: fmt.Sprint(i), AutoPay: true})
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "bills.csv"), []byte("bill_id\n1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := bareImport(t.Context(), []string{from, dir, to}, &out); err != nil {
		t.Fatal(err)
	}
	var seconds float64
	var rows int
	if _, err := fmt.Sscan(out.String(), &seconds, &rows); err != nil || seconds <= 0 || rows != bills+accounts {
		t.Errorf("it says %q, %v", out.String(), err)
	}
	written, err := openBare(to, records.Disposable, cacheKB)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = written.close() }()
	for table, want := range map[string]int64{"bills": bills, "accounts": accounts} {
		err := written.each("SELECT count(*) FROM "+table, func(row []driver.Value) error {
			if row[0] != want {
				t.Errorf("%s has %v rows, not %d", table, row[0], want)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
}

func put(t *testing.T, db records.Conn, rec care.Record) {
	t.Helper()
	if err := records.Store(context.Background(), db, rec); err != nil {
		t.Fatal(err)
	}
}

func TestAScreenCountsItsColours(t *testing.T) {
	const header, table = 100 + 8, 3 // bytes, entries of 12 bytes each
	picture := make([]byte, header+12*table)
	binary.BigEndian.PutUint32(picture, header)
	binary.BigEndian.PutUint32(picture[19*4:], table)
	for _, point := range []uint32{0, 0, 0xffffff, 0xff0000, 0xff0000, 0, 0xff000000} {
		picture = binary.NativeEndian.AppendUint32(picture, point)
	}
	s := &screen{picture: picture}
	if got := s.colours(painted); got != 3 {
		t.Errorf("got %d colours, want 3: what is beyond the 24 bits is no colour", got)
	}
	if got := s.colours(2); got != 2 {
		t.Errorf("got %d colours, want it to stop at 2", got)
	}
}

func TestWhatTheStormPrintsIsTakenOver(t *testing.T) {
	var out strings.Builder
	b := &bench{report: newReport(&out, true)}
	said := "something else\nbench storm_desk_memory 13.3 KiB floor 4.39 ratio 3.03\nbench storm_all_live 11 s floor 15 ratio 0.733\n"
	if err := b.takeOver(said, "_postgres", 50); err != nil {
		t.Fatal(err)
	}
	want := "bench storm_desk_memory_postgres 13.3 KiB floor 4.39 ratio 3.03\nbench storm_all_live_postgres 11 s floor 15 ratio 0.733\n"
	if out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
	if err := b.takeOver("nothing of the kind", "", 50); err == nil {
		t.Error("a storm without figures is no fault")
	}
}
