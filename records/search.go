package records

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"
)

// Query is what a CSR looks for.
type Query struct {
	Text     string
	District string
	Statuses []string // of care.PortalStatus, and "locked"; none: all
	Limit    int
	Offset   int
}

// Hit is one row of a search result.
type Hit struct {
	Kind           string `json:"kind"` // customer, prospect, contact or premise
	Matched        string `json:"matched"`
	AccountNumber  string `json:"account_number"`
	Name           string `json:"name"`
	ServiceAddress string `json:"service_address"`
	Building       string `json:"building"`
	DistrictID     string `json:"district_id"`
	PortalStatus   string `json:"portal_status"`
	Locked         bool   `json:"locked"`
	Email          string `json:"email"`
	PersonID       string `json:"person_id"`
	PremiseID      string `json:"premise_id"`
}

// Section is the part of a result that matched in one place.
type Section struct {
	Name  string `json:"name"` // exact, address, name, billing or anywhere
	Total int    `json:"total"`
	Rows  []Hit  `json:"rows"`
	// Building is, once it is counted and where more addresses follow, how many rows the building of the last one here has.
	Building int `json:"last_building,omitempty"`
}

// Result holds the rows asked for, section by section, and the counts.
type Result struct {
	Total  int  `json:"total"`
	More   bool `json:"more"`
	Hidden int  `json:"hidden_by_filters"`
	// ByDistrict and ByStatus are what one filter alone hides; the rest of Hidden is hidden by both.
	ByDistrict int       `json:"hidden_by_district"`
	ByStatus   int       `json:"hidden_by_status"`
	Sections   []Section `json:"sections"`
	// Counted says that the counts are exact. Where it is false there are at least as many: First counts what it found, and
	// Search no more than mostCounted.
	Counted bool `json:"counted"`
}

var sectionNames = []string{"exact", "address", "name", "billing", "anywhere"}

// mostCounted is how far Search counts: nobody turns that many pages, they type on.
const mostCounted = 10_000

// Search finds every document in which each word of the query stands, anywhere in a word, and counts them. An empty
// query finds nothing. A query of one or two letters finds the parts of names, the house numbers and the account numbers
// that begin so.
func Search(ctx context.Context, db Conn, q Query) (Result, error) {
	w := wants(q.Text)
	if w == nil {
		return Result{Sections: []Section{}, Counted: true}, nil
	}
	r, err := w.rows(ctx, db, q, w.page)
	if err != nil || r.Counted {
		return r, err
	}
	all, err := w.counts(ctx, db, q)
	if err != nil {
		return r, err
	}
	r = all.with(r)
	for i := range r.Sections {
		if s := &r.Sections[i]; q.Offset <= 0 && s.Name == "address" && 0 < len(s.Rows) && len(s.Rows) < s.Total {
			err = w.countBuilding(ctx, db, q, s)
		}
	}
	return r, err
}

// with puts the rows that were read beside the counts, which may have ended before they came to all of these.
func (r Result) with(found Result) Result {
	r.Total, r.More = max(r.Total, found.Total), found.More
	for _, section := range found.Sections {
		at, there := slices.BinarySearchFunc(r.Sections, section.Name, func(s Section, name string) int {
			return slices.Index(sectionNames, s.Name) - slices.Index(sectionNames, name)
		})
		if !there {
			r.Sections = slices.Insert(r.Sections, at, section)
			continue
		}
		r.Sections[at].Rows, r.Sections[at].Total = section.Rows, max(r.Sections[at].Total, section.Total)
	}
	return r
}

// firstWithin is how long First looks for rows.
const firstWithin = 30 * time.Millisecond

// First gives what of Search's rows is found at once: those that have what the CSR typed as a whole number, email or phone,
// or else the first ones that there is time for. Where it is all that Search would give, it is counted.
func First(ctx context.Context, db Conn, q Query) (Result, error) {
	return first(ctx, db, q, firstWithin)
}

func first(ctx context.Context, db Conn, q Query, within time.Duration) (Result, error) {
	w := wants(q.Text)
	if w == nil {
		return Result{Sections: []Section{}, Counted: true}, nil
	}
	soon, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	if q.Offset <= 0 {
		for _, page := range w.known() {
			r, err := w.rows(soon, db, q, page)
			if r.Total > 0 || err != nil {
				r.Counted = false
				return r, late(ctx, soon, err)
			}
		}
	}
	r, err := w.rows(soon, db, q, w.page)
	if err != nil {
		r.Counted = false
	}
	return r, late(ctx, soon, err)
}

// late forgives an error that came of taking too long.
func late(ctx, soon context.Context, err error) error {
	if soon.Err() != nil && ctx.Err() == nil {
		return nil
	}
	return err
}

// rows reads the rows asked for and no further: it counts itself only what there is little of. With an error it gives
// what it had.
func (w *wanted) rows(ctx context.Context, db Conn, q Query, page func(Query, int) (string, []any)) (Result, error) {
	r := Result{Sections: []Section{}}
	limit, offset := q.Limit, max(q.Offset, 0)
	if limit <= 0 {
		limit = 50
	}
	statement, args := page(q, offset+limit+1)
	found, err := db.QueryContext(ctx, statement, args...)
	if err != nil {
		return r, fmt.Errorf("searching: %w", err)
	}
	defer func() { _ = found.Close() }()
	for found.Next() {
		if r.Total == offset+limit {
			r.More = true
			return r, nil
		}
		h, section, err := scanHit(found)
		if err != nil {
			return r, err
		}
		last := len(r.Sections) - 1
		if last < 0 || r.Sections[last].Name != sectionNames[section] {
			r.Sections = append(r.Sections, Section{Name: sectionNames[section], Rows: []Hit{}})
			last++
		}
		r.Total++
		r.Sections[last].Total++
		if r.Total > offset {
			r.Sections[last].Rows = append(r.Sections[last].Rows, h)
		}
	}
	if err := found.Err(); err != nil {
		return r, fmt.Errorf("searching: %w", err)
	}
	r.Counted = !q.filtered() // what the filters hide was not looked at
	return r, nil
}

// counts counts what is found, section by section, and what the filters hide, as far as mostCounted; the result has no rows.
func (w *wanted) counts(ctx context.Context, db Conn, q Query) (Result, error) {
	r := Result{Sections: []Section{}}
	statement, args := w.count(q)
	rows, err := db.QueryContext(ctx, statement, args...)
	if err != nil {
		return r, fmt.Errorf("counting what is found: %w", err)
	}
	defer func() { _ = rows.Close() }()
	all := 0
	for rows.Next() {
		var section, n int
		var district, status bool
		if err := rows.Scan(&section, &district, &status, &n); err != nil {
			return r, fmt.Errorf("counting what is found: %w", err)
		}
		all += n
		if !district || !status {
			r.hides(district, status, n)
			continue
		}
		r.Total += n
		r.Sections = append(r.Sections, Section{Name: sectionNames[section], Total: n, Rows: []Hit{}})
	}
	if err := rows.Err(); err != nil {
		return r, fmt.Errorf("counting what is found: %w", err)
	}
	r.Counted = all < mostCounted
	return r, nil
}

// hides counts what a filter does not let through.
func (r *Result) hides(district, status bool, n int) {
	r.Hidden += n
	if status {
		r.ByDistrict += n
	}
	if district {
		r.ByStatus += n
	}
}

func (q Query) filtered() bool { return q.District != "" || len(q.Statuses) > 0 }

func scanHit(rows *sql.Rows) (h Hit, section int, err error) {
	var statuses int64
	var district, shown string
	if err := rows.Scan(&section, &statuses, &district, &shown); err != nil {
		return h, 0, fmt.Errorf("searching: %w", err)
	}
	h = readShown(shown)
	h.Matched, h.DistrictID = sectionNames[section], district
	h.Locked = statuses&statusBits["locked"] != 0
	return h, section, nil
}
