package records

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// allTexts are the full-text tables.
var allTexts = []string{"search_all", "search_address", "search_name", "search_billing"}

// Each full-text table's entry of one document, by its number, as it is read from the documents' own tables.
var textOf = map[string]string{
	"search_all":     "pos, folded FROM search_all_of WHERE pos",
	"search_address": "apos, address FROM search_address_of WHERE apos",
	"search_name":    "pos, name FROM search_words WHERE pos",
	"search_billing": "pos, billing FROM search_words WHERE pos",
}

var textColumn = map[string]string{"search_all": "folded", "search_address": "address", "search_name": "name", "search_billing": "billing"}

// text is what a document says in one of the full-text tables.
func (d *searchDoc) text(table string) string {
	switch table {
	case "search_address":
		return d.address
	case "search_name":
		return d.name
	case "search_billing":
		return d.billing
	}
	return d.address + " " + d.name + " " + d.billing + " " + d.rest
}

// RereadTexts has a connection learn anew what parts the full-text tables consist of. A connection keeps what it saw of them until
// it searches again, and SQLite's own examination goes by that: where another connection merged parts since, it misses those
// that went and calls a sound table damaged.
func RereadTexts(ctx context.Context, db Conn) error {
	for _, t := range allTexts {
		if _, err := texts(ctx, db, "SELECT rowid FROM "+t+" WHERE "+t+" MATCH 'aaa' LIMIT 1"); err != nil {
			return fmt.Errorf("reading the parts of %s: %w", t, err)
		}
	}
	return nil
}

// keptDoc is a document in its tables.
type keptDoc struct {
	searchDoc
	pos  int64
	apos sql.NullInt64
}

// loadDoc reads a document, or nil where there is none.
func loadDoc(ctx context.Context, db Conn, doc string) (*keptDoc, error) {
	k := &keptDoc{}
	var order sql.NullString
	err := db.QueryRowContext(ctx, `SELECT d.pos, d.apos, d.doc, d.name_order, d.shown, w.statuses, w.district, w.address, w.name, w.billing, w.rest, p.address_order
		FROM search_doc d JOIN search_words w ON w.pos = d.pos LEFT JOIN search_place p ON p.apos = d.apos WHERE d.doc = $1`, doc).Scan(
		&k.pos, &k.apos, &k.doc, &k.nameOrder, &k.shown, &k.statuses, &k.district, &k.address, &k.name, &k.billing, &k.rest, &order)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil //nolint:nilnil // there is none
	}
	if err != nil {
		return nil, fmt.Errorf("reading it: %w", err)
	}
	k.addressOrder = order.String
	return k, nil
}

func (k *keptDoc) insert(ctx context.Context, db Conn) error {
	if err := k.insertDoc(ctx, db); err != nil {
		return err
	}
	if err := k.insertWords(ctx, db); err != nil {
		return err
	}
	if !k.apos.Valid {
		return nil
	}
	return k.insertPlace(ctx, db)
}

func (k *keptDoc) insertDoc(ctx context.Context, db Conn) error {
	_, err := db.ExecContext(ctx, "INSERT INTO search_doc (pos, apos, doc, name_order, shown) VALUES ($1, $2, $3, $4, $5)", k.pos, k.apos, k.doc, k.nameOrder, k.shown)
	if err != nil {
		return fmt.Errorf("writing the search document %s: %w", k.doc, err)
	}
	return nil
}

func (k *keptDoc) insertWords(ctx context.Context, db Conn) error {
	_, err := db.ExecContext(ctx, "INSERT INTO search_words (pos, statuses, district, address, name, billing, rest) VALUES ($1, $2, $3, $4, $5, $6, $7)",
		k.pos, k.statuses, k.district, k.address, k.name, k.billing, k.rest)
	if err != nil {
		return fmt.Errorf("writing the words of %s: %w", k.doc, err)
	}
	return nil
}

func (k *keptDoc) insertPlace(ctx context.Context, db Conn) error {
	_, err := db.ExecContext(ctx, "INSERT INTO search_place (apos, pos, address_order) VALUES ($1, $2, $3)", k.apos, k.pos, k.addressOrder)
	if err != nil {
		return fmt.Errorf("writing the place of %s: %w", k.doc, err)
	}
	return nil
}

// remove takes a document out, its texts first: what they say is read from it.
func (k *keptDoc) remove(ctx context.Context, db Conn) error {
	if err := k.leaveTexts(ctx, db); err != nil {
		return err
	}
	for _, s := range []string{"DELETE FROM search_words WHERE pos = $1", "DELETE FROM search_doc WHERE pos = $1"} {
		if _, err := db.ExecContext(ctx, s, k.pos); err != nil {
			return fmt.Errorf("taking it out: %w", err)
		}
	}
	if k.apos.Valid {
		if _, err := db.ExecContext(ctx, "DELETE FROM search_place WHERE apos = $1", k.apos); err != nil {
			return fmt.Errorf("taking it out: %w", err)
		}
	}
	return nil
}

// become turns a document into another at the same places.
func (k *keptDoc) become(ctx context.Context, db Conn, is *searchDoc) error {
	if k.searchDoc == *is {
		return nil
	}
	if _, err := db.ExecContext(ctx, "UPDATE search_words SET statuses = $1, district = $2, address = $3, name = $4, billing = $5, rest = $6 WHERE pos = $7",
		is.statuses, is.district, is.address, is.name, is.billing, is.rest, k.pos); err != nil {
		return fmt.Errorf("writing its words: %w", err)
	}
	if k.shown != is.shown {
		if _, err := db.ExecContext(ctx, "UPDATE search_doc SET shown = $1 WHERE pos = $2", is.shown, k.pos); err != nil {
			return fmt.Errorf("writing it: %w", err)
		}
	}
	for _, t := range allTexts {
		if k.text(t) == is.text(t) {
			continue
		}
		gone, come := differing(k.text(t), is.text(t))
		if err := k.leaveText(ctx, db, t, gone); err != nil {
			return err
		}
		if err := k.enterText(ctx, db, t, come); err != nil {
			return err
		}
	}
	return nil
}

// differing gives the parts of two texts that an index of runs of three characters has to lose and to gain to go from one to the
// other: where they differ, with two characters on either side, and as much around it as it takes to gain back what stands
// elsewhere too.
func differing(was, is string) (gone, come string) {
	a, b := []rune(was), []rune(is)
	same, end := 0, 0
	for same < min(len(a), len(b)) && a[same] == b[same] {
		same++
	}
	for end < min(len(a), len(b))-same && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	left, right := min(same, 2), min(end, 2) // how much of what is the same goes with the difference
	lost, found := a[same-left:len(a)-end+right], string(b[same-left:len(b)-end+right])
	before, after := string(b[:same]), string(b[len(b)-end:])
	for i := range max(0, len(lost)-2) {
		run := string(lost[i : i+3])
		if strings.Contains(found, run) {
			continue
		}
		if at := strings.LastIndex(before, run); at >= 0 {
			left = max(left, utf8.RuneCountInString(before[at:]))
		} else if at := strings.Index(after, run); at >= 0 {
			right = max(right, utf8.RuneCountInString(after[:at])+3)
		}
	}
	return string(a[same-left : len(a)-end+right]), string(b[same-left : len(b)-end+right])
}

func (k *keptDoc) leaveTexts(ctx context.Context, db Conn) error {
	for _, t := range allTexts {
		if err := k.leaveText(ctx, db, t, k.text(t)); err != nil {
			return err
		}
	}
	return nil
}

func (k *keptDoc) enterTexts(ctx context.Context, db Conn) error {
	for _, t := range allTexts {
		if err := k.enterText(ctx, db, t, k.text(t)); err != nil {
			return err
		}
	}
	return nil
}

// leaveText takes the runs of a text out of an index. Together with enterText for the same document it must come first: an
// index that has entered a document begins another part where the same one leaves.
func (k *keptDoc) leaveText(ctx context.Context, db Conn, table, text string) error {
	return k.textAt(ctx, db, table, "INSERT INTO "+table+" ("+table+", rowid, "+textColumn[table]+") VALUES ('delete', $1, $2)", text)
}

func (k *keptDoc) enterText(ctx context.Context, db Conn, table, text string) error {
	return k.textAt(ctx, db, table, "INSERT INTO "+table+" (rowid, "+textColumn[table]+") VALUES ($1, $2)", text)
}

func (k *keptDoc) textAt(ctx context.Context, db Conn, table, statement, text string) error {
	at := k.pos
	if table == "search_address" {
		if !k.apos.Valid {
			return nil
		}
		at = k.apos.Int64
	}
	if _, err := db.ExecContext(ctx, statement, at, text); err != nil {
		return fmt.Errorf("changing %s: %w", table, err)
	}
	return nil
}
