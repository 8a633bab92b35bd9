package records

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/fxamacker/cbor/v2"

	"meterside/care"
)

// maxListed bounds what one encoded row may hold in a list, so that a hostile row cannot claim a billion segments.
const maxListed = 4096

var (
	encoder = must(cbor.EncOptions{Sort: cbor.SortCoreDeterministic, NilContainers: cbor.NilContainerAsEmpty}.EncMode())
	decoder = must(cbor.DecOptions{MaxArrayElements: maxListed, MaxMapPairs: maxListed, MaxNestedLevels: 8}.DecMode())
)

// Encode gives a record's row as it stands in the change index and travels: a CBOR map with integer keys, the same
// bytes for the same record, whether it was made just now or read from its table. rv is not in it.
func Encode(rec care.Record) ([]byte, error) {
	asRead(rec)
	b, err := encoder.Marshal(rec)
	if err != nil {
		return nil, fmt.Errorf("encoding a %s: %w", Name(rec.RecordKind()), err)
	}
	return b, nil
}

// Decode reads a row that Encode made. Unknown keys are ignored, missing ones stay empty. A kind that is not known here
// gives nil: a newer portal sends it to newer desks.
func Decode(k care.Kind, body []byte) (care.Record, error) {
	rec := care.New(k)
	if rec == nil {
		return nil, nil
	}
	if err := decoder.Unmarshal(body, rec); err != nil {
		return nil, fmt.Errorf("decoding a %s: %w", Name(k), err)
	}
	return rec, nil
}

// asRead brings a record's lists to the form in which its table gives them back.
func asRead(rec care.Record) {
	k := kinds[rec.RecordKind()]
	if len(k.lists) == 0 {
		return
	}
	v := reflect.ValueOf(rec).Elem()
	for _, index := range k.lists {
		l, ok := v.FieldByIndex(index).Addr().Interface().(*care.List)
		if ok && slices.ContainsFunc(*l, func(w string) bool { return w == "" || strings.Contains(w, ";") }) {
			*l = care.Split(l.String())
		}
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
