package care

import (
	"encoding/json"
	"slices"
)

// rehearsal is a Tx in which a command does everything but write, to see what it would.
type rehearsal struct {
	Tx
	ids    []string
	task   Task // the first that it would write; one that it would make goes before
	made   bool // it would make the task
	writes bool
}

func rehearse(tx Tx, cmd Command) (*rehearsal, error) {
	r := &rehearsal{Tx: tx}
	err := cmd.Apply(r)
	return r, err
}

// NewID notes what is the command's own.
func (r *rehearsal) NewID(prefix string) string {
	r.ids = append(r.ids, r.Tx.NewID(prefix))
	return r.ids[len(r.ids)-1]
}

// Put keeps the task.
func (r *rehearsal) Put(rec Record) error {
	r.writes = true
	if task, ok := rec.(*Task); ok && !r.made {
		r.made = slices.Contains(r.ids, task.ID)
		if r.made || r.task.ID == "" {
			r.task = *task
		}
	}
	return nil
}

// Delete writes nothing.
func (r *rehearsal) Delete(Record) error { r.writes = true; return nil }

// ResetFailedSignIns writes nothing.
func (r *rehearsal) ResetFailedSignIns(string) error { r.writes = true; return nil }

// MakeLink makes none.
func (r *rehearsal) MakeLink(Recovery) error { r.writes = true; return nil }

// fields is what the command would change, by field.
func (r *rehearsal) fields() (fields map[string]json.RawMessage) {
	_ = json.Unmarshal([]byte(r.task.Detail), &fields) // a task without a detail has none
	return fields
}

// sort is the kind of the task that the command would make, or its own where it makes none.
func (r *rehearsal) sort(cmd Command) string {
	if r.made {
		return r.task.Sort
	}
	return cmd.Kind()
}
