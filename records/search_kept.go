package records

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// allTexts are the full-text tables.
var allTexts = []string{"search_all", "search_address", "search_name", "search_billing"}

// Each full-text table's entry of one document, by its number: what it says is read from the documents' own tables.
var textOf = map[string]string{
	"search_all":     "pos, folded FROM search_all_of WHERE pos",
	"search_address": "apos, address FROM search_address_of WHERE apos",
	"search_name":    "pos, name FROM search_words WHERE pos",
	"search_billing": "pos, billing FROM search_words WHERE pos",
}

var textColumn = map[string]string{"search_all": "folded", "search_address": "address", "search_name": "name", "search_billing": "billing"}

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
	if err := k.leaveTexts(ctx, db, allTexts); err != nil {
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
	var texts []string
	for text, same := range map[string]bool{
		"search_all":     k.address == is.address && k.name == is.name && k.billing == is.billing && k.rest == is.rest,
		"search_address": k.address == is.address, "search_name": k.name == is.name, "search_billing": k.billing == is.billing,
	} {
		if !same {
			texts = append(texts, text)
		}
	}
	if err := k.leaveTexts(ctx, db, texts); err != nil {
		return err
	}
	if _, err := db.ExecContext(ctx, "UPDATE search_words SET statuses = $1, district = $2, address = $3, name = $4, billing = $5, rest = $6 WHERE pos = $7",
		is.statuses, is.district, is.address, is.name, is.billing, is.rest, k.pos); err != nil {
		return fmt.Errorf("writing its words: %w", err)
	}
	if _, err := db.ExecContext(ctx, "UPDATE search_doc SET shown = $1 WHERE pos = $2", is.shown, k.pos); err != nil {
		return fmt.Errorf("writing it: %w", err)
	}
	return k.enterTexts(ctx, db, texts)
}

func (k *keptDoc) leaveTexts(ctx context.Context, db Conn, texts []string) error {
	return k.eachText(ctx, db, texts, func(t string) string {
		return "INSERT INTO " + t + " (" + t + ", rowid, " + textColumn[t] + ") SELECT 'delete', " + textOf[t] + " = $1"
	})
}

func (k *keptDoc) enterTexts(ctx context.Context, db Conn, texts []string) error {
	return k.eachText(ctx, db, texts, func(t string) string {
		return "INSERT INTO " + t + " (rowid, " + textColumn[t] + ") SELECT " + textOf[t] + " = $1"
	})
}

func (k *keptDoc) eachText(ctx context.Context, db Conn, texts []string, statement func(string) string) error {
	for _, t := range texts {
		at := k.pos
		if t == "search_address" {
			if !k.apos.Valid {
				continue
			}
			at = k.apos.Int64
		}
		if _, err := db.ExecContext(ctx, statement(t), at); err != nil {
			return fmt.Errorf("changing %s: %w", t, err)
		}
	}
	return nil
}
