package espi

import (
	"math"
	"time"
)

// unset marks a number that a reading must give and did not.
const unset = math.MinInt64

const (
	// mostValue is beyond what a meter can count; what passes it would not come whole through a desk.
	mostValue   = 1_000_000_000_000_000
	longest     = 3660 * 24 * 3600     // seconds that one reading may last
	year1990    = 631_152_000          // no meter told of its intervals before
	aheadAtMost = 370 * 24 * time.Hour // a meter's clock may be wrong, but not by more
)

// endReading judges a reading by itself.
func (p *parser) endReading() error {
	r := p.reading
	at := func(field, problem string) error { return &Damaged{r.line, field, problem} }
	switch {
	case r.Start == unset:
		return at("start", "is missing")
	case r.Value == unset:
		return at("value", "is missing")
	case r.Start < 0:
		return at("start", "is before 1970")
	case r.Start/1000 > year1990 && r.Start/1000 < p.now.Add(aheadAtMost).Unix():
		return at("start", "is in milliseconds, not in seconds")
	case r.Start > p.now.Add(aheadAtMost).Unix():
		return at("start", "is more than a year in the future")
	case r.Seconds < 0:
		return at("duration", "is negative")
	case r.Seconds > longest:
		return at("duration", "is longer than ten years")
	case r.Value > mostValue || r.Value < -mostValue:
		return at("value", "is beyond what a meter counts")
	case r.Cost > mostValue || r.Cost < -mostValue:
		return at("cost", "is beyond what a reading costs")
	}
	if p.count++; p.count > mostReadings {
		return at("", "has more than 1,000,000 readings: cut it in parts")
	}
	p.entry.readings = append(p.entry.readings, r)
	return nil
}

// endEntry files an entry under what it is. Its links may have come before or after its content.
func (p *parser) endEntry() error {
	e := p.entry
	p.entry = entry{}
	switch e.what {
	case "UsagePoint":
		p.file.UsagePoints++
		p.points = append(p.points, e)
	case "MeterReading":
		p.meters = issued(p.meters, e)
	case "ReadingType":
		p.types = issued(p.types, e)
	case "UsageSummary", "ElectricPowerUsageSummary":
		p.file.Summaries++
	case "IntervalBlock":
		name := p.meterOf(e)
		g := p.groups[name]
		if g == nil {
			g = &group{name: name}
			p.groups[name] = g
			p.order = append(p.order, g)
		}
		g.readings = append(g.readings, e.readings...)
	}
	p.file.MeterReadings, p.file.ReadingTypes = len(p.meters), len(p.types)
	if max(len(p.points), len(p.meters), len(p.types), len(p.order)) > mostOfAKind {
		return p.wrong("", "is about more than 1,000 meters: cut it in parts")
	}
	return nil
}

// issued adds an entry, or puts it in the place of the one that it issues again.
func issued(all []entry, e entry) []entry {
	for i := range all {
		if e.self != "" && all[i].self == e.self {
			all[i] = e
			return all
		}
	}
	return append(all, e)
}
