package care

import "time"

// ReactivatePortal gives a deactivated web user the portal back (R53). It lifts exactly what a deactivation set; what an
// import brought without saying so counts as set by one.
type ReactivatePortal struct {
	WebUserID string `json:"web_user_id"`
	Account   string `json:"account,omitempty"` // the account the CSR had open, for its log
	Words     string `json:"words,omitempty"`   // why
}

// Kind is portal_account.reactivate.
func (*ReactivatePortal) Kind() string { return "portal_account.reactivate" }

// Permission is MayDeactivate.
func (*ReactivatePortal) Permission() Permission { return MayDeactivate }

// Targets are the web user and, where given, the account.
func (c *ReactivatePortal) Targets() []Ref { return webUserTargets(c.WebUserID, c.Account) }

// ExpiresAfter is short: the caller was verified when the command was made, not when the network came back.
func (*ReactivatePortal) ExpiresAfter(p Policy) time.Duration { return p.Duration("unlock.queue") }

// Validate wants a web user.
func (c *ReactivatePortal) Validate() error {
	switch {
	case c.WebUserID == "":
		return missing("web_user_id")
	case len(c.Words) > 500:
		return Err(CodeTooLong, "field", "words", "most", "500")
	}
	return nil
}

// Check refuses a web user who is not deactivated.
func (c *ReactivatePortal) Check(r Reader) error {
	if c.WebUserID == "" {
		return nil
	}
	_, _, err := c.set(r)
	return err
}

// set is what stands of the deactivation: a lock, or that the web user is hidden. The lock that names a deactivation comes
// first, so that another one beside it stays.
func (c *ReactivatePortal) set(r Reader) (user WebUser, lock *WebUserLock, err error) {
	if user, err = Find[WebUser](r, c.WebUserID); err != nil {
		return user, nil, err
	}
	locks, err := r.Locks(c.WebUserID)
	if err != nil {
		return user, nil, err
	}
	var permanent *WebUserLock
	for i := range locks {
		if locks[i].Reason == byDeactivation {
			return user, &locks[i], nil
		}
		if locks[i].Lock == LockPermanent {
			permanent = &locks[i]
		}
	}
	if user.Hidden || permanent == nil {
		if !user.Hidden {
			err = Err(CodeNotDeactivated, "username", user.Username)
		}
		return user, nil, err
	}
	return user, permanent, nil
}

// Apply lifts what the deactivation set, and logs it.
func (c *ReactivatePortal) Apply(tx Tx) error {
	user, lock, err := c.set(tx)
	if err != nil {
		return err
	}
	detail := map[string]string{"words": c.Words}
	if lock != nil {
		detail["lock"] = string(lock.Lock)
		err = tx.Delete(lock)
	} else {
		detail["lock"], user.Hidden = "hidden", false
		err = tx.Put(&user)
	}
	if err != nil {
		return err
	}
	return logWebUser(tx, c.WebUserID, c.Account, "portal_account.reactivated", detail)
}
