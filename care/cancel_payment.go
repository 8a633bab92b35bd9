package care

import (
	"strings"
	"unicode/utf8"
)

// PaymentScheduled is the one status in which a payment can be cancelled: no bank has been told of it yet.
const PaymentScheduled = "scheduled"

// CancelPayment takes a scheduled payment back before it is made (R35). It is asked of the portal while the desk waits: what
// is queued could come after the bank was told.
type CancelPayment struct {
	PaymentID string `json:"payment_id"`
	Account   string `json:"account"` // the payment's, as the CSR has it before them
	Words     string `json:"words,omitempty"`
}

// Kind is payment.cancel.
func (*CancelPayment) Kind() string { return "payment.cancel" }

// Permission is MayCancelPayment.
func (*CancelPayment) Permission() Permission { return MayCancelPayment }

// PortalOnly marks a command that is asked, never queued.
func (*CancelPayment) PortalOnly() {}

// Targets are the payment and its account.
func (c *CancelPayment) Targets() []Ref {
	return []Ref{{KindPayment, c.PaymentID}, {KindAccount, c.Account}}
}

// AccountNumber is the account under which it is logged.
func (c *CancelPayment) AccountNumber() string { return c.Account }

// Entitlements are none at a desk: the permission is one of its own.
func (*CancelPayment) Entitlements() []string { return nil }

// entitlementsInside is that of the way in which it would have been paid: who may not pay in the customer's place could not make
// good what they took back.
func (c *CancelPayment) entitlementsInside(r Reader) ([]string, error) {
	payment, err := Find[Payment](r, c.PaymentID)
	if err := unlessAbsent(err); err != nil {
		return nil, err
	}
	return (&SchedulePayment{Method: payment.Method}).Entitlements(), nil
}

// Right is to pay.
func (*CancelPayment) Right() Right { return MakePays }

// Validate wants a payment and its account.
func (c *CancelPayment) Validate() error {
	switch {
	case c.PaymentID == "":
		return missing("payment_id")
	case c.Account == "":
		return missing("account")
	case utf8.RuneCountInString(c.Words) > taskWords:
		return Err(CodeTooLong, "field", "words", "most", "500")
	}
	return nil
}

// Check refuses a payment that is not scheduled, one whose day is past, and another account's.
func (c *CancelPayment) Check(r Reader) error {
	if c.PaymentID == "" {
		return nil
	}
	_, err := c.scheduled(r)
	return err
}

// Apply cancels the payment, and writes the task and the activity that say so.
func (c *CancelPayment) Apply(tx Tx) error {
	payment, err := c.scheduled(tx)
	if err != nil {
		return err
	}
	before := payment.Status
	payment.Status = "cancelled"
	if err := tx.Put(&payment); err != nil {
		return err
	}
	user, err := profileOf(tx, c.Account, "")
	if err != nil {
		return err
	}
	said := map[string]any{"status": Change{before, payment.Status}, "payment_id": payment.ID, "amount_cents": payment.AmountCents}
	if words := strings.TrimSpace(c.Words); words != "" {
		said["words"] = words
	}
	return recordLogged(tx, Task{Sort: "payment.cancelled", Status: TaskComplete, Account: c.Account, WebUserID: user, Detail: Detail(said)})
}

func (c *CancelPayment) scheduled(r Reader) (Payment, error) {
	payment, err := Find[Payment](r, c.PaymentID)
	switch {
	case err != nil:
		return payment, err
	case c.Account != "" && payment.Account != c.Account:
		return payment, Err(CodeInvalid, "field", "account", "problem", "is not the payment's")
	case payment.Status != PaymentScheduled:
		return payment, Err(CodePaymentNotScheduled, "status", payment.Status)
	}
	// Its status is the billing system's to move, which may be a night later than the bank.
	now, err := today(r)
	if err == nil && payment.EffectiveOn != "" && payment.EffectiveOn < now {
		err = Err(CodePaymentDayPast, "on", payment.EffectiveOn)
	}
	return payment, err
}
