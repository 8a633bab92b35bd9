package web

import (
	"net/http"
	"strconv"

	"meterside/care"
	"meterside/portal/wording"
)

// billsShown is ten years of monthly bills.
const billsShown = 120

// history is what the page of bills shows.
type history struct {
	page
	account care.Account
	bills   []care.Bill
	list    newest
}

// showBills is GET /bills.
func (s *site) showBills(w http.ResponseWriter, r *http.Request, v *visit) error {
	account, ok, err := s.chosen(r, v, care.SeeBills)
	if err != nil {
		return err
	}
	h := history{page: s.newPage(v, catalogues[v.language].Say("bills.title"), "/bills", account.Number), account: account, list: newestOf(r, billsShown)}
	if !ok {
		return s.render(w, r, http.StatusOK, noAccount(h.page))
	}
	if h.bills, err = s.portal.Bills(r.Context(), account.Number, h.list.read()); err != nil {
		return err
	}
	h.bills = cut(&h.list, h.bills)
	return s.render(w, r, http.StatusOK, billsPage(h))
}

// period is the days that a bill is for.
func (p page) period(b care.Bill) string {
	return p.Say("range", "from", p.Date(b.PeriodStart), "to", p.Date(b.PeriodEnd))
}

// usage is what a bill charges, and whether it was estimated.
func (p page) usage(b care.Bill) string {
	words := p.quantity(&b.Quantity, b.Unit)
	if b.Estimated {
		words += " (" + p.Say("bill.estimated") + ")"
	}
	return words
}

// quantity is "" where a line has none, as a tax.
func (p page) quantity(n *int64, unit string) string {
	if n == nil {
		return ""
	}
	return wording.Number(*n) + "\u00a0" + wording.Shown(unit, nameShown)
}

func count(n int) string { return strconv.Itoa(n) }
