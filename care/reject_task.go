package care

// RejectTask says that the utility will not do what a self-service task asked for, and why (R68).
type RejectTask struct {
	TaskID  string `json:"task_id"`
	Account string `json:"account"` // the task's, as the CSR has it before them
	Words   string `json:"words"`   // why
}

// Kind is task.reject.
func (*RejectTask) Kind() string { return "task.reject" }

// Permission is MayHandle.
func (*RejectTask) Permission() Permission { return MayHandle }

// Targets are the task and its account.
func (c *RejectTask) Targets() []Ref { return taskTargets(c.TaskID, c.Account) }

// Validate wants a task, its account and a reason.
func (c *RejectTask) Validate() error {
	if err := validTask(c.TaskID, c.Account); err != nil {
		return err
	}
	return validWords("words", c.Words, taskWords, "500")
}

// Check refuses a final task, and one that is another's to decide.
func (c *RejectTask) Check(r Reader) error { return checkTask(r, c.TaskID, c.Account, false) }

// Fields is the status.
func (c *RejectTask) Fields(r Reader) (now, wanted map[string]string, err error) {
	return statusFields(r, c.TaskID, TaskRejected)
}

// Apply rejects the task.
func (c *RejectTask) Apply(tx Tx) error {
	return endTask(tx, c.TaskID, c.Account, TaskRejected, c.Words)
}
