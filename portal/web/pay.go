package web

import (
	"net/http"
	"strconv"
	"time"

	"meterside/care"
	"meterside/portal"
)

const paymentsShown = 24

// paying is what the page of payments shows.
type paying struct {
	page
	account  care.Account
	good     string
	forms    []form
	payments []care.Payment // those to come first
	list     newest
	cancel   map[string]form // by the payment that can be cancelled
}

// showPay is GET /pay.
func (s *site) showPay(w http.ResponseWriter, r *http.Request, v *visit) error {
	return s.payPage(w, r, v, http.StatusOK, "", nil)
}

// payPage shows the page; refused is about the form that is named.
func (s *site) payPage(w http.ResponseWriter, r *http.Request, v *visit, status int, which string, refused error) error {
	account, ok, err := s.chosen(r, v, care.SeeBills)
	if err != nil {
		return err
	}
	p := paying{page: s.newPage(v, catalogues[v.language].Say("pay.title"), "/pay", account.Number), account: account, cancel: map[string]form{}, list: newestOf(r, paymentsShown)}
	if !ok {
		return s.render(w, r, http.StatusOK, noAccount(p.page))
	}
	p.good = p.done(r, "pay.saved")
	for _, f := range []form{p.byBank(), p.byCard()} {
		if f.why, err = s.whyNot(r, p.page, &care.SchedulePayment{Account: account.Number, Method: f.id}); err != nil {
			return err
		}
		if refused != nil && f.id == which {
			for i := range f.fields {
				f.fields[i].value = r.PostForm.Get(f.fields[i].name)
			}
			f = f.refused(v.language, refused)
		}
		p.forms = append(p.forms, f)
	}
	if p.payments, err = s.portal.Payments(r.Context(), account.Number, p.list.read()); err != nil {
		return err
	}
	p.payments = cut(&p.list, p.payments)
	for _, each := range p.payments {
		if each.Status != care.PaymentScheduled {
			continue
		}
		f := form{id: "cancel-" + each.ID, action: p.link("/pay/cancel"), submit: p.Say("pay.cancel"), quiet: true, hidden: map[string]string{"payment": each.ID}}
		if f.why, err = s.whyNot(r, p.page, &care.CancelPayment{PaymentID: each.ID, Account: account.Number}); err != nil {
			return err
		}
		if refused != nil && which == each.ID {
			f = f.refused(v.language, refused)
		}
		p.cancel[each.ID] = f
	}
	return s.render(w, r, status, payPage(p))
}

func (p paying) byBank() form {
	owed := ""
	if p.account.BalanceCents > 0 {
		owed = strconv.FormatInt(p.account.BalanceCents/100, 10) + "." + strconv.FormatInt(100+p.account.BalanceCents%100, 10)[1:]
	}
	return form{
		id: care.PayByBank, title: p.Say("pay.bank"), intro: []string{p.Say("pay.bank.intro")}, action: p.link("/pay"), submit: p.Say("pay.submit"),
		fields: []input{
			{name: "amount", label: p.Say("bill.amount"), value: owed, fill: "off"},
			{name: "on", label: p.Say("pay.on"), kind: "date", value: p.visit.now.In(p.zone()).Format(time.DateOnly)},
		},
		hidden: map[string]string{"method": care.PayByBank},
	}
}

func (p paying) byCard() form {
	f := p.byBank()
	f.id, f.title, f.intro, f.submit, f.quiet = care.PayByCard, p.Say("pay.card"), []string{p.Say("pay.card.intro")}, p.Say("pay.card.submit"), true
	f.hidden = map[string]string{"method": care.PayByCard}
	return f
}

// pay is POST /pay.
func (s *site) pay(w http.ResponseWriter, r *http.Request, v *visit) error {
	account, err := s.posted(r, v, care.SeeBills)
	if err != nil {
		return err
	}
	cents, _ := portal.Cents(r.PostForm.Get("amount")) // none is refused by the command
	cmd := &care.SchedulePayment{Account: account.Number, AmountCents: cents, On: r.PostForm.Get("on"), Method: r.PostForm.Get("method")}
	return s.send(w, r, v, cmd, v.at("/pay")+query(account.Number, "saved", "saved"), func(status int, refused error) error {
		return s.payPage(w, r, v, status, cmd.Method, refused)
	})
}

// cancelPayment is POST /pay/cancel.
func (s *site) cancelPayment(w http.ResponseWriter, r *http.Request, v *visit) error {
	account, err := s.posted(r, v, care.SeeBills)
	if err != nil {
		return err
	}
	cmd := &care.CancelPayment{PaymentID: r.PostForm.Get("payment"), Account: account.Number}
	return s.send(w, r, v, cmd, v.at("/pay")+query(account.Number, "saved", "saved"), func(status int, refused error) error {
		return s.payPage(w, r, v, status, cmd.PaymentID, refused)
	})
}

// posted reads a form, and gives the account that it is about, to who may see its page. What they may change there, its
// command decides.
func (s *site) posted(r *http.Request, v *visit, right care.Right) (care.Account, error) {
	if err := readForm(r); err != nil {
		return care.Account{}, err
	}
	account, ok, err := s.chosen(r, v, right)
	if err == nil && !ok {
		err = errNoPage
	}
	return account, err
}

// paidOn is the day of a payment: when it takes effect, else when it was made.
func (p page) paidOn(each care.Payment) string {
	if each.EffectiveOn != "" {
		return p.Date(each.EffectiveOn)
	}
	return p.Date(time.UnixMilli(each.CreatedAt).In(p.zone()).Format(time.DateOnly))
}
