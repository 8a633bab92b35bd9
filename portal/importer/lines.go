package importer

import (
	"cmp"
	"reflect"
	"slices"

	"meterside/care"
)

// segmentsOf reads a bill's segments, in the order of their lines.
func segmentsOf(rows []Row) care.Segments {
	if len(rows) == 0 {
		return nil
	}
	all := make(care.Segments, len(rows))
	for i, row := range rows {
		s := &all[i]
		s.Line, _ = row.Int("line")
		s.Service, s.Description, s.Unit = row.Text("service"), row.Text("description"), row.Text("unit")
		s.AmountCents, _ = row.Int("amount_cents")
		if quantity, known := row.Int("quantity"); known {
			s.Quantity = &quantity
		}
	}
	slices.SortFunc(all, func(a, b care.Segment) int { return cmp.Compare(a.Line, b.Line) })
	return all
}

// corrected is what a bill's segments come to when an export brings new ones. Where those make up the bill's total they
// are all of it; else some may have been refused, and the ones we have stay beside them.
func corrected(have, brought care.Segments, total int64) care.Segments {
	sum := int64(0)
	for _, s := range brought {
		sum += s.AmountCents
	}
	if sum == total {
		return brought
	}
	all := slices.Clone(brought)
	for _, s := range have {
		if lineOf(brought, s.Line) == nil {
			all = append(all, s)
		}
	}
	slices.SortFunc(all, func(a, b care.Segment) int { return cmp.Compare(a.Line, b.Line) })
	return all
}

// compare counts the segments that an export brings for a bill that is there.
func compare(t *Tally, have, brought care.Segments) {
	for _, s := range brought {
		switch old := lineOf(have, s.Line); {
		case old == nil:
			t.Added++
		case reflect.DeepEqual(*old, s):
			t.Unchanged++
		default:
			t.Changed++
		}
	}
}

func lineOf(all care.Segments, line int64) *care.Segment {
	at, found := slices.BinarySearchFunc(all, line, func(s care.Segment, l int64) int { return cmp.Compare(s.Line, l) })
	if !found {
		return nil
	}
	return &all[at]
}

func sameSegments(a, b care.Segments) bool {
	return slices.EqualFunc(a, b, func(x, y care.Segment) bool { return reflect.DeepEqual(x, y) })
}
