package care

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Insight is something about an account that a CSR should know before the caller says it, with its reason.
type Insight struct {
	Code  string            `json:"code"`
	Group string            `json:"group"` // financial, account or warning
	Cents map[string]int64  `json:"cents,omitempty"`
	Dates map[string]string `json:"dates,omitempty"` // YYYY-MM-DD
	Words map[string]string `json:"words,omitempty"`
	Count int               `json:"count,omitempty"`
	// Tab is where more of it stands: billing, usage, webusers, tasks or notifications.
	Tab string `json:"tab,omitempty"`
}

// Known is what insights are drawn from. Lists come newest first, as a console shows them.
type Known struct {
	Account       Account
	Premise       Premise
	Bills         []Bill
	Payments      []Payment
	Adjustments   []Adjustment
	Notifications []Notification
	Usage         []Usage
	Locked        bool
	Today         time.Time // in the utility's time zone
}

// How far back something is still worth saying, and by how much a bill stands out.
const (
	returnedFor   = 180 * 24 * time.Hour
	bouncedFor    = 60 * 24 * time.Hour
	muchMore      = 125 // percent of the bill of a year ago
	muchMoreCents = 1500
	jumped        = 150 // percent of the bill before
	feesIn        = 12  // bills
)

// Insights draws what is worth saying, warnings first. It says nothing twice.
func Insights(k Known) []Insight {
	found := []Insight{}
	for _, look := range []func(Known) *Insight{
		flagged, locked, vacant, overdue, returned, bounced, higher, estimated, catchingUp, feesWithoutAutoPay, priced, openPayments, credit, unread,
	} {
		if i := look(k); i != nil {
			found = append(found, *i)
		}
	}
	order := []string{"warning", "financial", "account"}
	slices.SortStableFunc(found, func(a, b Insight) int {
		return cmp.Compare(slices.Index(order, a.Group), slices.Index(order, b.Group))
	})
	return found
}

func (k Known) since(ms int64, most time.Duration) bool {
	return k.Today.Sub(time.UnixMilli(ms)) <= most
}

func (k Known) day() string { return k.Today.Format(time.DateOnly) }

func flagged(k Known) *Insight {
	if len(k.Account.Flags) == 0 {
		return nil
	}
	return &Insight{Code: "flags", Group: "warning", Count: len(k.Account.Flags), Words: map[string]string{"flags": k.Account.Flags.String()}}
}

func locked(k Known) *Insight {
	if !k.Locked {
		return nil
	}
	return &Insight{Code: "locked", Group: "warning", Tab: "webusers"}
}

func vacant(k Known) *Insight {
	if !k.Premise.Vacant || k.Account.Status != "active" {
		return nil
	}
	return &Insight{Code: "vacant", Group: "warning"}
}

func overdue(k Known) *Insight {
	if len(k.Bills) == 0 || k.Account.BalanceCents <= 0 || k.Bills[0].DueOn == "" || k.Bills[0].DueOn >= k.day() {
		return nil
	}
	return &Insight{Code: "overdue", Group: "warning", Cents: map[string]int64{"amount": k.Account.BalanceCents}, Dates: map[string]string{"due": k.Bills[0].DueOn}, Tab: "billing"}
}

func returned(k Known) *Insight {
	var i *Insight
	for _, p := range k.Payments {
		if p.Status != "returned" || !k.since(p.CreatedAt, returnedFor) {
			continue
		}
		if i == nil { // the newest
			i = &Insight{Code: "payment_returned", Group: "warning", Tab: "billing", Cents: map[string]int64{"amount": p.AmountCents}, Dates: map[string]string{"on": p.EffectiveOn}}
		}
		i.Count++
	}
	return i
}

func bounced(k Known) *Insight {
	var i *Insight
	for _, n := range k.Notifications {
		if n.Status != "bounced" || !k.since(n.SentAt, bouncedFor) {
			continue
		}
		if i == nil {
			code := "notification_bounced"
			if k.Account.Paperless { // then no bill reaches them at all
				code = "paperless_bounced"
			}
			i = &Insight{Code: code, Group: "warning", Tab: "notifications", Words: map[string]string{"address": n.Address, "template": n.Template}}
		}
		i.Count++
	}
	return i
}

// higher looks for a bill that stands out against the one of a year ago, or else against the one before.
func higher(k Known) *Insight {
	if len(k.Bills) < 2 {
		return nil
	}
	now := k.Bills[0]
	stands := func(code string, than Bill, percent int64) *Insight {
		if than.TotalCents <= 0 || now.TotalCents*100 < than.TotalCents*percent || now.TotalCents-than.TotalCents < muchMoreCents {
			return nil
		}
		return &Insight{Code: code, Group: "financial", Tab: "billing", Count: int((now.TotalCents - than.TotalCents) * 100 / than.TotalCents),
			Cents: map[string]int64{"now": now.TotalCents, "then": than.TotalCents}, Dates: map[string]string{"then": than.IssuedOn}}
	}
	if then, ok := YearBefore(k.Bills, now); ok {
		return stands("bill_higher", then, muchMore)
	}
	if before, ok := Before(k.Bills, now); ok {
		return stands("bill_jumped", before, jumped)
	}
	return nil
}

// YearBefore finds the bill of the same time of the year before, whose period may begin some days earlier or later.
func YearBefore(bills []Bill, b Bill) (Bill, bool) {
	start, err := time.Parse(time.DateOnly, b.PeriodStart)
	if err != nil {
		return Bill{}, false
	}
	then := start.AddDate(-1, 0, 0)
	for _, other := range bills {
		if at, err := time.Parse(time.DateOnly, other.PeriodStart); err == nil && at.Sub(then).Abs() <= 10*24*time.Hour {
			return other, true
		}
	}
	return Bill{}, false
}

func estimated(k Known) *Insight {
	n := 0
	for _, b := range k.Bills[:min(3, len(k.Bills))] {
		if b.Estimated {
			n++
		}
	}
	switch {
	case n >= 2:
		return &Insight{Code: "estimated_often", Group: "warning", Count: n, Tab: "usage"}
	case n == 1 && k.Bills[0].Estimated:
		return &Insight{Code: "estimated", Group: "financial", Tab: "usage", Dates: map[string]string{"from": k.Bills[0].PeriodStart, "to": k.Bills[0].PeriodEnd}}
	}
	return nil
}

func catchingUp(k Known) *Insight {
	if len(k.Bills) < 2 || k.Bills[0].Estimated {
		return nil
	}
	before, ok := Before(k.Bills, k.Bills[0])
	if !ok || !before.Estimated {
		return nil
	}
	return &Insight{Code: "catching_up", Group: "financial", Tab: "billing", Dates: map[string]string{"before": before.IssuedOn}}
}

func feesWithoutAutoPay(k Known) *Insight {
	i := &Insight{Code: "late_fees", Group: "financial", Tab: "billing", Cents: map[string]int64{"amount": 0}}
	for _, b := range k.Bills[:min(feesIn, len(k.Bills))] {
		for _, s := range b.Segments {
			if s.Service == "fee" && strings.Contains(strings.ToLower(s.Description), "late") {
				i.Count++
				i.Cents["amount"] += s.AmountCents
			}
		}
	}
	if i.Count == 0 || k.Account.AutoPay {
		return nil
	}
	return i
}

func priced(k Known) *Insight {
	if len(k.Bills) < 2 {
		return nil
	}
	before, ok := Before(k.Bills, k.Bills[0])
	if !ok {
		return nil
	}
	e := Explain(k.Bills[0], before, nil)
	if e.Price == 0 || e.PriceNow == 0 || e.PriceBefore == 0 || e.PriceNow == e.PriceBefore {
		return nil
	}
	return &Insight{Code: "price_changed", Group: "financial", Tab: "billing", Cents: map[string]int64{"effect": e.Price}}
}

func openPayments(k Known) *Insight {
	i := &Insight{Code: "payments_open", Group: "financial", Tab: "billing", Cents: map[string]int64{"amount": 0}}
	for _, p := range k.Payments {
		if p.Status == "scheduled" || p.Status == "pending" {
			i.Count++
			i.Cents["amount"] += p.AmountCents
		}
	}
	if i.Count == 0 {
		return nil
	}
	return i
}

func credit(k Known) *Insight {
	if k.Account.BalanceCents >= 0 {
		return nil
	}
	return &Insight{Code: "credit", Group: "financial", Cents: map[string]int64{"amount": -k.Account.BalanceCents}}
}

// unread tells of an active account whose meter told nothing for two months though it did before.
func unread(k Known) *Insight {
	newest := ""
	for _, u := range k.Usage {
		newest = max(newest, u.To)
	}
	if k.Account.Status != "active" || newest == "" || newest > k.Today.AddDate(0, -2, 0).Format(time.DateOnly) {
		return nil
	}
	return &Insight{Code: "no_usage", Group: "account", Tab: "usage", Dates: map[string]string{"since": newest}}
}
