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
	Final          bool             `json:"final"`
	Detail         json.RawMessage  `json:"detail"` // field -> before, after
	ContactID      string           `json:"contact_id"`
	Name           string           `json:"name"` // the account's customer
	ServiceAddress string           `json:"service_address"`
	Username       string           `json:"username"` // of the self-service user
	Comments       []NoteOfAccount  `json:"comments"` // the oldest first
	Session        *care.Masquerade `json:"session"`  // in which it was made; nil outside of any, or where it is not known here
}

// Task reads one self-service task, with its comments and what it belongs to.
func (b *Backend) Task(ctx context.Context, id string) (TaskView, error) {
	var v TaskView
	u, err := b.signedIn()
	if err != nil {
		return v, err
	}
	db := u.cache.Reader()
	var task care.Task
	if ok, err := records.Load(ctx, db, &task, id); err != nil || !ok {
		if err == nil {
			err = care.Err(care.CodeNotFound, "what", "task", "id", id)
		}
		return v, err
	}
	pending, err := u.cache.Pending(ctx)
	if err != nil {
		return v, err
	}
	v = TaskView{Task: attributed(task, pending[care.Ref{Kind: care.KindTask, ID: id}]), Final: task.Final(), ContactID: task.ContactID, Comments: []NoteOfAccount{}}
	if json.Valid([]byte(task.Detail)) {
		v.Detail = json.RawMessage(task.Detail)
	}
	if v.Name, v.ServiceAddress, err = identity(ctx, db, task.Account); err != nil {
		return v, err
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

// identity is whose an account is, and where: what stands on everything that is done about it.
func identity(ctx context.Context, db records.Conn, number string) (name, address string, err error) {
	var account care.Account
	var person care.Person
	var premise care.Premise
	for _, part := range []struct {
		rec care.Record
		key func() string
	}{
		{&account, func() string { return number }}, {&person, func() string { return account.MainPersonID }},
		{&premise, func() string { return account.PremiseID }},
	} {
		if _, err := records.Load(ctx, db, part.rec, part.key()); err != nil {
			return "", "", err
		}
	}
	if premise.ID != "" {
		address = premise.ServiceAddress()
	}
	return person.Name(), address, nil
}
