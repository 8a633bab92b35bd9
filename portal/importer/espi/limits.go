package espi

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/xml"
	"io"
	"slices"
	"unicode/utf8"

	"meterside/care"
)

// What a file may hold at the most. A year of minutes is half a million readings.
const (
	mostBytes      = 256 << 20 // unpacked
	mostToken      = 2 << 20   // one tag or text
	mostDepth      = 64
	mostAttributes = 64
	mostEntries    = 200_000
	mostOfAKind    = 1000 // usage points, meter readings, reading types; series
	mostReadings   = 1_000_000
	mostText       = 256 // characters of a value
	mostLink       = 500
)

var (
	errTooLong  = care.Err("meter_file_long")
	errTokenBig = care.Err("meter_token_long")
	errNotUTF8  = care.Err("row_not_utf8")
)

// bounded ends a file that is too long, one whose next token would take too much memory, and one that is not UTF-8: the
// decoder looks at that in some places only.
type bounded struct {
	from        io.Reader
	total, part int64
	cut         []byte // the beginning of a character whose rest has not come
	failed      error
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.failed != nil {
		return 0, b.failed
	}
	n, err := b.from.Read(p[:min(len(p), 4096)])
	b.total += int64(n)
	b.part += int64(n)
	switch {
	case b.total > mostBytes:
		b.failed = errTooLong
	case b.part > mostToken:
		b.failed = errTokenBig
	case !b.utf8(p[:n]):
		b.failed = errNotUTF8
	default:
		return n, err
	}
	return 0, b.failed
}

// utf8 says whether the text is still UTF-8 with what came now.
func (b *bounded) utf8(p []byte) bool {
	text := slices.Concat(b.cut, p)
	whole := len(text)
	for back := 1; back < utf8.UTFMax && back <= len(text); back++ {
		if at := len(text) - back; utf8.RuneStart(text[at]) {
			if !utf8.FullRune(text[at:]) {
				whole = at
			}
			break
		}
	}
	b.cut = append(b.cut[:0], text[whole:]...)
	return utf8.Valid(text[:whole])
}

// unpacked reads a file as it is, or out of gzip.
func unpacked(r io.Reader) (*bufio.Reader, error) {
	in := bufio.NewReader(r)
	if head, err := in.Peek(2); err != nil || !bytes.Equal(head, []byte{0x1f, 0x8b}) {
		return in, nil
	}
	packed, err := gzip.NewReader(in)
	if err != nil {
		return nil, err
	}
	return bufio.NewReader(packed), nil
}

// utf16 says that a file is written in an encoding that is not read here.
func utf16(head []byte) bool {
	return bytes.HasPrefix(head, []byte{0xff, 0xfe}) || bytes.HasPrefix(head, []byte{0xfe, 0xff})
}

// wellFormed refuses what encoding/xml lets through.
func wellFormed(e xml.StartElement) care.Error {
	if len(e.Attr) > mostAttributes {
		return care.Err("meter_attributes")
	}
	for i, a := range e.Attr {
		for _, b := range e.Attr[:i] {
			if a.Name == b.Name {
				return care.Err("meter_attribute_twice")
			}
		}
	}
	return care.Error{}
}
