package care

import (
	"strings"
	"time"
	"unicode/utf8"
)

// What a self-service task can have come to (R68). The last three are final.
const (
	TaskOpen       = "open"
	TaskInProgress = "in_progress"
	TaskComplete   = "complete"
	TaskRejected   = "rejected"
	TaskCancelled  = "cancelled"
)

// TaskStatuses lists what a task can have come to, in the order of its life.
func TaskStatuses() []string {
	return []string{TaskOpen, TaskInProgress, TaskComplete, TaskRejected, TaskCancelled}
}

// Final says whether nothing can become of a task any more.
func (r *Task) Final() bool {
	return r.Status == TaskComplete || r.Status == TaskRejected || r.Status == TaskCancelled
}

const (
	taskWords = 500
	// TaskReview is the kind of a task that only who may review can decide: a change that was handed to a supervisor.
	TaskReview = "change.review"
)

// The activities about what waits for a second person. Who approves it leaves the command's own beside, in the name of who
// asked for it.
const (
	ApprovalAsked   = "approval.requested"
	ApprovalGiven   = "approval.given"
	ApprovalRefused = "approval.refused"
)

// taskTargets are the task, whose fields an edit writes, and the account that the CSR has before them.
func taskTargets(task, account string) []Ref {
	return []Ref{{KindTask, task}, {KindAccount, account}}
}

func validTask(task, account string) error {
	switch {
	case task == "":
		return missing("task_id")
	case account == "":
		return missing("account")
	}
	return nil
}

// validWords wants some words, and not more than a list can show.
func validWords(field, words string, most int, limit string) error {
	switch {
	case strings.TrimSpace(words) == "":
		return missing(field)
	case utf8.RuneCountInString(words) > most:
		return Err(CodeTooLong, "field", field, "most", limit)
	}
	return nil
}

// openTask finds a task that can still be acted on, at the account that was named: what was meant for one customer never
// lands at another.
func openTask(r Reader, id, account string) (Task, error) {
	task, err := Find[Task](r, id)
	if err != nil {
		return task, err
	}
	if account != "" && task.Account != account {
		return task, Err(CodeInvalid, "field", "account", "problem", "is not the task's")
	}
	if task.Final() {
		return task, finalTask(r, task)
	}
	return task, nil
}

// finalTask says that a task is final, and since when where that is on file.
func finalTask(r Reader, task Task) error {
	if task.HandledAt == 0 {
		return Err(CodeTaskEnded, "status", task.Status)
	}
	policy, err := r.Policy()
	if err != nil {
		return err
	}
	return Err(CodeTaskFinal, "status", task.Status, "at", time.UnixMilli(task.HandledAt).In(policy.Zone()).Format("2006-01-02 15:04"))
}

// mayDecide refuses what is another's to decide: an alarm, a change that was handed to a supervisor or waits for a second person, unless it
// is taken back by who made it, and, where policy says "review", a task that is somebody else's.
func mayDecide(r Reader, task Task, takesBack bool) error {
	who := r.Actor()
	policy, err := r.Policy()
	if err == nil && task.Alarm() {
		err = mayEndAlarm(policy, who, task)
	}
	if err == nil && task.NeedsSecond() && !(takesBack && task.CSRID == who.ID) {
		err = secondTo(policy, who, task)
	}
	if err != nil || who.Origin == OriginSystem || policy.Allows(who, MayReview) {
		return err
	}
	others := policy.Get("task.others") == "review" && (task.Assignee != "" && task.Assignee != who.ID ||
		task.Assignee == "" && task.CSRID != "" && task.CSRID != who.ID)
	handed := task.Sort == TaskReview && !(takesBack && task.CSRID == who.ID)
	if others || handed {
		return Err(CodeNoPermission, "permission", string(MayReview))
	}
	return nil
}

// statusFields are those of an edit that ends a task.
func statusFields(r Reader, id, status string) (now, wanted map[string]string, err error) {
	task, err := Find[Task](r, id)
	if err != nil {
		return nil, nil, err
	}
	return map[string]string{"status": task.Status}, map[string]string{"status": status}, nil
}

// endTask makes a task final, with who did it, when and why, and logs it.
func endTask(tx Tx, id, account, status, words string) error {
	task, err := openTask(tx, id, account)
	if err != nil {
		return err
	}
	before, kind := task.Status, "task."+status
	if task.NeedsSecond() && status == TaskRejected {
		kind = ApprovalRefused
	}
	task.Status, task.Words = status, strings.TrimSpace(words)
	task.HandledBy, task.HandledAt = tx.Actor().ID, tx.Now().UnixMilli()
	if err := tx.Put(&task); err != nil {
		return err
	}
	return logTask(tx, task, kind, map[string]any{"status": Change{before, status}, "words": task.Words})
}

// logTask writes an activity about a task under its account and web user.
func logTask(tx Tx, task Task, kind string, detail map[string]any) error {
	detail["task_id"], detail["task"] = task.ID, task.Sort
	for name, value := range detail {
		if value == "" {
			delete(detail, name)
		}
	}
	return Log(tx, Activity{Account: task.Account, WebUserID: task.WebUserID, Sort: kind, Detail: Detail(detail)})
}

// checkTask is the check of what decides about a task. Without a task there is nothing to refuse yet.
func checkTask(r Reader, id, account string, takesBack bool) error {
	if id == "" {
		return nil
	}
	task, err := openTask(r, id, account)
	if err != nil {
		return err
	}
	return mayDecide(r, task, takesBack)
}
