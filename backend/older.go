package backend

import (
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"meterside/backend/cache"
	"meterside/care"
	"meterside/records"
)

// OlderActivity is a part of an account's log from before what the replica holds, the newest first.
type OlderActivity struct {
	Rows []Activity `json:"rows"`
	// Next is where to go on; "" where there is nothing older.
	Next string `json:"next"`
	// Problem is why it ends here for now, such as that the portal cannot be reached: Since is how far back it goes without.
	Problem *care.Error `json:"problem,omitempty"`
	Since   int64       `json:"since"` // ms
}

const (
	olderPage = 50
	// asksAtOnce bounds how often the portal is asked for one page, as for a kind of activity that is rare.
	asksAtOnce = 4
)

// OlderActivity goes on with an account's log where the replica ends, or at a moment that it gave as Next: from what is kept on
// this computer, else from the portal. sorts choose kinds, none: all.
func (b *Backend) OlderActivity(ctx context.Context, number string, sorts []string, from string) (OlderActivity, error) {
	page := OlderActivity{Rows: []Activity{}}
	u, _, err := b.forAccount(ctx, number)
	if err != nil {
		return page, err
	}
	before, err := care.ParseMoment(from)
	if err != nil {
		return page, err
	}
	if before.At == 0 {
		if before, err = u.oldest(ctx, number); err != nil {
			return page, err
		}
	}
	for asks := 0; len(page.Rows) < olderPage; {
		page.Since, page.Next = before.At, before.String()
		span, covered, err := u.cache.Extras().Covers(ctx, number, "activity", before)
		if err != nil {
			return page, err
		}
		if !covered {
			if asks++; asks > asksAtOnce {
				return page, nil
			}
			if err := u.fetchActivity(ctx, number, before); err != nil {
				return page.stopped(err)
			}
			continue
		}
		found, err := u.kept(ctx, number, before, span.Older)
		if err != nil {
			return page, err
		}
		for _, a := range found {
			before = moment(a)
			if len(sorts) == 0 || slices.Contains(sorts, a.Sort) {
				page.Rows = append(page.Rows, shown(a, false))
			}
		}
		switch {
		case len(found) == olderPage:
		case span.End:
			page.Since, page.Next = before.At, ""
			return page, nil
		default:
			before = span.Older // what is not covered begins here
		}
	}
	page.Since, page.Next = before.At, before.String()
	return page, nil
}

// stopped is the page as far as it came, with what stopped it.
func (p OlderActivity) stopped(err error) (OlderActivity, error) {
	var said care.Error
	if !errors.As(err, &said) {
		return p, err
	}
	p.Problem = &said
	return p, nil
}

// oldest is where the replica's part of an account's log ends.
func (u *user) oldest(ctx context.Context, number string) (care.Moment, error) {
	db, _, err := u.reader(ctx, number)
	if err != nil {
		return care.Moment{}, err
	}
	last, err := records.Select[care.Activity](ctx, db, "WHERE account_number = $1 ORDER BY happened_at, rv, activity_id LIMIT 1", number)
	if err != nil || len(last) == 0 {
		return care.Moment{At: u.sink.now().UnixMilli(), RV: math.MaxInt64}, err
	}
	return moment(last[0]), nil
}

func moment(a care.Activity) care.Moment { return care.Moment{At: a.At, RV: a.RV, ID: a.ID} }

// kept reads a page of what is kept of an account's log, from before a moment to the end of the span it stands in.
func (u *user) kept(ctx context.Context, number string, before, older care.Moment) ([]care.Activity, error) {
	db, err := u.cache.Extras().Reader(ctx)
	if err != nil {
		return nil, err
	}
	return records.Select[care.Activity](ctx, db, `WHERE account_number = $1 AND (happened_at, rv, activity_id) < ($2, $3, $4)
		AND (happened_at, rv, activity_id) >= ($5, $6, $7) ORDER BY happened_at DESC, rv DESC, activity_id DESC LIMIT $8`,
		number, before.At, before.RV, before.ID, older.At, older.RV, older.ID, olderPage)
}

// fetchActivity asks the portal for what happened before a moment, and keeps it.
func (u *user) fetchActivity(ctx context.Context, number string, before care.Moment) error {
	var fetched care.Fetched
	if err := u.ask(ctx, &care.OlderActivity{Account: number, Before: before}, &fetched); err != nil {
		return err
	}
	span := cache.Span{What: "activity", Newer: before, Older: before, End: fetched.End || len(fetched.Rows) == 0}
	if n := len(fetched.Rows); n > 0 {
		last := fetched.Rows[n-1]
		rec, err := records.Decode(last.Kind, last.Body)
		if err != nil {
			return err
		}
		if a, ok := rec.(*care.Activity); ok {
			a.RV = last.RV
			span.Older = moment(*a)
		}
	}
	return u.cache.Extras().Keep(ctx, number, fetched, false, span)
}

// day reads a civil date as the beginning of its day; what is none is the beginning of time.
func day(civil string) time.Time {
	at, err := time.Parse(time.DateOnly, civil)
	if err != nil {
		return time.UnixMilli(0)
	}
	return at
}
