package importer

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"meterside/care"
)

// largest is how long one record may be, in bytes. A stray quote swallows what follows it; this is where we notice.
const largest = 16 << 20

// reader cuts a CSV file into records. It differs from encoding/csv in what it knows and what it tolerates: it knows the
// physical line and the byte on which a record begins, leaves every byte as it is, NULs and broken UTF-8 included, so
// that one damaged row can be named and refused, and accepts no quote that RFC 4180 does not.
type reader struct {
	file   string
	src    io.Reader
	buf    []byte
	start  int // of what has not been cut yet
	end    int // of what has been read
	eof    bool
	line   int      // physical line on which the next record begins
	offset int64    // byte on which it begins
	fields [][]byte // of the latest record; valid until the next
}

func newReader(file string, src io.Reader) *reader {
	return &reader{file: file, src: src, buf: make([]byte, 256<<10), line: 1}
}

// place is where a record begins.
type place struct {
	line   int
	offset int64
}

// next cuts the next record that is not blank. Fields are valid until the next call. The error is io.EOF after the last
// record, an *Unreadable, or that of the source.
func (r *reader) next() ([][]byte, place, error) {
	for {
		at := place{r.line, r.offset}
		n, err := r.cut()
		if err != nil {
			return nil, at, err
		}
		if n == 0 {
			return nil, at, io.EOF
		}
		if blank := len(r.fields) == 1 && len(r.fields[0]) == 0 && r.buf[r.start-n] != '"'; blank {
			continue
		}
		return r.fields, at, nil
	}
}

// cut takes one record, reading more of the source until it is whole. It returns the bytes taken, 0 at the end.
func (r *reader) cut() (int, error) {
	for {
		data := r.buf[r.start:r.end]
		if len(data) > 0 {
			n, lines, problem := r.split(data)
			if problem.Code != "" {
				return 0, unreadable(r.file, r.line, problem)
			}
			if n > 0 && n <= largest {
				r.start += n
				r.offset += int64(n)
				r.line += lines
				return n, nil
			}
			if len(data) > largest {
				return 0, unreadable(r.file, r.line, care.Err("file_record_long"))
			}
		}
		if r.eof {
			if len(data) > 0 {
				return 0, unreadable(r.file, r.line, care.Err("file_quote_open"))
			}
			return 0, nil
		}
		if err := r.more(); err != nil {
			return 0, err
		}
	}
}

func (r *reader) more() error {
	if r.start > 0 {
		copy(r.buf, r.buf[r.start:r.end])
		r.end -= r.start
		r.start = 0
	}
	if r.end == len(r.buf) {
		r.buf = append(r.buf, make([]byte, len(r.buf))...)
	}
	n, err := io.ReadAtLeast(r.src, r.buf[r.end:], 1)
	r.end += n
	if errors.Is(err, io.EOF) {
		r.eof = true
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading %s: %w", r.file, err)
	}
	return nil
}

// split cuts the fields of the record at the start of data. It returns the bytes and the line ends that the record takes,
// or no bytes when data ends before the record does. A last record needs no line end.
func (r *reader) split(data []byte) (taken, lines int, problem care.Error) {
	newline := bytes.IndexByte(data, '\n')
	line := data
	if newline >= 0 {
		line, taken, lines = data[:newline], newline+1, 1
	} else if taken = len(data); !r.eof && bytes.IndexByte(data, '"') < 0 {
		return 0, 0, care.Error{}
	}
	r.fields = r.fields[:0]
	if bytes.IndexByte(line, '"') >= 0 {
		return r.splitQuoted(data)
	}
	line = bytes.TrimSuffix(line, []byte{'\r'})
	for {
		comma := bytes.IndexByte(line, ',')
		if comma < 0 {
			r.fields = append(r.fields, line)
			return taken, lines, care.Error{}
		}
		r.fields = append(r.fields, line[:comma])
		line = line[comma+1:]
	}
}

// splitQuoted is split for a record with quotes in it.
func (r *reader) splitQuoted(data []byte) (taken, lines int, problem care.Error) {
	for at := 0; ; {
		var field []byte
		if at < len(data) && data[at] == '"' {
			length, doubled, closed := quoted(data[at+1:])
			if !closed {
				return 0, 0, care.Error{}
			}
			field = data[at+1 : at+1+length]
			lines += bytes.Count(field, []byte{'\n'})
			if doubled {
				field = bytes.ReplaceAll(field, []byte(`""`), []byte{'"'})
			}
			at += length + 2
		} else {
			length := bytes.IndexAny(data[at:], ",\n\"")
			if length < 0 {
				length = len(data) - at
			}
			field = data[at : at+length]
			if at += length; at < len(data) && data[at] == '\n' {
				field = bytes.TrimSuffix(field, []byte{'\r'})
			}
		}
		r.fields = append(r.fields, field)
		rest := data[at:]
		switch {
		case len(rest) == 0 || len(rest) == 1 && rest[0] == '\r':
			if !r.eof {
				return 0, 0, care.Error{}
			}
			return len(data), lines, care.Error{}
		case rest[0] == ',':
			at++
		case rest[0] == '\n':
			return at + 1, lines + 1, care.Error{}
		case rest[0] == '\r' && rest[1] == '\n':
			return at + 2, lines + 1, care.Error{}
		default:
			return 0, 0, care.Err("file_quote_astray")
		}
	}
}

// quoted measures the inside of a quoted field, whose opening quote stands before data.
func quoted(data []byte) (length int, doubled, closed bool) {
	for {
		quote := bytes.IndexByte(data[length:], '"')
		if quote < 0 {
			return 0, false, false
		}
		length += quote
		if length+1 == len(data) || data[length+1] != '"' {
			return length, doubled, true
		}
		doubled = true
		length += 2
	}
}

// header reads the first record and holds it against the table.
func (r *reader) header(t *Table) error {
	for r.end < 3 && !r.eof {
		if err := r.more(); err != nil {
			return err
		}
	}
	switch head := r.buf[:r.end]; {
	case len(head) == 0:
		return unreadable(r.file, 0, care.Err("file_empty"))
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}) || bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return unreadable(r.file, 1, care.Err("file_utf16"))
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		r.start, r.offset = 3, 3
	}
	fields, at, err := r.next()
	if errors.Is(err, io.EOF) {
		return unreadable(r.file, 0, care.Err("file_empty"))
	}
	if err != nil {
		return err
	}
	if problem := t.headerProblem(fields); problem.Code != "" {
		return unreadable(r.file, at.line, problem)
	}
	return nil
}

func (t *Table) headerProblem(fields [][]byte) care.Error {
	found := make([]string, len(fields))
	for i, f := range fields {
		if bytes.IndexByte(f, 0) >= 0 {
			return care.Err("file_header_nul")
		}
		found[i] = string(f)
	}
	for i, name := range found {
		if slices.Contains(found[:i], name) {
			return care.Err("file_column_twice", "column", fmt.Sprintf("%.50q", name))
		}
		if t.column(name) < 0 {
			return care.Err("file_column_foreign", "column", fmt.Sprintf("%.50q", name))
		}
	}
	for i, c := range t.Columns {
		if !slices.Contains(found, c.Name) {
			return care.Err("file_column_lacks", "column", strconv.Quote(c.Name))
		}
		if found[i] != c.Name {
			return care.Err("file_column_order", "column", strconv.Quote(found[i]), "due", strconv.Quote(c.Name))
		}
	}
	return care.Error{}
}
