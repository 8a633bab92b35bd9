package care

import (
	"slices"
	"strconv"
)

// DeactivatePortal ends a web user's use of the portal (R52), as deactivate.action says. What is scheduled or pending of
// their payments was shown first; deactivate.open_payments says what becomes of it.
type DeactivatePortal struct {
	WebUserID string `json:"web_user_id"`
	Account   string `json:"account,omitempty"` // the account the CSR had open, for its log
	Reason    string `json:"reason"`
	Words     string `json:"words,omitempty"`
	// Payments are those that the CSR saw and confirmed to cancel, where policy cancels them.
	Payments []string `json:"payments,omitempty"`
}

// byDeactivation is the reason of a lock that a deactivation set: what a reactivation lifts.
const byDeactivation = "deactivated"

// What a deactivation sets, and what becomes of open payments.
const (
	DeactivateByPermanentLock = "permanent_lock"
	DeactivateByLock          = "lock"
	DeactivateByHiding        = "hide"

	OpenPaymentsWarn   = "warn"              // they are shown and stay: the customer is told so
	OpenPaymentsBlock  = "block"             // there must be none
	OpenPaymentsCancel = "cancel_on_confirm" // those that were confirmed are cancelled
)

// Deactivated says whether a web user's portal account is deactivated: hidden, locked for good, or locked by a deactivation.
func Deactivated(u WebUser, locks []WebUserLock) bool {
	return u.Hidden || slices.ContainsFunc(locks, func(l WebUserLock) bool {
		return l.Lock == LockPermanent || l.Reason == byDeactivation
	})
}

var deactivateReasons = []string{"moving_out", "opting_out", "compromised", "other"}

// Kind is portal_account.deactivate.
func (*DeactivatePortal) Kind() string { return "portal_account.deactivate" }

// Permission is MayDeactivate.
func (*DeactivatePortal) Permission() Permission { return MayDeactivate }

// NeedsConfirming marks a command that is kept as a draft offline.
func (*DeactivatePortal) NeedsConfirming() {}

// Targets are the web user and, where given, the account.
func (c *DeactivatePortal) Targets() []Ref { return webUserTargets(c.WebUserID, c.Account) }

// Validate wants a web user and a reason.
func (c *DeactivatePortal) Validate() error {
	if c.WebUserID == "" {
		return missing("web_user_id")
	}
	return validReason(c.Reason, c.Words, deactivateReasons)
}

// Check refuses a web user who is deactivated already, and open payments where policy blocks or where others are open than
// those that were confirmed.
func (c *DeactivatePortal) Check(r Reader) error {
	if c.WebUserID == "" {
		return nil
	}
	user, err := Find[WebUser](r, c.WebUserID)
	if err != nil {
		return err
	}
	locks, err := r.Locks(c.WebUserID)
	if err != nil {
		return err
	}
	if Deactivated(user, locks) {
		return Err(CodeDeactivated, "username", user.Username)
	}
	policy, err := r.Policy()
	if err != nil {
		return err
	}
	if policy.Get("deactivate.action") == DeactivateByLock && slices.ContainsFunc(locks, func(l WebUserLock) bool { return l.Lock == LockCSR }) {
		return Err(CodeAlreadyLocked, "username", user.Username) // or a reactivation would lift that lock
	}
	_, err = c.open(r, policy, c.Payments == nil)
	return err
}

// open are the payments that the deactivation is about, unless policy or what was confirmed stands against them.
func (c *DeactivatePortal) open(r Reader, policy Policy, unasked bool) ([]Payment, error) {
	open, err := OpenPayments(r, c.WebUserID)
	if err != nil {
		return nil, err
	}
	count := strconv.Itoa(len(open))
	switch policy.Get("deactivate.open_payments") {
	case OpenPaymentsBlock:
		if len(open) > 0 {
			return nil, Err(CodePaymentsOpen, "count", count)
		}
	case OpenPaymentsCancel:
		for _, p := range open {
			if !unasked && !slices.Contains(c.Payments, p.ID) {
				return nil, Err(CodePaymentsChanged, "count", count)
			}
		}
		return open, nil
	}
	return nil, nil
}

// Apply cancels what policy cancels and was confirmed, deactivates the web user and logs it.
func (c *DeactivatePortal) Apply(tx Tx) error {
	policy, err := tx.Policy()
	if err != nil {
		return err
	}
	open, err := c.open(tx, policy, false)
	if err != nil {
		return err
	}
	for _, p := range open {
		if err := cancelPayment(tx, p, c.WebUserID); err != nil {
			return err
		}
	}
	action := policy.Get("deactivate.action")
	if action == DeactivateByHiding {
		user, err := Find[WebUser](tx, c.WebUserID)
		if err != nil {
			return err
		}
		user.Hidden = true
		if err := tx.Put(&user); err != nil {
			return err
		}
	} else {
		lock := WebUserLock{WebUserID: c.WebUserID, Lock: LockPermanent, By: tx.Actor().ID, At: tx.Now().UnixMilli(), Reason: byDeactivation, Words: c.Words}
		if action == DeactivateByLock {
			lock.Lock = LockCSR
		}
		if err := tx.Put(&lock); err != nil {
			return err
		}
	}
	detail := map[string]string{"action": action, "reason": c.Reason, "words": c.Words, "cancelled": strconv.Itoa(len(open))}
	return logWebUser(tx, c.WebUserID, c.Account, "portal_account.deactivated", detail)
}

func cancelPayment(tx Tx, p Payment, webUserID string) error {
	before := p.Status
	p.Status = "cancelled"
	if err := tx.Put(&p); err != nil {
		return err
	}
	detail := Detail(map[string]any{"payment_id": p.ID, "status": Change{before, p.Status}})
	return Log(tx, Activity{Account: p.Account, WebUserID: webUserID, Sort: "payment.cancelled", Detail: detail})
}

// OpenPayments are the scheduled and pending payments of a web user's accounts, as far as the actor may see these.
func OpenPayments(r Reader, webUserID string) ([]Payment, error) {
	links, err := r.LinksOfWebUser(webUserID)
	if err != nil {
		return nil, err
	}
	var open []Payment
	for _, l := range links {
		account, err := Find[Account](r, l.Account)
		if err != nil {
			if unlessAbsent(err) != nil {
				return nil, err
			}
			continue
		}
		if held := r.Actor().Scopes; len(held) > 0 && !account.Stands(held, nil) {
			continue // another district's: neither shown nor touched from here
		}
		of, err := r.OpenPayments(l.Account)
		if err != nil {
			return nil, err
		}
		open = append(open, of...)
	}
	return open, nil
}
