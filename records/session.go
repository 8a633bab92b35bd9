package records

import (
	"context"
	"encoding/json"

	"meterside/care"
)

// ofUser chooses what stands at any account of a session's web user, by the indices of accounts; inSession what the session left there.
const (
	ofUser    = "WHERE account_number IN (SELECT account_number FROM web_user_accounts WHERE web_user_id = $1 UNION SELECT $2) "
	inSession = ofUser + "AND session_id = $3 "
)

// OfSession reads what a masquerade left at the accounts of its web user: its tasks and its log, the oldest first.
func OfSession(ctx context.Context, db Conn, m care.Masquerade) (tasks []care.Task, log []care.Activity, err error) {
	tasks, err = Select[care.Task](ctx, db, inSession+"ORDER BY created_at, task_id", m.WebUserID, m.Account, m.ID)
	if err != nil {
		return nil, nil, err
	}
	log, err = Select[care.Activity](ctx, db, inSession+"ORDER BY happened_at, rv, activity_id", m.WebUserID, m.Account, m.ID)
	return tasks, log, err
}

// Undone reads what undid tasks at the accounts of a masquerade's web user since it was granted, by the task.
func Undone(ctx context.Context, db Conn, m care.Masquerade) (map[string]care.Activity, error) {
	log, err := Select[care.Activity](ctx, db, ofUser+"AND happened_at >= $3 AND kind = $4", m.WebUserID, m.Account, m.GrantedAt, care.TaskUndone)
	byTask := map[string]care.Activity{}
	for _, a := range log {
		var said struct {
			Task string `json:"task_id"`
		}
		if json.Unmarshal([]byte(a.Detail), &said) == nil {
			byTask[said.Task] = a
		}
	}
	return byTask, err
}
