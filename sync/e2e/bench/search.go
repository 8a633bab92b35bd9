package main

import (
	"cmp"
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"meterside/records"
)

// What CSRs type: a house number, a street, a name, a part of one, an account, a phone, an email. Each finds something.
var terms = []string{
	"2172", "2172 main", "limekiln", "kingfisher ln", "driftwood", "heron way", "sandpiper ct", "yarrow", "westerhaven", "port alderley",
	"smith", "johnson", "garcia", "james", "mary", "anna", "obert", "nunez", "o'brien", "bakery", "farm supply", "030000013",
	"802555", "smith1", "apt 12", "W0000012",
}

// The worst that can be typed: what stands nearly everywhere, what stands nowhere although its parts stand everywhere,
// and what is too short for the index.
var worstTerms = []string{"example.com", "1000000", "main st", "555-555-5", "sm", "jo", "s", "03"}

const searchLimit = 50

// search measures the desk's search over fixed terms, beside the bare full-text query on the same database. By turns.
func (b *bench) search(ctx context.Context, t town, d *desk) error {
	path, err := d.replica()
	if err != nil {
		return err
	}
	db, err := openBare(path, records.Disposable, cacheKB)
	if err != nil {
		return err
	}
	err = b.profiled("search", func() error {
		err := b.searchFor(ctx, t, d, db, "search", terms)
		if err == nil {
			err = b.searchFor(ctx, t, d, db, "search_worst", worstTerms)
		}
		return err
	})
	return errors.Join(err, db.close())
}

func (b *bench) searchFor(ctx context.Context, t town, d *desk, db *bareDB, name string, terms []string) error {
	terms = slices.Clone(terms)
	rounds := 10
	if b.report.Quick {
		rounds = 5
	}
	b.progress("%s town: %s, %d terms, %d times", t.name, name, len(terms), rounds)
	var took, counted, floor samples
	byTerm := map[string]samples{}
	for round := range rounds + 1 {
		for _, term := range terms {
			q := records.Query{Text: term, Limit: searchLimit}
			began := time.Now()
			if _, err := d.SearchFirst(ctx, q); err != nil {
				return err
			}
			spent := time.Since(began)
			began = time.Now()
			found, err := d.Search(ctx, q)
			if err != nil {
				return err
			}
			whole := time.Since(began)
			if found.Total == 0 && name == "search" {
				return fmt.Errorf("%q finds nothing: the town is another than the terms were made for", term)
			}
			began = time.Now()
			if err := bareSearch(db, term); err != nil {
				return err
			}
			bare := time.Since(began)
			if round == 0 {
				continue // warming up
			}
			took.add(spent, time.Millisecond)
			counted.add(whole, time.Millisecond)
			floor.add(bare, time.Millisecond)
			byTerm[term] = append(byTerm[term], took[len(took)-1])
		}
	}
	slices.SortFunc(terms, func(a, b string) int { return cmp.Compare(byTerm[b].at(.5), byTerm[a].at(.5)) })
	about := fmt.Sprintf("%d accounts, %d terms, slowest: %s", t.accounts, len(terms), slowest(terms, byTerm))
	b.report.add(t.figure(name+"_p50"), "ms", took.at(.5), floor.at(.5), len(took), about)
	b.report.add(t.figure(name+"_p99"), "ms", took.at(.99), floor.at(.99), len(took), about)
	about = "the same, and counted, which the window shows after the rows"
	b.report.add(t.figure(name+"_counted_p50"), "ms", counted.at(.5), floor.at(.5), len(counted), about)
	b.report.add(t.figure(name+"_counted_p99"), "ms", counted.at(.99), floor.at(.99), len(counted), about)
	return nil
}

// slowest names the first of the terms, with their medians.
func slowest(terms []string, byTerm map[string]samples) string {
	var all []string
	for _, term := range terms[:min(6, len(terms))] {
		all = append(all, fmt.Sprintf("%q %.3g ms", term, byTerm[term].at(.5)))
	}
	return strings.Join(all, ", ")
}

// bareSearch asks the index for the first rows that have all trigrams of a term; of a term without any it asks for those
// that have the mark of a beginning before it.
func bareSearch(db *bareDB, term string) error {
	return db.each("SELECT rowid FROM search_all WHERE search_all MATCH ? LIMIT ?", func([]driver.Value) error { return nil }, trigrams(term), int64(searchLimit))
}

// trigrams is the full-text query for a term.
func trigrams(term string) string {
	var match []string
	for word := range strings.FieldsSeq(records.Fold(term)) {
		letters := []rune(word)
		for i := 0; i+3 <= len(letters); i++ {
			match = append(match, `"`+string(letters[i:i+3])+`"`)
		}
	}
	if len(match) == 0 {
		match = []string{`"` + ("\x1f\x1f" + records.Fold(term))[max(0, len(term)-1):] + `"`}
	}
	return strings.Join(match, " AND ")
}
