package records

import (
	"context"
	"database/sql"
	_ "embed" // the replica's schema
	"encoding/json"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"meterside/care"
)

//go:embed replica.sql
var replicaSchema string

//go:embed search_watch.sql
var searchWatch string

// PrepareReplica makes the tables that only a replica has, and watches what the search is made of.
func PrepareReplica(ctx context.Context, db Conn) error {
	if _, err := db.ExecContext(ctx, replicaSchema); err != nil {
		return fmt.Errorf("preparing the replica: %w", err)
	}
	return Watch(ctx, db)
}

// ReplicaVersion is a number for the schema of a replica: a replica of another number is thrown away.
func ReplicaVersion() int64 {
	sum := fnv.New32a()
	files, _ := migrations.ReadDir("migrations")
	for _, f := range files {
		b, _ := migrations.ReadFile("migrations/" + f.Name())
		_, _ = sum.Write(b)
	}
	_, _ = sum.Write([]byte(replicaSchema))
	_, _ = sum.Write([]byte(searchWatch))
	return int64(sum.Sum32()>>1) + 1
}

// Watch notes from now on which documents a change makes stale.
func Watch(ctx context.Context, db Conn) error {
	if _, err := db.ExecContext(ctx, searchWatch); err != nil {
		return fmt.Errorf("watching for the search: %w", err)
	}
	return nil
}

// Unwatch ends that: for a load so large that Reindex and Watch follow, in the same transaction.
func Unwatch(ctx context.Context, db Conn) error {
	names, err := texts(ctx, db, "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND name LIKE 'search\\_%' ESCAPE '\\'")
	if err != nil {
		return err
	}
	for _, name := range names {
		if _, err := db.ExecContext(ctx, "DROP TRIGGER "+name); err != nil {
			return fmt.Errorf("letting go of the search: %w", err)
		}
	}
	return nil
}

// Stale says which change made a document stale last, to give to Index; 0 where none is.
func Stale(ctx context.Context, db Conn) (at int64, err error) {
	err = db.QueryRowContext(ctx, "SELECT coalesce(max(at), 0) FROM search_dirty").Scan(&at)
	if err != nil {
		return 0, fmt.Errorf("reading what is stale: %w", err)
	}
	return at, nil
}

// StaleSince counts the documents that became stale after a change.
func StaleSince(ctx context.Context, db Conn, after int64) (n int, err error) {
	err = db.QueryRowContext(ctx, "SELECT count(*) FROM search_dirty WHERE at > $1", after).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("counting what is stale: %w", err)
	}
	return n, nil
}

// Index writes anew the documents that became stale after a change, the newest first, until there are none or it is
// enough. It returns whether some are left.
func Index(ctx context.Context, db Conn, after int64, enough func() bool) (left bool, err error) {
	for {
		docs, err := staleDocs(ctx, db, after)
		if err != nil || len(docs) == 0 {
			return false, err
		}
		composed, err := compose(ctx, db, docs)
		if err != nil {
			return false, err
		}
		for _, doc := range docs {
			if enough() {
				return true, nil
			}
			done := true
			if doc == traces {
				done, err = scrub(ctx, db)
			} else {
				err = index(ctx, db, doc, composed[doc])
			}
			if err != nil {
				return false, fmt.Errorf("bringing %s up to date in the search: %w", doc, err)
			}
			if !done {
				break
			}
			if _, err := db.ExecContext(ctx, "DELETE FROM search_dirty WHERE doc = $1", doc); err != nil {
				return false, fmt.Errorf("marking %s as up to date: %w", doc, err)
			}
		}
	}
}

// staleDocs are some of the newest, in the order of their numbers: a full-text table that is given numbers which do not
// rise begins another part with each.
func staleDocs(ctx context.Context, db Conn, after int64) ([]string, error) {
	return texts(ctx, db, `SELECT s.doc FROM (SELECT doc FROM search_dirty WHERE at > $1 ORDER BY at DESC LIMIT 100) s
		LEFT JOIN search_doc d ON d.doc = s.doc ORDER BY d.pos`, after)
}

// fewDocs are so few that gathering around all of them at once asks more than it saves.
const fewDocs = 3

// compose makes documents as their records are now, by their names; nil where there is none to be.
func compose(ctx context.Context, db Conn, docs []string) (map[string]*searchDoc, error) {
	all := map[string]*searchDoc{}
	var numbers []string
	for _, doc := range docs {
		if number, ok := strings.CutPrefix(doc, "a:"); ok && len(docs) > fewDocs {
			numbers = append(numbers, number)
		} else if doc != traces {
			d, err := document(ctx, db, doc)
			if err != nil {
				return nil, fmt.Errorf("composing %s: %w", doc, err)
			}
			all[doc] = d
		}
	}
	if len(numbers) == 0 {
		return all, nil
	}
	list, err := json.Marshal(numbers)
	if err != nil {
		return nil, err
	}
	g, err := around(ctx, db, string(list))
	if err != nil {
		return nil, err
	}
	accounts, err := Select[care.Account](ctx, db, "WHERE account_number IN "+these, string(list))
	if err != nil {
		return nil, err
	}
	for _, a := range accounts {
		d, err := accountDoc(a, g)
		if err != nil {
			return nil, err
		}
		all[d.doc] = d
	}
	return all, nil
}

// traces stands in search_dirty for what left.
const traces = "x:"

// Scrub, called after the documents went, has Index take the trigrams of documents that left out of the pages of the full-text tables. Their texts went with
// them; to delete the trigrams at once would cost every change of a document a hundred times what it costs.
func Scrub(ctx context.Context, db Conn) error {
	if _, err := db.ExecContext(ctx, "INSERT INTO search_dirty (doc) VALUES ($1) ON CONFLICT (doc) DO UPDATE SET at = excluded.at", traces); err != nil {
		return fmt.Errorf("noting that something left: %w", err)
	}
	return nil
}

// Scrubbing says whether some of that is left to do.
func Scrubbing(ctx context.Context, db Conn) (is bool, err error) {
	err = db.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM search_dirty WHERE doc = $1)", traces).Scan(&is)
	if err != nil {
		return false, fmt.Errorf("reading what is stale: %w", err)
	}
	return is, nil
}

// scrub merges a few pages of the full-text tables, and says whether nothing is left to merge.
func scrub(ctx context.Context, db Conn) (done bool, err error) {
	for _, t := range allTexts {
		var before, after int
		if err := db.QueryRowContext(ctx, "SELECT total_changes()").Scan(&before); err != nil {
			return false, fmt.Errorf("scrubbing the search: %w", err)
		}
		if _, err := db.ExecContext(ctx, "INSERT INTO "+t+" ("+t+", rank) VALUES ('merge', -64)"); err != nil {
			return false, fmt.Errorf("scrubbing %s: %w", t, err)
		}
		if err := db.QueryRowContext(ctx, "SELECT total_changes()").Scan(&after); err != nil {
			return false, fmt.Errorf("scrubbing the search: %w", err)
		}
		if after-before > 1 { // less is the statement itself
			return false, nil
		}
	}
	return true, nil
}

// index brings one document up to date, and changes no more of it than must be. is is what it says now, or nil.
func index(ctx context.Context, db Conn, doc string, is *searchDoc) error {
	was, err := loadDoc(ctx, db, doc)
	switch {
	case err != nil:
		return err
	case was == nil && is == nil:
		return nil
	case is == nil:
		return was.remove(ctx, db)
	case was == nil:
		return enter(ctx, db, is)
	case was.nameOrder != is.nameOrder || was.addressOrder != is.addressOrder:
		if err := was.remove(ctx, db); err != nil {
			return err
		}
		return enter(ctx, db, is)
	}
	return was.become(ctx, db, is)
}

// enter gives a new document its places among the others, and writes it.
func enter(ctx context.Context, db Conn, d *searchDoc) error {
	k := &keptDoc{searchDoc: *d}
	var err error
	if k.pos, err = byName.spot(ctx, db, d.nameOrder, d.doc); err != nil {
		return err
	}
	if d.addressOrder != "" {
		if k.apos.Int64, err = byAddress.spot(ctx, db, d.addressOrder, k.pos); err != nil {
			return err
		}
		k.apos.Valid = true
	}
	if err := k.insert(ctx, db); err != nil {
		return err
	}
	return k.enterTexts(ctx, db)
}

// gatheredBytes is how much a full-text table gathers before it writes a part of its index: with its own megabyte it spends two
// thirds of the time merging parts.
const gatheredBytes = 8 << 20

// Reindex makes every search document anew: rows first, index after, as it is a third of the work that way.
func Reindex(ctx context.Context, db Conn) error {
	for _, t := range allTexts {
		if _, err := db.ExecContext(ctx, "INSERT INTO "+t+" ("+t+") VALUES ('delete-all')"); err != nil {
			return fmt.Errorf("emptying the search: %w", err)
		}
	}
	for _, table := range []string{"search_doc", "search_words", "search_place", "search_dirty"} {
		if _, err := db.ExecContext(ctx, "DELETE FROM "+table); err != nil {
			return fmt.Errorf("emptying the search: %w", err)
		}
	}
	docs, err := allDocs(ctx, db)
	if err != nil {
		return err
	}
	if err := insertAll(ctx, db, docs); err != nil {
		return err
	}
	for _, t := range allTexts {
		if _, err := db.ExecContext(ctx, "INSERT INTO "+t+" ("+t+", rank) VALUES ('hashsize', $1)", gatheredBytes); err != nil {
			return fmt.Errorf("building the search: %w", err)
		}
		if _, err := db.ExecContext(ctx, "INSERT INTO "+t+" ("+t+") VALUES ('rebuild')"); err != nil {
			return fmt.Errorf("building the search: %w", err)
		}
	}
	return nil
}

// allDocs are the documents of everything, in the order of names.
func allDocs(ctx context.Context, db Conn) ([]*keptDoc, error) {
	accounts, err := Select[care.Account](ctx, db, "")
	if err != nil {
		return nil, err
	}
	around, err := everything(ctx, db)
	if err != nil {
		return nil, err
	}
	docs := make([]*keptDoc, 0, len(accounts)+len(accounts)/16)
	for _, a := range accounts {
		d, err := accountDoc(a, around)
		if err != nil {
			return nil, err
		}
		docs = append(docs, &keptDoc{searchDoc: *d})
	}
	others, err := texts(ctx, db, `SELECT 'p:' || person_id FROM persons WHERE person_id NOT IN (SELECT person_id FROM account_persons WHERE ended_on = '')
		UNION ALL SELECT 'v:' || premise_id FROM premises WHERE vacant`)
	if err != nil {
		return nil, err
	}
	for _, doc := range others {
		d, err := document(ctx, db, doc)
		if err != nil {
			return nil, err
		}
		if d != nil {
			docs = append(docs, &keptDoc{searchDoc: *d})
		}
	}
	slices.SortFunc(docs, func(a, b *keptDoc) int {
		if c := strings.Compare(a.nameOrder, b.nameOrder); c != 0 {
			return c
		}
		return strings.Compare(a.doc, b.doc)
	})
	return docs, nil
}

// insertAll writes documents that stand in the order of names into empty tables.
func insertAll(ctx context.Context, db Conn, docs []*keptDoc) error {
	var placed []*keptDoc
	for i, d := range docs {
		d.pos = int64(i+1) * gap
		if d.addressOrder != "" {
			placed = append(placed, d)
		}
	}
	slices.SortStableFunc(placed, func(a, b *keptDoc) int { return strings.Compare(a.addressOrder, b.addressOrder) })
	for i, d := range placed {
		d.apos = sql.NullInt64{Int64: int64(i+1) * gap, Valid: true}
	}
	for _, d := range docs {
		if err := d.insertDoc(ctx, db); err != nil {
			return err
		}
	}
	for _, d := range docs {
		if err := d.insertWords(ctx, db); err != nil {
			return err
		}
	}
	for _, d := range placed {
		if err := d.insertPlace(ctx, db); err != nil {
			return err
		}
	}
	return nil
}
