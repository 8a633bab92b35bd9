package portal

import (
	"context"
	"io"
	"time"

	"meterside/care"
	"meterside/portal/importer/espi"
	"meterside/portal/store"
)

// mostDownloaded is how many readings of one meter a file may hold: a year of minutes is more.
const mostDownloaded = 200_000

// Metered says whether an account's meters are read interval by interval.
func (p *Portal) Metered(ctx context.Context, account string) (bool, error) {
	meters, err := store.Meters(ctx, p.Store.Reader(), account)
	return len(meters) > 0, err
}

// GreenButton writes what an account's meters counted from one day until before another as a Green Button file, which an
// import reads back as it is. A period of too many readings is CodeInvalid, and nothing is written.
func (p *Portal) GreenButton(ctx context.Context, w io.Writer, account, from, to string) error {
	policy, err := p.Policy(ctx)
	if err != nil {
		return err
	}
	first, err := time.ParseInLocation(time.DateOnly, from, policy.Zone())
	if err != nil {
		return care.Err(care.CodeInvalid, "field", "from", "problem", "is not a day written YYYY-MM-DD")
	}
	end, err := time.ParseInLocation(time.DateOnly, to, policy.Zone())
	if err != nil || !end.After(first) {
		return care.Err(care.CodeInvalid, "field", "to", "problem", "is not a later day written YYYY-MM-DD")
	}
	db := p.Store.Reader()
	meters, err := store.Meters(ctx, db, account)
	if err != nil {
		return err
	}
	all := make([]*espi.Series, 0, len(meters))
	for _, m := range meters {
		found, err := store.CountedOf(ctx, db, m, first.Unix(), end.Unix(), mostDownloaded+1)
		if err != nil {
			return err
		}
		if len(found) > mostDownloaded {
			return care.Err(care.CodeInvalid, "field", "to", "problem", "is too late: the file would be too large")
		}
		all = append(all, seriesOf(m, found))
	}
	return espi.Write(w, "Meterside "+account, p.Now(), all)
}

// seriesOf is a meter's intervals as a file has them.
func seriesOf(m store.Meter, found []store.Counted) *espi.Series {
	s := &espi.Series{Name: m.Source, Service: m.Service}
	if s.Name == "" {
		s.Name = "MeterReading/" + m.ID
	}
	if unit, known := espi.UnitOf(m.Unit); known {
		s.Type = &espi.Type{Unit: unit, Power: m.Power, Flow: espi.Flow(m.Reversed)}
	}
	for _, c := range found {
		if c.Given == 0 && s.Type != nil {
			s.Type.Interval = int(c.Seconds)
		}
		s.Readings = append(s.Readings, espi.Reading{Start: c.Start, Seconds: c.Given, Value: c.Value, Cost: c.Cost, Quality: espi.Quality(c.Estimated)})
	}
	return s
}
