package portal

import (
	"context"

	"meterside/care"
	"meterside/records"
)

// cancelPayment takes a scheduled payment back, with the task and the activity that say who did.
func cancelPayment(_ context.Context, a *asked, q *care.CancelPayment) (any, error) {
	return nil, apply(a.tx, q)
}

// readPayment gives a payment as it stands: whoever missed the answer asks again, and nothing is done twice.
func readPayment(ctx context.Context, a *asked, q *care.CancelPayment) (any, error) {
	var payment care.Payment
	if ok, err := records.Load(ctx, a.Store.Reader(), &payment, q.PaymentID); err != nil || !ok {
		return nil, errorOr(err, notFound(care.KindPayment, q.PaymentID))
	}
	return payment, nil
}
