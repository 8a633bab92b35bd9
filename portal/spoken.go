package portal

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"meterside/records"
)

// civil is a day in a calendar. A year of 0 is one that nobody said.
type civil struct{ year, month, day int }

// civilOf reads a day as records have it; what is none is the zero civil.
func civilOf(s string) civil {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return civil{}
	}
	return civil{t.Year(), int(t.Month()), t.Day()}
}

// fitsDay says whether a day that somebody said may be one of those that are meant. Where day and month cannot be told
// apart, either reading counts.
func fitsDay(said string, yearMayLack bool, meant ...civil) bool {
	for _, d := range daysOf(said) {
		for _, m := range meant {
			if m == (civil{}) || d.month != m.month || d.day != m.day {
				continue
			}
			if d.year == m.year || d.year == 0 && yearMayLack || d.year > 0 && d.year < 100 && d.year == m.year%100 {
				return true
			}
		}
	}
	return false
}

var months = [][]string{
	{"january", "enero"}, {"february", "febrero"}, {"march", "marzo"}, {"april", "abril"}, {"may", "mayo"}, {"june", "junio"},
	{"july", "julio"}, {"august", "agosto"}, {"september", "septiembre", "setiembre"}, {"october", "octubre"},
	{"november", "noviembre"}, {"december", "diciembre"},
}

// monthOf is the number of a month's name in English or Spanish, also of its first three letters or more; 0 for none.
func monthOf(word string) int {
	if len(word) < 3 {
		return 0
	}
	return 1 + slices.IndexFunc(months, func(names []string) bool {
		return slices.ContainsFunc(names, func(name string) bool { return strings.HasPrefix(name, word) })
	})
}

// daysOf gives the days that a text may mean: 1970-01-02, 1/2/70, 2.1.1970, 01021970, January 2 1970, 2 de enero de 1970.
func daysOf(said string) []civil {
	var numbers []int
	var widths []int
	month := 0
	for _, word := range strings.FieldsFunc(records.Fold(said), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		digits := strings.TrimRightFunc(word, unicode.IsLetter) // 2nd, 3rd
		if n, err := strconv.Atoi(digits); err == nil && n >= 0 {
			numbers, widths = append(numbers, n), append(widths, len(digits))
			continue
		}
		if m := monthOf(word); m > 0 {
			if month > 0 {
				return nil
			}
			month = m
		}
	}
	if month > 0 {
		return withMonth(month, numbers, widths)
	}
	if len(numbers) == 1 && (widths[0] == 8 || widths[0] == 6) {
		return run(numbers[0], widths[0])
	}
	return inNumbers(numbers, widths)
}

func withMonth(month int, numbers, widths []int) []civil {
	switch {
	case len(numbers) == 1:
		return []civil{{0, month, numbers[0]}}
	case len(numbers) == 2 && widths[0] > 2: // 1970 January 2
		return []civil{{numbers[0], month, numbers[1]}}
	case len(numbers) == 2:
		return []civil{{numbers[1], month, numbers[0]}}
	}
	return nil
}

func inNumbers(n, widths []int) []civil {
	switch {
	case len(n) == 2:
		return []civil{{0, n[0], n[1]}, {0, n[1], n[0]}}
	case len(n) == 3 && widths[0] > 2:
		return []civil{{n[0], n[1], n[2]}}
	case len(n) == 3:
		return []civil{{n[2], n[0], n[1]}, {n[2], n[1], n[0]}}
	}
	return nil
}

// run reads a day that was typed without anything between: eight digits with the year first or last, six with it last.
func run(n, width int) []civil {
	if width == 6 {
		return inNumbers([]int{n / 10000, n / 100 % 100, n % 100}, []int{2, 2, 2})
	}
	return append(inNumbers([]int{n / 1000000, n / 10000 % 100, n % 10000}, []int{2, 2, 4}), civil{n / 10000, n / 100 % 100, n % 100})
}

// Cents reads an amount as people write it, with point or comma; ok is false for what is none.
func Cents(said string) (cents int64, ok bool) { return centsOf(said) }

// centsOf reads an amount with point or comma: 12.50, 12,50, $1,234.56, 1.234,56 and 12. ok is false for what is none.
func centsOf(said string) (cents int64, ok bool) {
	said = strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) || r == '.' || r == ',' || r == '-' {
			return r
		}
		return -1
	}, said)
	whole, part := said, ""
	// The last sign with at most two digits after it is the decimal one; any other parts thousands.
	if at := strings.LastIndexAny(said, ".,"); at >= 0 && len(said)-at-1 <= 2 {
		whole, part = said[:at], said[at+1:]
	}
	whole = strings.NewReplacer(".", "", ",", "").Replace(whole)
	if whole == "" && part == "" {
		return 0, false
	}
	n, err := strconv.ParseInt("0"+whole+(part + "00")[:2], 10, 64)
	return n, err == nil
}
