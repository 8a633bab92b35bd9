// Package espi reads Green Button files (NAESB ESPI over Atom): interval readings of meters, as utilities and their vendors
// really write them. It reads the whole file before it gives anything, so that of a file that is cut off nothing is used.
package espi

import (
	"fmt"
	"math/big"
	"strings"

	"meterside/care"
)

// File is what a file holds.
type File struct {
	UsagePoints   int `json:"usage_points"`
	ReadingTypes  int `json:"reading_types"`
	MeterReadings int `json:"meter_readings"`
	Summaries     int `json:"summaries"`
	// Series are the meters' readings, in the order in which the file names them first.
	Series []*Series `json:"series"`
	// Offset is the local standard time's distance from UTC in seconds, where the file tells it.
	Offset   *int      `json:"-"`
	Summer   bool      `json:"-"` // there is a summer time
	Warnings []Warning `json:"-"`
	warned   map[about]int
}

// Series is the readings of one kind at one meter.
type Series struct {
	Name     string    `json:"name"`    // the link of the meter reading, "" where the file has none
	Service  string    `json:"service"` // electric, gas, water, or "" where the file does not tell
	Type     *Type     `json:"type"`    // nil where the file does not tell: the unit is unknown
	Count    int       `json:"readings"`
	Sum      *big.Int  `json:"sum"`  // of all readings as they were read, raw
	Cost     *big.Int  `json:"cost"` // likewise, in hundred-thousandths of the currency
	Seconds  int64     `json:"seconds"`
	First    int64     `json:"first"` // the first reading's start, seconds since 1970; 0 with no reading
	Last     int64     `json:"last"`  // the last one's
	Readings []Reading `json:"-"`     // by start, each once
}

// Type says what the numbers of a series mean. A field that the file leaves out is -1, but the power of ten, which is 0 then.
type Type struct {
	Unit     int `json:"uom"`
	Power    int `json:"power_of_ten"`
	Kind     int `json:"commodity"`
	Flow     int `json:"flow"`
	Interval int `json:"interval"` // seconds
	Quality  int `json:"-"`
	// Accumulates is how the values add up, as ESPI numbers it: a meter's standing is no usage.
	Accumulates int `json:"-"`
}

// Reading is what a meter counted in a time. Value is raw: times ten to the type's power, in its unit.
type Reading struct {
	Start   int64 // seconds since 1970
	Seconds int64 // 0 where the file gives none: the type's interval is meant
	Value   int64
	Cost    int64 // hundred-thousandths of the currency
	Quality int   // as ESPI numbers it; -1 where the file does not tell
	line    int
}

// Warning is something odd that does not keep the file out. Line is where it was seen first, Count how often; the sentence of
// its code is the end of one that begins with the series, or with the file where there is none.
type Warning struct {
	Line   int       `json:"line"`
	Series string    `json:"series"`
	Code   care.Code `json:"code"`
	Count  int       `json:"count"`
}

// Damaged says why a file is refused, as a whole.
type Damaged struct {
	Line  int
	Field string
	What  care.Error // its words are the end of a sentence that begins with the field, or with the file where there is none
}

// Error is the reason with its place.
func (d *Damaged) Error() string {
	if d.Field == "" {
		return fmt.Sprintf("line %d: the file: %s", d.Line, d.What)
	}
	return fmt.Sprintf("line %d: %s: %s", d.Line, d.Field, d.What)
}

// about is what a warning is about, so that what happens a thousand times is one line.
type about struct {
	series string
	code   care.Code
}

func (f *File) warn(line int, series string, what care.Error) {
	at, known := f.warned[about{series, what.Code}]
	if known {
		f.Warnings[at].Count++
		return
	}
	f.warned[about{series, what.Code}] = len(f.Warnings)
	f.Warnings = append(f.Warnings, Warning{line, series, what.Code, 1})
}

// units are the names of ESPI's units that meters of utilities count in.
var units = map[int]string{
	5: "A", 6: "K", 23: "°C", 29: "V", 38: "W", 42: "m³", 61: "VA", 63: "var", 71: "VAh", 72: "Wh", 73: "varh",
	119: "ft³", 128: "gal", 132: "Btu", 134: "L", 169: "therm",
}

// UnitName is the name of the series' unit, "" where it is unknown.
func (s *Series) UnitName() string {
	if s.Type == nil {
		return ""
	}
	return units[s.Type.Unit]
}

// flowReverse is what goes from the customer into the grid.
const flowReverse = 19

// Reverse says that the series counts what goes from the customer into the grid.
func (s *Series) Reverse() bool { return s.Type != nil && s.Type.Flow == flowReverse }

// Length is how long a reading lasts: as it says, else as its type does.
func (s *Series) Length(r Reading) int64 {
	if r.Seconds == 0 && s.Type != nil && s.Type.Interval > 0 {
		return int64(s.Type.Interval)
	}
	return r.Seconds
}

// Estimated says that a reading was not measured: estimated, interpolated or projected.
func (r Reading) Estimated() bool { return r.Quality == 8 || r.Quality == 9 || r.Quality == 12 }

// serviceOf names a service by ESPI's number for its category.
func serviceOf(category int) string {
	switch category {
	case 0:
		return "electric"
	case 1:
		return "gas"
	case 2:
		return "water"
	}
	return ""
}

// guessed is the service of a type whose usage point does not tell it.
func (t *Type) guessed() string {
	switch {
	case t == nil:
		return ""
	case t.Kind == 1 || t.Kind == 2 || t.Unit == 72:
		return "electric"
	case t.Kind == 7 || t.Unit == 169:
		return "gas"
	case t.Kind == 9 || t.Unit == 128:
		return "water"
	}
	return ""
}

// under says that a link lies below another.
func under(link, parent string) bool {
	return parent != "" && strings.HasPrefix(link, strings.TrimSuffix(parent, "/")+"/")
}
