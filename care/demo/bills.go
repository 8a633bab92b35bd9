package demo

import "time"

// month is a complete calendar month of an account's life.
type month struct{ start, end time.Time }

// months are the account's complete months that ended by today, oldest first.
func (t *town) months(a account) []month {
	end := t.today()
	if !a.closed.IsZero() {
		end = a.closed
	}
	end = time.Date(end.Year(), end.Month(), 1, 0, 0, 0, 0, time.UTC)
	all := make([]month, 0, t.opt.Months)
	for range t.opt.Months {
		start := end.AddDate(0, -1, 0)
		if start.Before(a.opened) {
			break
		}
		all = append(all, month{start, end})
		end = start
	}
	for i, j := 0, len(all)-1; i < j; i, j = i+1, j-1 {
		all[i], all[j] = all[j], all[i]
	}
	return all
}

// bills writes the account's electric usage, the bills over it and what was paid. An estimated month is billed too low
// and the next one catches up.
func (t *town) bills(a account) {
	base := t.scale(250, 1100)
	if a.commercial {
		base *= 6
	}
	owed := 0
	months := t.months(a)
	for k, m := range months {
		heat, cool := degreeDays(m.start.Month())
		used := int(base*t.scale(.9, 1.1) + float64(heat)*.25 + float64(cool)*.6)
		billed, quality := used+owed, "measured"
		owed = 0
		estimated := t.hit(.04)
		if estimated {
			billed, quality = max(1, share(used, .8)), "estimated"
			owed = used - billed
		}
		t.out.put("usage", a.number, "electric", day(m.start), day(m.end), number(billed), "kWh", quality, number(heat), number(cool))
		b := bill{months: m, id: t.next("B", 9), issued: m.end.AddDate(0, 0, 3), kwh: billed, estimated: estimated}
		if b.issued.After(t.today()) {
			b.issued = t.today()
		}
		t.writeBill(a, &b)
		t.pay(a, b, k == len(months)-1)
	}
}

// degreeDays are a month's heating and cooling degree days in a northern town.
func degreeDays(m time.Month) (heat, cool int) {
	winter := max(m-6, 7-m) // 1 in June and July, 6 in December and January
	summer := max(m-7, 7-m) // 0 in July
	return max(0, int(winter)*200-350), max(0, 180-60*int(summer))
}

// bill is one month's bill; total is the sum of its segments to the cent.
type bill struct {
	months    month
	id        string
	issued    time.Time
	kwh       int
	estimated bool
	total     int
}

// price is hundredths of a cent for a kWh. It steps up on the first of May of each year.
func price(m time.Time) int {
	p := 1780 + 40*(m.Year()-2022)
	if m.Month() >= time.May {
		p += 25
	}
	return p
}

func (t *town) writeBill(a account, b *bill) {
	type segment struct {
		service, description, quantity, unit string
		cents                                int
	}
	energy, fixed := (b.kwh*price(b.months.start)+50)/100, 1545
	segments := []segment{
		{"electric", "Energy charge", number(b.kwh), "kWh", energy},
		{"electric", "Customer charge", "1", "month", fixed},
		{"tax", "Energy efficiency charge", "", "", share(energy+fixed, .06)},
	}
	if t.hit(.03) {
		segments = append(segments, segment{"fee", "Late payment fee", "", "", 750})
	}
	for _, s := range segments {
		b.total += s.cents
	}
	t.out.put("bills", b.id, a.number, day(b.issued), day(b.due()), day(b.months.start), day(b.months.end), number(b.total),
		number(b.kwh), "kWh", bit(b.estimated))
	for k, s := range segments {
		t.out.put("bill_segments", b.id, number(k+1), s.service, s.description, s.quantity, s.unit, number(s.cents))
	}
}

func (b bill) due() time.Time { return b.issued.AddDate(0, 0, 21) }
