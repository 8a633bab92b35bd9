package backend

import (
	"context"
	"time"

	"meterside/care"
)

// Days turns a first and a last day (YYYY-MM-DD, as the utility's clocks have them) into instants: from the first's
// beginning to the last's end, ms. A day that is not given is 0, which is open.
func (b *Backend) Days(ctx context.Context, first, last string) (from, to int64, err error) {
	if first == "" && last == "" {
		return 0, 0, nil
	}
	policy, err := b.Policy(ctx)
	if err != nil {
		return 0, 0, err
	}
	zone := policy.Zone()
	for _, d := range []struct {
		field, civil string
		days         int
		at           *int64
	}{{"from", first, 0, &from}, {"to", last, 1, &to}} {
		if d.civil == "" {
			continue
		}
		day, err := time.ParseInLocation(time.DateOnly, d.civil, zone)
		if err != nil {
			return 0, 0, care.Err(care.CodeInvalid, "field", d.field, "problem", "is not a date such as 2026-01-31")
		}
		*d.at = day.AddDate(0, 0, d.days).UnixMilli()
	}
	return from, to, nil
}
