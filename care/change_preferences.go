package care

import (
	"strconv"
	"unicode/utf8"
)

// ChangePreferences sets AutoPay, paperless billing or the nickname of an account; what is nil stays. Each preference
// that really changes makes a task of its own.
type ChangePreferences struct {
	Account   string  `json:"account"`
	WebUserID string  `json:"web_user_id,omitempty"` // for whom, when a CSR sends it from the desk
	AutoPay   *bool   `json:"autopay,omitempty"`
	Paperless *bool   `json:"paperless,omitempty"`
	Nickname  *string `json:"nickname,omitempty"`
}

// Kind is preferences.change.
func (*ChangePreferences) Kind() string { return "preferences.change" }

// Permission is MayChange.
func (*ChangePreferences) Permission() Permission { return MayChange }

// Targets are the account and, where given, the web user.
func (c *ChangePreferences) Targets() []Ref {
	targets := []Ref{{KindAccount, c.Account}}
	if c.WebUserID != "" {
		targets = append(targets, Ref{KindWebUser, c.WebUserID})
	}
	return targets
}

// AccountNumber is the account that changes.
func (c *ChangePreferences) AccountNumber() string { return c.Account }

// Entitlements are those of the preferences that are given.
func (c *ChangePreferences) Entitlements() []string {
	var tasks []string
	if c.AutoPay != nil {
		tasks = append(tasks, "autopay.edit")
	}
	if c.Paperless != nil {
		tasks = append(tasks, "paperless.edit")
	}
	if c.Nickname != nil {
		tasks = append(tasks, "nickname.edit")
	}
	return tasks
}

// Assists marks a command that mode assist allows.
func (*ChangePreferences) Assists() {}

// Validate wants an account and a nickname that fits in a list.
func (c *ChangePreferences) Validate() error {
	if c.Account == "" {
		return missing("account")
	}
	if c.AutoPay == nil && c.Paperless == nil && c.Nickname == nil {
		return Err(CodeNothingToChange)
	}
	if c.Nickname != nil && utf8.RuneCountInString(*c.Nickname) > 40 {
		return Err(CodeTooLong, "field", "nickname", "most", "40")
	}
	return nil
}

// Check refuses a closed account.
func (c *ChangePreferences) Check(r Reader) error {
	if c.Account == "" {
		return nil
	}
	account, err := Find[Account](r, c.Account)
	if err != nil {
		return err
	}
	if account.Status == "closed" {
		return Err(CodeAccountClosed, "account", c.Account)
	}
	return nil
}

// Fields are those of the preferences that are given.
func (c *ChangePreferences) Fields(r Reader) (now, wanted map[string]string, err error) {
	account, err := Find[Account](r, c.Account)
	if err != nil {
		return nil, nil, err
	}
	now, wanted = map[string]string{}, map[string]string{}
	if c.AutoPay != nil {
		now["autopay"], wanted["autopay"] = strconv.FormatBool(account.AutoPay), strconv.FormatBool(*c.AutoPay)
	}
	if c.Paperless != nil {
		now["paperless"], wanted["paperless"] = strconv.FormatBool(account.Paperless), strconv.FormatBool(*c.Paperless)
	}
	if c.Nickname != nil {
		now["nickname"], wanted["nickname"] = account.Nickname, *c.Nickname
	}
	return now, wanted, nil
}

// Apply changes the account, and writes one activity and a task for each preference that changed.
func (c *ChangePreferences) Apply(tx Tx) error {
	account, err := Find[Account](tx, c.Account)
	if err != nil {
		return err
	}
	changed := map[string]Change{}
	var kinds []string
	if c.AutoPay != nil && *c.AutoPay != account.AutoPay {
		changed["autopay"] = Change{account.AutoPay, *c.AutoPay}
		account.AutoPay = *c.AutoPay
		kinds = append(kinds, onOff("autopay", *c.AutoPay))
	}
	if c.Paperless != nil && *c.Paperless != account.Paperless {
		changed["paperless"] = Change{account.Paperless, *c.Paperless}
		account.Paperless = *c.Paperless
		kinds = append(kinds, onOff("paperless", *c.Paperless))
	}
	if c.Nickname != nil && *c.Nickname != account.Nickname {
		changed["nickname"] = Change{account.Nickname, *c.Nickname}
		account.Nickname = *c.Nickname
		kinds = append(kinds, "nickname.changed")
	}
	if len(kinds) == 0 {
		return nil
	}
	if err := tx.Put(&account); err != nil {
		return err
	}
	user, err := profileOf(tx, c.Account, c.WebUserID)
	if err != nil {
		return err
	}
	detail := Detail(changed)
	if err := recordTasks(tx, Task{Status: TaskComplete, Account: c.Account, WebUserID: user, Detail: detail}, kinds...); err != nil {
		return err
	}
	return Log(tx, Activity{Account: c.Account, WebUserID: user, Sort: "preferences.changed", Detail: detail})
}

func onOff(what string, on bool) string {
	if on {
		return what + ".enrolled"
	}
	return what + ".cancelled"
}
