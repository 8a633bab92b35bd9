package care

// CompleteTask says that what a self-service task asked for is done (R68).
type CompleteTask struct {
	TaskID  string `json:"task_id"`
	Account string `json:"account"`         // the task's, as the CSR has it before them
	Words   string `json:"words,omitempty"` // what was found; an alarm wants them
}

// Kind is task.complete.
func (*CompleteTask) Kind() string { return "task.complete" }

// Permission is MayHandle.
func (*CompleteTask) Permission() Permission { return MayHandle }

// Targets are the task and its account.
func (c *CompleteTask) Targets() []Ref { return taskTargets(c.TaskID, c.Account) }

// Validate wants a task and its account.
func (c *CompleteTask) Validate() error {
	if c.Words != "" {
		if err := validWords("words", c.Words, taskWords, "500"); err != nil {
			return err
		}
	}
	return validTask(c.TaskID, c.Account)
}

// Check refuses a final task, one that is another's to decide, and one that a second person has to confirm.
func (c *CompleteTask) Check(r Reader) error {
	if err := checkTask(r, c.TaskID, c.Account, false); err != nil || c.TaskID == "" {
		return err
	}
	task, err := Find[Task](r, c.TaskID)
	if err != nil {
		return err
	}
	return MayConfirm(r, task)
}

// Fields is the status.
func (c *CompleteTask) Fields(r Reader) (now, wanted map[string]string, err error) {
	return statusFields(r, c.TaskID, TaskComplete)
}

// Apply completes the task, and does what it asks a second person for. An alarm is not put away without a word.
func (c *CompleteTask) Apply(tx Tx) error {
	task, err := openTask(tx, c.TaskID, c.Account)
	if err != nil {
		return err
	}
	if task.Alarm() && c.Words == "" {
		return missing("words")
	}
	if task.NeedsSecond() {
		return approve(tx, task, c.Words)
	}
	return endTask(tx, c.TaskID, c.Account, TaskComplete, c.Words)
}
