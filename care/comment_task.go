package care

// CommentTask writes something down about a self-service task that is not final (R68). It is a note that knows its task.
type CommentTask struct {
	TaskID  string `json:"task_id"`
	Account string `json:"account"` // the task's, as the CSR has it before them
	Text    string `json:"text"`
}

// Kind is task.comment.
func (*CommentTask) Kind() string { return "task.comment" }

// Permission is MayHandle.
func (*CommentTask) Permission() Permission { return MayHandle }

// Targets are the task and its account.
func (c *CommentTask) Targets() []Ref { return taskTargets(c.TaskID, c.Account) }

// Validate wants a task, its account and some text.
func (c *CommentTask) Validate() error {
	if err := validTask(c.TaskID, c.Account); err != nil {
		return err
	}
	return validWords("text", c.Text, noteRunes, "10000")
}

// Check refuses a final task.
func (c *CommentTask) Check(r Reader) error {
	if c.TaskID == "" {
		return nil
	}
	_, err := openTask(r, c.TaskID, c.Account)
	return err
}

// Apply writes the comment, and an activity that does not repeat its text.
func (c *CommentTask) Apply(tx Tx) error {
	task, err := openTask(tx, c.TaskID, c.Account)
	if err != nil {
		return err
	}
	who := tx.Actor()
	note := Note{ID: tx.NewID("O"), Account: task.Account, Text: c.Text, By: who.ID, At: tx.Now().UnixMilli(), ContactID: who.Contact, TaskID: task.ID}
	if err := tx.Put(&note); err != nil {
		return err
	}
	return logTask(tx, task, "task.commented", map[string]any{"note_id": note.ID})
}
