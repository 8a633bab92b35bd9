package wording

import (
	"strconv"
	"strings"
	"time"
	"unicode"
)

var symbols = map[string]string{"USD": "$", "EUR": "€", "GBP": "£", "CAD": "CA$", "MXN": "MX$"}

// Money writes cents as people in the Americas do in both languages: $1,234.50, with a minus sign in front of all.
func Money(cents int64, currency string) string {
	symbol, ok := symbols[currency]
	if !ok {
		symbol = currency + "\u00a0"
	}
	sign, whole := "", uint64(cents) //nolint:gosec // a negative amount is made positive below
	if cents < 0 {
		sign, whole = "−", -whole
	}
	return sign + symbol + grouped(whole/100) + "." + strconv.FormatUint(100+whole%100, 10)[1:]
}

// Number writes a whole number with its thousands apart.
func Number(n int64) string {
	if n < 0 {
		return "−" + grouped(-uint64(n)) //nolint:gosec // as in money
	}
	return grouped(uint64(n)) //nolint:gosec // not negative
}

func grouped(n uint64) string {
	digits := strconv.FormatUint(n, 10)
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return b.String()
}

// Date writes a civil date in words. What is not a date is shown as it is.
func (c Catalogue) Date(civil string) string {
	t, err := time.Parse(time.DateOnly, civil)
	if err != nil {
		return civil
	}
	return c.Day(t)
}

// Day writes a civil date that is known to be one.
func (c Catalogue) Day(t time.Time) string {
	return c.Say("date", "day", strconv.Itoa(t.Day()), "month", c.Say("month."+strconv.Itoa(int(t.Month()))), "year", strconv.Itoa(t.Year()))
}

// Instant writes a moment in the utility's time zone.
func (c Catalogue) Instant(ms int64, zone *time.Location) string {
	t := time.UnixMilli(ms).In(zone)
	return c.Say("instant", "date", c.Day(t), "clock", Clock(t))
}

// Clock is a time of day with its zone, the same in both languages.
func Clock(t time.Time) string { return t.Format("15:04 MST") }

// Shown is what of a free text goes on a page: one line without control characters, no longer than limit. Names come from
// customers and imports, and a page must survive all of them.
func Shown(s string, limit int) string {
	var b strings.Builder
	n := 0
	for _, r := range s {
		if unicode.IsControl(r) || r == unicode.ReplacementChar || bidi(r) {
			continue
		}
		if n == limit {
			return strings.TrimSpace(b.String()) + "…"
		}
		b.WriteRune(r)
		n++
	}
	return strings.TrimSpace(b.String())
}

// bidi says whether a rune is one of those that reorder what stands around them; letters of right-to-left scripts are not.
func bidi(r rune) bool {
	return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0x200e || r == 0x200f || r == 0x2028 || r == 0x2029
}
