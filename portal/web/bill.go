package web

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"meterside/care"
	"meterside/portal/wording"
)

// oneBill is what the page of one bill shows: its lines, and why it differs from the one before.
type oneBill struct {
	page
	account care.Account
	premise care.Premise
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
	b, err := s.oneBill(r, v, r.URL.Query().Get("bill"))
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, billPage(b))
}

// downloadBill is GET /bills/{file}: the bill as a file, with what its page shows.
func (s *site) downloadBill(w http.ResponseWriter, r *http.Request, v *visit) error {
	id, ok := strings.CutSuffix(r.PathValue("file"), ".pdf")
	if !ok {
		return errNoPage
	}
	b, err := s.oneBill(r, v, id)
	if err != nil {
		return err
	}
	file, err := b.paper()
	if err != nil {
		return err
	}
	s.attach(w, "application/pdf", b.fileName(), file)
	return nil
}

func (b oneBill) fileName() string {
	return "bill-" + attachmentName(b.account.Number) + "-" + attachmentName(b.bill.IssuedOn) + ".pdf"
}

// forDesk is a bill's file for a member of staff: as the customer whom the account is in the name of would have it.
func (s *site) forDesk(ctx context.Context, number, bill, language string) (name string, file []byte, err error) {
	policy, err := s.portal.Policy(ctx)
	if err != nil {
		return "", nil, err
	}
	account, person, err := s.portal.InTheNameOf(ctx, number)
	if err != nil {
		return "", nil, err
	}
	b, err := s.readBill(ctx, &visit{policy: policy, person: person, language: language, now: s.portal.Now()}, account, bill)
	if errors.Is(err, errNoPage) {
		err = care.Err(care.CodeNotFound, "what", "bill", "id", bill)
	}
	if err != nil {
		return "", nil, err
	}
	file, err = b.paper()
	return b.fileName(), file, err
}

// oneBill reads a bill of the account that a request is about, and the one before it.
func (s *site) oneBill(r *http.Request, v *visit, id string) (oneBill, error) {
	account, ok, err := s.chosen(r, v, care.SeeBills)
	if err != nil {
		return oneBill{}, err
	}
	if !ok {
		return oneBill{}, errNoPage
	}
	return s.readBill(r.Context(), v, account, id)
}

// readBill reads a bill of an account, and the one before it.
func (s *site) readBill(ctx context.Context, v *visit, account care.Account, id string) (oneBill, error) {
	bills, err := s.portal.BillAndBefore(ctx, account.Number, id)
	if err != nil {
		return oneBill{}, err
	}
	if len(bills) == 0 {
		return oneBill{}, errNoPage
	}
	b := oneBill{page: s.newPage(v, "", "/bill", account.Number), account: account, bill: bills[0]}
	if b.premise, err = s.portal.Premise(ctx, account.PremiseID); err != nil {
		return oneBill{}, err
	}
	b.more = []string{"bill", b.bill.ID}
	b.title = b.Say("bill.title", "date", b.Date(b.bill.IssuedOn))
	if before, known := care.Before(bills, b.bill); known {
		usage, err := s.portal.Usage(ctx, account.Number)
		if err != nil {
			return oneBill{}, err
		}
		b.before = &before
		b.why = b.reasons(care.Explain(b.bill, before, usage))
	}
	return b, nil
}

// addressed is whom and what the bill is for.
func (b oneBill) addressed() []choice {
	all := []choice{
		{wording.Shown(b.visit.person.Name(), nameShown), b.Say("bill.for")},
		{wording.Shown(b.account.Number, nameShown), b.Say("accounts.number")},
		{wording.Shown(b.premise.ServiceAddress(), textShown), b.Say("account.address")},
	}
	return slices.DeleteFunc(all, func(c choice) bool { return c.value == "" })
}

// facts are what stands beside the bill's amount.
func (b oneBill) facts() []choice {
	return []choice{
		{b.Date(b.bill.IssuedOn), b.Say("bill.issued")}, {b.Date(b.bill.DueOn), b.Say("bill.due")},
		{b.period(b.bill), b.Say("bill.period")}, {b.usage(b.bill), b.Say("bill.usage")},
	}
}

// estimates says what estimates have to do with the difference from the bill before.
func (b oneBill) estimates() (words []string) {
	if b.bill.Estimated {
		words = append(words, b.Say("why.estimated"))
	}
	if b.before.Estimated {
		words = append(words, b.Say("why.after_estimate"))
	}
	return words
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
