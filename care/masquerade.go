package care

import (
	"slices"
	"strings"
)

// MasqueradeViewed is the kind of the activity that a page shown in a masquerade leaves.
const MasqueradeViewed = "masquerade.viewed"

// StartMasquerade asks the portal for a session as a web user (R60, M1). The ticket is a secret of the answer; the
// command itself only leaves the granted session and its activities. Every session begins as viewing only, see
// RaiseMasquerade; a mode that is named is what the CSR means to do, so that it can be refused before a window opens.
type StartMasquerade struct {
	WebUserID    string `json:"web_user_id"`
	Account      string `json:"account"`
	Mode         Mode   `json:"mode,omitempty"`
	Reason       string `json:"reason,omitempty"`
	Acknowledged bool   `json:"acknowledged,omitempty"`
}

// Kind is masquerade.start.
func (*StartMasquerade) Kind() string { return "masquerade.start" }

// Permission is MayMasquerade.
func (*StartMasquerade) Permission() Permission { return MayMasquerade }

// PortalOnly marks a command that is asked, never queued.
func (*StartMasquerade) PortalOnly() {}

// Targets are the web user and the account.
func (c *StartMasquerade) Targets() []Ref {
	return []Ref{{KindWebUser, c.WebUserID}, {KindAccount, c.Account}}
}

// Validate wants a web user and an account, and a mode that is one where there is any.
func (c *StartMasquerade) Validate() error {
	switch {
	case c.WebUserID == "":
		return missing("web_user_id")
	case c.Account == "":
		return missing("account")
	case !slices.Contains([]Mode{"", ModeView, ModeAssist, ModeFull}, c.Mode):
		return Err(CodeNoChoice, "field", "mode", "choices", "view;assist;full")
	case len(c.Reason) > 500:
		return Err(CodeTooLong, "field", "reason", "most", "500")
	}
	return nil
}

// Check refuses what policy does not allow, a locked or foreign web user, and a second session at a time.
func (c *StartMasquerade) Check(r Reader) error {
	policy, err := r.Policy()
	if err != nil {
		return err
	}
	limit := policy.MasqueradeLimit(r.Actor())
	if limit == ModeOff {
		return Err(CodeModeDenied, "mode", string(ModeOff))
	}
	if c.Mode != "" && !c.Mode.Within(limit) {
		return Err(CodeModeDenied, "mode", string(c.Mode))
	}
	if c.WebUserID == "" {
		return nil
	}
	user, err := Find[WebUser](r, c.WebUserID)
	if err != nil {
		return err
	}
	if strings.EqualFold(user.Username, r.Actor().ID) {
		return Err(CodeMasqueradeOwn)
	}
	locks, err := r.Locks(c.WebUserID)
	if err != nil {
		return err
	}
	if len(locks) > 0 {
		return Err(CodeWebUserLocked, "username", user.Username)
	}
	if c.Account == "" {
		return nil
	}
	_, err = Find[WebUserAccount](r, c.WebUserID, c.Account)
	if CodeOf(err) == CodeNotFound {
		return Err(CodeNotLinked, "username", user.Username, "account", c.Account)
	}
	return unlessAbsent(err)
}

// Apply writes the session and what was asked and granted, before any ticket can leave (M2).
func (c *StartMasquerade) Apply(tx Tx) error {
	policy, err := tx.Policy()
	if err != nil {
		return err
	}
	if policy.Get("masquerade.acknowledge") != "off" && !c.Acknowledged {
		return Err(CodeNotAcknowledged)
	}
	if policy.Get("masquerade.reason") == "required" && c.Reason == "" {
		return Err(CodeReasonMissing)
	}
	who := tx.Actor()
	id := tx.NewID("S")
	if _, err := Find[Masquerade](tx, id); err == nil {
		return Err(CodeMasqueradeEnded) // a session is begun once, and never again
	}
	m := Masquerade{
		ID: id, CSRID: who.ID, WebUserID: c.WebUserID, Account: c.Account, Mode: ModeView, Reason: c.Reason,
		GrantedAt: tx.Now().UnixMilli(), EndsAt: tx.Now().Add(policy.Duration("masquerade.max")).UnixMilli(),
		Desk: who.Desk, IP: who.IP,
	}
	if err := tx.Put(&m); err != nil {
		return err
	}
	detail := map[string]string{"mode": string(m.Mode), "reason": c.Reason, "session_id": m.ID}
	if err := logWebUser(tx, c.WebUserID, c.Account, "masquerade.requested", detail); err != nil {
		return err
	}
	if err := logWebUser(tx, c.WebUserID, c.Account, "masquerade.granted", detail); err != nil {
		return err
	}
	return tellOfAccess(tx, m)
}

// EndMasquerade ends a session. It only destroys; it never gives an identity back.
type EndMasquerade struct {
	Session string `json:"session_id"`
	Reason  string `json:"reason,omitempty"` // closed, idle, expired, parent_gone, ...
}

// Kind is masquerade.end.
func (*EndMasquerade) Kind() string { return "masquerade.end" }

// Permission is MayMasquerade.
func (*EndMasquerade) Permission() Permission { return MayMasquerade }

// Targets is the session.
func (c *EndMasquerade) Targets() []Ref { return []Ref{{KindMasquerade, c.Session}} }

// Validate wants a session.
func (c *EndMasquerade) Validate() error {
	if c.Session == "" {
		return missing("session_id")
	}
	if len(c.Reason) > 100 {
		return Err(CodeTooLong, "field", "reason", "most", "100")
	}
	return nil
}

// Check lets only the CSR whose session it is, or one who may review, end it.
func (c *EndMasquerade) Check(r Reader) error {
	if c.Session == "" {
		return nil
	}
	m, err := Find[Masquerade](r, c.Session)
	if err != nil {
		return err
	}
	who := r.Actor()
	policy, err := r.Policy()
	if err != nil {
		return err
	}
	if who.Origin != OriginSystem && m.CSRID != who.ID && !policy.Allows(who, MayReview) {
		return Err(CodeNoPermission, "permission", string(MayReview))
	}
	return nil
}

// Apply marks the session as ended. Ending an ended session changes nothing.
func (c *EndMasquerade) Apply(tx Tx) error {
	m, err := Find[Masquerade](tx, c.Session)
	if err != nil || m.EndedAt != 0 {
		return err
	}
	return FinishMasquerade(tx, m, tx.Actor(), c.Reason)
}

// FinishMasquerade marks a session as ended, by whom and why.
func FinishMasquerade(tx Tx, m Masquerade, by Actor, reason string) error {
	m.EndedAt, m.EndReason = tx.Now().UnixMilli(), reason
	if err := tx.Put(&m); err != nil {
		return err
	}
	return logSession(tx, m, by, "masquerade.ended", reason)
}

// BeginMasquerade marks a granted session as begun, when its ticket is redeemed: the log-on of a CSR.
func BeginMasquerade(tx Tx, m Masquerade) error {
	m.StartedAt = tx.Now().UnixMilli()
	if err := tx.Put(&m); err != nil {
		return err
	}
	logon, err := Find[WebUserLogon](tx, m.WebUserID)
	if unlessAbsent(err) != nil {
		return err
	}
	logon.WebUserID, logon.LastCSR = m.WebUserID, m.StartedAt
	if err := tx.Put(&logon); err != nil {
		return err
	}
	return logSession(tx, m, tx.Actor(), "masquerade.started", "")
}

func logSession(tx Tx, m Masquerade, by Actor, kind, reason string) error {
	detail := map[string]string{"mode": string(m.Mode)}
	if reason != "" {
		detail["reason"] = reason
	}
	return logBy(tx, by, Activity{Account: m.Account, WebUserID: m.WebUserID, Sort: kind, Session: m.ID, Detail: Detail(detail)})
}
