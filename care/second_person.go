package care

import "encoding/json"

// awaited holds what is done when a second member of staff completes the task that asks for it, by the task's kind.
var awaited = map[string]func(tx Tx, task Task, words string) error{
	unlinking: func(tx Tx, task Task, words string) error { return unlink(tx, task.WebUserID, task.Account, words) },
}

// NeedsSecond says whether a task stands for something that a second member of staff has to confirm: completing it does it.
func (r *Task) NeedsSecond() bool {
	asked := r.asked()
	_, known := awaited[r.Sort]
	return known && r.Origin == OriginDesk && asked.Needs == secondPerson
}

type askedOfSecond struct {
	Needs string `json:"needs"`
	Words string `json:"words"`
}

func (r *Task) asked() (asked askedOfSecond) {
	_ = json.Unmarshal([]byte(r.Detail), &asked) // a task's detail may hold anything; what is none needs nobody
	return asked
}

// MayConfirm refuses whoever asked for something that a second person has to confirm, and who may not review; a task that
// needs nobody is for all.
func MayConfirm(r Reader, task Task) error {
	if !task.NeedsSecond() {
		return nil
	}
	policy, err := r.Policy()
	if err != nil {
		return err
	}
	if who := r.Actor(); task.CSRID == who.ID || !policy.Allows(who, MayReview) {
		return Err(CodeSecondPerson)
	}
	return nil
}

// Confirm does what a task asks a second person for. It is part of completing the task, and nothing to one that asks for
// nothing.
func Confirm(tx Tx, task Task) error {
	if !task.NeedsSecond() {
		return nil
	}
	if err := MayConfirm(tx, task); err != nil {
		return err
	}
	return awaited[task.Sort](tx, task, task.asked().Words)
}
