package records

import (
	"context"
	"fmt"
	"strings"
	"sync"
)

// sizes are how many rows go out in one statement: a statement costs more than a row does, and few different ones stay
// prepared.
var sizes = []int{64, 16, 4, 1}

// Many runs an INSERT of one row for many: one is such a statement, whose values are $1, $2 and so on and nothing else,
// and args are the values of the rows, each of them. It says how many rows were written. No two rows may have the same
// key.
func Many(ctx context.Context, db Conn, one string, each int, args []any) (written int64, err error) {
	for _, size := range sizes {
		for len(args) >= size*each {
			res, err := db.ExecContext(ctx, Repeated(one, each, size), args[:size*each]...)
			if err != nil {
				return written, err //nolint:wrapcheck // the caller knows what it writes
			}
			n, err := res.RowsAffected()
			if err != nil {
				return written, err //nolint:wrapcheck // as above
			}
			written += n
			args = args[size*each:]
		}
	}
	return written, nil
}

// repetition names a statement of Repeated.
type repetition struct {
	one  string
	rows int
}

// repetitions are the statements that Repeated made: a few for each table.
var repetitions sync.Map

// Repeated makes of an INSERT of one row the same for several.
func Repeated(one string, each, rows int) string {
	if rows == 1 {
		return one
	}
	key := repetition{one, rows}
	if known, ok := repetitions.Load(key); ok {
		return known.(string) //nolint:errcheck // nothing else is kept there
	}
	head, rest, _ := strings.Cut(one, "VALUES (")
	_, tail, _ := strings.Cut(rest, ")")
	var all strings.Builder
	all.WriteString(head + "VALUES ")
	for i := range each * rows {
		switch {
		case i == 0:
			all.WriteByte('(')
		case i%each == 0:
			all.WriteString("), (")
		default:
			all.WriteString(", ")
		}
		fmt.Fprintf(&all, "$%d", i+1)
	}
	said := all.String() + ")" + tail
	repetitions.Store(key, said)
	return said
}

// Among is the condition that a column holds one of some texts, at least one, and its arguments. There are more places than
// texts, so that few different statements stay prepared.
func Among(column string, texts []string) (where string, args []any) {
	places := len(texts)
	for _, size := range sizes {
		if len(texts) <= size {
			places = size
		}
	}
	var all strings.Builder
	for i := range places {
		if i > 0 {
			all.WriteString(", ")
		}
		fmt.Fprintf(&all, "$%d", i+1)
		args = append(args, texts[min(i, len(texts)-1)])
	}
	return column + " IN (" + all.String() + ")", args
}
