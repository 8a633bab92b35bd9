package backend

import (
	"context"

	"meterside/care"
)

// CancelPayment asks the portal to take a scheduled payment back, and gives the payment as it stands then. It is online
// only: what waited could come after the bank was told.
func (b *Backend) CancelPayment(ctx context.Context, c care.CancelPayment) (care.Payment, error) {
	var payment care.Payment
	u, err := b.signedIn()
	if err != nil {
		return payment, err
	}
	if err := u.ask(ctx, &c, &payment); err != nil {
		return payment, err
	}
	b.opts.Changed("accounts", "tasks", "payments")
	return payment, nil
}
