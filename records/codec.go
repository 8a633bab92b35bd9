package records

import (
	"fmt"

	"github.com/fxamacker/cbor/v2"

	"meterside/care"
)

// maxListed bounds what one encoded row may hold in a list, so that a hostile row cannot claim a billion segments.
const maxListed = 4096

var (
	encoder = must(cbor.EncOptions{Sort: cbor.SortCoreDeterministic}.EncMode())
	decoder = must(cbor.DecOptions{MaxArrayElements: maxListed, MaxMapPairs: maxListed, MaxNestedLevels: 8}.DecMode())
)

// Encode gives a record's row as it stands in the change index and travels: a CBOR map with integer keys, the same
// bytes for the same record. rv is not in it.
func Encode(rec care.Record) ([]byte, error) {
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

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
