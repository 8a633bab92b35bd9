package care

import "time"

// UnlockWebUser lifts one lock of a web user (R47). Lifting one never lifts another.
type UnlockWebUser struct {
	WebUserID string `json:"web_user_id"`
	Account   string `json:"account,omitempty"`
	Lock      Lock   `json:"lock,omitempty"` // needed where more than one is set
	Reason    string `json:"reason,omitempty"`
	Words     string `json:"words,omitempty"`
}

var unlockReasons = []string{"not_compromised", "failed_signins", "opting_in", "other"}

// Kind is web_user.unlock.
func (*UnlockWebUser) Kind() string { return "web_user.unlock" }

// Permission is MayUnlock.
func (*UnlockWebUser) Permission() Permission { return MayUnlock }

// Targets are the web user and, where given, the account.
func (c *UnlockWebUser) Targets() []Ref { return webUserTargets(c.WebUserID, c.Account) }

// ExpiresAfter is short: the caller was verified when the command was made, not when the network came back.
func (*UnlockWebUser) ExpiresAfter(p Policy) time.Duration { return p.Duration("unlock.queue") }

// Validate wants a web user, and a known lock and reason where given.
func (c *UnlockWebUser) Validate() error {
	if c.WebUserID == "" {
		return missing("web_user_id")
	}
	switch c.Lock {
	case "", LockPassword, LockCSR, LockPermanent:
	default:
		return Err(CodeNoChoice, "field", "lock", "choices", "password;csr;permanent")
	}
	if c.Reason == "" {
		return nil
	}
	return validReason(c.Reason, c.Words, unlockReasons)
}

// Check refuses a web user without that lock.
func (c *UnlockWebUser) Check(r Reader) error {
	if c.WebUserID == "" {
		return nil
	}
	_, err := c.which(r)
	return err
}

// Apply lifts the lock, clears the portal's count of failed sign-ins with a password lock, and logs it.
func (c *UnlockWebUser) Apply(tx Tx) error {
	lock, err := c.which(tx)
	if err != nil {
		return err
	}
	if err := tx.Delete(&lock); err != nil {
		return err
	}
	if lock.Lock == LockPassword {
		if err := tx.ResetFailedSignIns(c.WebUserID); err != nil {
			return err
		}
	}
	return logWebUser(tx, c.WebUserID, c.Account, "account.unlocked",
		map[string]string{"lock": string(lock.Lock), "reason": c.Reason, "words": c.Words})
}

func (c *UnlockWebUser) which(r Reader) (WebUserLock, error) {
	user, err := Find[WebUser](r, c.WebUserID)
	if err != nil {
		return WebUserLock{}, err
	}
	locks, err := r.Locks(c.WebUserID)
	if err != nil {
		return WebUserLock{}, err
	}
	if c.Lock == "" && len(locks) > 1 {
		return WebUserLock{}, missing("lock")
	}
	for _, l := range locks {
		if c.Lock == "" || l.Lock == c.Lock {
			return l, nil
		}
	}
	return WebUserLock{}, Err(CodeNotLocked, "username", user.Username, "lock", string(c.Lock))
}
