package backend

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"meterside/care"
)

// IntervalView is what an account's meters counted in a period, for people: day by day, and each interval of a day or two.
type IntervalView struct {
	From    string      `json:"from"`
	To      string      `json:"to"` // the first day that is not in it; earlier than asked where that was too much at once
	Meters  []MeterView `json:"meters"`
	At      int64       `json:"at"`                // when the portal gave it, ms
	Problem *care.Error `json:"problem,omitempty"` // why there is nothing for now
}

// MeterView is one meter's part. Quantities are in Unit, which is "" where nobody knows it.
type MeterView struct {
	Series   string        `json:"series"`
	Service  string        `json:"service"`
	Unit     string        `json:"unit"`
	Reversed bool          `json:"reversed"` // from the customer into the grid
	Total    float64       `json:"total"`
	Days     []DayView     `json:"days"`
	Readings []ReadingView `json:"readings"` // where the period is of a day or two
}

// DayView is what a day's intervals come to. Missing is how much of the day no interval tells of, in seconds; None says that it is all of it.
type DayView struct {
	Day       string  `json:"day"`
	Quantity  float64 `json:"quantity"`
	Estimated int     `json:"estimated"` // how many of the intervals were not measured
	Missing   int64   `json:"missing"`
	None      bool    `json:"none,omitempty"`
}

// ReadingView is one interval.
type ReadingView struct {
	At        int64   `json:"at"` // ms
	Seconds   int64   `json:"seconds"`
	Quantity  float64 `json:"quantity"`
	Estimated bool    `json:"estimated"`
}

// eachUpTo is the longest period of which every interval is shown.
const eachUpTo = 50 * time.Hour

// Intervals gives what an account's meters counted from one day to before another: from what is kept on this computer, else
// from the portal.
func (b *Backend) Intervals(ctx context.Context, number, from, to string) (IntervalView, error) {
	view := IntervalView{From: from, To: to, Meters: []MeterView{}}
	u, _, err := b.forAccount(ctx, number)
	if err != nil {
		return view, err
	}
	q := &care.AskIntervals{Account: number, From: from, To: to}
	if err := q.Validate(); err != nil {
		return view, err
	}
	extras := u.cache.Extras()
	found, at, err := extras.Intervals(ctx, number, from, to)
	if err != nil {
		return view, err
	}
	if at == 0 {
		if err := u.ask(ctx, q, &found); err != nil {
			var said care.Error
			if !errors.As(err, &said) {
				return view, err
			}
			view.Problem = &said
			return view, nil
		}
		at = u.sink.now().UnixMilli()
		if err := extras.KeepIntervals(ctx, number, found); err != nil {
			return view, err
		}
	}
	view.At, view.To = at, min(to, found.To)
	return view, b.meters(ctx, &view, found, u.sink.now())
}

func (b *Backend) meters(ctx context.Context, view *IntervalView, found care.Intervals, now time.Time) error {
	policy, err := b.Policy(ctx)
	if err != nil {
		return err
	}
	zone := policy.Zone()
	first, err := time.ParseInLocation(time.DateOnly, view.From, zone)
	if err != nil {
		return err
	}
	end, err := time.ParseInLocation(time.DateOnly, view.To, zone)
	if err != nil {
		return err
	}
	for i := range found.Series {
		if m := meterView(&found.Series[i], first, end); len(m.Days) > 0 {
			view.Meters = append(view.Meters, m)
		}
	}
	today := dayOf(now.In(zone))
	if today.Before(end) {
		end = today // what a meter counts today is not there yet
	}
	fillDays(view.Meters, first, end)
	return nil
}

// dayOf is the midnight at which a day begins.
func dayOf(at time.Time) time.Time {
	return time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, at.Location())
}

// secondsOf is how long the day is that begins at a midnight: not always 24 hours.
func secondsOf(midnight time.Time) int64 {
	return int64(midnight.AddDate(0, 0, 1).Sub(midnight) / time.Second)
}

// fillDays gives each meter the days of which none of its readings tells. Before the first and after the last of these, a day
// is another's where a meter of the same service tells of it: a meter was changed for another.
func fillDays(meters []MeterView, first, end time.Time) {
	told := map[string]bool{}
	key := func(m *MeterView, day string) string { return fmt.Sprint(m.Service, " ", m.Reversed, " ", day) }
	for i := range meters {
		for _, d := range meters[i].Days {
			told[key(&meters[i], d.Day)] = true
		}
	}
	for i := range meters {
		m := &meters[i]
		known := m.Days
		m.Days = []DayView{}
		begins, ends := known[0].Day, known[len(known)-1].Day
		for at := first; at.Before(end) || len(known) > 0; at = at.AddDate(0, 0, 1) {
			day := at.Format(time.DateOnly)
			if len(known) > 0 && known[0].Day == day {
				m.Days, known = append(m.Days, known[0]), known[1:]
			} else if begins < day && day < ends || !told[key(m, day)] {
				m.Days = append(m.Days, DayView{Day: day, Missing: secondsOf(at), None: true})
			}
		}
	}
}

// countedIn is the unit in which people read a series, and a function that brings its values to it.
func countedIn(s *care.IntervalSeries) (unit string, read func(int64) float64) {
	unit, power := s.Unit, s.Power
	if unit == "Wh" { // bills count in thousands of them
		unit, power = "kWh", power-3
	}
	if power < 0 { // 573 / 1000 is 0.573; times 0.001 it is not
		return unit, func(n int64) float64 { return float64(n) / math.Pow10(-power) }
	}
	return unit, func(n int64) float64 { return float64(n) * math.Pow10(power) }
}

// meterView adds up a series within a period.
func meterView(s *care.IntervalSeries, first, end time.Time) MeterView {
	m := MeterView{Series: s.ID, Service: s.Service, Reversed: s.Reversed, Days: []DayView{}, Readings: []ReadingView{}}
	unit, read := countedIn(s)
	m.Unit = unit
	each := end.Sub(first) <= eachUpTo
	var covered int64
	s.All(func(i care.Interval) {
		at := time.Unix(i.Start, 0).In(first.Location())
		if at.Before(first) || !at.Before(end) {
			return
		}
		day := at.Format(time.DateOnly)
		if n := len(m.Days); n == 0 || m.Days[n-1].Day != day {
			covered = 0
			m.Days = append(m.Days, DayView{Day: day})
		}
		d := &m.Days[len(m.Days)-1]
		quantity := read(i.Value)
		d.Quantity += quantity
		m.Total += quantity
		covered += i.Seconds
		d.Missing = max(0, secondsOf(dayOf(at))-covered)
		if i.Estimated {
			d.Estimated++
		}
		if each {
			m.Readings = append(m.Readings, ReadingView{At: i.Start * 1000, Seconds: i.Seconds, Quantity: quantity, Estimated: i.Estimated})
		}
	})
	return m
}
