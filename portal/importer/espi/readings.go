package espi

import (
	"math"
	"time"

	"meterside/care"
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
	at := func(field string, problem care.Error) error { return &Damaged{r.line, field, problem} }
	switch {
	case r.Start == unset:
		return at("start", care.Err("row_missing"))
	case r.Value == unset:
		return at("value", care.Err("row_missing"))
	case r.Start < 0:
		return at("start", care.Err("meter_before_1970"))
	case r.Start/1000 > year1990 && r.Start/1000 < p.now.Add(aheadAtMost).Unix():
		return at("start", care.Err("meter_milliseconds"))
	case r.Start > p.now.Add(aheadAtMost).Unix():
		return at("start", care.Err("meter_future"))
	case r.Seconds < 0:
		return at("duration", care.Err("meter_negative"))
	case r.Seconds > longest:
		return at("duration", care.Err("meter_ten_years"))
	case r.Value > mostValue || r.Value < -mostValue:
		return at("value", care.Err("meter_beyond"))
	case r.Cost > mostValue || r.Cost < -mostValue:
		return at("cost", care.Err("meter_cost_beyond"))
	}
	if p.count++; p.count > mostReadings {
		return at("", care.Err("meter_readings_many"))
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
		return p.wrong("", care.Err("meter_meters_many"))
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
