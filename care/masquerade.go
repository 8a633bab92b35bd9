package care

import (
	"cmp"
	"maps"
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
	// Ack names the text that was acknowledged, as Policy.AckVersion does; where nothing was acknowledged now, the one of
	// earlier in the shift. A desk that is older leaves it out.
	Ack string `json:"ack,omitempty"`

	earlier bool // the portal holds that Ack was acknowledged before in this shift
}

// AcknowledgedEarlier says that the text that is named was acknowledged before in the shift, which counts where policy asks for
// it once a shift. Only the portal knows, and it never comes over the wire.
func (c *StartMasquerade) AcknowledgedEarlier() { c.earlier = true }

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
	case len(c.Ack) > 100:
		return Err(CodeTooLong, "field", "ack", "most", "100")
	}
	return nil
}

// Check refuses what policy does not allow, a locked or foreign web user, one who is of the staff, and a second session at a time.
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
	if err := staffsOwn(r, user.Username); err != nil {
		return err
	}
	if user.Hidden {
		return Err(CodeDeactivated, "username", user.Username)
	}
	if err := notLocked(r, user); err != nil {
		return err
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

// staffsOwn refuses a user name that is the actor's own or a colleague's: nobody acts as somebody whom they work with.
func staffsOwn(r Reader, username string) error {
	who := Staff{ID: r.Actor().ID}
	if who.Owns(username) {
		return Err(CodeMasqueradeOwn)
	}
	staff, err := r.StaffWithUsers()
	if err != nil {
		return err
	}
	for _, s := range staff {
		switch {
		case !s.Owns(username):
		case s.ID == who.ID:
			return Err(CodeMasqueradeOwn)
		default:
			return Err(CodeMasqueradeStaff, "username", username, "name", s.Name)
		}
	}
	return nil
}

// notLocked refuses a web user who has a lock.
func notLocked(r Reader, user WebUser) error {
	locks, err := r.Locks(user.ID)
	if err == nil && len(locks) > 0 {
		err = Err(CodeWebUserLocked, "username", user.Username)
	}
	return err
}

// Apply writes the session and what was asked and granted, before any ticket can leave (M2).
func (c *StartMasquerade) Apply(tx Tx) error {
	policy, err := tx.Policy()
	if err != nil {
		return err
	}
	acknowledged, err := c.acknowledgement(policy)
	if err != nil {
		return err
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
	maps.Copy(detail, acknowledged)
	if err := logWebUser(tx, c.WebUserID, c.Account, "masquerade.requested", detail); err != nil {
		return err
	}
	if err := logWebUser(tx, c.WebUserID, c.Account, "masquerade.granted", detail); err != nil {
		return err
	}
	return tellOfAccess(tx, m)
}

// acknowledgement is what the log keeps of what was acknowledged: which text, and whether now or earlier in the shift. It refuses
// where policy wants something acknowledged that was not, or a text that is not the utility's any more.
func (c *StartMasquerade) acknowledgement(p Policy) (map[string]string, error) {
	wanted := p.Get("masquerade.acknowledge")
	now := c.Acknowledged && (c.Ack == "" || p.Acknowledges(c.Ack))
	switch {
	case wanted == "off":
		return nil, nil
	case now:
		return map[string]string{"acknowledged": "now", "ack": cmp.Or(c.Ack, "unnamed")}, nil
	case wanted == AcknowledgeOnce && c.earlier && p.Acknowledges(c.Ack):
		return map[string]string{"acknowledged": "this_shift", "ack": c.Ack}, nil
	}
	return nil, Err(CodeNotAcknowledged)
}

// EndedByAnother is why a session ended that somebody else at a desk ended than the CSR whose it was.
const EndedByAnother = "supervisor"

// EndMasquerade ends a session. It only destroys; it never gives an identity back.
type EndMasquerade struct {
	Session string `json:"session_id"`
	Account string `json:"account,omitempty"` // the session's own, where a list of sessions names it
	Reason  string `json:"reason,omitempty"`  // closed, idle, expired, parent_gone, ...
	Words   string `json:"words,omitempty"`   // why another's session is ended
}

// Kind is masquerade.end.
func (*EndMasquerade) Kind() string { return "masquerade.end" }

// Permission is MayView: who lost the right to masquerade ends their own, and who reviews ends another's without having it.
// Check asks for MayReview then.
func (*EndMasquerade) Permission() Permission { return MayView }

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
	if len(c.Words) > 500 {
		return Err(CodeTooLong, "field", "words", "most", "500")
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
	if c.Account != "" && c.Account != m.Account {
		return Err(CodeNotFound, "what", "masquerade", "id", c.Session)
	}
	policy, err := r.Policy()
	if err != nil {
		return err
	}
	if of := r.Actor(); anothers(of, m) && !policy.Allows(of, MayReview) {
		return Err(CodeNoPermission, "permission", string(MayReview))
	}
	return nil
}

// anothers says whether a session is somebody else's than the actor's, who is no part of the portal itself.
func anothers(a Actor, m Masquerade) bool { return a.Origin != OriginSystem && m.CSRID != a.ID }

// Apply marks the session as ended; who ends another's says why. Ending an ended session changes nothing.
func (c *EndMasquerade) Apply(tx Tx) error {
	m, err := Find[Masquerade](tx, c.Session)
	if err != nil || m.EndedAt != 0 {
		return err
	}
	reason, words := c.Reason, ""
	if anothers(tx.Actor(), m) {
		if reason, words = EndedByAnother, strings.TrimSpace(c.Words); words == "" {
			return Err(CodeReasonMissing)
		}
	}
	return finish(tx, m, tx.Actor(), reason, words)
}

// FinishMasquerade marks a session as ended, by whom and why.
func FinishMasquerade(tx Tx, m Masquerade, by Actor, reason string) error {
	return finish(tx, m, by, reason, "")
}

func finish(tx Tx, m Masquerade, by Actor, reason, words string) error {
	m.EndedAt, m.EndReason = tx.Now().UnixMilli(), reason
	if err := tx.Put(&m); err != nil {
		return err
	}
	return logSession(tx, m, by, "masquerade.ended", map[string]string{"reason": reason, "words": words})
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
	return logSession(tx, m, tx.Actor(), "masquerade.started", nil)
}

func logSession(tx Tx, m Masquerade, by Actor, kind string, more map[string]string) error {
	detail := map[string]string{"mode": string(m.Mode)}
	for name, value := range more {
		if value != "" {
			detail[name] = value
		}
	}
	return logBy(tx, by, Activity{Account: m.Account, WebUserID: m.WebUserID, Sort: kind, Session: m.ID, Detail: Detail(detail)})
}
