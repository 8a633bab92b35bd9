package records

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"

	"meterside/care"
)

// Writer writes encoded rows over those that stand in a replica, and adds up what that makes of its digests. It works on the
// driver's own connection, in a transaction that somebody else has begun: a page may bring thousands of rows, and a record made
// of each, as it came and as it was, would cost four times as much. It is used by one goroutine.
type Writer struct {
	conn    driverConn
	tally   Tally
	recount bool
	ways    map[care.Kind]*way
}

// driverConn keeps the statements that it is given: one that was prepared by hand would be prepared again for each page.
type driverConn interface {
	driver.ExecerContext
	driver.QueryerContext
}

// way is how one kind is written.
type way struct {
	kind     *kind
	is       []driver.NamedValue
	was      []driver.Value
	key      []driver.NamedValue
	old, new []byte // encoded anew
}

// NewWriter writes by a connection as sql.Conn's Raw gives it. tally is added to. With recount, rows that come are digested as
// this program encodes them: another one wrote what travels.
func NewWriter(raw any, tally Tally, recount bool) (*Writer, error) {
	conn, ok := raw.(driverConn)
	if !ok {
		return nil, fmt.Errorf("writing rows: a connection of another driver: %T", raw)
	}
	return &Writer{conn: conn, tally: tally, recount: recount, ways: map[care.Kind]*way{}}, nil
}

// Put writes a row as it is at rv. Where a newer one stands already nothing is written: what comes late or twice must not bring
// an older row back. A kind that is not known here is left out.
func (w *Writer) Put(k care.Kind, body []byte, rv int64) error {
	y := w.way(k)
	if y == nil {
		return nil
	}
	if err := y.kind.read(k, body, y.is); err != nil {
		return err
	}
	rvAt, scopesAt := len(y.is)-2, len(y.is)-1
	y.is[rvAt].Value = rv
	id, err := y.kind.idOf(func(i int) driver.Value { return y.is[i].Value })
	if err != nil {
		return err
	}
	there, err := y.load(w.conn)
	if err != nil {
		return err
	}
	if there {
		old, _ := y.was[rvAt].(int64)
		if old > rv {
			return nil
		}
		if y.old, err = y.kind.encode(y.old[:0], func(i int) driver.Value { return y.was[i] }); err != nil {
			return err
		}
		scopes, _ := y.was[scopesAt].(string)
		w.tally.Drop(care.Split(scopes), RowDigest(k, id, old, y.old))
	}
	if w.recount {
		if y.new, err = y.kind.encode(y.new[:0], func(i int) driver.Value { return y.is[i].Value }); err != nil {
			return err
		}
		body = y.new
	}
	scopes, _ := y.is[scopesAt].Value.(string)
	w.tally.Put(care.Split(scopes), RowDigest(k, id, rv, body))
	// A context that can end costs the driver a goroutine for each row.
	if _, err := w.conn.ExecContext(context.Background(), y.kind.put, y.is); err != nil {
		return fmt.Errorf("writing %s: %w", y.kind.table, err)
	}
	return nil
}

func (w *Writer) way(number care.Kind) *way {
	k := kinds[number]
	if y := w.ways[number]; y != nil || k == nil { // a kind of a newer portal has no way
		return y
	}
	y := &way{kind: k, is: make([]driver.NamedValue, len(k.columns)), was: make([]driver.Value, len(k.columns)), key: make([]driver.NamedValue, len(k.keys))}
	for i := range y.is {
		y.is[i].Ordinal = i + 1
	}
	for i := range y.key {
		y.key[i].Ordinal = i + 1
	}
	w.ways[number] = y
	return y
}

// load reads the row that stands under the key of the one that comes.
func (y *way) load(conn driverConn) (there bool, err error) {
	for i, at := range y.kind.keys {
		y.key[i].Value = y.is[at].Value
	}
	rows, err := conn.QueryContext(context.Background(), y.kind.get, y.key)
	if err == nil {
		err = rows.Next(y.was)
		if errors.Is(err, io.EOF) {
			return false, rows.Close()
		}
		err = errors.Join(err, rows.Close())
	}
	if err != nil {
		return false, fmt.Errorf("reading %s: %w", y.kind.table, err)
	}
	return true, nil
}

// read turns an encoded row into its columns, by way of the record where it is not as Encode writes it.
func (k *kind) read(number care.Kind, body []byte, into []driver.NamedValue) error {
	if k.straight(body, into) {
		return nil
	}
	rec, err := Decode(number, body)
	if err != nil {
		return err
	}
	for i, v := range k.values(rec) {
		if into[i].Value, err = driver.DefaultParameterConverter.ConvertValue(v); err != nil {
			return fmt.Errorf("writing %s: %w", k.table, err)
		}
	}
	return nil
}
