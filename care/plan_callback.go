package care

import (
	"strings"
	"unicode/utf8"
)

// PlanCallback promises a customer to call back.
type PlanCallback struct {
	Account string `json:"account"`
	DueAt   int64  `json:"due_at"` // portal time, ms
	Text    string `json:"text"`   // what was promised
	CSRID   string `json:"csr,omitempty"`
}

const promiseRunes = 1000

// Kind is callback.plan.
func (*PlanCallback) Kind() string { return "callback.plan" }

// Permission is MayContact.
func (*PlanCallback) Permission() Permission { return MayContact }

// Targets is the account.
func (c *PlanCallback) Targets() []Ref { return []Ref{{KindAccount, c.Account}} }

// Validate wants an account, a time and what was promised.
func (c *PlanCallback) Validate() error {
	switch {
	case c.Account == "":
		return missing("account")
	case c.DueAt <= 0:
		return missing("due_at")
	case strings.TrimSpace(c.Text) == "":
		return missing("text")
	case utf8.RuneCountInString(c.Text) > promiseRunes:
		return Err(CodeTooLong, "field", "text", "most", "1000")
	}
	return nil
}

// Check wants a time to come, and somebody of the staff to keep the promise.
func (c *PlanCallback) Check(r Reader) error {
	if c.Account == "" {
		return nil
	}
	if _, err := Find[Account](r, c.Account); err != nil {
		return err
	}
	if c.DueAt > 0 && c.DueAt <= r.Now().UnixMilli() {
		return Err(CodeCallbackPast)
	}
	if c.CSRID == "" {
		return nil
	}
	keeper, err := Find[Staff](r, c.CSRID)
	if err == nil && !keeper.Active {
		return Err(CodeStaffInactive, "id", c.CSRID)
	}
	return err
}

// Apply keeps the promise for whoever is to keep it: the actor where nobody else is named.
func (c *PlanCallback) Apply(tx Tx) error {
	who := tx.Actor()
	promise := Callback{
		ID: tx.NewID("K"), Account: c.Account, ContactID: who.Contact, CSRID: c.CSRID, DueAt: c.DueAt, Text: c.Text,
		PlannedBy: who.ID, PlannedAt: tx.Now().UnixMilli(),
	}
	if promise.CSRID == "" {
		promise.CSRID = who.ID
	}
	if err := tx.Put(&promise); err != nil {
		return err
	}
	return Log(tx, Activity{Account: c.Account, Sort: "callback.planned", Detail: Detail(map[string]any{"callback_id": promise.ID, "csr_id": promise.CSRID, "due_at": c.DueAt})})
}
