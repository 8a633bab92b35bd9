package portal

import (
	"context"
	"time"

	"meterside/care"
	"meterside/records"
)

// How much one question brings. An answer stays well below what a desk takes.
const (
	olderActivities = 200
	olderBills      = 240
	olderEntries    = 500
)

func logOlderActivity(_ context.Context, a *asked, q *care.OlderActivity) (any, error) {
	return nil, logHistory(a, q.Account, "activity")
}

func logOlderBills(_ context.Context, a *asked, q *care.OlderBills) (any, error) {
	return nil, logHistory(a, q.Account, "bills")
}

func logHistory(a *asked, account, what string) error {
	if _, err := care.Find[care.Account](a.tx, account); err != nil {
		return err
	}
	return care.Log(a.tx, care.Activity{Account: account, Sort: "history.fetched", Detail: care.Detail(map[string]string{"what": what})})
}

// readOlderActivity gives what happened before a moment, the newest first.
func readOlderActivity(ctx context.Context, a *asked, q *care.OlderActivity) (any, error) {
	f, err := a.fetched(ctx, q.Account)
	if err != nil {
		return nil, err
	}
	n, err := f.add(ctx, care.KindActivity, olderActivities, `WHERE account_number = $1 AND (happened_at < $2 OR happened_at = $2 AND (rv < $3 OR rv = $3 AND activity_id < $4))
		ORDER BY happened_at DESC, rv DESC, activity_id DESC`, q.Account, q.Before.At, q.Before.RV, q.Before.ID)
	f.End = n < olderActivities
	return f.Fetched, err
}

// readOlderBills gives bills, payments, adjustments and usage from before a day, the newest first. Reach is the day down to
// which all of them are there, where that is not all there is.
func readOlderBills(ctx context.Context, a *asked, q *care.OlderBills) (any, error) {
	f, err := a.fetched(ctx, q.Account)
	if err != nil {
		return nil, err
	}
	before, err := time.Parse(time.DateOnly, q.Before)
	if err != nil {
		return nil, care.Err(care.CodeInvalid, "field", "before", "problem", "is not a date such as 2024-01-31")
	}
	for _, part := range []struct {
		kind care.Kind
		most int
		tail string
		to   any
	}{
		{care.KindBill, olderBills, "WHERE account_number = $1 AND period_end < $2 ORDER BY period_end DESC, bill_id DESC", q.Before},
		{care.KindPayment, olderEntries, "WHERE account_number = $1 AND created_at < $2 ORDER BY created_at DESC, payment_id DESC", before.UnixMilli()},
		{care.KindAdjustment, olderEntries, "WHERE account_number = $1 AND adjusted_on < $2 ORDER BY adjusted_on DESC, adjustment_id DESC", q.Before},
		{care.KindUsage, olderEntries, "WHERE account_number = $1 AND to_date < $2 ORDER BY to_date DESC, service, from_date DESC", q.Before},
	} {
		n, err := f.add(ctx, part.kind, part.most, part.tail, q.Account, part.to)
		if err != nil {
			return nil, err
		}
		if n == part.most {
			f.Reach = max(f.Reach, dayOf(f.last))
		}
	}
	f.End = f.Reach == ""
	return f.Fetched, nil
}

// dayOf is the day after a record's: of its own day not all may have come.
func dayOf(rec care.Record) string {
	day := ""
	switch v := rec.(type) {
	case *care.Bill:
		day = v.PeriodEnd
	case *care.Payment:
		day = time.UnixMilli(v.CreatedAt).UTC().Format(time.DateOnly)
	case *care.Adjustment:
		day = v.On
	case *care.Usage:
		day = v.To
	}
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return at.AddDate(0, 0, 1).Format(time.DateOnly)
}

// fetching gathers rows for an answer.
type fetching struct {
	care.Fetched
	db   records.Conn
	last care.Record
}

func (a *asked) fetched(ctx context.Context, number string) (*fetching, error) {
	f := &fetching{db: a.Store.Reader(), Fetched: care.Fetched{Rows: []care.FetchedRow{}}}
	var account care.Account
	if ok, err := records.Load(ctx, f.db, &account, number); err != nil || !ok {
		return nil, errorOr(err, notFound(care.KindAccount, number))
	}
	f.Scopes = account.Scopes
	return f, nil
}

func errorOr(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// add puts the rows that a statement's tail chooses into the answer, no more than most, and says how many.
func (f *fetching) add(ctx context.Context, kind care.Kind, most int, tail string, args ...any) (int, error) {
	args = append(args, most)
	all, err := records.LoadAll(ctx, f.db, kind, tail+limitTo(len(args)), args...)
	if err != nil {
		return 0, err
	}
	for _, rec := range all {
		body, err := records.Encode(rec)
		if err != nil {
			return 0, err
		}
		f.Rows = append(f.Rows, care.FetchedRow{Kind: kind, RV: rec.RecordMeta().RV, Body: body})
		f.last = rec
	}
	return len(all), nil
}
