package records

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/mattn/go-sqlite3"

	"meterside/care"
)

// Rescan adds up the rows that a replica holds, as they stand in its tables in one moment: the untouched original in the
// place of each row that a pending command changed. It reads every row; begun, if it is not nil, is called in that moment
// with the connection, for what is to be read beside.
func Rescan(ctx context.Context, db *sql.DB, begun func(Conn) error) (Tally, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("beginning to read all rows: %w", err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.ExecContext(ctx, "BEGIN"); err != nil {
		return nil, fmt.Errorf("beginning to read all rows: %w", err)
	}
	defer func() { _, _ = conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK") }()
	if begun != nil {
		if err := begun(conn); err != nil {
			return nil, err
		}
	}
	return readAll(ctx, conn)
}

// readAll adds up the rows that a connection sees.
func readAll(ctx context.Context, conn *sql.Conn) (Tally, error) {
	all := Tally{}
	laid, err := originals(ctx, conn, all)
	if err != nil {
		return nil, err
	}
	for _, k := range care.Kinds() {
		err := conn.Raw(func(raw any) error { return kinds[k].rescan(ctx, raw, k, laid[k], all) })
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// originals counts what stands under the overlay, and names the rows above it by kind and ID.
func originals(ctx context.Context, db Conn, all Tally) (map[care.Kind]map[string]bool, error) {
	rows, err := db.QueryContext(ctx, "SELECT kind, id, body, rv FROM originals")
	if err != nil {
		return nil, fmt.Errorf("reading the originals: %w", err)
	}
	defer func() { _ = rows.Close() }()
	laid := map[care.Kind]map[string]bool{}
	for rows.Next() {
		var ref care.Ref
		var body []byte
		var rv int64
		if err := rows.Scan(&ref.Kind, &ref.ID, &body, &rv); err != nil {
			return nil, fmt.Errorf("reading the originals: %w", err)
		}
		if laid[ref.Kind] == nil {
			laid[ref.Kind] = map[string]bool{}
		}
		laid[ref.Kind][ref.ID] = true
		if body == nil {
			continue
		}
		rec, err := Decode(ref.Kind, body)
		if err != nil {
			return nil, err
		}
		if rec != nil {
			all.Put(rec.RecordMeta().Scopes, RowDigest(ref.Kind, ref.ID, rv, body))
		}
	}
	return laid, rows.Err()
}

// rescan counts the rows of one table, but for those that are laid over.
func (k *kind) rescan(ctx context.Context, raw any, number care.Kind, laid map[string]bool, all Tally) error {
	queryer, ok := raw.(driver.QueryerContext)
	if !ok {
		return fmt.Errorf("reading all of %s: a connection of another driver", k.table)
	}
	// A context that can end costs the driver a goroutine for each row; it is looked at between them.
	rows, err := queryer.QueryContext(context.Background(), k.selecting(""), nil)
	if err != nil {
		return fmt.Errorf("reading all of %s: %w", k.table, err)
	}
	defer func() { _ = rows.Close() }()
	values := make([]driver.Value, len(k.columns))
	at := func(i int) driver.Value { return values[i] }
	var body []byte
	for n := 0; ; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if err := rows.Next(values); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("reading all of %s: %w", k.table, err)
		}
		id, err := k.idOf(at)
		if err != nil {
			return err
		}
		if laid[id] {
			continue
		}
		if body, err = k.encode(body[:0], at); err != nil {
			return err
		}
		rv, _ := values[len(values)-2].(int64)
		scopes, _ := values[len(values)-1].(string)
		d := RowDigest(number, id, rv, body)
		if scopes == "" {
			continue
		}
		for scope := range strings.SplitSeq(scopes, ";") {
			all[scope] = all[scope].Plus(d)
		}
	}
}

// idOf is the ID of the row whose columns at gives.
func (k *kind) idOf(column func(int) driver.Value) (string, error) {
	var parts [3]string
	for i, at := range k.keys {
		part, ok := column(at).(string)
		if !ok {
			return "", fmt.Errorf("%s holds %T in %s", k.table, column(at), k.columns[at])
		}
		parts[i] = part
	}
	return care.ID(parts[:len(k.keys)]...), nil
}

// encode makes of the columns that at gives what Encode makes of their record, without the record between.
func (k *kind) encode(b []byte, at func(int) driver.Value) ([]byte, error) {
	pairs := 0
	for _, w := range k.wires {
		if !w.omitted(at(w.column)) {
			pairs++
		}
	}
	b = cborHead(b, cborMap, uint64(pairs)) //nolint:gosec // fewer than there are columns
	for key, w := range k.wires {
		if w.omitted(at(w.column)) {
			continue
		}
		b = cborHead(b, cborUint, uint64(key)) //nolint:gosec // an index
		var err error
		if b, err = w.shape.encode(b, at(w.column)); err != nil {
			return nil, fmt.Errorf("%s holds in %s %w", k.table, k.columns[w.column], err)
		}
	}
	return b, nil
}

// omitted says whether a field is left out, as it holds nothing.
func (w wired) omitted(v driver.Value) bool {
	switch {
	case w.shape == absent:
		return true
	case !w.omits:
		return false
	}
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == "" || w.shape == segments && v == "[]"
	case int64:
		return v == 0 && w.shape != optional
	case bool:
		return !v
	}
	return false
}

var errOther = errors.New("a value of another type")

func (s shape) encode(b []byte, v driver.Value) ([]byte, error) {
	switch v := v.(type) {
	case string:
		switch s {
		case text:
			return append(cborHead(b, cborText, uint64(len(v))), v...), nil
		case list:
			words := care.Split(v)
			b = cborHead(b, cborArray, uint64(len(words)))
			for _, w := range words {
				b = append(cborHead(b, cborText, uint64(len(w))), w...)
			}
			return b, nil
		case segments:
			var lines care.Segments
			if err := lines.Scan(v); err != nil {
				return nil, fmt.Errorf("no segments: %w", err)
			}
			body, err := encoder.Marshal(lines)
			return append(b, body...), err
		}
	case int64:
		if s == number || s == optional {
			if v < 0 {
				return cborHead(b, cborNint, uint64(-1-v)), nil //nolint:gosec // it is not negative
			}
			return cborHead(b, cborUint, uint64(v)), nil //nolint:gosec // it is not negative
		}
	case bool:
		if s == flag && v {
			return append(b, cborSimple<<5|21), nil
		}
		if s == flag {
			return append(b, cborSimple<<5|20), nil
		}
	}
	return nil, errOther
}

// cborHead writes the type of an item and its number or length, in the shortest form.
func cborHead(b []byte, major byte, n uint64) []byte {
	major <<= 5
	switch {
	case n < 24:
		return append(b, major|byte(n))
	case n < 1<<8:
		return append(b, major|24, byte(n))
	case n < 1<<16:
		return append(b, major|25, byte(n>>8), byte(n))
	case n < 1<<32:
		return append(b, major|26, byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
	}
	return append(b, major|27, byte(n>>56), byte(n>>48), byte(n>>40), byte(n>>32), byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
}

// KeepDigests makes the digests of a replica from its rows, as nobody has held them against the portal's yet.
func KeepDigests(ctx context.Context, db *sql.DB) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("making the digests: %w", err)
	}
	defer func() { _ = conn.Close() }()
	all, err := readAll(ctx, conn)
	if err != nil {
		return err
	}
	if _, err := conn.ExecContext(ctx, "DELETE FROM replica_digest"); err != nil {
		return fmt.Errorf("making the digests: %w", err)
	}
	for scope, d := range all {
		if err := KeepDigest(ctx, conn, scope, KeptDigest{Digest: d}); err != nil {
			return err
		}
	}
	return nil
}

// Damaged says whether an error comes of a database file that is not what was written.
func Damaged(err error) bool {
	var said sqlite3.Error
	return errors.As(err, &said) && slices.Contains([]sqlite3.ErrNo{sqlite3.ErrCorrupt, sqlite3.ErrNotADB, sqlite3.ErrIoErr, sqlite3.ErrFormat}, said.Code)
}
