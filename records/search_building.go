package records

import (
	"context"
	"fmt"
)

// countBuilding counts what of the section of addresses stands in the building of the last row here. As the rows are in the
// order of addresses, those of every other building here are here whole; only what follows is read, as far as that building goes.
func (w *wanted) countBuilding(ctx context.Context, db Conn, q Query, s *Section) error {
	last := s.Rows[len(s.Rows)-1]
	for at := len(s.Rows) - 1; at >= 0 && s.Rows[at].Building == last.Building; at-- {
		s.Building++
	}
	var p params
	from := matching(&p, "search_address", w.match()) + " AND f.rowid > (SELECT apos FROM search_doc WHERE doc = " + p.add(last.doc()) + ")"
	after := w.arm(&p, q, mostCounted, 1, from, "f.rowid", func(p *params) string { return w.in(p, "address") })
	statement, args := shown(&p, mostCounted, after)
	rows, err := db.QueryContext(ctx, statement, args...)
	if err != nil {
		return fmt.Errorf("counting in a building: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		h, _, err := scanHit(rows)
		if err != nil {
			return err
		}
		if h.Building != last.Building {
			return nil
		}
		s.Building++
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("counting in a building: %w", err)
	}
	return nil
}

// doc is the search document of a hit.
func (h Hit) doc() string {
	switch {
	case h.AccountNumber != "":
		return "a:" + h.AccountNumber
	case h.PersonID != "":
		return "p:" + h.PersonID
	default:
		return "v:" + h.PremiseID
	}
}
