package espi

import (
	"cmp"
	"math/big"
	"slices"
	"time"

	"meterside/care"
)

// Period is what was used of a service from one day to before another, in a unit that bills use.
type Period struct {
	Service   string
	From, To  string // YYYY-MM-DD
	Quantity  int64
	Unit      string
	Estimated bool

	exact *big.Rat
}

// What readings last that are a bill's period themselves, seconds.
const (
	shortestPeriod = 20 * 86400
	longestPeriod  = 100 * 86400
	anHour         = 3600 // by which a month may differ: files disagree about the hour that summer time takes and gives
)

// billed is a unit of bills: how many of ESPI's make one is ten to the power.
type billed struct {
	name  string
	power int
}

var billUnits = map[int]billed{72: {"kWh", 3}, 42: {"m³", 0}, 119: {"ft³", 0}, 128: {"gal", 0}, 134: {"L", 0}, 169: {"therm", 0}}

// zones are where the files of a standard time come from that has a summer time: North America's.
var zones = map[int]string{-14400: "America/Halifax", -18000: "America/New_York", -21600: "America/Chicago", -25200: "America/Denver", -28800: "America/Los_Angeles", -32400: "America/Anchorage"}

// Zone is the file's own time zone, or the utility's where it tells none.
func (f *File) Zone(utility *time.Location) *time.Location {
	if f.Offset == nil {
		return utility
	}
	if name := zones[*f.Offset]; f.Summer && name != "" {
		if zone, err := time.LoadLocation(name); err == nil {
			return zone
		}
	}
	return time.FixedZone("", *f.Offset)
}

// Periods are the months, or the bills' own periods, for which the file has every reading. Meters of one service are added up;
// of what goes into the grid, of a meter's standing and of units that no bill uses there is none. It tells in the warnings
// what it left out.
func (f *File) Periods(zone *time.Location) []Period {
	var all []Period
	for _, s := range f.Series {
		unit, known := billed{}, false
		if s.Type != nil {
			unit, known = billUnits[s.Type.Unit]
		}
		switch {
		case !known || s.Service == "" || s.Reverse():
			continue
		case s.Type.Accumulates == 3 || s.Type.Accumulates == 2 || s.Type.Accumulates == 12:
			f.warn(0, s.Name, care.Err("meter_standing"))
			continue
		}
		for _, p := range s.periods(zone) {
			p.Service, p.Unit = s.Service, unit.name
			p.exact.Mul(p.exact, tenTo(s.Type.Power-unit.power))
			all = merged(all, p)
		}
	}
	slices.SortStableFunc(all, func(a, b Period) int {
		return cmp.Or(cmp.Compare(a.Service, b.Service), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	kept := all[:0]
	for _, p := range all {
		if last := len(kept) - 1; last >= 0 && kept[last].Service == p.Service && kept[last].To > p.From {
			f.warn(0, "", care.Err("meter_periods_overlap"))
			continue
		}
		whole := rounded(p.exact)
		if !whole.IsInt64() {
			f.warn(0, "", care.Err("meter_period_large"))
			continue
		}
		p.Quantity = whole.Int64()
		kept = append(kept, p)
	}
	return kept
}

// merged adds a period to those of other meters.
func merged(all []Period, p Period) []Period {
	for i := range all {
		if q := &all[i]; q.Service == p.Service && q.From == p.From && q.To == p.To && q.Unit == p.Unit {
			q.exact.Add(q.exact, p.exact)
			q.Estimated = q.Estimated || p.Estimated
			return all
		}
	}
	return append(all, p)
}

// periods are the series' own, raw. Nothing overlaps within one.
func (s *Series) periods(zone *time.Location) []Period {
	var all []Period
	var month time.Time // that is being added up
	var counted, end int64
	estimated := false
	sum := new(big.Int)
	close := func() {
		if next := month.AddDate(0, 1, 0); !month.IsZero() {
			if off := counted - (next.Unix() - month.Unix()); -anHour <= off && off <= anHour {
				all = append(all, Period{From: month.Format(time.DateOnly), To: next.Format(time.DateOnly), Estimated: estimated, exact: new(big.Rat).SetInt(sum)})
			}
		}
		sum.SetInt64(0)
		counted, estimated = 0, false
	}
	for _, r := range s.Readings {
		length := s.Length(r)
		if length >= shortestPeriod {
			if length <= longestPeriod && r.Start >= end {
				all = append(all, Period{From: nearestDay(r.Start, zone), To: nearestDay(r.Start+length, zone), Estimated: r.Estimated(), exact: new(big.Rat).SetInt64(r.Value)})
				end = r.Start + length
			}
			continue
		}
		at := time.Unix(r.Start, 0).In(zone)
		first := time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, zone)
		if !first.Equal(month) {
			close()
			month = first
		}
		sum.Add(sum, big.NewInt(r.Value))
		counted += length
		estimated = estimated || r.Estimated()
	}
	close()
	return all
}

// nearestDay is the day whose midnight is the nearest: a bill's period begins there, whatever summer time makes of it.
func nearestDay(at int64, zone *time.Location) string {
	return time.Unix(at, 0).In(zone).Add(12 * time.Hour).Format(time.DateOnly)
}

func tenTo(power int) *big.Rat {
	n := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(power, -power))), nil)
	if power < 0 {
		return new(big.Rat).SetFrac(big.NewInt(1), n)
	}
	return new(big.Rat).SetInt(n)
}

// rounded is the nearest whole number.
func rounded(r *big.Rat) *big.Int {
	twice := new(big.Int).Mul(r.Num(), big.NewInt(2))
	twice.Add(twice, new(big.Int).Mul(r.Denom(), big.NewInt(int64(r.Sign()))))
	return twice.Quo(twice, new(big.Int).Mul(r.Denom(), big.NewInt(2)))
}
