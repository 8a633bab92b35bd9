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
	return q.inDistrict(p) + " AND " + q.hasStatus(p)
}

func (q Query) inDistrict(p *params) string {
	if q.District == "" {
		return "1"
	}
	return "w.district = " + p.add(q.District)
}

func (q Query) hasStatus(p *params) string {
	if len(q.Statuses) == 0 {
		return "1"
	}
	var bits int64
	for _, s := range q.Statuses {
		bits |= statusBits[s]
	}
	return "w.statuses & " + p.add(bits) + " <> 0"
}

// page is one statement for all sections, one after the other and each in its own order: a full-text table gives its rows
// by their numbers, so nothing is sorted, and nothing is read that is not shown. What stands in a section is left out of
// those after it.
func (w *wanted) page(q Query, limit int) (string, []any) {
	var p params
	var arms []string
	if w.given {
		arms = append(arms, w.arm(&p, q, limit, 0, matching(&p, "search_all", w.whole()), "f.rowid", w.exactly))
	}
	for i, column := range columns {
		arms = append(arms, w.arm(&p, q, limit, i+1, matching(&p, "search_"+column, w.match()), "f.rowid", func(p *params) string { return w.in(p, column) }))
	}
	arms = append(arms, w.arm(&p, q, limit, 4, matching(&p, "search_all", w.match()), "f.rowid", w.anywhere))
	return shown(&p, limit, arms...)
}

// known are the statements that find what a caller gives whole by an index of its own: the runs of three digits of a number
// stand in nearly every document. What they do not find may be there all the same.
func (w *wanted) known() (pages []func(Query, int) (string, []any)) {
	if w.given {
		pages = append(pages, w.pageOfNumber)
	}
	if w.phone != "" {
		pages = append(pages, w.pageOfPhone)
	}
	return pages
}

// pageOfNumber is the statement for the documents that go by the number of an account, a person or a premise.
func (w *wanted) pageOfNumber(q Query, limit int) (string, []any) {
	var p params
	var docs []string
	for _, kind := range []string{"a:", "p:", "v:"} {
		docs = append(docs, p.add(kind+w.joined), p.add(kind+strings.ToUpper(w.joined)))
	}
	from := "search_doc d CROSS JOIN search_words w ON w.pos = d.pos WHERE d.doc IN (" + strings.Join(docs, ", ") + ")"
	return shown(&p, limit, w.arm(&p, q, limit, 0, from, "w.pos", w.exactly))
}

// pageOfPhone is the statement for the documents of the persons who have a phone.
func (w *wanted) pageOfPhone(q Query, limit int) (string, []any) {
	var p params
	of := "search_words w WHERE w.pos IN (SELECT pos FROM search_doc WHERE doc IN (" +
		"WITH who AS (SELECT person_id FROM persons WHERE substr(phone, -10) = " + p.add(w.phone) + ") SELECT 'p:' || person_id FROM who" +
		" UNION SELECT 'a:' || account_number FROM account_persons WHERE person_id IN who" +
		" UNION SELECT 'a:' || account_number FROM accounts WHERE main_person_id IN who))"
	return shown(&p, limit, w.arm(&p, q, limit, 4, of, "w.pos", w.anywhere))
}

func shown(p *params, limit int, arms ...string) (string, []any) {
	return "SELECT u.section, u.statuses, u.district, d.shown FROM (" + strings.Join(arms, " UNION ALL ") + " LIMIT " + p.add(limit) +
		") u CROSS JOIN search_doc d ON d.pos = u.pos", *p
}

// matching are the rows of search_words, as w, that a full-text table gives. CROSS JOIN keeps the order in which the tables
// are read.
func matching(p *params, table, match string) string {
	join := " CROSS JOIN search_words w ON w.pos = f.rowid"
	if table == "search_address" {
		join = " CROSS JOIN search_place p ON p.apos = f.rowid CROSS JOIN search_words w ON w.pos = p.pos"
	}
	return table + " f" + join + " WHERE " + table + " MATCH " + p.add(match)
}

// columns are the sections that are columns of search_words, in the order of the sections.
var columns = []string{"address", "name", "billing"}

// arm selects one section from rows of search_words.
func (w *wanted) arm(p *params, q Query, limit, section int, from, order string, stands func(*params) string) string {
	arm := fmt.Sprintf("SELECT * FROM (SELECT %d AS section, w.pos, w.statuses, w.district FROM %s AND ", section, from) +
		stands(p) + " AND " + q.fits(p)
	if section > 0 && w.given {
		arm += " AND NOT " + w.exactly(p)
	}
	for i, column := range columns {
		if section > i+1 {
			arm += " AND NOT (" + w.in(p, column) + ")"
		}
	}
	return arm + " ORDER BY " + order + " LIMIT " + p.add(limit) + ")"
}

// count is the statement that counts, by section and by which of the filters let it through, no more than mostCounted.
func (w *wanted) count(q Query) (string, []any) {
	var p params
	section := "CASE WHEN "
	if w.given {
		section += w.exactly(&p) + " THEN 0 WHEN "
	}
	for i, column := range columns {
		section += w.in(&p, column) + fmt.Sprintf(" THEN %d WHEN ", i+1)
	}
	section = strings.TrimSuffix(section, " WHEN ") + " ELSE 4 END"
	district, status := q.inDistrict(&p), q.hasStatus(&p)
	return "SELECT section, district, status, count(*) FROM (SELECT " + section + " AS section, " + district + " AS district, " + status + " AS status FROM " +
		matching(&p, "search_all", w.match()) + " AND " + w.anywhere(&p) + " LIMIT " + p.add(mostCounted) + ") GROUP BY 1, 2, 3 ORDER BY 1, 2, 3", p
}
