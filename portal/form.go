package portal

import (
	"context"
	"time"
)

// FormsKept is for how long a form of the customers' pages that comes a second time is known again.
const FormsKept = 48 * time.Hour

// TakeForm says whether a form comes for the first time, by the name that it is known by on every node; whoever gets it
// settles it. Else it gives where the first one's sender was led, "" where it is not done yet.
func (p *Portal) TakeForm(ctx context.Context, form string) (first bool, leadsTo string, err error) {
	return p.Store.TakeForm(ctx, form, p.Now())
}

// SettleForm keeps where the sender of a form that was taken is led. One that leads nowhere was not done, and may come again.
func (p *Portal) SettleForm(ctx context.Context, form, leadsTo string) error {
	return p.Store.SettleForm(ctx, form, leadsTo)
}

// ForgetForms forgets the forms that came longer than FormsKept ago.
func (p *Portal) ForgetForms(ctx context.Context) error {
	return p.Store.ForgetForms(ctx, p.Now().Add(-FormsKept))
}
