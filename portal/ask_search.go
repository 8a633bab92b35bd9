package portal

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"meterside/care"
	"meterside/records"
)

const (
	mostFound    = 50
	searchWithin = 15 * time.Second
)

// logSearch logs that somebody searched beyond their own districts, and for what; an identifier typed there is not kept.
func logSearch(_ context.Context, a *asked, q *care.SearchPortal) (any, error) {
	return nil, care.Log(a.tx, care.Activity{Sort: "search.portal", Detail: care.Detail(map[string]string{"text": maskDigits(q.Text)})})
}

// maskDigits hides all but the last four of the digits in a text that has more than six of them.
func maskDigits(s string) string {
	digits := 0
	for _, r := range s {
		if unicode.IsDigit(r) {
			digits++
		}
	}
	if digits <= 6 {
		return s
	}
	return strings.Map(func(r rune) rune {
		if !unicode.IsDigit(r) {
			return r
		}
		if digits--; digits >= 4 {
			return '•'
		}
		return r
	}, s)
}

// search finds accounts, people without one and vacant premises in every district. It reads without an index: it is asked
// when the desk's own search, which has one, found nothing.
func search(ctx context.Context, a *asked, q *care.SearchPortal) (any, error) {
	ctx, cancel := context.WithTimeout(ctx, searchWithin)
	defer cancel()
	db := a.Store.Reader()
	f := newFinder(q.Text)
	if len(f.args) == 0 {
		return found(nil, false), nil
	}
	args := slices.Concat(f.args, []any{mostFound + 1})
	limit := fmt.Sprintf(" LIMIT $%d", len(args))
	numbers, err := accountsWhere(ctx, db, f.accounts()+limit, args)
	if err != nil {
		return nil, err
	}
	var hits []records.Hit
	for _, number := range numbers {
		found, err := hitOfAccount(ctx, db, number, f)
		if err != nil {
			return nil, err
		}
		hits = append(hits, found...)
	}
	persons, err := records.Select[care.Person](ctx, db, "WHERE "+f.all(personText)+` AND NOT EXISTS (SELECT 1 FROM account_persons l WHERE l.person_id = persons.person_id AND l.ended_on = '')
		AND NOT EXISTS (SELECT 1 FROM accounts a WHERE a.main_person_id = persons.person_id) ORDER BY last_name, first_name, person_id`+limit, args...)
	if err != nil {
		return nil, err
	}
	for _, p := range persons {
		hits = append(hits, f.judge(stranger(p), p.Name(), "", personWords(p))...)
	}
	premises, err := records.Select[care.Premise](ctx, db, "WHERE vacant AND "+f.all(premiseText)+" ORDER BY address1, unit, premise_id"+limit, args...)
	if err != nil {
		return nil, err
	}
	for _, p := range premises {
		hits = append(hits, f.judge(vacant(p), "", "", p.ID)...)
	}
	return found(hits[:min(len(hits), mostFound)], len(hits) > mostFound), nil
}

// The texts that are searched, by table.
const (
	personText  = "lower(person_id || ' ' || first_name || ' ' || last_name || ' ' || business_name || ' ' || email || ' ' || phone || ' ' || id_last4)"
	premiseText = "lower(premise_id || ' ' || address1 || ' ' || unit || ' ' || city || ' ' || state || ' ' || postal)"
	accountText = "lower(account_number || ' ' || billing_address)"
	webUserText = "lower(username || ' ' || email)"
)

// finder looks for the words of a text, each anywhere in a word.
type finder struct {
	words  []string // folded
	digits string   // the text as a phone number
	args   []any    // patterns of LIKE: one for each word, then digits where there are
}

func newFinder(text string) *finder {
	f := &finder{words: strings.Fields(records.Fold(text))}
	for _, w := range strings.Fields(text) {
		f.args = append(f.args, pattern(w))
	}
	if len(f.args) == 0 {
		return f
	}
	if f.digits = records.Digits(text); len(f.digits) < 7 {
		f.digits = ""
	} else {
		f.args = append(f.args, "%"+f.digits+"%")
	}
	return f
}

// pattern is LIKE's for a word. The databases lower no more than ASCII alike, so any other letter stands for any letter, and
// what is found is judged again.
func pattern(word string) string {
	var b strings.Builder
	b.WriteByte('%')
	for _, r := range word {
		switch {
		case r == '%' || r == '_' || r == '\\':
			b.WriteRune('\\')
			b.WriteRune(r)
		case r > unicode.MaxASCII:
			b.WriteByte('_')
		default:
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String() + "%"
}

// all says that every word stands in a column, or the phone number does.
func (f *finder) all(column string) string {
	return f.each(func(param string) string { return column + " LIKE " + param + ` ESCAPE '\'` })
}

func (f *finder) each(stands func(param string) string) string {
	n := len(f.args)
	if f.digits != "" {
		n--
	}
	var all []string
	for i := range n {
		all = append(all, stands(fmt.Sprintf("$%d", i+1)))
	}
	where := strings.Join(all, " AND ")
	if f.digits != "" {
		where += " OR " + stands(fmt.Sprintf("$%d", len(f.args)))
	}
	return "(" + where + ")"
}

// accounts is the statement that finds the numbers of accounts: by themselves, their place, their people and web users.
func (f *finder) accounts() string {
	where := f.each(func(param string) string {
		like := " LIKE " + param + ` ESCAPE '\'`
		return "(" + accountText + like +
			" OR premise_id IN (SELECT premise_id FROM premises WHERE " + premiseText + like + ")" +
			" OR main_person_id IN (SELECT person_id FROM persons WHERE " + personText + like + ")" +
			" OR account_number IN (SELECT account_number FROM account_persons WHERE ended_on = '' AND person_id IN (SELECT person_id FROM persons WHERE " + personText + like + "))" +
			" OR account_number IN (SELECT account_number FROM web_user_accounts WHERE web_user_id IN (SELECT web_user_id FROM web_users WHERE " + webUserText + like + ")))"
	})
	return "SELECT account_number FROM accounts WHERE " + where + " ORDER BY account_number"
}

func accountsWhere(ctx context.Context, db records.Conn, query string, args []any) ([]string, error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("searching accounts: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var numbers []string
	for rows.Next() {
		var number string
		if err := rows.Scan(&number); err != nil {
			return nil, fmt.Errorf("searching accounts: %w", err)
		}
		numbers = append(numbers, number)
	}
	return numbers, rows.Err()
}
