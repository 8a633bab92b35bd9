package records

import (
	"database/sql/driver"
	"math"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"meterside/care"
)

// shape is how a column stands in an encoded row.
type shape uint8

const (
	absent shape = iota // no column has this number
	text
	number
	optional // a number that may be missing
	flag
	list
	segments
)

// wired says, by the number of a field on the wire, which column it fills and how.
type wired struct {
	column int
	shape  shape
	omits  bool // where it holds nothing
}

var (
	listType     = reflect.TypeFor[care.List]()
	segmentsType = reflect.TypeFor[care.Segments]()
)

// wires reads the numbers of a kind's fields off their tags, and what a column holds that no field fills.
func wires(sample any, fields [][]int) (all []wired, empty []driver.Value) {
	typ := reflect.TypeOf(sample)
	for column, index := range fields {
		f := typ.FieldByIndex(index)
		w := wired{column: column}
		var nothing driver.Value
		switch {
		case f.Type == listType:
			w.shape, nothing = list, ""
		case f.Type == segmentsType:
			w.shape, nothing = segments, "[]"
		case f.Type.Kind() == reflect.String:
			w.shape, nothing = text, ""
		case f.Type.Kind() == reflect.Int64:
			w.shape, nothing = number, int64(0)
		case f.Type.Kind() == reflect.Bool:
			w.shape, nothing = flag, false
		case f.Type.Kind() == reflect.Pointer && f.Type.Elem().Kind() == reflect.Int64:
			w.shape = optional
		}
		empty = append(empty, nothing)
		at, options, _ := strings.Cut(f.Tag.Get("cbor"), ",")
		w.omits = strings.Contains(options, "omitempty")
		n, err := strconv.Atoi(at)
		if err != nil {
			continue // rv, which does not travel in the row
		}
		for len(all) <= n {
			all = append(all, wired{})
		}
		all[n] = w
	}
	return all, empty
}

// straight turns an encoded row into its columns, without the record between: a first sync is made of these. It gives up,
// and says false, on whatever Encode does not write; Decode then says what is wrong with it, or reads it all the same.
func (k *kind) straight(body []byte, into []driver.NamedValue) bool {
	for i := range into {
		into[i].Value = k.empty[i]
	}
	r := cborReader{rest: body}
	major, pairs := r.head()
	if major != cborMap {
		return false
	}
	last := -1
	for range pairs {
		major, key := r.head()
		if major != cborUint || key > math.MaxInt16 || int(key) <= last { //nolint:gosec // it is bounded in the line itself
			return false
		}
		last = int(key) //nolint:gosec // as above
		var w wired
		if last < len(k.wires) {
			w = k.wires[last]
		}
		value, ok := r.value(w.shape)
		if !ok {
			return false
		}
		if w.shape != absent {
			into[w.column].Value = value
		}
	}
	return !r.bad && len(r.rest) == 0
}

// The major types of CBOR that a row is made of.
const (
	cborUint   = 0
	cborNint   = 1
	cborText   = 3
	cborArray  = 4
	cborMap    = 5
	cborSimple = 7
	cborNone   = 255 // what cannot be read
)

type cborReader struct {
	rest []byte
	bad  bool
}

// head reads the type of the next item and its number, length or simple value, in the shortest form only.
func (r *cborReader) head() (major byte, arg uint64) {
	if len(r.rest) == 0 {
		r.bad = true
		return cborNone, 0
	}
	first := r.rest[0]
	major, arg = first>>5, uint64(first&31)
	size := 0
	switch {
	case arg < 24:
	case arg < 28:
		size = 1 << (arg - 24)
	default: // of a length that is not told
		r.bad = true
		return cborNone, 0
	}
	if len(r.rest) < 1+size {
		r.bad = true
		return cborNone, 0
	}
	if size > 0 {
		arg = 0
		for _, b := range r.rest[1 : 1+size] {
			arg = arg<<8 | uint64(b)
		}
	}
	r.rest = r.rest[1+size:]
	return major, arg
}

func (r *cborReader) text() (string, bool) {
	major, n := r.head()
	if major != cborText || n > uint64(len(r.rest)) || !utf8.Valid(r.rest[:n]) {
		return "", false
	}
	s := string(r.rest[:n])
	r.rest = r.rest[n:]
	return s, true
}

func (r *cborReader) value(s shape) (driver.Value, bool) {
	switch s {
	case text:
		return r.text()
	case number, optional:
		switch major, n := r.head(); {
		case major == cborUint && n <= math.MaxInt64:
			return int64(n), true
		case major == cborNint && n <= math.MaxInt64:
			return -1 - int64(n), true
		}
		return nil, false
	case flag:
		major, v := r.head()
		return v == 21, major == cborSimple && (v == 20 || v == 21)
	case list:
		return r.list()
	case segments:
		before := r.rest
		if !r.skip(0) {
			return nil, false
		}
		var lines care.Segments
		if decoder.Unmarshal(before[:len(before)-len(r.rest)], &lines) != nil {
			return nil, false
		}
		v, err := lines.Value()
		return v, err == nil
	default:
		return nil, r.skip(0)
	}
}

// list joins the words of an array as care.List does.
func (r *cborReader) list() (driver.Value, bool) {
	major, n := r.head()
	if major != cborArray || n > maxListed {
		return nil, false
	}
	if n == 1 {
		return r.text()
	}
	var all strings.Builder
	for i := range n {
		word, ok := r.text()
		if !ok {
			return nil, false
		}
		if i > 0 {
			all.WriteByte(';')
		}
		all.WriteString(word)
	}
	return all.String(), true
}

// skip passes over one item: of texts, numbers, simple values, arrays and maps.
func (r *cborReader) skip(depth int) bool {
	major, n := r.head()
	switch major {
	case cborUint, cborNint:
		return true
	case cborSimple:
		return n == 20 || n == 21 || n == 22
	case cborText:
		if n > uint64(len(r.rest)) || !utf8.Valid(r.rest[:n]) {
			return false
		}
		r.rest = r.rest[n:]
		return true
	case cborArray, cborMap:
		if n > maxListed || depth > 4 {
			return false
		}
		if major == cborMap {
			n *= 2
		}
		for range n {
			if !r.skip(depth + 1) {
				return false
			}
		}
		return true
	}
	return false
}
