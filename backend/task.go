package backend

import (
	"context"
	"encoding/json"

	"meterside/care"
	"meterside/records"
)

// TaskView is everything that is known of one self-service task.
type TaskView struct {
	Task
	Named
	Final     bool             `json:"final"`
	Detail    json.RawMessage  `json:"detail"` // field -> before, after
	Asked     bool             `json:"asked"`  // Detail is what it would have changed: it waits for a second person, or was not approved
	ContactID string           `json:"contact_id"`
	Username  string           `json:"username"` // of the self-service user
	Comments  []NoteOfAccount  `json:"comments"` // the oldest first
	Session   *care.Masquerade `json:"session"`  // in which it was made; nil outside of any, or where it is not known here
}

// Task reads one self-service task, with its comments and what it belongs to.
func (b *Backend) Task(ctx context.Context, id string) (TaskView, error) {
	var v TaskView
	u, may, err := b.forAccount(ctx, "")
	if err != nil {
		return v, err
	}
	db := u.cache.Reader()
	var task care.Task
	if err := loadOr(ctx, db, &task, "task", id); err != nil {
		return v, err
	}
	pending, err := u.cache.Pending(ctx)
	if err != nil {
		return v, err
	}
	v = TaskView{Task: attributed(task, pending[care.Ref{Kind: care.KindTask, ID: id}]), Final: task.Final(), ContactID: task.ContactID, Comments: []NoteOfAccount{}}
	if v.Named, err = u.named(ctx, task.Account); err != nil {
		return v, err
	}
	if v.VerifyFirst = may.level(task.Account); v.VerifyFirst > 0 {
		v.withhold()
		return v, nil
	}
	if asked, ok := task.Asked(); ok {
		v.Asked, v.Detail = true, json.RawMessage(care.Detail(asked.Fields))
	} else {
		v.Detail = task.OwnDetail()
	}
	var user care.WebUser
	if _, err := records.Load(ctx, db, &user, task.WebUserID); err != nil {
		return v, err
	}
	v.Username = user.Username
	var session care.Masquerade
	if ok, err := records.Load(ctx, db, &session, task.Session); err != nil {
		return v, err
	} else if ok {
		v.Session = &session
	}
	notes, err := records.Select[care.Note](ctx, db, "WHERE task_id = $1 ORDER BY written_at, note_id", id)
	for _, n := range notes {
		v.Comments = append(v.Comments, NoteOfAccount{ID: n.ID, Text: n.Text, By: n.By, At: n.At, Pending: pending[care.Ref{Kind: care.KindNote, ID: n.ID}]})
	}
	return v, err
}
