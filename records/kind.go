// Package records owns the tables that desk and portal both keep: their schema, the row codec, the one implementation
// of care.Tx over them, and the desk's search over them.
package records

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"meterside/care"
)

// Conn is a database, a connection or a transaction.
type Conn interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Moment gives the readers' side of a database as it is at one moment, until done is called: what is read by several queries is
// not torn by what is written between them.
func Moment(ctx context.Context, readers *sql.DB) (at Conn, done func(), err error) {
	tx, err := readers.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, nil, fmt.Errorf("beginning to read: %w", err)
	}
	return tx, func() { _ = tx.Rollback() }, nil
}

// kind describes one record kind's table. Its three statements follow from the struct's tags, so that no column is
// named in a second place; a test holds structs and schema together.
type kind struct {
	name, table           string
	fields                [][]int // reflect index paths, in column order; rv and scopes are the last two
	columns               []string
	keys                  []int // positions in columns
	get, put, add, remove string
	lists                 [][]int        // reflect index paths of the columns that are lists
	account               bool           // has a column account_number
	wires                 []wired        // by the number of a field on the wire
	empty                 []driver.Value // what a column holds that no field fills
}

var kinds = map[care.Kind]*kind{
	care.KindDistrict:       describe("district", "districts", care.District{}),
	care.KindStaff:          describe("staff", "staff", care.Staff{}),
	care.KindPolicy:         describe("policy", "policy", care.PolicyEntry{}),
	care.KindPremise:        describe("premise", "premises", care.Premise{}),
	care.KindPerson:         describe("person", "persons", care.Person{}),
	care.KindAccount:        describe("account", "accounts", care.Account{}),
	care.KindAccountPerson:  describe("account person", "account_persons", care.AccountPerson{}),
	care.KindWebUser:        describe("web user", "web_users", care.WebUser{}),
	care.KindWebUserLock:    describe("lock", "web_user_locks", care.WebUserLock{}),
	care.KindWebUserLogon:   describe("log-on", "web_user_logons", care.WebUserLogon{}),
	care.KindWebUserAccount: describe("web user account", "web_user_accounts", care.WebUserAccount{}),
	care.KindBill:           describe("bill", "bills", care.Bill{}),
	care.KindPayment:        describe("payment", "payments", care.Payment{}),
	care.KindAdjustment:     describe("adjustment", "adjustments", care.Adjustment{}),
	care.KindUsage:          describe("usage", "usage", care.Usage{}),
	care.KindTask:           describe("task", "tasks", care.Task{}),
	care.KindActivity:       describe("activity", "activities", care.Activity{}),
	care.KindNotification:   describe("notification", "notifications", care.Notification{}),
	care.KindNote:           describe("note", "notes", care.Note{}),
	care.KindMasquerade:     describe("masquerade", "masquerades", care.Masquerade{}),
	care.KindContact:        describe("contact", "contacts", care.Contact{}),
	care.KindCallback:       describe("callback", "callbacks", care.Callback{}),
	care.KindReason:         describe("reason", "reasons", care.Reason{}),
	care.KindRecovery:       describe("recovery", "recoveries", care.Recovery{}),
}

func describe(name, table string, sample any) *kind {
	k := &kind{name: name, table: table}
	for _, f := range reflect.VisibleFields(reflect.TypeOf(sample)) {
		if f.Anonymous {
			continue
		}
		column := f.Tag.Get("db")
		if column == "" {
			column = f.Tag.Get("json")
		}
		if f.Tag.Get("key") != "" {
			k.keys = append(k.keys, len(k.columns))
		}
		k.account = k.account || column == "account_number"
		if f.Type == reflect.TypeFor[care.List]() {
			k.lists = append(k.lists, f.Index)
		}
		k.columns = append(k.columns, column)
		k.fields = append(k.fields, f.Index)
	}
	var params, sets, where, keys []string
	for i, c := range k.columns {
		params = append(params, fmt.Sprintf("$%d", i+1))
		sets = append(sets, c+" = excluded."+c)
	}
	for i, at := range k.keys {
		where = append(where, fmt.Sprintf("%s = $%d", k.columns[at], i+1))
		keys = append(keys, k.columns[at])
	}
	k.wires, k.empty = wires(sample, k.fields)
	k.get = k.selecting("WHERE " + strings.Join(where, " AND "))
	insert := "INSERT INTO " + table + " (" + strings.Join(k.columns, ", ") + ") VALUES (" + strings.Join(params, ", ") + ") ON CONFLICT"
	k.add = insert + " DO NOTHING"
	k.put = insert + " (" + strings.Join(keys, ", ") + ") DO UPDATE SET " + strings.Join(sets, ", ")
	k.remove = "DELETE FROM " + table + " WHERE " + strings.Join(where, " AND ")
	return k
}

func (k *kind) selecting(tail string) string {
	return "SELECT " + strings.Join(k.columns, ", ") + " FROM " + k.table + " " + tail
}

// pointers are the addresses of a record's columns, to scan into.
func (k *kind) pointers(rec any) []any {
	v := reflect.ValueOf(rec).Elem()
	out := make([]any, len(k.fields))
	for i, index := range k.fields {
		out[i] = v.FieldByIndex(index).Addr().Interface()
	}
	return out
}

// values are a record's columns, to store.
func (k *kind) values(rec any) []any {
	v := reflect.ValueOf(rec).Elem()
	out := make([]any, len(k.fields))
	for i, index := range k.fields {
		f := v.FieldByIndex(index)
		switch f.Kind() {
		case reflect.String:
			out[i] = f.String()
		case reflect.Int64:
			out[i] = f.Int()
		case reflect.Bool:
			out[i] = f.Bool()
		default:
			out[i] = f.Interface()
		}
	}
	return out
}

// Name is the word for a kind of record.
func Name(k care.Kind) string {
	if d, ok := kinds[k]; ok {
		return d.name
	}
	return "record"
}

// Table is the name of a kind's table.
func Table(k care.Kind) string { return kinds[k].table }

// Columns are the names of a kind's columns; rv and scopes are the last two.
func Columns(k care.Kind) []string { return kinds[k].columns }

// Values are a record's columns in the order of Columns, to be stored.
func Values(rec care.Record) []any { return kinds[rec.RecordKind()].values(rec) }

// PutSQL is the statement that inserts a record of a kind or overwrites it; its arguments are Values.
func PutSQL(k care.Kind) string { return kinds[k].put }

// Load reads a record by the parts of its key. ok is false where there is none.
func Load(ctx context.Context, db Conn, rec care.Record, key ...string) (ok bool, err error) {
	k := kinds[rec.RecordKind()]
	args := make([]any, len(key))
	for i := range key {
		args[i] = key[i]
	}
	err = db.QueryRowContext(ctx, k.get, args...).Scan(k.pointers(rec)...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("reading %s: %w", k.table, err)
	}
	return true, nil
}

// Store inserts a record or overwrites it, as it is.
func Store(ctx context.Context, db Conn, rec care.Record) error {
	k := kinds[rec.RecordKind()]
	if _, err := db.ExecContext(ctx, k.put, k.values(rec)...); err != nil {
		return fmt.Errorf("writing %s: %w", k.table, err)
	}
	return nil
}

// Add inserts a record that is new. ok is false where its key stands already; nothing is written then.
func Add(ctx context.Context, db Conn, rec care.Record) (ok bool, err error) {
	k := kinds[rec.RecordKind()]
	res, err := db.ExecContext(ctx, k.add, k.values(rec)...)
	if err != nil {
		return false, fmt.Errorf("writing %s: %w", k.table, err)
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

// Remove deletes a record by its ID, if it is there.
func Remove(ctx context.Context, db Conn, ref care.Ref) error {
	k := kinds[ref.Kind]
	if _, err := db.ExecContext(ctx, k.remove, keyArgs(ref.ID)...); err != nil {
		return fmt.Errorf("deleting from %s: %w", k.table, err)
	}
	return nil
}

// Select reads the records of type T that the tail of a statement ("WHERE … ORDER BY …") chooses.
func Select[T any, P interface {
	*T
	care.Record
}](ctx context.Context, db Conn, tail string, args ...any) ([]T, error) {
	var zero T
	var out []T
	err := kinds[P(&zero).RecordKind()].scan(ctx, db, tail, args, func(into func(any) error) error {
		var rec T
		err := into(P(&rec))
		out = append(out, rec)
		return err
	})
	return out, err
}

// scan calls next for each row that the tail of a statement chooses; next gives into a record to fill.
func (k *kind) scan(ctx context.Context, db Conn, tail string, args []any, next func(into func(any) error) error) error {
	rows, err := db.QueryContext(ctx, k.selecting(tail), args...)
	if err != nil {
		return fmt.Errorf("reading %s: %w", k.table, err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := next(func(rec any) error { return rows.Scan(k.pointers(rec)...) }); err != nil {
			return fmt.Errorf("reading %s: %w", k.table, err)
		}
	}
	return rows.Err()
}

// Difference notes for people, by column, what a change of a record changed. What only tells of a change (a new task, activity,
// notes, who handled a task and when) is not a difference.
func Difference(before, after care.Record, from, to map[string]any) {
	rec := after
	if rec == nil {
		rec = before
	}
	switch rec.RecordKind() {
	case care.KindTask:
		if before == nil {
			return
		}
	case care.KindActivity, care.KindNote, care.KindMasquerade, care.KindWebUserLogon, care.KindContact:
		return
	}
	k := kinds[rec.RecordKind()]
	for i, column := range k.columns[:len(k.columns)-2] {
		var x, y any
		if before != nil {
			x = k.values(before)[i]
		}
		if after != nil {
			y = k.values(after)[i]
		}
		if !reflect.DeepEqual(x, y) && !strings.HasPrefix(column, "handled_") {
			from[column], to[column] = x, y
		}
	}
}

func keyArgs(id string) []any {
	parts := care.IDParts(id)
	args := make([]any, len(parts))
	for i := range parts {
		args[i] = parts[i]
	}
	return args
}
