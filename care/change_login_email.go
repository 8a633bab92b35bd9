package care

import (
	"strconv"
	"strings"
	"time"
)

// ChangeLoginEmail asks for another address of a web user's: the one that letters, and links for a new password, go to. Nothing
// changes before the link of the letter to the new address is opened; the old one is told at once. An earlier link ends, so that
// asking again sends it again. It is nobody's to know whether another web user has the address: what is answered is the same.
type ChangeLoginEmail struct {
	Account   string `json:"account"`               // the one under which it is done
	WebUserID string `json:"web_user_id,omitempty"` // for whom, when a CSR sends it from the desk
	Email     string `json:"email"`
}

// MostNewEmails bounds the letters to new addresses within a day: each may go to a stranger.
const MostNewEmails = 5

const loginEmail = "identity.login_email"

// Kind is login_email.change.
func (*ChangeLoginEmail) Kind() string { return "login_email.change" }

// Permission is MayRecover.
func (*ChangeLoginEmail) Permission() Permission { return MayRecover }

// ExpiresAfter is short: the caller was verified when the command was made, not when the network came back.
func (*ChangeLoginEmail) ExpiresAfter(p Policy) time.Duration { return p.Duration("unlock.queue") }

// Targets are the account and, where given, the web user.
func (c *ChangeLoginEmail) Targets() []Ref { return guestTargets(c.Account, c.WebUserID) }

// AccountNumber is the account under which it is done.
func (c *ChangeLoginEmail) AccountNumber() string { return c.Account }

// Entitlements are none at the desk, where the permission and the caller's verification decide.
func (*ChangeLoginEmail) Entitlements() []string { return nil }

// entitlementsInside is the one to change who a customer is.
func (*ChangeLoginEmail) entitlementsInside(Reader) ([]string, error) {
	return []string{loginEmail}, nil
}

// Right is what everybody may who has an account: the address is their own.
func (*ChangeLoginEmail) Right() Right { return OwnMatters }

// Validate wants an account and an address.
func (c *ChangeLoginEmail) Validate() error {
	switch email := strings.TrimSpace(c.Email); {
	case c.Account == "":
		return missing("account")
	case email == "":
		return missing("email")
	case !IsAddress(email):
		return Err(CodeInvalid, "field", "email", "problem", "is not an email address")
	}
	return nil
}

// Check refuses a web user who could not sign in or is not of the account, the address that they have, and more letters to new
// addresses than a day may bring.
func (c *ChangeLoginEmail) Check(r Reader) error {
	if c.Account == "" || whoseOwn(r, c.WebUserID) == "" {
		return nil
	}
	_, err := c.who(r)
	return err
}

func (c *ChangeLoginEmail) who(r Reader) (WebUser, error) {
	user, err := ofAccount(r, c.WebUserID, c.Account)
	if err != nil {
		return user, err
	}
	if strings.EqualFold(strings.TrimSpace(c.Email), user.Email) && user.Email != "" {
		return user, Err(CodeSameEmail, "username", user.Username)
	}
	given, err := r.Recoveries(user.ID)
	lately := 0
	for _, each := range given {
		if each.Sort == RecoverByEmail && r.Now().Sub(time.UnixMilli(each.At)) < 24*time.Hour {
			lately++
		}
	}
	if err == nil && lately >= MostNewEmails {
		err = Err(CodeTooManyEmails, "most", strconv.Itoa(MostNewEmails))
	}
	return user, err
}

// Apply keeps what was asked, has the portal make the link, and writes to both addresses.
func (c *ChangeLoginEmail) Apply(tx Tx) error {
	user, err := c.who(tx)
	if err != nil {
		return err
	}
	email := strings.TrimSpace(c.Email)
	given, err := give(tx, user, RecoverByEmail, email, "recovery.link_ttl")
	if err != nil {
		return err
	}
	if err := tx.MakeLink(given); err != nil {
		return err
	}
	if err := Post(tx, user, Message{Template: TemplateNewEmail, Account: c.Account, About: given.ID, To: email}); err != nil {
		return err
	}
	if err := Post(tx, user, Message{Template: TemplateEmailAsked, Account: c.Account, About: given.ID}); err != nil {
		return err
	}
	detail := Detail(map[string]Change{"email": {user.Email, email}})
	return recordLogged(tx, Task{Sort: EmailAsked, Status: TaskComplete, Account: c.Account, WebUserID: user.ID, Detail: detail})
}

// The kinds of tasks and activities about a web user's address.
const (
	EmailAsked   = "login_email.change_requested"
	EmailKept    = "login_email.kept" // what was asked for is taken back
	EmailChanged = "login_email.changed"
)

// KeepLoginEmail takes back what ChangeLoginEmail asked for: the link to the new address ends.
type KeepLoginEmail struct {
	Account   string `json:"account"`               // the one under which it is done
	WebUserID string `json:"web_user_id,omitempty"` // for whom, when a CSR sends it from the desk
}

// Kind is login_email.keep.
func (*KeepLoginEmail) Kind() string { return "login_email.keep" }

// Permission is MayRecover.
func (*KeepLoginEmail) Permission() Permission { return MayRecover }

// Guards marks a command that protects a customer.
func (*KeepLoginEmail) Guards() {}

// Targets are the account and, where given, the web user.
func (c *KeepLoginEmail) Targets() []Ref { return guestTargets(c.Account, c.WebUserID) }

// AccountNumber is the account under which it is done.
func (c *KeepLoginEmail) AccountNumber() string { return c.Account }

// Entitlements are none at the desk, as with ChangeLoginEmail.
func (*KeepLoginEmail) Entitlements() []string { return nil }

// entitlementsInside is the one to change who a customer is.
func (*KeepLoginEmail) entitlementsInside(Reader) ([]string, error) { return []string{loginEmail}, nil }

// Right is what everybody may who has an account.
func (*KeepLoginEmail) Right() Right { return OwnMatters }

// Validate wants an account.
func (c *KeepLoginEmail) Validate() error {
	if c.Account == "" {
		return missing("account")
	}
	return nil
}

// Check refuses where no link to a new address works any more.
func (c *KeepLoginEmail) Check(r Reader) error {
	id := whoseOwn(r, c.WebUserID)
	if id == "" {
		return nil
	}
	user, err := Find[WebUser](r, id)
	if err != nil {
		return err
	}
	live, err := liveOf(r, user.ID, RecoverByEmail)
	if err == nil && len(live) == 0 {
		err = Err(CodeNoNewEmail, "username", user.Username)
	}
	return err
}

// Apply ends the link and logs it.
func (c *KeepLoginEmail) Apply(tx Tx) error {
	id := whoseOwn(tx, c.WebUserID)
	if id == "" {
		return missing("web_user_id")
	}
	if n, err := revoke(tx, id, RecoverByEmail); err != nil || n == 0 {
		return err
	}
	return recordLogged(tx, Task{Sort: EmailKept, Status: TaskComplete, Account: c.Account, WebUserID: id})
}

// whoseOwn is the web user who acts or is acted for; at the desk the one given.
func whoseOwn(r Reader, given string) string {
	if id := r.Actor().WebUser(); id != "" {
		return id
	}
	return given
}

// ofAccount is the web user whose own matter it is, who could sign in and has the account: the caller was verified for that one.
func ofAccount(r Reader, given, account string) (WebUser, error) {
	id := whoseOwn(r, given)
	if id == "" {
		return WebUser{}, missing("web_user_id")
	}
	user, err := signable(r, id)
	if err == nil {
		_, err = linked(r, user, account)
	}
	return user, err
}

// ConfirmLoginEmail gives a web user the address whose link they opened. Links for a new password that went to the old one end;
// both addresses are told.
func ConfirmLoginEmail(tx Tx, user WebUser, given Recovery) error {
	if _, err := revoke(tx, user.ID, RecoverByLink); err != nil {
		return err
	}
	old := user.Email
	user.Email = given.Address
	if err := tx.Put(&user); err != nil {
		return err
	}
	if old != "" {
		if err := Post(tx, user, Message{Template: TemplateEmailChanged, To: old}); err != nil {
			return err
		}
	}
	links, err := tx.LinksOfWebUser(user.ID)
	if err != nil {
		return err
	}
	task := Task{Sort: EmailChanged, Status: TaskComplete, WebUserID: user.ID, Detail: Detail(map[string]Change{"email": {old, given.Address}})}
	if len(links) > 0 {
		task.Account = links[0].Account
	}
	return recordLogged(tx, task)
}
