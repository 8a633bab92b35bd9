package portal

import (
	"context"
	"time"

	"meterside/care"
	"meterside/portal/store"
	"meterside/records"
)

// mostIntervals is how many intervals one answer brings: a month of minutes of one meter.
const mostIntervals = 50_000

func logIntervals(_ context.Context, a *asked, q *care.AskIntervals) (any, error) {
	return nil, logHistory(a, q.Account, "intervals")
}

// readIntervals gives what the account's meters counted. Where that is too much at once, To is the day up to which all of it
// came: at least a day does.
func readIntervals(ctx context.Context, a *asked, q *care.AskIntervals) (any, error) {
	db := a.Store.Reader()
	var account care.Account
	if ok, err := records.Load(ctx, db, &account, q.Account); err != nil || !ok {
		return nil, errorOr(err, notFound(care.KindAccount, q.Account))
	}
	zone := a.local(ctx, a.now).Location()
	first, err := time.ParseInLocation(time.DateOnly, q.From, zone)
	if err != nil {
		return nil, q.Validate()
	}
	end, err := time.ParseInLocation(time.DateOnly, q.To, zone)
	if err != nil {
		return nil, q.Validate()
	}
	meters, err := store.Meters(ctx, db, q.Account)
	if err != nil {
		return nil, err
	}
	given := care.Intervals{Scopes: account.Scopes, From: q.From, To: q.To, Series: []care.IntervalSeries{}}
	found, end, err := countedUntil(ctx, db, meters, first, end)
	if err != nil {
		return nil, err
	}
	given.To = end.Format(time.DateOnly)
	for i, m := range meters {
		s := care.IntervalSeries{ID: m.ID, Service: m.Service, Unit: m.Unit, Power: m.Power, Reversed: m.Reversed, Runs: []care.IntervalRun{}}
		for _, c := range found[i] {
			if c.Start < end.Unix() {
				s.Append(care.Interval{Start: c.Start, Seconds: c.Seconds, Value: c.Value, Estimated: c.Estimated})
			}
		}
		if len(s.Runs) > 0 {
			given.Series = append(given.Series, s)
		}
	}
	return given, nil
}

// countedUntil reads every meter's intervals up to the end, or up to the day before which they are not too many together.
func countedUntil(ctx context.Context, db records.Conn, meters []store.Meter, first, end time.Time) ([][]store.Counted, time.Time, error) {
	found := make([][]store.Counted, len(meters))
	share := mostIntervals / max(len(meters), 1)
	for i, m := range meters {
		var err error
		if found[i], err = store.CountedOf(ctx, db, m, first.Unix(), end.Unix(), share+1); err != nil {
			return nil, end, err
		}
		if len(found[i]) > share {
			last := time.Unix(found[i][share].Start, 0).In(end.Location())
			cut := time.Date(last.Year(), last.Month(), last.Day(), 0, 0, 0, 0, end.Location())
			if !cut.After(first) {
				cut = first.AddDate(0, 0, 1)
			}
			end = cut
		}
	}
	return found, end, nil
}
