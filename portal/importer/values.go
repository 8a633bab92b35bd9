package importer

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"meterside/care"
)

// problem says what is wrong with a value of the column; it has no code when nothing is. Clean says that the whole record is known to
// be UTF-8 without a NUL.
func (c *Column) problem(value []byte, clean bool) care.Error {
	if !clean {
		if !utf8.Valid(value) {
			return care.Err("row_not_utf8")
		}
		if bytes.IndexByte(value, 0) >= 0 {
			return care.Err("row_nul")
		}
	}
	if len(value) == 0 {
		if c.Required {
			return care.Err("row_missing")
		}
		return care.Error{}
	}
	if len(value) > c.Max && utf8.RuneCount(value) > c.Max {
		return care.Err("row_too_long", "most", strconv.Itoa(c.Max))
	}
	return c.formProblem(value)
}

func (c *Column) formProblem(value []byte) care.Error {
	switch c.Kind {
	case Key:
		if bytes.ContainsFunc(value, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			return care.Err("row_control")
		}
	case Date:
		if _, ok := parseDate(value); !ok {
			return care.Err("row_no_date")
		}
	case Instant:
		if _, ok := parseInstant(value); !ok {
			return care.Err("row_no_time")
		}
	case Int:
		return intProblem(value)
	case Bit:
		if len(value) != 1 || value[0] != '0' && value[0] != '1' {
			return care.Err("row_no_choice", "choices", "0, 1")
		}
	case Enum:
		if !c.has(value) {
			return c.outside()
		}
	case List:
		for one := range bytes.SplitSeq(value, []byte{';'}) {
			if !c.has(one) {
				return c.outside()
			}
		}
	case Coordinate:
		if !isCoordinate(value) {
			return care.Err("row_no_coordinate")
		}
	case JSON:
		if !json.Valid(value) {
			return care.Err("row_no_json")
		}
	}
	return care.Error{}
}

func (c *Column) has(value []byte) bool {
	for _, v := range c.Values {
		if string(value) == v {
			return true
		}
	}
	return false
}

func (c *Column) outside() care.Error {
	return care.Err("row_no_choice", "choices", strings.Join(c.Values, ", "))
}

// parseDate reads 2026-11-01. The number of two dates compares as the dates do, and fits 3 bytes.
func parseDate(b []byte) (number uint32, ok bool) {
	if len(b) != 10 || b[4] != '-' || b[7] != '-' {
		return 0, false
	}
	year, ok1 := digits(b[:4])
	month, ok2 := digits(b[5:7])
	d, ok3 := digits(b[8:])
	if !ok1 || !ok2 || !ok3 || year < 1 || month < 1 || month > 12 || d < 1 || d > daysIn(year, month) {
		return 0, false
	}
	return uint32(year)<<9 | uint32(month)<<5 | uint32(d), true
}

func daysIn(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

func digits(b []byte) (int, bool) {
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

// parseInstant reads 2026-11-01T00:00:00Z and every other form of RFC 3339 as milliseconds since 1970, UTC.
func parseInstant(b []byte) (ms int64, ok bool) {
	if len(b) < 20 || b[10] != 'T' {
		return 0, false
	}
	if _, ok := parseDate(b[:10]); !ok {
		return 0, false
	}
	if len(b) == 20 && b[13] == ':' && b[16] == ':' && b[19] == 'Z' {
		year, _ := digits(b[:4])
		month, _ := digits(b[5:7])
		d, _ := digits(b[8:10])
		hour, ok1 := digits(b[11:13])
		minute, ok2 := digits(b[14:16])
		second, ok3 := digits(b[17:19])
		if !ok1 || !ok2 || !ok3 || hour > 23 || minute > 59 || second > 59 {
			return 0, false
		}
		return time.Date(year, time.Month(month), d, hour, minute, second, 0, time.UTC).UnixMilli(), true
	}
	t, err := time.Parse(time.RFC3339, string(b))
	return t.UnixMilli(), err == nil
}

func intProblem(b []byte) care.Error {
	plain := b
	if b[0] == '-' {
		plain = b[1:]
	}
	if len(plain) == 0 {
		return care.Err("row_no_number")
	}
	for _, c := range plain {
		if c < '0' || c > '9' {
			return care.Err("row_no_number")
		}
	}
	if len(plain) > 18 {
		if _, err := strconv.ParseInt(string(b), 10, 64); err != nil {
			return care.Err("row_number_large")
		}
	}
	return care.Error{}
}

// parseInt reads a value in which intProblem found nothing.
func parseInt(b []byte) int64 {
	negative := b[0] == '-'
	if negative {
		b = b[1:]
	}
	var n int64 // counted downwards, where there is one number more
	for _, c := range b {
		n = n*10 - int64(c-'0')
	}
	if negative {
		return n
	}
	return -n
}

func isCoordinate(b []byte) bool {
	for _, c := range b {
		if (c < '0' || c > '9') && c != '.' && c != '-' && c != '+' {
			return false
		}
	}
	degrees, err := strconv.ParseFloat(string(b), 64)
	return err == nil && math.Abs(degrees) <= 180
}
