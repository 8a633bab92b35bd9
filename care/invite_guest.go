package care

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// InviteGuest invites somebody to an account of the customer's: the letter's link works once, and for a while only. What is
// open of it is a task, which whoever invited, or a member of staff, takes back by ending it.
type InviteGuest struct {
	Account string `json:"account"`
	Email   string `json:"email"`
	Role    string `json:"role"` // one of GuestRoles
}

// TaskInvited is the kind of the task that stands for an invitation until it is accepted, taken back or ends.
const TaskInvited = "guest.invited"

// Kind is guest.invite.
func (*InviteGuest) Kind() string { return "guest.invite" }

// Permission is MayLink.
func (*InviteGuest) Permission() Permission { return MayLink }

// PortalOnly marks a command that is never queued: it lets somebody in.
func (*InviteGuest) PortalOnly() {}

// Targets are the account.
func (c *InviteGuest) Targets() []Ref { return []Ref{{KindAccount, c.Account}} }

// AccountNumber is the account that somebody is invited to.
func (c *InviteGuest) AccountNumber() string { return c.Account }

// Entitlements is the one for who may see an account.
func (*InviteGuest) Entitlements() []string { return []string{guestsEdit} }

// Right is to let others in.
func (*InviteGuest) Right() Right { return LetOtherIn }

const guestsEdit = "guests.edit"

// Validate wants an account, an address and a role.
func (c *InviteGuest) Validate() error {
	switch email := strings.TrimSpace(c.Email); {
	case c.Account == "":
		return missing("account")
	case email == "" || !IsAddress(email):
		return Err(CodeInvalid, "field", "email", "problem", "is not an email address")
	}
	return validGuestRole(c.Role)
}

func validGuestRole(role string) error {
	if !slices.Contains(guestRoles, role) {
		return Err(CodeNoChoice, "field", "role", "choices", List(guestRoles).String())
	}
	return nil
}

// Check refuses a closed account.
func (c *InviteGuest) Check(r Reader) error { return openAccount(r, c.Account) }

// openAccount refuses an account that is closed, or is not there; none is no reason yet.
func openAccount(r Reader, number string) error {
	if number == "" {
		return nil
	}
	account, err := Find[Account](r, number)
	if err == nil && account.Status == "closed" {
		err = Err(CodeAccountClosed, "account", number)
	}
	return err
}

// Invitation is what the task of an invitation tells.
type Invitation struct {
	Email  string `json:"email"`
	Role   string `json:"role"`
	EndsAt int64  `json:"ends_at"`
}

// Invitation reads what the task of an invitation tells; nothing of one that is none.
func (r *Task) Invitation() (inv Invitation) {
	if r.invitation() {
		_ = json.Unmarshal([]byte(r.Detail), &inv) // an import may have brought anything
	}
	return inv
}

// invitation says whether a task is one of an invitation; what waits for a second person is none yet.
func (r *Task) invitation() bool { return r.Sort == TaskInvited && !r.NeedsSecond() }

// Invites says whether the task stands for an invitation that can be accepted now.
func (r *Task) Invites(now time.Time) bool {
	return r.invitation() && r.Status == TaskOpen && now.UnixMilli() < r.Invitation().EndsAt
}

// Apply makes the task, the link, and the letter that brings it.
func (c *InviteGuest) Apply(tx Tx) error {
	policy, err := tx.Policy()
	if err != nil {
		return err
	}
	inviter, err := profileOf(tx, c.Account, "")
	if err != nil {
		return err
	}
	email := strings.TrimSpace(c.Email)
	ends := tx.Now().Add(policy.Duration("recovery.link_ttl")).UnixMilli()
	detail := Detail(Invitation{Email: email, Role: c.Role, EndsAt: ends})
	task, err := recordTask(tx, Task{Sort: TaskInvited, Status: TaskOpen, Account: c.Account, WebUserID: inviter, Detail: detail})
	if err != nil {
		return err
	}
	if err := tx.MakeLink(Recovery{ID: task.ID, At: task.CreatedAt, EndsAt: ends}); err != nil {
		return err
	}
	if err := postTo(tx, inviter, Message{Template: TemplateInvitation, Account: c.Account, About: task.ID, To: email}); err != nil {
		return err
	}
	return Log(tx, Activity{Account: c.Account, WebUserID: inviter, Sort: TaskInvited, Detail: detail})
}

// EndInvitation ends the task of an invitation that ran out, if it is still open.
func EndInvitation(tx Tx, id string) error {
	task, err := Find[Task](tx, id)
	if err != nil || task.Final() || !task.invitation() || task.Invites(tx.Now()) {
		return unlessAbsent(err)
	}
	task.Status, task.HandledAt = TaskCancelled, tx.Now().UnixMilli()
	if err := tx.Put(&task); err != nil {
		return err
	}
	return logTask(tx, task, "task."+TaskCancelled, map[string]any{"words": task.Words})
}

// AcceptInvitation ends the task of an invitation that somebody accepted, and says so at the account.
func AcceptInvitation(tx Tx, task Task) error {
	task.Status, task.HandledAt = TaskComplete, tx.Now().UnixMilli()
	if err := tx.Put(&task); err != nil {
		return err
	}
	return Log(tx, Activity{Account: task.Account, WebUserID: task.WebUserID, Sort: "guest.joined", Detail: task.Detail})
}
