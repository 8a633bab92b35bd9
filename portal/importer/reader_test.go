package importer

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
)

// record is what a reader gives, copied.
type record struct {
	Line   int
	Offset int64
	Fields []string
}

func readAll(src io.Reader) ([]record, error) {
	r := newReader("some.csv", src)
	r.buf = r.buf[:16] // so that records are longer than the buffer
	r.buf = r.buf[:16:16]
	var all []record
	for {
		fields, at, err := r.next()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		one := record{Line: at.line, Offset: at.offset, Fields: []string{}}
		for _, f := range fields {
			one.Fields = append(one.Fields, string(f))
		}
		all = append(all, one)
	}
}

func TestReaderKnowsWhereRecordsBegin(t *testing.T) {
	for name, c := range map[string]struct {
		in   string
		want []record
	}{
		"plain":                       {"a,b\nc,\n", []record{{1, 0, []string{"a", "b"}}, {2, 4, []string{"c", ""}}}},
		"no line end at the end":      {"a,b\nc,d", []record{{1, 0, []string{"a", "b"}}, {2, 4, []string{"c", "d"}}}},
		"CRLF":                        {"a,b\r\n\"c\",d\r\n", []record{{1, 0, []string{"a", "b"}}, {2, 5, []string{"c", "d"}}}},
		"line ends inside quotes":     {"a,\"b\n\nc\"\nd,e\n", []record{{1, 0, []string{"a", "b\n\nc"}}, {4, 9, []string{"d", "e"}}}},
		"doubled quotes":              {"\"a\"\"b\",\"\"\n", []record{{1, 0, []string{`a"b`, ""}}}},
		"comma inside quotes":         {"\"a,b\",c\n", []record{{1, 0, []string{"a,b", "c"}}}},
		"blank lines count, not read": {"a\n\n\r\nb\n", []record{{1, 0, []string{"a"}}, {4, 5, []string{"b"}}}},
		"quoted and last":             {"a,\"b\"", []record{{1, 0, []string{"a", "b"}}}},
		"NUL and broken UTF-8":        {"a\x00,\xff\n", []record{{1, 0, []string{"a\x00", "\xff"}}}},
		"a return inside a field":     {"a\rb,c\n", []record{{1, 0, []string{"a\rb", "c"}}}},
	} {
		for kind, src := range map[string]io.Reader{"whole": strings.NewReader(c.in), "by bytes": iotest.OneByteReader(strings.NewReader(c.in))} {
			got, err := readAll(src)
			if err != nil || !reflect.DeepEqual(got, c.want) {
				t.Errorf("%s, %s: %v %v, want %v", name, kind, got, err, c.want)
			}
		}
	}
}

func TestReaderRefusesQuotesThatCannotBe(t *testing.T) {
	for name, c := range map[string]struct {
		in   string
		line int
	}{
		"inside a plain field": {"a\nb,c\"d\n", 2},
		"after a closed field": {"a\nb\n\"c\"d\n", 3},
		"never closed":         {"a\n\"b\nc\n", 2},
		"space before it":      {"a, \"b\"\n", 1},
	} {
		_, err := readAll(strings.NewReader(c.in))
		var u *Unreadable
		if !errors.As(err, &u) || u.Line != c.line || u.File != "some.csv" {
			t.Errorf("%s: %v, want line %d to be unreadable", name, err, c.line)
		}
	}
}

// endless is a field without an end.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

func TestReaderGivesUpOnARecordWithoutEnd(t *testing.T) {
	for name, opening := range map[string]string{"plain": "", "quoted": `"`} {
		_, err := readAll(io.MultiReader(strings.NewReader(opening), endless{}))
		var u *Unreadable
		if !errors.As(err, &u) || !strings.Contains(u.Problem, "16 MiB") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestReaderReportsAFailingSource(t *testing.T) {
	_, err := readAll(iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader("a,b\n"))))
	if !errors.Is(err, iotest.ErrTimeout) {
		t.Errorf("got %v", err)
	}
}

// Without carriage returns, which encoding/csv drops inside quotes, both readers must agree on what is a file and what
// stands in it; the physical line and the byte must be those of the record's beginning, whatever the source's pieces.
func FuzzReader(f *testing.F) {
	for _, s := range []string{"a,b\n", "\"a\nb\",c\n\nd", "\"", "a\"\n", "\"a\"\"\"", "\x00,\xff\n", ",\n,", "\"\"\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		got, err := readAll(bytes.NewReader(in))
		again, errAgain := readAll(iotest.OneByteReader(bytes.NewReader(in)))
		if (err == nil) != (errAgain == nil) || err == nil && !reflect.DeepEqual(got, again) {
			t.Fatalf("in one piece %v %v, by bytes %v %v", got, err, again, errAgain)
		}
		for _, r := range got {
			if want := 1 + bytes.Count(in[:r.Offset], []byte{'\n'}); r.Line != want {
				t.Fatalf("the record at byte %d is on line %d, not %d", r.Offset, want, r.Line)
			}
		}
		if bytes.IndexByte(in, '\r') >= 0 {
			return
		}
		theirs := csv.NewReader(bytes.NewReader(in))
		theirs.FieldsPerRecord = -1
		want, errWant := theirs.ReadAll()
		if (err == nil) != (errWant == nil) {
			t.Fatalf("we say %v, encoding/csv %v", err, errWant)
		}
		if err != nil {
			return
		}
		if len(got) != len(want) {
			t.Fatalf("%d records, encoding/csv %d", len(got), len(want))
		}
		for i := range want {
			if !reflect.DeepEqual(got[i].Fields, want[i]) {
				t.Fatalf("record %d is %q, to encoding/csv %q", i, got[i].Fields, want[i])
			}
		}
	})
}
