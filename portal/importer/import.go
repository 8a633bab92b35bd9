package importer

import (
	"context"
	"runtime/debug"

	"meterside/care"
	"meterside/portal"
)

const (
	actor   = "import"     // who imports, in the activity log
	runKind = "import.run" // the activity of one run that changed something

	chunkRows    = 5000    // rows that are passed from reading to writing at once
	progressRows = 100_000 // rows from one word of progress to the next
	gcPercent    = 30      // how far the memory grows over what is in use
)

// Options say how to import.
type Options struct {
	DryRun   bool                        // count what would become of the rows, and write nothing
	Progress func(file string, rows int) // told now and then how many rows of a file are done; may be nil
	By       string                      // who imports, for the list of imports
}

// Import reads an export and writes what is new in it. An export with an unreadable file is refused as a whole, with an
// *Unreadable, before anything is written; a damaged row is refused with its children and does not hold up the others.
// What an earlier export brought and this one lacks stays. Importing the same export again changes nothing, and a run
// that broke off is made good by another. While another import runs, on whatever node, this one is refused with
// care.CodeImportRunning.
func Import(ctx context.Context, p *portal.Portal, dir string, o Options) (Report, error) {
	// Most of the memory holds the keys that were read, which are looked at by no collector and needed to the end; what
	// comes and goes beside them is little, and collecting it early costs little.
	defer debug.SetGCPercent(debug.SetGCPercent(gcPercent))
	r := &run{ctx: ctx, portal: p, bulk: p.NewBulk(portal.System(actor)), options: o, tallies: map[string]*Tally{}, fresh: map[string]bool{}}
	for _, t := range Tables {
		r.tallies[t.File] = &Tally{}
	}
	if o.DryRun {
		return r.all(dir)
	}
	var report Report
	err := p.Import(ctx, r.bulk, care.ImportRun{Sort: care.ImportCSV, Source: dir, By: o.By}, func() (_ care.ImportReport, err error) {
		report, err = r.all(dir)
		return report.kept(), err
	})
	return report, err
}

// all is the whole run.
func (r *run) all(dir string) (Report, error) {
	if err := r.look(); err != nil {
		return Report{}, err
	}
	report, err := r.read(dir)
	if err != nil {
		return Report{}, err
	}
	for file, tally := range report.Files {
		done := r.tallies[file]
		tally.Added, tally.Changed, tally.Unchanged, tally.Kept = done.Added, done.Changed, done.Unchanged, done.Kept
	}
	return report, r.log(report)
}

// run is one import. One goroutine reads, and one writes what was read before.
type run struct {
	ctx     context.Context
	portal  *portal.Portal
	bulk    *portal.Bulk
	options Options
	fresh   map[string]bool // files whose tables were empty when the run began
	tallies map[string]*Tally
	staff   map[string]bool
	pipe

	// What follows is the reader's.
	held  [len(waits)][][]byte // rows that wait for a later file
	file  string               // the file that rows come from now
	chunk []*entry             // rows of one file, not passed on yet
}

// look notes which tables are empty: their rows need not be looked for one by one.
func (r *run) look() error {
	return r.portal.View(r.ctx, func(v *portal.View) error {
		for file, s := range sources {
			r.fresh[file] = true
			var one int
			err := v.Rows(r.ctx, []any{&one}, func() error { r.fresh[file] = false; return nil }, "SELECT 1 FROM "+s.table+" LIMIT 1")
			if err != nil {
				return err
			}
		}
		// A link to somebody who was there before moves them, so their row is looked for too.
		for _, w := range waits {
			r.fresh[w.after] = r.fresh[w.after] && r.fresh[w.file]
		}
		return nil
	})
}

// sink takes the rows in the order of Read and passes them on in the order in which they are written.
func (r *run) sink(file string, row Row, segments []Row) error {
	if file != r.file {
		if err := r.release(turn(file)); err != nil {
			return err
		}
		r.file = file
	}
	for i, w := range waits {
		if w.file == file {
			r.held[i] = append(r.held[i], row.packed())
			return nil
		}
	}
	return r.take(row, segments)
}

// take reads a row, and passes on a chunk when there is one.
func (r *run) take(row Row, segments []Row) error {
	if len(r.chunk) > 0 {
		if last := r.chunk[0].table.File != row.File; last || len(r.chunk) == chunkRows {
			if err := r.pass(last); err != nil {
				return err
			}
		}
	}
	e := newEntry(row.File)
	e.fill(row, segments)
	r.chunk = append(r.chunk, e)
	return nil
}

// log leaves one activity for a run that changed something.
func (r *run) log(report Report) error {
	sum := report.Sum()
	if r.options.DryRun || sum.Added+sum.Changed == 0 {
		return nil
	}
	return r.bulk.Chunk(r.ctx, func(c *portal.Chunk) error {
		return care.Log(c, care.Activity{Sort: runKind, Detail: care.Detail(sum)})
	})
}
