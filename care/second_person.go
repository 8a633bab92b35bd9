package care

import "encoding/json"

// Sensitive is a command that contains sensitive tasks. Of each, policy says whether staff may do it, may not, or wants a second
// person: then the command waits as a task until another member of staff completes that, which does it.
type Sensitive interface {
	// Entitlements are the sensitive tasks that the command contains.
	Entitlements() []string
}

const secondPerson = "second_person"

// entitled refuses what contains a sensitive task that the actor may not do, and names those that wait for a second person.
func (p Policy) entitled(r Reader, asked any) (waiting []string, err error) {
	sensitive, ok := asked.(Sensitive)
	a := r.Actor()
	if !ok || !a.IsStaff() {
		return nil, nil
	}
	tasks := sensitive.Entitlements()
	if more, ok := asked.(sensitiveInside); ok && a.Origin == OriginMasquerade {
		if tasks, err = more.entitlementsInside(r); err != nil {
			return nil, err
		}
	}
	for _, task := range tasks {
		switch p.Entitlement(a, task) {
		case "allow":
		case secondPerson:
			waiting = append(waiting, task)
		default:
			return nil, Err(CodeEntitlement, "task", task)
		}
	}
	return waiting, nil
}

// WaitsFor names the sensitive tasks for which a command of the actor's would wait for a second person; none where it would not.
func WaitsFor(r Reader, cmd Command) ([]string, error) {
	policy, err := r.Policy()
	if err != nil {
		return nil, err
	}
	return policy.entitled(r, cmd)
}

// Do makes a command so, or else the task that waits for a second person, whose ID it then gives. It is asked after Authorise
// and Check, at the desk and at the portal alike.
func Do(tx Tx, cmd Command) (task string, err error) {
	waiting, err := WaitsFor(tx, cmd)
	switch {
	case err != nil:
		return "", err
	case len(waiting) > 0:
		return askSecond(tx, cmd)
	}
	return "", cmd.Apply(tx)
}

// AskedOfSecond is what the detail of a task says that waits for a second person, or was refused by one: the command as it was
// sent, and what it would change.
type AskedOfSecond struct {
	Needs   string                     `json:"needs"` // "second_person"
	Command string                     `json:"command,omitempty"`
	Args    json.RawMessage            `json:"args,omitempty"`
	Fields  map[string]json.RawMessage `json:"fields,omitempty"` // as the detail of the task would have them that the command makes
	Mode    Mode                       `json:"mode,omitempty"`   // of the masquerade in which it was sent
	Desk    string                     `json:"desk,omitempty"`   // the device that it was sent from
	Words   string                     `json:"words,omitempty"`  // why: of an unlinking that was kept without its command
}

// Asked reads what a task asks of a second person. ok is false for one that asks for nobody, and once it was approved.
func (r *Task) Asked() (asked AskedOfSecond, ok bool) {
	if r.CreatedBy != ByCSR || json.Unmarshal([]byte(r.Detail), &asked) != nil {
		return AskedOfSecond{}, false // a task's detail may hold anything
	}
	return asked, asked.Needs == secondPerson
}

// NeedsSecond says whether a task stands for something that a second member of staff has to confirm: completing it does it.
func (r *Task) NeedsSecond() bool {
	_, ok := r.Asked()
	return ok && !r.Final()
}

// askSecond keeps a command as an open task, of the kind that the command would make, with what it would change.
func askSecond(tx Tx, cmd Command) (string, error) {
	args, err := json.Marshal(cmd) // a command with a secret in it is refused here
	if err != nil {
		return "", err
	}
	would, err := rehearse(tx, cmd)
	if err != nil || !would.writes {
		return "", err
	}
	who := tx.Actor()
	asked := AskedOfSecond{Needs: secondPerson, Command: cmd.Kind(), Args: args, Fields: would.fields(), Mode: who.Mode, Desk: who.Desk}
	task, err := recordTask(tx, Task{Sort: would.sort(cmd), Status: TaskOpen, Account: would.task.Account, WebUserID: would.task.WebUserID, Detail: Detail(asked)})
	if err != nil {
		return "", err
	}
	detail := map[string]any{}
	for field, value := range asked.Fields {
		detail[field] = value
	}
	return task.ID, logTask(tx, task, ApprovalAsked, detail)
}
