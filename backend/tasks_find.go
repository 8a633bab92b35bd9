package backend

import (
	"context"
	"math"

	"meterside/care"
	"meterside/records"
)

// tasksFound are the rows of a page, with how many there are in all.
type tasksFound struct {
	rows  []care.Task
	total int
	more  bool
}

// findTasks reads a page of tasks. It stays quick over a million of them: what names an account or a person reads theirs
// alone, anything else runs through the one index that holds every filter.
func findTasks(ctx context.Context, db records.Conn, q TaskQuery) (tasksFound, error) {
	var found tasksFound
	all, err := taskStreams(ctx, db, q)
	if err != nil {
		return found, err
	}
	limit, offset := q.Limit, max(q.Offset, 0)
	if limit <= 0 {
		limit, offset = math.MaxInt32, 0
	}
	ids, err := pageOf[int64](ctx, db, all, limit, offset)
	if err != nil {
		return found, err
	}
	if found.rows, err = loadTasks(ctx, db, ids); err != nil {
		return found, err
	}
	if q.Limit <= 0 {
		found.total = len(found.rows)
		return found, nil
	}
	found.total, found.more, err = count(ctx, db, all)
	return found, err
}

func taskStreams(ctx context.Context, db records.Conn, q TaskQuery) ([]stream, error) {
	whole := stream{table: "tasks", key: "task_id", at: "created_at"}
	users, err := usersNamed(ctx, db, q.WebUser)
	if err != nil {
		return nil, err
	}
	whole.choose("account_number", q.Account)
	whole.choose("web_user_id", users...)
	whole.choose("created_by", q.By)
	whole.choose("kind", q.Kinds...)
	whole.choose("csr_id", q.CSR)
	whole.choose("assignee", q.Assignee)
	whole.between(q.From, "<", q.To)
	if q.Account == "" && q.WebUser == "" && q.CSR == "" && q.Assignee == "" && q.Of == "" {
		return byStatus(ctx, db, whole, q.Statuses)
	}
	whole.choose("+status", q.Statuses...) // the index of the one who is named, never that of the statuses
	if q.Of == "" {
		return []stream{whole}, nil
	}
	made, todo := whole.also(), whole.also() // one index has who made them, another whose they are to do
	made.choose("csr_id", q.Of)
	todo.choose("assignee", q.Of)
	todo.bound("csr_id <>", q.Of)
	return []stream{made, todo}, nil
}

// usersNamed are the web users with an ID or a user name; the ID itself where there is none, which chooses nothing.
func usersNamed(ctx context.Context, db records.Conn, name string) ([]string, error) {
	if name == "" {
		return nil, nil
	}
	users, err := records.Select[care.WebUser](ctx, db, "WHERE username = $1", name)
	ids := []string{name}
	for _, u := range users {
		ids = append(ids, u.ID)
	}
	return ids, err
}

// loadTasks reads tasks by their IDs, in the order of these.
func loadTasks(ctx context.Context, db records.Conn, ids []string) ([]care.Task, error) {
	rows := make([]care.Task, 0, len(ids))
	for _, id := range ids {
		var t care.Task
		ok, err := records.Load(ctx, db, &t, id)
		if err != nil {
			return nil, err
		}
		if ok {
			rows = append(rows, t)
		}
	}
	return rows, nil
}
