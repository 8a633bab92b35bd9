package care

import (
	"slices"
	"strconv"
	"time"
)

// SchedulePayment has a customer's payment made on a day, from the bank account on file or by card (R64). It is asked while
// somebody waits: money is never queued.
type SchedulePayment struct {
	Account     string `json:"account"`
	AmountCents int64  `json:"amount_cents"`
	On          string `json:"on"`     // a day of the utility's, YYYY-MM-DD
	Method      string `json:"method"` // bank or card
}

// How a payment is made.
const (
	PayByBank = "bank"
	PayByCard = "card"
)

var payMethods = []string{PayByBank, PayByCard}

const (
	mostCents  = 5_000_000 // of one payment: a slip of the finger ends here
	paidWithin = 90        // days from today
)

// Kind is payment.schedule.
func (*SchedulePayment) Kind() string { return "payment.schedule" }

// Permission is MayChange.
func (*SchedulePayment) Permission() Permission { return MayChange }

// PortalOnly marks a command that is never queued.
func (*SchedulePayment) PortalOnly() {}

// Targets are the account.
func (c *SchedulePayment) Targets() []Ref { return []Ref{{KindAccount, c.Account}} }

// AccountNumber is the account that pays.
func (c *SchedulePayment) AccountNumber() string { return c.Account }

// Entitlements is the one of the way to pay; where none was chosen, the bank's.
func (c *SchedulePayment) Entitlements() []string {
	if c.Method == PayByCard {
		return []string{"pay.card"}
	}
	return []string{"pay.bank"}
}

// Right is to pay.
func (*SchedulePayment) Right() Right { return MakePays }

// Validate wants an account, a sum, a day and a way to pay.
func (c *SchedulePayment) Validate() error {
	switch {
	case c.Account == "":
		return missing("account")
	case c.AmountCents <= 0 || c.AmountCents > mostCents:
		return Err(CodeInvalid, "field", "amount", "problem", "is not an amount from 0.01 to "+strconv.Itoa(mostCents/100))
	case !isDay(c.On):
		return Err(CodeInvalid, "field", "on", "problem", "is not a day written YYYY-MM-DD")
	case !slices.Contains(payMethods, c.Method):
		return Err(CodeNoChoice, "field", "method", "choices", List(payMethods).String())
	}
	return nil
}

// Check refuses an account that is closed, a day that is past or far, and the same payment a second time.
func (c *SchedulePayment) Check(r Reader) error {
	if c.Account == "" {
		return nil
	}
	account, err := Find[Account](r, c.Account)
	if err != nil {
		return err
	}
	if account.Status == "closed" && account.BalanceCents <= 0 {
		return Err(CodeAccountClosed, "account", c.Account)
	}
	if c.On == "" {
		return nil
	}
	first, err := today(r)
	if err != nil {
		return err
	}
	if c.On < first || c.On > laterDay(first, paidWithin) {
		return Err(CodeInvalid, "field", "on", "problem", "is not a day from "+first+" to "+laterDay(first, paidWithin))
	}
	open, err := r.OpenPayments(c.Account)
	if slices.ContainsFunc(open, func(p Payment) bool { return p.AmountCents == c.AmountCents && p.EffectiveOn == c.On }) {
		return Err(CodePaymentTwice, "on", c.On)
	}
	return err
}

// Apply writes the payment, the task and the activity that say who wanted it, and the customer's receipt.
func (c *SchedulePayment) Apply(tx Tx) error {
	payment := Payment{
		ID: tx.NewID("Y"), Account: c.Account, Status: PaymentScheduled, AmountCents: c.AmountCents, Method: c.Method,
		CreatedAt: tx.Now().UnixMilli(), EffectiveOn: c.On,
	}
	payment.CSRID, payment.Session = tx.Actor().Staff()
	if err := tx.Put(&payment); err != nil {
		return err
	}
	user, err := profileOf(tx, c.Account, "")
	if err != nil {
		return err
	}
	detail := Detail(map[string]any{"payment_id": payment.ID, "amount_cents": c.AmountCents, "on": c.On, "method": c.Method})
	if err := RecordTask(tx, Task{Sort: "payment.submitted", Status: TaskComplete, Account: c.Account, WebUserID: user, Detail: detail}); err != nil {
		return err
	}
	if err := postTo(tx, user, Message{Template: TemplateScheduled, Account: c.Account, About: payment.ID}); err != nil {
		return err
	}
	return Log(tx, Activity{Account: c.Account, WebUserID: user, Sort: "payment.submitted", Detail: detail})
}

func isDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// laterDay is the day so many days after another.
func laterDay(day string, days int) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.AddDate(0, 0, days).Format(time.DateOnly)
}
