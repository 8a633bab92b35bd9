package care

import (
	"slices"
	"testing"
	"time"
)

// R29: each insight is drawn from what it is about, and from nothing else: an account without any of it has none.
func TestInsights(t *testing.T) {
	today := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	ago := func(days int) int64 { return today.AddDate(0, 0, -days).UnixMilli() }
	bill := func(id, from, to string, cents int64) Bill {
		return Bill{ID: id, IssuedOn: to, DueOn: "2026-11-20", PeriodStart: from, PeriodEnd: to, TotalCents: cents, Unit: "kWh"}
	}
	plain := func() Known {
		return Known{Account: Account{Number: "1", Status: "active", BalanceCents: 10000}, Today: today, Bills: []Bill{
			bill("3", "2026-09-30", "2026-10-31", 10000), bill("2", "2026-08-31", "2026-09-30", 9900), bill("1", "2025-10-01", "2025-10-31", 9500)},
			Usage: []Usage{{To: "2026-10-31"}}}
	}
	for _, c := range []struct {
		name   string
		change func(*Known)
		want   []string
	}{
		{"nothing", func(*Known) {}, nil},
		{"flags", func(k *Known) { k.Account.Flags = List{"critical_care"} }, []string{"flags"}},
		{"a lock", func(k *Known) { k.Locked = true }, []string{"locked"}},
		{"a vacant premise", func(k *Known) { k.Premise.Vacant = true }, []string{"vacant"}},
		{"a vacant premise of a closed account", func(k *Known) { k.Premise.Vacant, k.Account.Status = true, "closed" }, nil},
		{"past due", func(k *Known) { k.Bills[0].DueOn = "2026-10-31" }, []string{"overdue"}},
		{"past due and paid", func(k *Known) { k.Bills[0].DueOn, k.Account.BalanceCents = "2026-10-31", 0 }, nil},
		{"due today", func(k *Known) { k.Bills[0].DueOn = "2026-11-01" }, nil},
		{"returned", func(k *Known) { k.Payments = []Payment{{Status: "returned", CreatedAt: ago(30)}} }, []string{"payment_returned"}},
		{"returned long ago", func(k *Known) { k.Payments = []Payment{{Status: "returned", CreatedAt: ago(300)}} }, nil},
		{"bounced", func(k *Known) { k.Notifications = []Notification{{Status: "bounced", SentAt: ago(3)}} }, []string{"notification_bounced"}},
		{"bounced, and no paper", func(k *Known) {
			k.Notifications, k.Account.Paperless = []Notification{{Status: "bounced", SentAt: ago(3)}}, true
		}, []string{"paperless_bounced"}},
		{"much more than last year", func(k *Known) { k.Bills[0].TotalCents = 12500 }, []string{"bill_higher"}},
		{"more, but not by much money", func(k *Known) { k.Bills[0].TotalCents, k.Bills[2].TotalCents = 1500, 1000 }, nil},
		{"much more than before, and no last year", func(k *Known) { k.Bills = k.Bills[:2]; k.Bills[0].TotalCents = 20000 }, []string{"bill_jumped"}},
		{"estimated twice", func(k *Known) { k.Bills[0].Estimated, k.Bills[1].Estimated = true, true }, []string{"estimated_often"}},
		{"estimated", func(k *Known) { k.Bills[0].Estimated = true }, []string{"estimated"}},
		{"measured after an estimate", func(k *Known) { k.Bills[1].Estimated = true }, []string{"catching_up"}},
		{"late fees", func(k *Known) {
			k.Bills[1].Segments = Segments{{Service: "fee", Description: "Late payment fee", AmountCents: 750}}
		}, []string{"late_fees"}},
		{"late fees with AutoPay", func(k *Known) {
			k.Account.AutoPay, k.Bills[1].Segments = true, Segments{{Service: "fee", Description: "Late payment fee", AmountCents: 750}}
		}, nil},
		{"a payment to come", func(k *Known) { k.Payments = []Payment{{Status: "scheduled", AmountCents: 5}} }, []string{"payments_open"}},
		{"a credit", func(k *Known) { k.Account.BalanceCents = -1 }, []string{"credit"}},
		{"a silent meter", func(k *Known) { k.Usage[0].To = "2026-07-01" }, []string{"no_usage"}},
		{"a warning comes first", func(k *Known) { k.Account.BalanceCents, k.Locked = -1, true }, []string{"locked", "credit"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := plain()
			c.change(&k)
			var got []string
			for _, i := range Insights(k) {
				got = append(got, i.Code)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
	if got := Insights(Known{}); len(got) != 0 {
		t.Errorf("of nothing: %+v", got)
	}
}
