package demo

import (
	"strings"
	"time"
)

// pay writes how a bill was paid. Only the newest bill of an open account may still have its payment before it.
func (t *town) pay(a account, b bill, newest bool) {
	put := func(status, method string, at, effective time.Time) {
		t.out.put("payments", t.next("Y", 9), a.number, status, number(b.total), method, instant(at), day(effective))
	}
	open := newest && a.closed.IsZero()
	switch {
	case open && a.autopay:
		put("scheduled", "bank", b.issued, b.due())
	case open && (t.hit(.06) || a.n == 2):
		put("pending", "card", t.daysAgo(1), t.today())
	case !newest:
		paid := b.issued.AddDate(0, 0, 12)
		if paid.After(t.daysAgo(1)) {
			paid = t.daysAgo(1)
		}
		status := "posted"
		if t.hit(.004) {
			status = "returned"
			t.adjust(a, paid.AddDate(0, 0, 1), "returned_payment_fee", 2500, "Returned payment")
		}
		put(status, t.pick([]string{"bank", "card", "cash", "check"}), paid, paid.AddDate(0, 0, 1))
	}
}

func (t *town) adjust(a account, on time.Time, kind string, cents int, description string) {
	t.out.put("adjustments", t.next("J", 9), a.number, day(on), kind, number(cents), description)
}

// sideServices writes gas and water where the account has them, and now and then an adjustment.
func (t *town) sideServices(a account) {
	months := t.months(a)
	for _, s := range []struct {
		service, unit string
		base          int
	}{{"gas", "therm", 60}, {"water", "gal", 3200}} {
		if !t.hit(.3) && a.n != 1 {
			continue
		}
		for _, m := range months[max(0, len(months)-13):] {
			t.out.put("usage", a.number, s.service, day(m.start), day(m.end), number(share(s.base, t.scale(.6, 1.5))), s.unit, "measured", "", "")
		}
	}
	if !t.hit(.02) {
		return
	}
	kinds := []struct {
		kind  string
		cents int
	}{{"credit", -1500}, {"write_off", -4200}, {"deposit_refund", -10000}, {"late_fee", 750}}
	k := kinds[t.IntN(len(kinds))]
	words := strings.ReplaceAll(k.kind, "_", " ")
	t.adjust(a, t.moment(a.opened, t.today(), false), k.kind, k.cents, strings.ToUpper(words[:1])+words[1:])
}
