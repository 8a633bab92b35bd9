package care

import (
	"slices"
	"time"
)

// Explanation says why a bill differs from the one before it. Price, Usage, Fees, Tax, Fixed and Rest add up to Change, to the
// cent; Rest is what nothing on the two bills explains.
type Explanation struct {
	Bill    string `json:"bill_id"`
	Against string `json:"against"`

	Change int64 `json:"change_cents"`
	Price  int64 `json:"price_cents"` // what the earlier usage would have cost more at today's price
	Usage  int64 `json:"usage_cents"` // more or less used, at today's price
	Fees   int64 `json:"fees_cents"`
	Tax    int64 `json:"tax_cents"`
	Fixed  int64 `json:"fixed_cents"` // charges that do not depend on usage
	Rest   int64 `json:"rest_cents"`

	Days          int    `json:"days"`     // by which the period is longer
	Quantity      int64  `json:"quantity"` // by which more was billed
	Unit          string `json:"unit"`
	PriceNow      int64  `json:"price_now"`    // hundredths of a cent for a unit; 0 where a bill has no one price
	PriceBefore   int64  `json:"price_before"` // likewise
	Estimated     bool   `json:"estimated"`    // this bill is: a later one makes up for it
	AfterEstimate bool   `json:"after_estimate"`

	// Parts split the usage by its likely causes. They add up to Usage; all but the first kinds of knowledge are estimates.
	Parts []UsagePart `json:"parts"`
}

// UsagePart is a cause of a change in usage: days, estimate, weather, or use, which is what the others leave.
type UsagePart struct {
	Why      string `json:"why"`
	Quantity int64  `json:"quantity"`
	Cents    int64  `json:"cents"`
	About    bool   `json:"about"` // it is an estimate
}

// charge is what a bill asks for one thing: the lines of one description together.
type charge struct {
	quantity, cents int64
	metered         bool
}

type chargeKey struct{ service, description, unit string }

// charges gathers a bill's lines but for taxes and fees, of which it gives the sums.
func charges(b Bill) (lines map[chargeKey]charge, fees, tax int64) {
	lines = map[chargeKey]charge{}
	for _, s := range b.Segments {
		switch s.Service {
		case "fee":
			fees += s.AmountCents
		case "tax":
			tax += s.AmountCents
		default:
			key := chargeKey{s.Service, s.Description, s.Unit}
			c := lines[key]
			c.cents += s.AmountCents
			if s.Quantity != nil && !slices.Contains([]string{"", "month", "day"}, s.Unit) {
				c.quantity, c.metered = c.quantity+*s.Quantity, true
			}
			lines[key] = c
		}
	}
	return lines, fees, tax
}

// Before finds the bill that stands before another of the same account.
func Before(bills []Bill, b Bill) (Bill, bool) {
	var found Bill
	for _, other := range bills {
		if other.ID != b.ID && other.PeriodEnd <= b.PeriodStart && other.PeriodEnd > found.PeriodEnd {
			found = other
		}
	}
	return found, found.ID != ""
}

// Explain compares a bill with the one before it. usage is what is known of the account's usage, from which it learns how the
// weather moves it; none is fine.
func Explain(now, before Bill, usage []Usage) Explanation {
	e := Explanation{
		Bill: now.ID, Against: before.ID, Change: now.TotalCents - before.TotalCents, Days: daysOf(now) - daysOf(before),
		Unit: now.Unit, Estimated: now.Estimated, AfterEstimate: before.Estimated, Parts: []UsagePart{},
	}
	lines, fees, tax := charges(now)
	earlier, feesBefore, taxBefore := charges(before)
	e.Fees, e.Tax = fees-feesBefore, tax-taxBefore
	var main, mainBefore charge
	for key, c := range lines {
		old, known := earlier[key]
		switch {
		case !known:
		case c.metered && old.metered:
			price := priceChange(c, old)
			e.Price += price
			e.Usage += c.cents - old.cents - price
			if key.unit == now.Unit && c.cents >= main.cents {
				main, mainBefore = c, old
			}
		default:
			e.Fixed += c.cents - old.cents
		}
	}
	e.Rest = e.Change - e.Price - e.Usage - e.Fees - e.Tax - e.Fixed
	if main.metered {
		e.Quantity = main.quantity - mainBefore.quantity
		e.PriceNow, _ = unitPrice(main)
		e.PriceBefore, _ = unitPrice(mainBefore)
		e.split(now, before, main, mainBefore, usage)
	}
	return e
}

// unitPrice is a charge's price for a unit in hundredths of a cent. exact says that it gives the charge back to the cent.
func unitPrice(c charge) (price int64, exact bool) {
	if c.quantity <= 0 {
		return 0, false
	}
	price = halfEven(c.cents*100, c.quantity)
	off := c.quantity*price - c.cents*100
	return price, -50 <= off && off <= 50
}

// priceChange is what the earlier quantity costs more at the price of now.
func priceChange(now, before charge) int64 {
	price, exact := unitPrice(now)
	old, exactBefore := unitPrice(before)
	switch {
	case now.quantity <= 0 || before.quantity <= 0:
		return 0
	case exact && exactBefore && price == old:
		return 0
	case exact:
		return halfEven(before.quantity*price, 100) - before.cents
	}
	return halfEven(before.quantity*now.cents, now.quantity) - before.cents
}

// halfEven divides and rounds to the nearest, and to the even one of two.
func halfEven(n, by int64) int64 {
	q, r := n/by, n%by
	if r < 0 {
		q, r = q-1, r+by
	}
	if 2*r > by || 2*r == by && q%2 != 0 {
		q++
	}
	return q
}

// daysOf is the length of a bill's period, whose end is the first day of the next one.
func daysOf(b Bill) int { return daysBetween(b.PeriodStart, b.PeriodEnd) }

func daysBetween(from, to string) int {
	first, err := time.Parse(time.DateOnly, from)
	last, err2 := time.Parse(time.DateOnly, to)
	if err != nil || err2 != nil {
		return 0
	}
	return int(last.Sub(first).Hours() / 24)
}
