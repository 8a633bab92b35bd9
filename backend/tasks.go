package backend

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"meterside/care"
	"meterside/records"
)

// TaskQuery chooses self-service tasks; what is empty does not choose.
type TaskQuery struct {
	By       string // csr or customer
	Statuses []string
	CSR      string
	Account  string
	Limit    int
	Offset   int
}

// Task is a self-service task with R67's four fields: web user ID, email (nil: not applicable), IP and self-service user ID.
type Task struct {
	ID                string      `json:"task_id"`
	Sort              string      `json:"kind"`
	Status            string      `json:"status"`
	AccountNumber     string      `json:"account_number"`
	CreatedAt         int64       `json:"created_at"`
	CreatedBy         string      `json:"created_by"`
	Origin            care.Origin `json:"origin"`
	CSRID             string      `json:"csr_id"`
	WebUserID         string      `json:"web_user_id"`
	Email             *string     `json:"email"`
	IP                string      `json:"ip"`
	SelfServiceUserID string      `json:"self_service_user_id"`
	SessionID         string      `json:"session_id"`
	Offline           bool        `json:"offline"` // made offline: ip is where the desk came back
	Pending           bool        `json:"pending"`
}

// TaskPage is a part of the tasks chosen, newest first, with the count of all.
type TaskPage struct {
	Total int    `json:"total"`
	Rows  []Task `json:"rows"`
}

// Tasks is the Self-Service Task Query over the replica, with or without the network.
func (b *Backend) Tasks(ctx context.Context, q TaskQuery) (TaskPage, error) {
	u, err := b.signedIn()
	if err != nil {
		return TaskPage{}, err
	}
	var all []string
	var args []any
	choose := func(column string, values ...string) {
		if len(values) == 0 || values[0] == "" {
			return
		}
		var params []string
		for _, v := range values {
			args = append(args, v)
			params = append(params, fmt.Sprintf("$%d", len(args)))
		}
		all = append(all, column+" IN ("+strings.Join(params, ", ")+")")
	}
	choose("created_by", q.By)
	choose("status", q.Statuses...)
	choose("csr_id", q.CSR)
	choose("account_number", q.Account)
	where := ""
	if len(all) > 0 {
		where = "WHERE " + strings.Join(all, " AND ")
	}
	page := TaskPage{Rows: []Task{}}
	db, _, err := u.reader(ctx, q.Account)
	if err != nil {
		return page, err
	}
	if err := db.QueryRowContext(ctx, "SELECT count(*) FROM tasks "+where, args...).Scan(&page.Total); err != nil {
		return page, fmt.Errorf("counting tasks: %w", err)
	}
	tail := where + " ORDER BY created_at DESC, task_id DESC"
	if q.Limit > 0 {
		args = append(args, q.Limit, max(q.Offset, 0))
		tail += fmt.Sprintf(" LIMIT $%d OFFSET $%d", len(args)-1, len(args))
	}
	found, err := records.Select[care.Task](ctx, db, tail, args...)
	if err != nil {
		return page, err
	}
	pending, err := u.cache.Pending(ctx)
	if err != nil {
		return page, err
	}
	for _, t := range found {
		page.Rows = append(page.Rows, attributed(t, pending[care.Ref{Kind: care.KindTask, ID: t.ID}]))
	}
	return page, nil
}

// attributed shows a task as R67 says: by a CSR, the CSR's ID stands as web user ID and there is no email.
func attributed(t care.Task, pending bool) Task {
	shown := Task{
		ID: t.ID, Sort: t.Sort, Status: t.Status, AccountNumber: t.Account, CreatedAt: t.CreatedAt, CreatedBy: string(t.CreatedBy), Origin: t.Origin,
		CSRID: t.CSRID, WebUserID: t.CSRID, IP: t.IP, SelfServiceUserID: t.WebUserID, SessionID: t.Session, Offline: t.Offline, Pending: pending,
	}
	if t.CreatedBy == care.ByCustomer {
		email := t.Email
		shown.WebUserID, shown.Email = t.WebUserName, &email
	}
	return shown
}

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

// KindCount is a kind of activity and how often it happened.
type KindCount struct {
	Sort  string `json:"kind"`
	Count int    `json:"count"`
}

// ActivityPage is one page of an account's log, newest first.
type ActivityPage struct {
	Total int         `json:"total"`
	Page  int         `json:"page"`
	Pages int         `json:"pages"`
	Kinds []KindCount `json:"kinds"` // of the whole log
	Rows  []Activity  `json:"rows"`
}

const activityPage = 50

// Activity reads a page of an account's log from the replica; sorts choose kinds, none: all.
func (b *Backend) Activity(ctx context.Context, number string, sorts []string, page int) (ActivityPage, error) {
	u, err := b.signedIn()
	if err != nil {
		return ActivityPage{}, err
	}
	p := ActivityPage{Page: max(page, 1), Kinds: []KindCount{}, Rows: []Activity{}}
	db, _, err := u.reader(ctx, number)
	if err != nil {
		return p, err
	}
	rows, err := db.QueryContext(ctx, "SELECT kind, count(*) FROM activities WHERE account_number = $1 GROUP BY kind ORDER BY kind", number)
	if err != nil {
		return p, fmt.Errorf("counting activities: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var k KindCount
		if err := rows.Scan(&k.Sort, &k.Count); err != nil {
			return p, fmt.Errorf("counting activities: %w", err)
		}
		p.Kinds = append(p.Kinds, k)
	}
	if err := rows.Err(); err != nil {
		return p, err
	}
	args := []any{number}
	where := "WHERE account_number = $1"
	if len(sorts) > 0 {
		var params []string
		for _, s := range sorts {
			args = append(args, s)
			params = append(params, fmt.Sprintf("$%d", len(args)))
		}
		where += " AND kind IN (" + strings.Join(params, ", ") + ")"
	}
	if err := db.QueryRowContext(ctx, "SELECT count(*) FROM activities "+where, args...).Scan(&p.Total); err != nil {
		return p, fmt.Errorf("counting activities: %w", err)
	}
	p.Pages = max((p.Total+activityPage-1)/activityPage, 1)
	args = append(args, activityPage, (p.Page-1)*activityPage)
	found, err := records.Select[care.Activity](ctx, db, where+fmt.Sprintf(" ORDER BY happened_at DESC, rv DESC, activity_id DESC LIMIT $%d OFFSET $%d", len(args)-1, len(args)), args...)
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
