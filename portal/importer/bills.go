package importer

import (
	"cmp"
	"errors"
	"slices"
	"strconv"

	"meterside/care"
)

var errChanged = errors.New(billsFile + " or " + segmentsFile + " changed while they were read")

// segmentSource finds the segments of accepted bills, which are asked for in file order. Every segment is given once.
type segmentSource interface {
	// of calls fn for each segment of an accepted bill, and may do so for segments that belong to no accepted bill.
	of(bill ref, fn func(Row) error) error
	// rest calls fn for each segment that was not given yet, after all bills.
	rest(fn func(Row) error) error
}

// readBills reads the bills, each with its segments: both files side by side when their order agrees, else by an index of
// where each bill's segments stand.
func (g *reading) readBills(s survey) error {
	bills, segments := table(billsFile), table(segmentsFile)
	f, err := open(g.dir, bills)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	parts, err := open(g.dir, segments)
	if err != nil {
		return err
	}
	defer func() { _ = parts.Close() }()

	j := g.judgeOf(bills)
	var source segmentSource
	if s.ordered {
		source, err = newMerge(parts, segments, j.own)
	} else {
		source, err = newIndex(parts, segments, j.own, s.parts)
	}
	if err != nil {
		return err
	}
	b := &bill{segments: g.judgeOf(segments), lines: map[int64]bool{}}
	err = bills.Scan(f, func(row Row, bad *Refusal) error {
		at, bad, err := j.judge(row, bad)
		if err != nil || g.count(row, bad) {
			return err
		}
		b.reset()
		if err := source.of(at, func(s Row) error { return b.add(g, s) }); err != nil {
			return err
		}
		return g.sink(billsFile, row, b.kept)
	})
	if err != nil {
		return err
	}
	err = source.rest(func(s Row) error {
		bad := b.segments.refusal(s)
		if bad == nil {
			return errChanged
		}
		b.refuse(g, bad)
		return nil
	})
	slices.SortStableFunc(b.refused, func(x, y Refusal) int { return cmp.Compare(x.Line, y.Line) })
	g.report.Refused = append(g.report.Refused, b.refused...)
	return err
}

// refusal is what is wrong with a row, its key apart.
func (j *judge) refusal(row Row) *Refusal {
	if bad := j.table.check(row); bad != nil {
		return bad
	}
	return j.orphan(row)
}

// mostSegments bounds a bill: its segments travel in one row, which a desk reads whole.
const mostSegments = 500

// bill gathers one bill's segments, in memory that is used again for the next.
type bill struct {
	segments *judge
	lines    map[int64]bool
	kept     []Row
	fields   [][]byte
	bytes    []byte
	refused  []Refusal // of all bills
}

func (b *bill) reset() {
	clear(b.lines)
	b.kept, b.fields, b.bytes = b.kept[:0], b.fields[:0], b.bytes[:0]
}

// add keeps a copy of a segment, or refuses it.
func (b *bill) add(g *reading, row Row) error {
	bad := b.segments.refusal(row)
	if bad == nil {
		line, _ := row.Int("line")
		switch {
		case b.lines[line]:
			bad = row.refuse("line", care.Err("row_twice"))
		case len(b.kept) >= mostSegments:
			bad = row.refuse("bill_id", care.Err("row_lines", "most", strconv.Itoa(mostSegments)))
		}
		b.lines[line] = true
	}
	if bad != nil {
		b.refuse(g, bad)
		return nil
	}
	g.report.Files[segmentsFile].Read++
	first := len(b.fields)
	for _, f := range row.Fields {
		from := len(b.bytes)
		b.bytes = append(b.bytes, f...)
		b.fields = append(b.fields, b.bytes[from:len(b.bytes):len(b.bytes)])
	}
	row.Fields = b.fields[first:len(b.fields):len(b.fields)]
	b.kept = append(b.kept, row)
	return nil
}

func (b *bill) refuse(g *reading, bad *Refusal) {
	tally := g.report.Files[segmentsFile]
	tally.Read++
	tally.Refused++
	b.refused = append(b.refused, *bad)
}
