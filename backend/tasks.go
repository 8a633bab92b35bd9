package backend

import (
	"context"

	"meterside/care"
)

// TaskQuery chooses self-service tasks (R68); what is empty does not choose.
type TaskQuery struct {
	By       string // csr or customer
	Kinds    []string
	Statuses []string
	CSR      string // who made them, a CSR's ID
	Assignee string // whose they are to do, a CSR's ID
	Of       string // made by them or theirs to do, a CSR's ID
	Account  string
	WebUser  string // an ID or a user name
	From, To int64  // ms: made at From or later, before To; 0 is open
	Limit    int    // 0 for all
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
	Assignee          string      `json:"assignee"`
	HandledBy         string      `json:"handled_by"`
	HandledAt         int64       `json:"handled_at"`
	Words             string      `json:"words"` // why it was rejected or cancelled
	Pending           bool        `json:"pending"`
	NeedsSecond       bool        `json:"needs_second"` // it waits for a second person: completing it does what it asks for
	// VerifyFirst is how far the caller has to be verified before more than what is to be done is shown; 0 where all is.
	VerifyFirst int64 `json:"verify_first,omitempty"`
}

// withhold leaves what has to be done, and for which account: a list of work is read without a caller, too.
func (t *Task) withhold() {
	if t.CreatedBy == string(care.ByCustomer) {
		t.WebUserID, t.Email = "", new(string)
	}
	t.IP, t.SelfServiceUserID, t.Words = "", "", ""
}

// TaskPage is a part of the tasks chosen, newest first, with the count of all: at least Total where there are More.
type TaskPage struct {
	Total int    `json:"total"`
	More  bool   `json:"more"`
	Rows  []Task `json:"rows"`
}

// Tasks is the Self-Service Task Query over the replica, with or without the network.
func (b *Backend) Tasks(ctx context.Context, q TaskQuery) (TaskPage, error) {
	page := TaskPage{Rows: []Task{}}
	u, may, err := b.forAccount(ctx, q.Account)
	if err != nil {
		return page, err
	}
	db, _, err := u.reader(ctx, q.Account)
	if err != nil {
		return page, err
	}
	found, err := findTasks(ctx, db, q)
	if err != nil {
		return page, err
	}
	page.Total, page.More = found.total, found.more
	pending, err := u.cache.Pending(ctx)
	if err != nil {
		return page, err
	}
	for _, t := range found.rows {
		row := attributed(t, pending[care.Ref{Kind: care.KindTask, ID: t.ID}])
		if row.VerifyFirst = may.level(t.Account); row.VerifyFirst > 0 {
			row.withhold()
		}
		page.Rows = append(page.Rows, row)
	}
	return page, nil
}

// attributed shows a task as R67 says: by a CSR, the CSR's ID stands as web user ID and there is no email.
func attributed(t care.Task, pending bool) Task {
	shown := Task{
		ID: t.ID, Sort: t.Sort, Status: t.Status, AccountNumber: t.Account, CreatedAt: t.CreatedAt, CreatedBy: string(t.CreatedBy), Origin: t.Origin,
		CSRID: t.CSRID, WebUserID: t.CSRID, IP: t.IP, SelfServiceUserID: t.WebUserID, SessionID: t.Session, Offline: t.Offline,
		Assignee: t.Assignee, HandledBy: t.HandledBy, HandledAt: t.HandledAt, Words: t.Words, Pending: pending, NeedsSecond: t.NeedsSecond(),
	}
	if t.CreatedBy == care.ByCustomer {
		email := t.Email
		shown.WebUserID, shown.Email = t.WebUserName, &email
	}
	return shown
}
