package records

import (
	"fmt"
	"strings"
)

// params numbers the parameters of a statement in the order in which they stand in it.
type params []any

func (p *params) add(v any) string {
	*p = append(*p, v)
	return fmt.Sprintf("$%d", len(*p))
}

// in says that all that is wanted stands in a column of search_words.
func (w *wanted) in(p *params, column string) string {
	return w.either(p, func(word string) string { return "instr(w." + column + ", " + p.add(word) + ") > 0" })
}

// anywhere says that all that is wanted stands in a document.
func (w *wanted) anywhere(p *params) string {
	return w.either(p, func(word string) string {
		at := p.add(word)
		return "(instr(w.rest, " + at + ") > 0 OR instr(w.name, " + at + ") > 0 OR instr(w.address, " + at + ") > 0 OR instr(w.billing, " + at + ") > 0)"
	})
}

func (w *wanted) either(p *params, stands func(string) string) string {
	var all []string
	if w.first != "" {
		all = append(all, stands(begin+w.first))
	}
	for _, word := range w.words {
		all = append(all, stands(word))
	}
	every := strings.Join(all, " AND ")
	if w.digits != "" {
		return "(" + every + " OR " + stands(w.digits) + ")"
	}
	return every
}

// exactly says that a document has the whole query as something that a caller gives whole.
func (w *wanted) exactly(p *params) string {
	return "instr(w.rest, " + p.add(whole+w.joined+whole) + ") > 0"
}

// fits says that a document passes the filters.
func (q Query) fits(p *params) string {
	fits := "1"
	if q.District != "" {
		fits += " AND w.district = " + p.add(q.District)
	}
	if len(q.Statuses) > 0 {
		var bits int64
		for _, s := range q.Statuses {
			bits |= statusBits[s]
		}
		fits += " AND w.statuses & " + p.add(bits) + " <> 0"
	}
	return fits
}

// page is one statement for all sections, one after the other and each in its own order: a full-text table gives its rows
// by their numbers, so nothing is sorted, and nothing is read that is not shown. What stands in a section is left out of
// those after it.
func (w *wanted) page(q Query, limit int) (string, []any) {
	var p params
	var arms []string
	if w.given {
		arms = append(arms, w.arm(&p, q, limit, 0, "search_all", w.whole(), w.exactly))
	}
	for i, column := range []string{"address", "name", "billing"} {
		arms = append(arms, w.arm(&p, q, limit, i+1, "search_"+column, w.match(), func(p *params) string { return w.in(p, column) }))
	}
	arms = append(arms, w.arm(&p, q, limit, 4, "search_all", w.match(), w.anywhere))
	return w.shown(&p, limit, arms)
}

// pageOfExact is the statement for the first section alone.
func (w *wanted) pageOfExact(q Query, limit int) (string, []any) {
	var p params
	return w.shown(&p, limit, []string{w.arm(&p, q, limit, 0, "search_all", w.whole(), w.exactly)})
}

func (w *wanted) shown(p *params, limit int, arms []string) (string, []any) {
	return "SELECT u.section, u.statuses, u.district, d.shown FROM (" + strings.Join(arms, " UNION ALL ") + " LIMIT " + p.add(limit) +
		") u CROSS JOIN search_doc d ON d.pos = u.pos", *p
}

// arm selects one section. CROSS JOIN keeps the order in which the tables are read.
func (w *wanted) arm(p *params, q Query, limit, section int, table, match string, stands func(*params) string) string {
	join := " CROSS JOIN search_words w ON w.pos = f.rowid"
	if table == "search_address" {
		join = " CROSS JOIN search_place p ON p.apos = f.rowid CROSS JOIN search_words w ON w.pos = p.pos"
	}
	arm := fmt.Sprintf("SELECT * FROM (SELECT %d AS section, w.pos, w.statuses, w.district FROM %s f%s WHERE %[2]s MATCH ", section, table, join) +
		p.add(match) + " AND " + stands(p) + " AND " + q.fits(p)
	if section > 0 && w.given {
		arm += " AND NOT " + w.exactly(p)
	}
	for i, column := range []string{"address", "name", "billing"} {
		if section > i+1 {
			arm += " AND NOT (" + w.in(p, column) + ")"
		}
	}
	return arm + " ORDER BY f.rowid LIMIT " + p.add(limit) + ")"
}

// count is the statement that counts, by section and by whether the filters let it through.
func (w *wanted) count(q Query) (string, []any) {
	var p params
	section := "CASE WHEN "
	if w.given {
		section += w.exactly(&p) + " THEN 0 WHEN "
	}
	section += w.in(&p, "address") + " THEN 1 WHEN " + w.in(&p, "name") +
		" THEN 2 WHEN " + w.in(&p, "billing") + " THEN 3 ELSE 4 END"
	fits := q.fits(&p)
	from := " FROM search_all f CROSS JOIN search_words w ON w.pos = f.rowid WHERE search_all MATCH " + p.add(w.match()) + " AND " + w.anywhere(&p)
	return "SELECT " + section + ", " + fits + ", count(*)" + from + " GROUP BY 1, 2 ORDER BY 1, 2", p
}
