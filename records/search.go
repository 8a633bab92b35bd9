package records

import (
	"context"
	"fmt"
	"strings"
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
}

// Result holds the counts, which are exact, and the rows asked for, section by section.
type Result struct {
	Total    int       `json:"total"`
	More     bool      `json:"more"`
	Hidden   int       `json:"hidden_by_filters"`
	Sections []Section `json:"sections"`
}

var sectionNames = []string{"exact", "address", "name", "billing", "anywhere"}

// Search finds every document in which each word of the query stands, anywhere in a word. An empty query finds nothing.
func Search(ctx context.Context, db Conn, q Query) (Result, error) {
	from, args := candidates(q.Text)
	if from == "" {
		return Result{Sections: []Section{}}, nil
	}
	fits := "1"
	if q.District != "" {
		args = append(args, q.District)
		fits += fmt.Sprintf(" AND district_id = $%d", len(args))
	}
	if len(q.Statuses) > 0 {
		var bits int64
		for _, s := range q.Statuses {
			bits |= statusBits[s]
		}
		args = append(args, bits)
		fits += fmt.Sprintf(" AND statuses & $%d <> 0", len(args))
	}
	result, err := counts(ctx, db, from, fits, args)
	if err != nil || result.Total == 0 {
		return result, err
	}
	limit := q.Limit
	if limit <= 0 {
		limit = 50
	}
	if err := pageOf(ctx, db, &result, from, fits, limit, max(q.Offset, 0), args); err != nil {
		return result, err
	}
	shown := 0
	for _, s := range result.Sections {
		shown += len(s.Rows)
	}
	result.More = max(q.Offset, 0)+shown < result.Total
	return result, nil
}

// finder builds a statement whose parameters are numbered in the order in which they stand in it.
type finder struct {
	words []string
	args  []any
}

func (f *finder) param(v any) string {
	f.args = append(f.args, v)
	return fmt.Sprintf("$%d", len(f.args))
}

// every says that each word stands in a column.
func (f *finder) every(column string) string {
	var all []string
	for _, w := range f.words {
		all = append(all, "instr("+column+", "+f.param(w)+") > 0")
	}
	return strings.Join(all, " AND ")
}

// candidates is the statement that finds the documents, with a column section; its parameters are numbered from 1.
func candidates(text string) (string, []any) {
	f := &finder{words: strings.Fields(Fold(text))}
	if len(f.words) == 0 {
		return "", nil
	}
	match := f.trigrams()
	stands := f.every
	if digits := Digits(text); len(digits) >= 7 && digits != f.words[0] {
		// It reads as a phone number, which is kept as digits too; but it may as well be two numbers, or one with dashes.
		joined := &finder{words: []string{digits}}
		match = either(match, joined.trigrams())
		stands = func(column string) string {
			return "(" + f.every(column) + " OR instr(" + column + ", " + f.param(digits) + ") > 0)"
		}
	}
	if match == "" {
		return f.begins(), f.args
	}
	return "SELECT *, CASE WHEN instr(exact, " + f.param("\n"+strings.Join(f.words, " ")+"\n") + ") > 0 THEN 0" +
		" WHEN " + stands("address") + " THEN 1 WHEN " + stands("name") + " THEN 2 WHEN " + stands("billing") + " THEN 3 ELSE 4 END AS section" +
		" FROM search_doc WHERE pos IN (SELECT rowid FROM search_text WHERE search_text MATCH " + f.param(match) +
		") AND " + stands("folded"), f.args
}

// either joins two full-text queries, of which one may be empty.
func either(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return "(" + a + ") OR (" + b + ")"
}

// trigrams is the full-text query for all words.
func (f *finder) trigrams() string {
	var all []string
	for _, w := range f.words {
		all = append(all, trigrams(w)...)
	}
	return strings.Join(all, " AND ")
}

// trigrams are the quoted runs of three characters in a word: an index without positions knows no longer phrases.
func trigrams(word string) []string {
	letters := []rune(word)
	var all []string
	for i := 0; i+3 <= len(letters); i++ {
		all = append(all, `"`+strings.ReplaceAll(string(letters[i:i+3]), `"`, `""`)+`"`)
	}
	return all
}

// begins is for words of one or two characters: what begins so, by the B-trees on name and number. A prospect's
// number is that of an account that was left: it leads there, but nobody finds the prospect by it.
func (f *finder) begins() string {
	from, end := f.words[0], f.words[0]+"\U0010ffff"
	between := func(column string) string {
		return column + " >= " + f.param(from) + " AND " + column + " < " + f.param(end)
	}
	return "SELECT *, CASE WHEN " + between("name_order") + " THEN 2 ELSE 4 END AS section FROM search_doc WHERE pos IN (" +
		"SELECT pos FROM search_doc WHERE " + between("name_order") + " UNION SELECT pos FROM search_doc WHERE kind = 'customer' AND " + between("account_number") +
		") AND " + f.every("folded")
}

func counts(ctx context.Context, db Conn, from, fits string, args []any) (Result, error) {
	result := Result{Sections: []Section{}}
	rows, err := db.QueryContext(ctx, "WITH found AS ("+from+") SELECT section, count(*), total(("+fits+")) FROM found GROUP BY section ORDER BY section", args...)
	if err != nil {
		return result, fmt.Errorf("searching: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var section, all int
		var fitting float64
		if err := rows.Scan(&section, &all, &fitting); err != nil {
			return result, fmt.Errorf("searching: %w", err)
		}
		result.Hidden += all - int(fitting)
		result.Total += int(fitting)
		if fitting > 0 {
			result.Sections = append(result.Sections, Section{Name: sectionNames[section], Total: int(fitting), Rows: []Hit{}})
		}
	}
	return result, rows.Err()
}

func pageOf(ctx context.Context, db Conn, result *Result, from, fits string, limit, offset int, args []any) error {
	args = append(args, limit, offset)
	rows, err := db.QueryContext(ctx, "WITH found AS ("+from+`) SELECT section, kind, account_number, display_name, display_address, building,
		district_id, status, statuses, email, person_id, premise_id FROM found WHERE `+fits+
		fmt.Sprintf(" ORDER BY section, CASE section WHEN 1 THEN address_order ELSE name_order END, pos LIMIT $%d OFFSET $%d", len(args)-1, len(args)), args...)
	if err != nil {
		return fmt.Errorf("searching: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var h Hit
		var section int
		var statuses int64
		if err := rows.Scan(&section, &h.Kind, &h.AccountNumber, &h.Name, &h.ServiceAddress, &h.Building, &h.DistrictID, &h.PortalStatus,
			&statuses, &h.Email, &h.PersonID, &h.PremiseID); err != nil {
			return fmt.Errorf("searching: %w", err)
		}
		h.Locked = statuses&statusBits["locked"] != 0
		h.Matched = sectionNames[section]
		for i := range result.Sections {
			if result.Sections[i].Name == h.Matched {
				result.Sections[i].Rows = append(result.Sections[i].Rows, h)
			}
		}
	}
	return rows.Err()
}
