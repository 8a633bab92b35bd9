package backend

import (
	"context"

	"meterside/care"
	"meterside/records"
)

// Overview is what is worth saying about an account before the caller says it.
type Overview struct {
	Insights []care.Insight `json:"insights"`
}

// Overview draws an account's insights from what this computer holds.
func (b *Backend) Overview(ctx context.Context, number string) (Overview, error) {
	u, err := b.signedIn()
	if err != nil {
		return Overview{}, err
	}
	db, _, err := u.reader(ctx, number)
	if err != nil {
		return Overview{}, err
	}
	g := gather{ctx: ctx, db: db}
	if err := loadOr(ctx, db, &g.c.Account, "account", number); err != nil {
		return Overview{}, err
	}
	if g.pending, err = u.cache.Pending(ctx); err != nil {
		return Overview{}, err
	}
	for _, step := range []func() error{g.place, g.webUsers, g.money} {
		if err := step(); err != nil {
			return Overview{}, err
		}
	}
	policy, err := b.Policy(ctx)
	if err != nil {
		return Overview{}, err
	}
	today := u.sink.now().In(policy.Zone())
	usage, err := records.Select[care.Usage](ctx, db, "WHERE account_number = $1 ORDER BY to_date DESC", number)
	if err != nil {
		return Overview{}, err
	}
	return Overview{care.Insights(care.Known{
		Account: g.c.Account, Premise: g.c.Premise, Bills: g.c.Bills, Payments: g.c.Payments, Adjustments: g.c.Adjustments,
		Notifications: g.c.Notifications, Usage: usage, Locked: g.c.Locked, Today: today,
	})}, nil
}

// ExplainBill says why a bill differs from the one before it, of those that this computer has.
func (b *Backend) ExplainBill(ctx context.Context, number, bill string) (care.Explanation, error) {
	u, err := b.signedIn()
	if err != nil {
		return care.Explanation{}, err
	}
	bills, err := u.billsOf(ctx, number)
	if err != nil {
		return care.Explanation{}, err
	}
	for _, now := range bills {
		if now.ID != bill {
			continue
		}
		before, ok := care.Before(bills, now)
		if !ok {
			return care.Explanation{}, care.Err(care.CodeNothingBefore)
		}
		usage, err := u.usageOf(ctx, number)
		if err != nil {
			return care.Explanation{}, err
		}
		return care.Explain(now, before, usage), nil
	}
	return care.Explanation{}, care.Err(care.CodeNotFound, "what", "bill", "id", bill)
}

// billsOf are the bills that this computer has of an account, the newest first.
func (u *user) billsOf(ctx context.Context, number string) ([]care.Bill, error) {
	return hereAndKept[care.Bill](ctx, u, number, "WHERE account_number = $1 ORDER BY period_end DESC, bill_id DESC")
}

// hereAndKept are an account's records: those of the replica, and after them those that were asked of the portal before.
func hereAndKept[T any, P interface {
	*T
	care.Record
}](ctx context.Context, u *user, number, tail string) ([]T, error) {
	here, _, err := u.reader(ctx, number)
	if err != nil {
		return nil, err
	}
	all, err := records.Select[T, P](ctx, here, tail, number)
	if err != nil || !u.cache.Extras().There() {
		return all, err
	}
	beside, err := u.cache.Extras().Reader(ctx)
	if err != nil {
		return nil, err
	}
	older, err := missing[T, P](ctx, beside, here, tail, number)
	return append(all, older...), err
}
