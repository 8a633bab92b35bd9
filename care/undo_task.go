package care

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// TaskUndone is the kind of the activity that says, by its task_id, which task was undone.
const TaskUndone = "task.undone"

// UndoTask puts back what a self-service task changed, as a new change in the name of who undoes it. Only preferences, letters
// and how a customer is reached can be: nothing outside was told of them. What was changed again since stays.
type UndoTask struct {
	TaskID  string `json:"task_id"`
	Account string `json:"account"` // the task's, as the CSR has it before them
}

// Kind is task.undo.
func (*UndoTask) Kind() string { return "task.undo" }

// Permission is MayChange.
func (*UndoTask) Permission() Permission { return MayChange }

// Targets are the task and its account.
func (c *UndoTask) Targets() []Ref { return taskTargets(c.TaskID, c.Account) }

// Validate wants a task and its account.
func (c *UndoTask) Validate() error { return validTask(c.TaskID, c.Account) }

// Check refuses a task that changed nothing which can be put back, one whose change is not there any more, and who may not
// make the opposite change.
func (c *UndoTask) Check(r Reader) error {
	if c.TaskID == "" {
		return nil
	}
	_, opposite, err := c.opposite(r)
	if err != nil {
		return err
	}
	if err := Authorise(r, opposite); err != nil {
		return err
	}
	if waiting, err := WaitsFor(r, opposite); err != nil || len(waiting) > 0 {
		return cmp.Or(err, error(Err(CodeSecondPerson)))
	}
	return opposite.Check(r)
}

// Apply makes the opposite change, with a task of its own, and says at the account which task it undid.
func (c *UndoTask) Apply(tx Tx) error {
	task, opposite, err := c.opposite(tx)
	if err != nil {
		return err
	}
	if err := opposite.Apply(tx); err != nil {
		return err
	}
	return logTask(tx, task, TaskUndone, map[string]any{})
}

// undone are the fields that each kind of task changes and an undo puts back. One command may have changed several, with a
// task for each.
var undone = map[string][]string{
	"autopay.enrolled":        {"autopay"},
	"autopay.cancelled":       {"autopay"},
	"paperless.enrolled":      {"paperless"},
	"paperless.cancelled":     {"paperless"},
	"nickname.changed":        {"nickname"},
	"profile.contact_changed": {"email", "phone", "language"},
	"profile.address_changed": {"billing_address"},
	"letters.changed":         {"unwanted"},
}

// lettersBack is a change of letters that an undo makes: only while what is put back still stands.
type lettersBack struct{ *ChangeLetters }

// Fields are the letters that are not wanted now, and those that were not before.
func (c lettersBack) Fields(r Reader) (now, wanted map[string]string, err error) {
	user, err := Find[WebUser](r, c.WebUserID)
	return map[string]string{"unwanted": user.Unwanted.String()}, map[string]string{"unwanted": List(c.Unwanted).String()}, err
}

// IsAbout says whether a field of a task's detail is what the task tells of, not what another task of the same command does.
func (r *Task) IsAbout(field string) bool {
	own, known := undone[r.Sort]
	if !known || slices.Contains(own, field) {
		return true
	}
	for _, others := range undone {
		if slices.Contains(others, field) {
			return false
		}
	}
	return true
}

// OwnDetail is what the task's detail says of the task itself, see IsAbout; nil where it is no JSON object.
func (r *Task) OwnDetail() json.RawMessage {
	var all map[string]json.RawMessage
	if json.Unmarshal([]byte(r.Detail), &all) != nil {
		return nil
	}
	maps.DeleteFunc(all, func(field string, _ json.RawMessage) bool { return !r.IsAbout(field) })
	b, err := json.Marshal(all)
	if err != nil {
		return nil
	}
	return b
}

// Undoable says whether a task is of a kind that can be undone.
func (r *Task) Undoable() bool { return r.Status == TaskComplete && undone[r.Sort] != nil }

// opposite finds the task, and the command that puts back what it changed.
func (c *UndoTask) opposite(r Reader) (Task, Command, error) {
	task, err := Find[Task](r, c.TaskID)
	switch {
	case err != nil:
		return task, nil, err
	case c.Account != "" && task.Account != c.Account:
		return task, nil, Err(CodeInvalid, "field", "account", "problem", "is not the task's")
	case !task.Undoable():
		return task, nil, Err(CodeNotUndoable)
	}
	before, after := map[string]any{}, map[string]string{}
	var changed map[string]json.RawMessage
	if err := json.Unmarshal([]byte(task.Detail), &changed); err != nil {
		return task, nil, Err(CodeNotUndoable)
	}
	for _, field := range undone[task.Sort] {
		var change Change
		if err := json.Unmarshal(changed[field], &change); err != nil {
			continue // it did not change, or was imported with words instead of values
		}
		before[field], after[field] = change.Before, fmt.Sprint(change.After)
	}
	if len(before) == 0 {
		return task, nil, Err(CodeNotUndoable)
	}
	commands, err := c.puttingBack(r, task, before)
	if err != nil {
		return task, nil, err
	}
	for _, cmd := range commands {
		now, _, err := cmd.Fields(r)
		if err != nil {
			return task, nil, err
		}
		if len(Stale(after, now, after)) == 0 {
			return task, cmd, nil
		}
	}
	return task, nil, Err(CodeUndoChanged)
}

// puttingBack are the commands that would set the fields to what they were: for a person's one for each person who may have
// been meant.
func (c *UndoTask) puttingBack(r Reader, task Task, before map[string]any) ([]Expecting, error) {
	if task.Sort == "letters.changed" {
		unwanted := Split(fmt.Sprint(before["unwanted"]))
		return []Expecting{lettersBack{&ChangeLetters{Account: task.Account, WebUserID: task.WebUserID, Unwanted: unwanted}}}, nil
	}
	values := []byte(Detail(before))
	if task.Sort != "profile.contact_changed" && task.Sort != "profile.address_changed" {
		cmd := &ChangePreferences{Account: task.Account, WebUserID: task.WebUserID}
		return []Expecting{cmd}, json.Unmarshal(values, cmd)
	}
	persons := []string{""}
	if task.Sort == "profile.contact_changed" {
		account, err := Find[Account](r, task.Account)
		if err != nil {
			return nil, err
		}
		user, err := Find[WebUser](r, task.WebUserID)
		if unlessAbsent(err) != nil {
			return nil, err
		}
		persons = slices.DeleteFunc([]string{user.PersonID, account.MainPersonID}, func(id string) bool { return id == "" })
	}
	var commands []Expecting
	for _, person := range persons {
		cmd := &ChangeProfile{Account: task.Account, PersonID: person, WebUserID: task.WebUserID}
		if err := json.Unmarshal(values, cmd); err != nil {
			return nil, Err(CodeNotUndoable)
		}
		commands = append(commands, cmd)
	}
	return commands, nil
}
