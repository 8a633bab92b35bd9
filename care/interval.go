package care

// Intervals is what an account's meters counted in a period, interval by interval. The portal alone keeps it.
type Intervals struct {
	Scopes List             `json:"scopes"` // of the account
	From   string           `json:"from"`   // YYYY-MM-DD in the utility's time zone
	To     string           `json:"to"`     // the first day that is not in it; earlier than asked where that was too much at once
	Series []IntervalSeries `json:"series"`
}

// IntervalSeries is what one meter counted of one thing.
type IntervalSeries struct {
	ID       string        `json:"series"`
	Service  string        `json:"service"` // electric, gas, water, or "" where nobody said
	Unit     string        `json:"unit"`    // "" where it is unknown
	Power    int           `json:"power"`   // a value counts times ten to this
	Reversed bool          `json:"reversed,omitempty"`
	Runs     []IntervalRun `json:"runs"`
}

// IntervalRun are intervals of one length that follow each other without a gap: long series travel in little room.
type IntervalRun struct {
	Start     int64   `json:"start"`   // seconds since 1970
	Seconds   int64   `json:"seconds"` // of each
	Values    []int64 `json:"values"`
	Estimated []int   `json:"estimated,omitempty"` // which of the values were not measured
}

// Interval is one of them.
type Interval struct {
	Start, Seconds, Value int64
	Estimated             bool
}

// Append adds an interval, which starts after all others, to the last run or to one of its own.
func (s *IntervalSeries) Append(i Interval) {
	last := len(s.Runs) - 1
	if last < 0 || s.Runs[last].Seconds != i.Seconds || s.Runs[last].Start+int64(len(s.Runs[last].Values))*i.Seconds != i.Start {
		s.Runs = append(s.Runs, IntervalRun{Start: i.Start, Seconds: i.Seconds})
		last++
	}
	run := &s.Runs[last]
	if i.Estimated {
		run.Estimated = append(run.Estimated, len(run.Values))
	}
	run.Values = append(run.Values, i.Value)
}

// All calls fn for each interval, the oldest first.
func (s *IntervalSeries) All(fn func(Interval)) {
	for _, run := range s.Runs {
		estimated := run.Estimated
		for at, value := range run.Values {
			i := Interval{Start: run.Start + int64(at)*run.Seconds, Seconds: run.Seconds, Value: value}
			if len(estimated) > 0 && estimated[0] == at {
				i.Estimated, estimated = true, estimated[1:]
			}
			fn(i)
		}
	}
}
