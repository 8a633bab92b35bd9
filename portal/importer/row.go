package importer

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"

	"meterside/care"
	sentences "meterside/care/text"
)

// Row is one record of a file. Its fields stand in the order of the table's columns and are only valid until the
// function that was given the row returns.
type Row struct {
	File   string
	Line   int // the physical line on which the record begins, from 1
	Fields [][]byte
	table  *Table
}

// field is the value of a column. A column that the table does not have is a mistake of the program's.
func (r Row) field(column string) []byte {
	at := r.table.column(column)
	if at < 0 {
		panic(fmt.Sprintf("%s has no column %s", r.File, column))
	}
	return r.Fields[at]
}

// Text is the value of a column; "" when it is not known.
func (r Row) Text(column string) string { return string(r.field(column)) }

// Bit is the value of a column of 0 and 1; an unknown one is false.
func (r Row) Bit(column string) bool { return string(r.field(column)) == "1" }

// Int is the value of a column of whole numbers, and whether it is known.
func (r Row) Int(column string) (value int64, known bool) {
	b := r.field(column)
	if len(b) == 0 {
		return 0, false
	}
	return parseInt(b), true
}

// Instant is the value of a column of times, in milliseconds since 1970, UTC, and whether it is known.
func (r Row) Instant(column string) (ms int64, known bool) { return parseInstant(r.field(column)) }

// Float is the value of a column of coordinates, in degrees, and whether it is known.
func (r Row) Float(column string) (degrees float64, known bool) {
	degrees, err := strconv.ParseFloat(string(r.field(column)), 64)
	return degrees, err == nil
}

// List is the value of a column of several values separated by semicolons.
func (r Row) List(column string) []string {
	b := r.field(column)
	if len(b) == 0 {
		return nil
	}
	var all []string
	for one := range bytes.SplitSeq(b, []byte{';'}) {
		all = append(all, string(one))
	}
	return all
}

// Scan reads one file of the table and gives each row to fn, with the reason why it cannot be right by itself, or nil.
// Whether its key stands twice and whether the rows it names exist is not looked at. A refused row has the fields that
// were found, which may be fewer or more than the table has columns. The error is an *Unreadable, fn's or the source's.
func (t *Table) Scan(source io.Reader, fn func(Row, *Refusal) error) error {
	r := newReader(t.File, source)
	if err := r.header(t); err != nil {
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
		row := Row{File: t.File, Line: at.line, Fields: fields, table: t}
		if err := fn(row, t.check(row)); err != nil {
			return err
		}
	}
}

// check finds the first thing that is wrong with a row by itself.
func (t *Table) check(row Row) *Refusal {
	if len(row.Fields) != len(t.Columns) {
		return row.refuse("", care.Err("row_fields", "found", strconv.Itoa(len(row.Fields)), "wanted", strconv.Itoa(len(t.Columns))))
	}
	clean := true
	for _, f := range row.Fields {
		if !utf8.Valid(f) || bytes.IndexByte(f, 0) >= 0 {
			clean = false
			break
		}
	}
	for i := range t.Columns {
		c := &t.Columns[i]
		if problem := c.problem(row.Fields[i], clean); problem.Code != "" {
			return row.refuse(c.Name, problem)
		}
		if c.NotBefore != "" && len(row.Fields[i]) > 0 && bytes.Compare(row.Fields[i], row.field(c.NotBefore)) < 0 {
			return row.refuse(c.Name, care.Err("row_before", "column", c.NotBefore))
		}
		if c.With != "" && len(row.Fields[i]) == 0 && string(row.field(c.With)) == c.WithValue {
			return row.refuse(c.Name, care.Err("row_missing"))
		}
	}
	return nil
}

func (r Row) refuse(field string, problem care.Error) *Refusal {
	return &Refusal{File: r.File, Line: r.Line, Field: field, Problem: english(problem), Code: problem.Code, Params: problem.Params}
}

// english is a problem as reports and logs say it.
func english(problem care.Error) string {
	return sentences.Sentence("en", string(problem.Code), problem.Params)
}
