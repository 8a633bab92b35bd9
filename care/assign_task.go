package care

// AssignTask says whose a self-service task is to do, or that it is nobody's (R68).
type AssignTask struct {
	TaskID  string `json:"task_id"`
	Account string `json:"account"` // the task's, as the CSR has it before them
	CSR     string `json:"csr"`     // a member of staff; "" for nobody
}

// Kind is task.assign.
func (*AssignTask) Kind() string { return "task.assign" }

// Permission is MayHandle.
func (*AssignTask) Permission() Permission { return MayHandle }

// Targets are the task and its account.
func (c *AssignTask) Targets() []Ref { return taskTargets(c.TaskID, c.Account) }

// Validate wants a task and its account.
func (c *AssignTask) Validate() error { return validTask(c.TaskID, c.Account) }

// Check refuses a final task, one that is another's to decide, and somebody who is not of the staff any more.
func (c *AssignTask) Check(r Reader) error {
	if err := checkTask(r, c.TaskID, c.Account, false); err != nil || c.CSR == "" {
		return err
	}
	staff, err := Find[Staff](r, c.CSR)
	if err == nil && !staff.Active {
		return Err(CodeStaffInactive, "id", c.CSR)
	}
	return err
}

// Fields is whose the task is.
func (c *AssignTask) Fields(r Reader) (now, wanted map[string]string, err error) {
	task, err := Find[Task](r, c.TaskID)
	if err != nil {
		return nil, nil, err
	}
	return map[string]string{"assignee": task.Assignee}, map[string]string{"assignee": c.CSR}, nil
}

// Apply notes whose the task is, and logs it where that is new.
func (c *AssignTask) Apply(tx Tx) error {
	task, err := openTask(tx, c.TaskID, c.Account)
	if err != nil || task.Assignee == c.CSR {
		return err
	}
	before := task.Assignee
	task.Assignee = c.CSR
	if err := tx.Put(&task); err != nil {
		return err
	}
	return logTask(tx, task, "task.assigned", map[string]any{"assignee": Change{before, c.CSR}})
}
