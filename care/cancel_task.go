package care

// CancelTask takes a self-service task back because the customer wants it no more, or never did (R68).
type CancelTask struct {
	TaskID  string `json:"task_id"`
	Account string `json:"account"` // the task's, as the CSR has it before them
	Words   string `json:"words"`   // why
}

// Kind is task.cancel.
func (*CancelTask) Kind() string { return "task.cancel" }

// Permission is MayHandle.
func (*CancelTask) Permission() Permission { return MayHandle }

// Targets are the task and its account.
func (c *CancelTask) Targets() []Ref { return taskTargets(c.TaskID, c.Account) }

// Validate wants a task, its account and a reason.
func (c *CancelTask) Validate() error {
	if err := validTask(c.TaskID, c.Account); err != nil {
		return err
	}
	return validWords("words", c.Words, taskWords, "500")
}

// Check refuses a final task, and one that is another's to decide. Who handed a change to a supervisor may take it back.
func (c *CancelTask) Check(r Reader) error { return checkTask(r, c.TaskID, c.Account, true) }

// Fields is the status.
func (c *CancelTask) Fields(r Reader) (now, wanted map[string]string, err error) {
	return statusFields(r, c.TaskID, TaskCancelled)
}

// Apply cancels the task.
func (c *CancelTask) Apply(tx Tx) error {
	return endTask(tx, c.TaskID, c.Account, TaskCancelled, c.Words)
}
