package backend

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"meterside/records"
)

// counted is how far a list over all accounts is counted: beyond it nobody turns pages, they choose more narrowly.
const counted = 10_000

// stream is one run through an index, in the order in which its rows are listed, newest first. A list over several statuses
// is several streams that are merged: each is read in order, so that nothing is sorted that is not shown.
type stream struct {
	table, key, at string // the rows' ID, and when they are, as the index has them
	where          []string
	args           []any
}

// choose narrows a stream to rows whose column holds one of the values; none does not choose.
func (s *stream) choose(column string, values ...string) {
	if len(values) == 0 || values[0] == "" {
		return
	}
	params := make([]string, len(values))
	for i, v := range values {
		params[i] = s.param(v)
	}
	if len(params) == 1 {
		s.where = append(s.where, column+" = "+params[0])
		return
	}
	s.where = append(s.where, column+" IN ("+strings.Join(params, ", ")+")")
}

// also is a stream of its own that is narrowed as this one is so far.
func (s *stream) also() stream {
	other := *s
	other.where, other.args = slices.Clone(s.where), slices.Clone(s.args)
	return other
}

// bound narrows a stream to one side of a value, such as "created_at >=".
func (s *stream) bound(side string, value any) { s.where = append(s.where, side+" "+s.param(value)) }

// between narrows a stream to a span of its rows' time, from its beginning on and before or up to its end, as side says; an end
// that is 0 or "" is open.
func (s *stream) between(from any, side string, to any) {
	for _, end := range []struct {
		side  string
		value any
	}{{">=", from}, {side, to}} {
		if end.value != int64(0) && end.value != "" {
			s.bound(s.at+" "+end.side, end.value)
		}
	}
}

// atMost is how many rows of a list are given: 50 where nothing is said.
func atMost(limit int) int {
	if limit <= 0 {
		return 50
	}
	return limit
}

func (s *stream) param(v any) string {
	s.args = append(s.args, v)
	return fmt.Sprintf("$%d", len(s.args))
}

func (s *stream) from() string {
	if len(s.where) == 0 {
		return " FROM " + s.table
	}
	return " FROM " + s.table + " WHERE " + strings.Join(s.where, " AND ")
}

// count counts the rows of the streams together, no further than counted; more says that there are more.
func count(ctx context.Context, db records.Conn, all []stream) (total int, more bool, err error) {
	for _, s := range all {
		var n int
		s.args = slices.Clone(s.args)
		limited := "SELECT count(*) FROM (SELECT 1" + s.from() + " LIMIT " + s.param(counted+1) + ")"
		if err := db.QueryRowContext(ctx, limited, s.args...).Scan(&n); err != nil {
			return 0, false, fmt.Errorf("counting %s: %w", s.table, err)
		}
		if total += n; total > counted {
			return counted, true, nil
		}
	}
	return total, false, nil
}

// place is where a row stands in a list.
type place[At cmp.Ordered] struct {
	at At
	id string
}

// pageOf gives the IDs of a page of the streams together, newest first.
func pageOf[At cmp.Ordered](ctx context.Context, db records.Conn, all []stream, limit, offset int) ([]string, error) {
	var places []place[At]
	for _, s := range all {
		found, err := placesOf[At](ctx, db, s, limit+offset)
		if err != nil {
			return nil, fmt.Errorf("listing %s: %w", s.table, err)
		}
		places = append(places, found...)
	}
	slices.SortFunc(places, func(a, b place[At]) int { return cmp.Or(cmp.Compare(b.at, a.at), cmp.Compare(b.id, a.id)) })
	from, to := min(offset, len(places)), min(offset+limit, len(places))
	ids := make([]string, 0, to-from)
	for _, p := range places[from:to] {
		ids = append(ids, p.id)
	}
	return ids, nil
}

func placesOf[At cmp.Ordered](ctx context.Context, db records.Conn, s stream, most int) ([]place[At], error) {
	s.args = slices.Clone(s.args)
	rows, err := db.QueryContext(ctx, "SELECT "+s.at+", "+s.key+s.from()+" ORDER BY "+s.at+" DESC, "+s.key+" DESC LIMIT "+s.param(most), s.args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var places []place[At]
	for rows.Next() {
		var p place[At]
		if err := rows.Scan(&p.at, &p.id); err != nil {
			return nil, err
		}
		places = append(places, p)
	}
	return places, rows.Err()
}

// byStatus makes a stream of each status that is chosen, or of each that there is.
func byStatus(ctx context.Context, db records.Conn, whole stream, statuses []string) ([]stream, error) {
	if len(statuses) == 0 || statuses[0] == "" {
		var err error
		if statuses, err = statusesOf(ctx, db, whole.table); err != nil {
			return nil, err
		}
	}
	all := make([]stream, 0, len(statuses))
	for _, status := range slices.Compact(slices.Sorted(slices.Values(statuses))) {
		one := whole.also()
		one.choose("status", status)
		all = append(all, one)
	}
	return all, nil
}

// statusesOf are the statuses that rows of a table have, whoever gave them, read by leaps through an index that begins with
// the status.
func statusesOf(ctx context.Context, db records.Conn, table string) ([]string, error) {
	rows, err := db.QueryContext(ctx, `WITH RECURSIVE leap (status) AS (
		SELECT min(status) FROM `+table+` UNION ALL
		SELECT (SELECT min(t.status) FROM `+table+` t WHERE t.status > leap.status) FROM leap WHERE leap.status IS NOT NULL
	) SELECT status FROM leap WHERE status IS NOT NULL`)
	if err != nil {
		return nil, fmt.Errorf("reading the statuses of %s: %w", table, err)
	}
	defer func() { _ = rows.Close() }()
	var all []string
	for rows.Next() {
		var status string
		if err := rows.Scan(&status); err != nil {
			return nil, fmt.Errorf("reading the statuses of %s: %w", table, err)
		}
		all = append(all, status)
	}
	return all, rows.Err()
}
