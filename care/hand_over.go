package care

import (
	"encoding/json"
	"slices"
)

// HandOver gives a supervisor a change of a CSR's that was refused, held or lapsed: a task in the team's list, with what
// the CSR saw, what they wanted and what stands.
type HandOver struct {
	Account   string                 `json:"account"`
	CommandID string                 `json:"command_id"` // the one that is handed over
	Command   string                 `json:"command"`    // its kind
	Code      Code                   `json:"code,omitempty"`
	Args      json.RawMessage        `json:"args,omitempty"`
	Fields    map[string]HandedField `json:"fields,omitempty"`
}

// HandedField is one field of a change that is handed over.
type HandedField struct {
	Before any `json:"before"`
	After  any `json:"after"`
	Theirs any `json:"theirs"`
}

const handedBytes = 32 << 10

// Kind is change.hand_over.
func (*HandOver) Kind() string { return "change.hand_over" }

// Permission is MayNote: whoever may write about an account may ask a supervisor.
func (*HandOver) Permission() Permission { return MayNote }

// Targets is the account.
func (c *HandOver) Targets() []Ref { return []Ref{{KindAccount, c.Account}} }

// Validate wants an account, and a command that can be read.
func (c *HandOver) Validate() error {
	switch {
	case c.Account == "":
		return missing("account")
	case c.CommandID == "":
		return missing("command_id")
	case !slices.Contains(CommandKinds(), c.Command):
		return Err(CodeUnknownCommand, "kind", c.Command)
	case len(Detail(c)) > handedBytes:
		return Err(CodeTooLong, "field", "args", "most", "32768")
	}
	return nil
}

// Check wants the account to exist.
func (c *HandOver) Check(r Reader) error {
	if c.Account == "" {
		return nil
	}
	_, err := Find[Account](r, c.Account)
	return err
}

// Apply makes the task, open, in the scopes of the account and of the CSR's team.
func (c *HandOver) Apply(tx Tx) error {
	detail := Detail(map[string]any{"command": c.Command, "command_id": c.CommandID, "code": c.Code, "args": c.Args, "fields": c.Fields})
	if err := RecordTask(tx, Task{Sort: TaskReview, Status: "open", Account: c.Account, Detail: detail}); err != nil {
		return err
	}
	return Log(tx, Activity{Account: c.Account, Sort: "change.handed_over", Detail: Detail(map[string]string{"command": c.Command})})
}
