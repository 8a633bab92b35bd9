package importer

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
)

// merge is the segments of a file that stands in the order of its bills: both are read side by side.
type merge struct {
	reader *reader
	bills  *keySet
	row    Row // the next one, unless done
	bill   ref // that it names
	done   bool
}

func newMerge(f *os.File, t *Table, bills *keySet) (*merge, error) {
	m := &merge{reader: newReader(t.File, f), bills: bills, row: Row{File: t.File, table: t}}
	if err := m.reader.header(t); err != nil {
		return nil, err
	}
	return m, m.advance()
}

func (m *merge) advance() error {
	fields, at, err := m.reader.next()
	if errors.Is(err, io.EOF) {
		m.done = true
		return nil
	}
	if err != nil {
		return err
	}
	m.row.Fields, m.row.Line, m.bill = fields, at.line, m.bills.find(fields[0])
	return nil
}

// of gives, before the bill's own segments, those of bills that were refused or never there.
func (m *merge) of(bill ref, fn func(Row) error) error {
	for !m.done && m.bill <= bill {
		if m.bill != 0 && m.bill < bill && m.bills.state(m.bill) == accepted {
			return errChanged
		}
		if err := fn(m.row); err != nil {
			return err
		}
		if err := m.advance(); err != nil {
			return err
		}
	}
	return nil
}

func (m *merge) rest(fn func(Row) error) error {
	for !m.done {
		if err := fn(m.row); err != nil {
			return err
		}
		if err := m.advance(); err != nil {
			return err
		}
	}
	return nil
}

// index is the segments of a file in any order: 16 bytes of memory for each say where it stands, and a bill's segments
// are read from there.
type index struct {
	file   *os.File
	table  *Table
	bills  *keySet
	at     []position // by bill, then by place
	reader *reader
}

type position struct {
	bill   ref
	line   uint32
	offset int64
}

func newIndex(f *os.File, t *Table, bills *keySet, count int) (*index, error) {
	x := &index{file: f, table: t, bills: bills, at: make([]position, 0, count)}
	err := x.scan(func(fields [][]byte, at place) error {
		if at.line > math.MaxUint32 {
			return fmt.Errorf("%s has more lines than can be put in order", t.File)
		}
		if bill := bills.find(fields[0]); bill != 0 {
			x.at = append(x.at, position{bill, uint32(at.line), at.offset})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(x.at, func(a, b position) int {
		return cmp.Or(cmp.Compare(a.bill, b.bill), cmp.Compare(a.offset, b.offset))
	})
	x.reader = &reader{file: t.File, buf: make([]byte, 4096)}
	return x, nil
}

// scan goes through the whole file.
func (x *index) scan(fn func([][]byte, place) error) error {
	r := newReader(x.table.File, io.NewSectionReader(x.file, 0, math.MaxInt64))
	if err := r.header(x.table); err != nil {
		return err
	}
	for {
		fields, at, err := r.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := fn(fields, at); err != nil {
			return err
		}
	}
}

func (x *index) of(bill ref, fn func(Row) error) error {
	i, _ := slices.BinarySearchFunc(x.at, bill, func(p position, b ref) int { return cmp.Compare(p.bill, b) })
	for ; i < len(x.at) && x.at[i].bill == bill; i++ {
		fields, err := x.read(x.at[i])
		if err != nil {
			return err
		}
		if err := fn(Row{File: x.table.File, Line: int(x.at[i].line), Fields: fields, table: x.table}); err != nil {
			return err
		}
	}
	return nil
}

// read cuts the record at a place. The reader goes on from the record before where the two stand together.
func (x *index) read(p position) ([][]byte, error) {
	if r := x.reader; r.src == nil || r.offset != p.offset {
		r.src = io.NewSectionReader(x.file, p.offset, math.MaxInt64-p.offset)
		r.start, r.end, r.eof, r.offset = 0, 0, false, p.offset
	}
	x.reader.line = int(p.line)
	fields, _, err := x.reader.next()
	if errors.Is(err, io.EOF) {
		return nil, errChanged
	}
	return fields, err
}

// rest goes through the file once more: what belongs to an accepted bill was given.
func (x *index) rest(fn func(Row) error) error {
	return x.scan(func(fields [][]byte, at place) error {
		if bill := x.bills.find(fields[0]); bill != 0 && x.bills.state(bill) == accepted {
			return nil
		}
		return fn(Row{File: x.table.File, Line: at.line, Fields: fields, table: x.table})
	})
}
