package backend

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"meterside/care"
	"meterside/records"
)

// Activity is one entry of an account's log.
type Activity struct {
	ID        string          `json:"activity_id"`
	At        int64           `json:"at"`
	Sort      string          `json:"kind"`
	Actor     string          `json:"actor"`
	ActorKind care.ActorKind  `json:"actor_kind"`
	WebUserID string          `json:"web_user_id"`
	SessionID string          `json:"session_id"`
	IP        string          `json:"ip"`
	Detail    json.RawMessage `json:"detail"`
	Pending   bool            `json:"pending"`
}

// KindCount is a kind of activity or of actor, and how often it is in the log.
type KindCount struct {
	Sort  string `json:"kind"`
	Count int    `json:"count"`
}

// ActivityPage is one page of an account's log, newest first.
type ActivityPage struct {
	Total  int         `json:"total"`
	Page   int         `json:"page"`
	Pages  int         `json:"pages"`
	Kinds  []KindCount `json:"kinds"`  // of the whole log
	Actors []KindCount `json:"actors"` // the same by who did it
	Rows   []Activity  `json:"rows"`
}

const (
	activityPage = 50
	// activityAll bounds what View all brings at once.
	activityAll = 5000
)

// newestFirst is the order of an account's log.
const newestFirst = "happened_at DESC, rv DESC, activity_id DESC"

// ActivityQuery chooses from an account's log; what is empty does not choose.
type ActivityQuery struct {
	Account string
	Sorts   []string // kinds of activity
	Actors  []string // customer, csr or system
	Session string   // a masquerade's
	Page    int      // from 1
	All     bool     // the newest activityAll on one page
}

// Activity reads a page of an account's log from the replica; sorts choose kinds, none: all.
func (b *Backend) Activity(ctx context.Context, number string, sorts []string, page int) (ActivityPage, error) {
	return b.ActivityOf(ctx, ActivityQuery{Account: number, Sorts: sorts, Page: page})
}

// ActivityOf reads a page of an account's log from the replica (R56 to R59).
func (b *Backend) ActivityOf(ctx context.Context, q ActivityQuery) (ActivityPage, error) {
	p := ActivityPage{Page: max(q.Page, 1), Kinds: []KindCount{}, Actors: []KindCount{}, Rows: []Activity{}}
	u, _, err := b.forAccount(ctx, q.Account)
	if err != nil {
		return p, err
	}
	db, _, err := u.reader(ctx, q.Account)
	if err != nil {
		return p, err
	}
	for column, into := range map[string]*[]KindCount{"kind": &p.Kinds, "actor_kind": &p.Actors} {
		if *into, err = countsOf(ctx, db, column, q.Account); err != nil {
			return p, err
		}
	}
	chosen := stream{table: "activities"}
	chosen.choose("account_number", q.Account)
	chosen.choose("kind", q.Sorts...)
	chosen.choose("actor_kind", q.Actors...)
	chosen.choose("session_id", q.Session)
	if err := db.QueryRowContext(ctx, "SELECT count(*)"+chosen.from(), chosen.args...).Scan(&p.Total); err != nil {
		return p, fmt.Errorf("counting activities: %w", err)
	}
	size := activityPage
	if q.All {
		size, p.Page = activityAll, 1
	}
	p.Pages = max((p.Total+activityPage-1)/activityPage, 1)
	tail := "WHERE " + strings.Join(chosen.where, " AND ") + " ORDER BY " + newestFirst + " LIMIT " + chosen.param(size) + " OFFSET " + chosen.param((p.Page-1)*activityPage)
	found, err := records.Select[care.Activity](ctx, db, tail, chosen.args...)
	if err != nil {
		return p, err
	}
	pending, err := u.cache.Pending(ctx)
	if err != nil {
		return p, err
	}
	for _, a := range found {
		p.Rows = append(p.Rows, shown(a, pending[care.Ref{Kind: care.KindActivity, ID: a.ID}]))
	}
	return p, nil
}

// countsOf says how often each value of a column is in an account's log.
func countsOf(ctx context.Context, db records.Conn, column, number string) ([]KindCount, error) {
	counts := []KindCount{}
	rows, err := db.QueryContext(ctx, "SELECT "+column+", count(*) FROM activities WHERE account_number = $1 GROUP BY "+column+" ORDER BY "+column, number)
	if err != nil {
		return counts, fmt.Errorf("counting activities: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var k KindCount
		if err := rows.Scan(&k.Sort, &k.Count); err != nil {
			return counts, fmt.Errorf("counting activities: %w", err)
		}
		counts = append(counts, k)
	}
	return counts, rows.Err()
}

// shown is an activity for people.
func shown(a care.Activity, pending bool) Activity {
	s := Activity{
		ID: a.ID, At: a.At, Sort: a.Sort, Actor: a.Actor, ActorKind: a.ActorKind, WebUserID: a.WebUserID, SessionID: a.Session, IP: a.IP,
		Pending: pending,
	}
	if json.Valid([]byte(a.Detail)) {
		s.Detail = json.RawMessage(a.Detail)
	}
	return s
}
