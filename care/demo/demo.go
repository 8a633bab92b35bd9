// Package demo writes an invented town as a folder of CSV files, in the shape that a utility's customer export has and
// that `portald import` reads. The same options give the same bytes, so a demonstration, a test and a bug report can all
// speak of the same town. No street, number or person in it is real.
package demo

import (
	"errors"
	"fmt"
	"time"
)

// smallest is the least number of accounts: below it the town has no room for the cases it promises to hold.
const smallest = 100

// Options say which town to write. Accounts, Months and Activity have defaults for zero; Today has none, because a town
// that depended on the clock would not be the same twice.
type Options struct {
	Accounts int       // billing accounts, at least 100; zero means 5,000
	Seed     uint64    // another seed, another town
	Today    time.Time // nothing in the town is younger than the start of this day, UTC
	Months   int       // bills of an account at the most, newest last; zero means 13
	Activity float64   // mean activities of a web user; zero means 6
}

// Counts tell what was written.
type Counts struct {
	Files map[string]int // rows by file name ("accounts.csv"), the header not counted
	Guide Guide
}

// Guide names good examples to show.
type Guide struct {
	Enrolled   WebUser // enrolled, without a lock, living in the building at 2172 Main Street
	Locked     WebUser // locked by a CSR, in the same building
	CSR        string  // a CSR for all districts
	Supervisor string
	Admin      string
}

// WebUser is one portal user of the guide, with the account it owns.
type WebUser struct {
	ID, Username, Account string
}

// Write makes the folder if need be and writes the town's files into it, over those of an earlier town.
func Write(dir string, options Options) (Counts, error) {
	o, err := options.settled()
	if err != nil {
		return Counts{}, err
	}
	out, err := newExport(dir)
	if err != nil {
		return Counts{}, err
	}
	t := newTown(out, o)
	t.writeDistricts()
	t.writeStaff()
	for n := 1; n <= o.Accounts; n++ {
		t.settle(n)
	}
	t.writeWebUsers()
	t.writeStrangers()
	if err := out.close(); err != nil {
		return Counts{}, fmt.Errorf("writing the demo town: %w", err)
	}
	return Counts{Files: out.counts, Guide: t.guide}, nil
}

func (o Options) settled() (Options, error) {
	if o.Accounts == 0 {
		o.Accounts = 5000
	}
	if o.Months == 0 {
		o.Months = 13
	}
	if o.Activity == 0 {
		o.Activity = 6
	}
	switch {
	case o.Accounts < smallest:
		return o, fmt.Errorf("a demo town has at least %d accounts, not %d", smallest, o.Accounts)
	case o.Months < 0 || o.Activity < 0:
		return o, errors.New("a demo town cannot have less than no bills or activity")
	case o.Today.IsZero():
		return o, errors.New("a demo town needs to be told which day it is")
	}
	o.Today = o.Today.UTC().Truncate(24 * time.Hour)
	return o, nil
}
