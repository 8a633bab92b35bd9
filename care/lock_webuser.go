package care

import (
	"errors"
	"slices"
)

// LockWebUser stops a web user from using the portal (R46). It makes activity, no task.
type LockWebUser struct {
	WebUserID string `json:"web_user_id"`
	Account   string `json:"account,omitempty"` // the account the CSR had open, for its log
	Reason    string `json:"reason"`            // compromised, misuse, opting_out or other
	Words     string `json:"words,omitempty"`   // needed where the reason is other
}

var lockReasons = []string{"compromised", "misuse", "opting_out", "other"}

// Kind is web_user.lock.
func (*LockWebUser) Kind() string { return "web_user.lock" }

// Permission is MayLock.
func (*LockWebUser) Permission() Permission { return MayLock }

// Guards marks a command that protects a customer.
func (*LockWebUser) Guards() {}

// Targets are the web user and, where given, the account.
func (c *LockWebUser) Targets() []Ref { return webUserTargets(c.WebUserID, c.Account) }

// Validate wants a web user and a reason.
func (c *LockWebUser) Validate() error {
	if c.WebUserID == "" {
		return missing("web_user_id")
	}
	return validReason(c.Reason, c.Words, lockReasons)
}

// Check refuses a web user whom a CSR locked already.
func (c *LockWebUser) Check(r Reader) error {
	if c.WebUserID == "" {
		return nil
	}
	user, err := Find[WebUser](r, c.WebUserID)
	if err != nil {
		return err
	}
	_, err = Find[WebUserLock](r, c.WebUserID, string(LockCSR))
	if err == nil {
		return Err(CodeAlreadyLocked, "username", user.Username)
	}
	return unlessAbsent(err)
}

// Apply sets the CSR's lock and logs it.
func (c *LockWebUser) Apply(tx Tx) error {
	lock := WebUserLock{WebUserID: c.WebUserID, Lock: LockCSR, By: tx.Actor().ID, At: tx.Now().UnixMilli(), Reason: c.Reason, Words: c.Words}
	if err := tx.Put(&lock); err != nil {
		return err
	}
	return logWebUser(tx, c.WebUserID, c.Account, "account.locked", map[string]string{"reason": c.Reason, "words": c.Words})
}

func webUserTargets(webUserID, account string) []Ref {
	targets := []Ref{{KindWebUser, webUserID}}
	if account != "" {
		targets = append(targets, Ref{KindAccount, account})
	}
	return targets
}

// logWebUser writes an activity about a web user under an account: the one given, else the user's default profile.
func logWebUser(tx Tx, webUserID, account, kind string, detail map[string]string) error {
	if account == "" {
		links, err := tx.LinksOfWebUser(webUserID)
		if err != nil {
			return err
		}
		if len(links) > 0 {
			account = links[0].Account
		}
	}
	for name, value := range detail {
		if value == "" {
			delete(detail, name)
		}
	}
	return Log(tx, Activity{Account: account, WebUserID: webUserID, Sort: kind, Detail: Detail(detail)})
}

func missing(field string) error {
	return Err(CodeMissing, "field", field)
}

func validReason(reason, words string, known []string) error {
	if reason == "" {
		return missing("reason")
	}
	if !slices.Contains(known, reason) {
		return Err(CodeNoChoice, "field", "reason", "choices", List(known).String())
	}
	if reason == "other" && words == "" {
		return missing("words")
	}
	if len(words) > 500 {
		return Err(CodeTooLong, "field", "words", "most", "500")
	}
	return nil
}

// unlessAbsent passes every error but "there is none", which both sides say in their own way.
func unlessAbsent(err error) error {
	if errors.Is(err, ErrNotHere) || CodeOf(err) == CodeNotFound {
		return nil
	}
	return err
}
