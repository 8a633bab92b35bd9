package care

import (
	"encoding/json"
	"fmt"
	"slices"
)

// UndoTask puts back what a self-service task changed, as a new change in the name of who undoes it. Only preferences and
// how a customer is reached can be: nothing outside was told of them. What was changed again since stays.
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
	return logTask(tx, task, "task.undone", map[string]any{})
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
	var changed map[string]Change
	if err := json.Unmarshal([]byte(task.Detail), &changed); err != nil {
		return task, nil, Err(CodeNotUndoable) // imported, with words instead of values
	}
	for field, change := range changed {
		if slices.Contains(undone[task.Sort], field) {
			before[field], after[field] = change.Before, fmt.Sprint(change.After)
		}
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
