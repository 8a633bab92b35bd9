package web

import (
	"net/http"
	"slices"

	"meterside/care"
	"meterside/portal/wording"
)

// oneBill is what the page of one bill shows: its lines, and why it differs from the one before.
type oneBill struct {
	page
	account care.Account
	bill    care.Bill
	before  *care.Bill
	why     []reason
}

// reason is one cause of a difference, in words and cents.
type reason struct {
	words string
	cents int64
}

// showBill is GET /bill.
func (s *site) showBill(w http.ResponseWriter, r *http.Request, v *visit) error {
	account, ok, err := s.chosen(r, v)
	if err != nil {
		return err
	}
	if !ok {
		return errNoPage
	}
	bills, err := s.portal.Bills(r.Context(), account.Number, billsShown+1)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(bills, func(b care.Bill) bool { return b.ID == r.URL.Query().Get("bill") })
	if at < 0 {
		return errNoPage
	}
	b := oneBill{page: s.newPage(v, "", "/bill", account.Number), account: account, bill: bills[at]}
	b.more = []string{"bill", b.bill.ID}
	b.title = b.Say("bill.title", "date", b.Date(b.bill.IssuedOn))
	if before, known := care.Before(bills, b.bill); known {
		usage, err := s.portal.Usage(r.Context(), account.Number)
		if err != nil {
			return err
		}
		b.before = &before
		b.why = b.reasons(care.Explain(b.bill, before, usage))
	}
	return s.render(w, r, http.StatusOK, billPage(b))
}

// reasons puts an explanation into lines that add up to the difference, to the cent.
func (b oneBill) reasons(e care.Explanation) []reason {
	all := []reason{
		{b.Say("why.price"), e.Price},
		{b.Say("why.usage", "quantity", wording.Number(e.Quantity)+"\u00a0"+wording.Shown(e.Unit, nameShown)), e.Usage},
		{b.Say("why.fixed"), e.Fixed}, {b.Say("why.fees"), e.Fees}, {b.Say("why.tax"), e.Tax}, {b.Say("why.rest"), e.Rest},
	}
	return slices.DeleteFunc(all, func(r reason) bool { return r.cents == 0 })
}

// difference says by how much the bill is another than the one before.
func (b oneBill) difference() string {
	date := b.Date(b.before.IssuedOn)
	switch change := b.bill.TotalCents - b.before.TotalCents; {
	case change > 0:
		return b.Say("why.more", "amount", b.money(change), "date", date)
	case change < 0:
		return b.Say("why.less", "amount", b.money(-change), "date", date)
	}
	return b.Say("why.same", "date", date)
}
