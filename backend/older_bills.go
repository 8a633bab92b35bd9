package backend

import (
	"context"
	"errors"
	"slices"
	"time"

	"meterside/backend/cache"
	"meterside/care"
	"meterside/records"
)

// OlderBills are an account's bills, payments, adjustments and usage from before what the replica holds, the newest first.
type OlderBills struct {
	Bills       []care.Bill       `json:"bills"`
	Payments    []care.Payment    `json:"payments"`
	Adjustments []care.Adjustment `json:"adjustments"`
	Usage       []care.Usage      `json:"usage"`
	// Next is the day before which to go on; "" where there is nothing older.
	Next    string      `json:"next"`
	Problem *care.Error `json:"problem,omitempty"` // why there is nothing for now
}

// overlap is by how much more is asked for than the replica lacks today: its depth moves on day by day, and what is kept on
// this computer must go on where it will end then.
const overlap = 8

// OlderBills goes on with an account's bills where the replica ends, or before the day that it gave as Next: from what is
// kept on this computer, else from the portal.
func (b *Backend) OlderBills(ctx context.Context, number, before string) (OlderBills, error) {
	page := OlderBills{Bills: []care.Bill{}, Payments: []care.Payment{}, Adjustments: []care.Adjustment{}, Usage: []care.Usage{}, Next: before}
	u, _, err := b.forAccount(ctx, number)
	if err != nil {
		return page, err
	}
	wanted, asked := before, before
	if before == "" {
		policy, err := b.Policy(ctx)
		if err != nil {
			return page, err
		}
		cut := care.Depth(policy, "replica.bills", u.sink.now())
		wanted, asked = cut.AddDate(0, 0, 1).Format(time.DateOnly), cut.AddDate(0, 0, overlap).Format(time.DateOnly)
	}
	extras := u.cache.Extras()
	span, covered, err := extras.Covers(ctx, number, "bills", care.Moment{At: day(wanted).UnixMilli()})
	if err != nil {
		return page, err
	}
	if !covered {
		var fetched care.Fetched
		if err := u.ask(ctx, &care.OlderBills{Account: number, Before: asked}, &fetched); err != nil {
			return page.stopped(err)
		}
		span = cache.Span{What: "bills", Newer: care.Moment{At: day(asked).UnixMilli()}, Older: care.Moment{At: day(fetched.Reach).UnixMilli()}, End: fetched.End}
		if err := extras.Keep(ctx, number, fetched, false, span); err != nil {
			return page, err
		}
	}
	if page.Next = ""; !span.End {
		page.Next = time.UnixMilli(span.Older.At).UTC().Format(time.DateOnly)
	}
	newest := span.Newer.At
	if before != "" {
		newest = day(before).UnixMilli() // what is newer was given before
	}
	return page, u.keptBills(ctx, &page, number, span.Older.At, newest)
}

func (p OlderBills) stopped(err error) (OlderBills, error) {
	var said care.Error
	if !errors.As(err, &said) {
		return p, err
	}
	p.Problem = &said
	return p, nil
}

// keptBills reads what is kept from one day to before another, but for what the replica holds itself.
func (u *user) keptBills(ctx context.Context, page *OlderBills, number string, from, to int64) error {
	db, err := u.cache.Extras().Reader(ctx)
	if err != nil {
		return err
	}
	here, _, err := u.reader(ctx, number)
	if err != nil {
		return err
	}
	first, last := time.UnixMilli(from).UTC().Format(time.DateOnly), time.UnixMilli(to).UTC().Format(time.DateOnly)
	if page.Bills, err = missing[care.Bill](ctx, db, here, "WHERE account_number = $1 AND period_end >= $2 AND period_end < $3 ORDER BY period_end DESC, bill_id DESC", number, first, last); err != nil {
		return err
	}
	if page.Payments, err = missing[care.Payment](ctx, db, here, "WHERE account_number = $1 AND created_at >= $2 AND created_at < $3 ORDER BY created_at DESC, payment_id DESC", number, from, to); err != nil {
		return err
	}
	if page.Adjustments, err = missing[care.Adjustment](ctx, db, here, "WHERE account_number = $1 AND adjusted_on >= $2 AND adjusted_on < $3 ORDER BY adjusted_on DESC, adjustment_id DESC", number, first, last); err != nil {
		return err
	}
	page.Usage, err = missing[care.Usage](ctx, db, here, "WHERE account_number = $1 AND to_date >= $2 AND to_date < $3 ORDER BY to_date DESC, service, from_date DESC", number, first, last)
	return err
}

// missing are the records in one database that another does not hold.
func missing[T any, P interface {
	*T
	care.Record
}](ctx context.Context, in, here records.Conn, tail string, args ...any) ([]T, error) {
	all, err := records.Select[T, P](ctx, in, tail, args...)
	if err != nil {
		return nil, err
	}
	var failed error
	all = slices.DeleteFunc(all, func(rec T) bool {
		known := P(new(T))
		ok, err := records.Load(ctx, here, known, care.IDParts(P(&rec).RecordID())...)
		if err != nil {
			failed = err
		}
		return ok
	})
	return some(all), failed
}
