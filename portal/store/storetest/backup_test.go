package storetest

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"meterside/care"
	"meterside/portal/store"
)

// backup is everything in a store, as a file.
func backup(t testing.TB, s *store.Store) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := s.Backup(context.Background(), &b, noon); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func restore(s *store.Store, file []byte, replace bool) error {
	_, err := s.Restore(context.Background(), bytes.NewReader(file), int64(len(file)), replace)
	return err
}

// filled has rows in most tables, of values that are easily lost on the way.
func filled(t testing.TB, s *store.Store) {
	t.Helper()
	hdd := int64(0)
	put(t, s, town()...)
	put(t, s,
		&care.Person{ID: "1", FirstName: "Zoë", LastName: "O'Brien \"王\" 🙂", BusinessName: "a\nb\tc\\d", Prospect: true},
		&care.AccountPerson{Account: "A001", PersonID: "1"},
		&care.Usage{Account: "A001", Service: "gas", From: "2026-10-01", HDD: &hdd},
		&care.Usage{Account: "A001", Service: "gas", From: "2026-09-01"},
		&care.Bill{ID: "B1", Account: "A001", TotalCents: -1 << 62, Segments: care.Segments{{Line: 1, Description: "é"}}},
	)
	if _, err := update(s, "more", func(tx *store.Tx) error {
		if err := tx.Delete(&care.AccountPerson{Account: "A001", PersonID: "1"}); err != nil {
			return err
		}
		if err := tx.Enrol("desk", "CSR001", []byte{0, 1, 255}, noon); err != nil {
			return err
		}
		for _, query := range []string{
			"INSERT INTO desk_session (token_hash, csr_id, device_id, created_at, expires_at) VALUES ('t', 'CSR001', 'desk', 1, 2)",
			"INSERT INTO web_session (token_hash, web_user_id, created_at, expires_at) VALUES ('w', 'W1', 1, 2)",
		} {
			if _, err := tx.Conn.ExecContext(context.Background(), query); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// rowsOf are all rows of a table, in no order, as text.
func rowsOf(t testing.TB, s *store.Store, table string) []string {
	t.Helper()
	rows, err := s.Reader().QueryContext(context.Background(), "SELECT * FROM "+table)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for rows.Next() {
		row, dest := make([]sql.RawBytes, len(columns)), make([]any, len(columns))
		for i := range row {
			dest[i] = &row[i]
		}
		if err := rows.Scan(dest...); err != nil {
			t.Fatal(err)
		}
		var line string
		for i, column := range columns {
			if column != "epoch" && column != "line" {
				line += fmt.Sprintf("%s=%q ", column, row[i])
			}
		}
		all = append(all, line)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(all)
	return all
}

var compared = []string{
	"districts", "staff", "accounts", "account_persons", "persons", "tasks", "payments", "usage", "bills", "sync_change", "sync_scope", "sync_clock", "device",
}

// I16: what is backed up from one database is the same in the other, every value of every row; only the epoch is another,
// and nobody is signed in.
//
// It fails when rows that are left over after full statements are not written.
func TestABackupOfEitherIsRestoredIntoEither(t *testing.T) {
	Databases(t, func(t *testing.T, from string) {
		one := open(t, from, deaf)
		filled(t, one)
		file := backup(t, one)
		Databases(t, func(t *testing.T, to string) {
			other := open(t, to, deaf)
			born := other.Epoch()
			if err := restore(other, file, false); err != nil {
				t.Fatal(err)
			}
			for _, table := range compared {
				if want, got := rowsOf(t, one, table), rowsOf(t, other, table); !reflect.DeepEqual(got, want) {
					t.Errorf("%s holds\n%s\nand not\n%s", table, got, want)
				}
			}
			for _, table := range []string{"desk_session", "web_session"} {
				if n := len(rowsOf(t, other, table)); n != 0 {
					t.Errorf("%s holds %d rows", table, n)
				}
			}
			if now := seen(t, other); now == born || now == one.Epoch() || other.Server() != one.Server() {
				t.Errorf("epoch %s of server %s after %s, restored from epoch %s of server %s", now, other.Server(), born, one.Epoch(), one.Server())
			}
			findings, err := other.Examine(t.Context())
			if err != nil {
				t.Error(err)
			}
			for _, f := range findings {
				if f.Count > 0 && f.Question == "scopes whose digest is not that of their rows" {
					t.Errorf("%s: %d", f.Question, f.Count)
				}
			}
		})
	})
}

// A backup that is not what was written, or that would overwrite something, changes nothing at all.
//
// It fails when the hash is not compared and what cannot be read does not end the transaction.
func TestADamagedBackupChangesNothing(t *testing.T) {
	Databases(t, func(t *testing.T, database string) {
		s := open(t, database, deaf)
		filled(t, s)
		file := backup(t, s)
		put(t, s, &care.District{ID: "D99", Name: "After the backup"})
		epoch := s.Epoch()
		lines := everything(t, s)
		flipped := bytes.Clone(file)
		flipped[len(flipped)/2] ^= 1
		for name, c := range map[string]struct {
			file    []byte
			replace bool
			want    care.Code
		}{
			"empty":           {nil, true, care.CodeBackupUnusable},
			"something else":  {bytes.Repeat([]byte("PK"), 1000), true, care.CodeBackupUnusable},
			"newer":           {append([]byte("meterside backup 2\n"), file[19:]...), true, care.CodeBackupUnusable},
			"a bit flipped":   {flipped, true, care.CodeBackupUnusable},
			"cut":             {file[:len(file)-100], true, care.CodeBackupUnusable},
			"without its end": {file[:len(file)-1], true, care.CodeBackupUnusable},
			"not empty":       {file, false, care.CodeStoreFilled},
		} {
			if err := restore(s, c.file, c.replace); care.CodeOf(err) != c.want {
				t.Errorf("%s: %v", name, err)
			}
			if now := seen(t, s); now != epoch || !reflect.DeepEqual(everything(t, s), lines) {
				t.Errorf("%s: something changed", name)
			}
		}
	})
}

// A store that is put back to its own backup keeps who is signed in, and knows every device: of one that came after the
// backup it knows no commands.
func TestAStorePutBackKeepsWhoIsSignedIn(t *testing.T) {
	Databases(t, func(t *testing.T, database string) {
		s := open(t, database, deaf)
		filled(t, s)
		file := backup(t, s)
		if _, err := update(s, "later", func(tx *store.Tx) error {
			if err := tx.Enrol("later", "CSR001", []byte{7}, noon); err != nil {
				return err
			}
			_, err := tx.Conn.ExecContext(t.Context(), "UPDATE device SET last_n = 9, cursor = 9, revoked_at = CASE WHEN device_id = 'desk' THEN 5 ELSE 0 END")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if err := restore(s, file, true); err != nil {
			t.Fatal(err)
		}
		if n := len(rowsOf(t, s, "desk_session")); n != 1 {
			t.Errorf("%d desks are signed in", n)
		}
		for device, want := range map[string][]int64{"desk": {0, 0, 5}, "later": {0, 0, 0}} {
			var lastN, cursor, revoked int64
			var key []byte
			err := s.Reader().QueryRowContext(t.Context(), "SELECT last_n, cursor, revoked_at, key FROM device WHERE device_id = $1", device).Scan(&lastN, &cursor, &revoked, &key)
			if err != nil || !slices.Equal([]int64{lastN, cursor, revoked}, want) || len(key) == 0 {
				t.Errorf("%s: %d %d %d, key %v, %v", device, lastN, cursor, revoked, key, err)
			}
		}
	})
}
