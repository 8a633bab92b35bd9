package backend

import (
	"context"

	"meterside/care"
	"meterside/records"
)

// insights draws an account's insights from what was gathered of it, and its usage.
func (g *gather) insights() error {
	usage, err := records.Select[care.Usage](g.ctx, g.db, "WHERE account_number = $1 ORDER BY to_date DESC", g.c.Account.Number)
	if err != nil {
		return err
	}
	sent := make([]care.Notification, len(g.c.Notifications))
	for i, n := range g.c.Notifications {
		sent[i] = n.Notification
	}
	g.c.Insights = some(care.Insights(care.Known{
		Account: g.c.Account, Premise: g.c.Premise, Bills: g.c.Bills, Payments: g.c.Payments, Adjustments: g.c.Adjustments,
		Notifications: sent, Usage: usage, Locked: g.c.Locked, Today: g.now.In(g.policy.Zone()),
	}))
	return nil
}

// ExplainBill says why a bill differs from the one before it, of those that this computer has.
func (b *Backend) ExplainBill(ctx context.Context, number, bill string) (care.Explanation, error) {
	u, _, err := b.forAccount(ctx, number)
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
