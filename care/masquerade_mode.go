package care

import "slices"

// MasqueradeRaised is the kind of the activity that is left where a masquerade goes from viewing to changing.
const MasqueradeRaised = "masquerade.mode_changed"

// RaiseMasquerade lets an open masquerade change things, once its CSR has acknowledged what that means: every session begins
// as viewing only. It is sent from inside the session, with the session's own credential, and nothing takes it back but the
// session's end.
type RaiseMasquerade struct {
	Session      string `json:"session_id"`
	Mode         Mode   `json:"mode"` // assist or full
	Acknowledged bool   `json:"acknowledged"`
}

// Kind is masquerade.mode.
func (*RaiseMasquerade) Kind() string { return "masquerade.mode" }

// Permission is MayAct.
func (*RaiseMasquerade) Permission() Permission { return MayAct }

// PortalOnly marks a command that a desk cannot queue: the session may be over by the time it comes.
func (*RaiseMasquerade) PortalOnly() {}

// Targets is the session.
func (c *RaiseMasquerade) Targets() []Ref { return []Ref{{KindMasquerade, c.Session}} }

// Validate wants a session, a mode that changes something, and the acknowledgement.
func (c *RaiseMasquerade) Validate() error {
	switch {
	case c.Session == "":
		return missing("session_id")
	case !slices.Contains([]Mode{ModeAssist, ModeFull}, c.Mode):
		return Err(CodeNoChoice, "field", "mode", "choices", "assist;full")
	case !c.Acknowledged:
		return Err(CodeNotAcknowledged)
	}
	return nil
}

// Check refuses whoever is not inside the session, one that is over, and a mode beyond what the CSR may.
func (c *RaiseMasquerade) Check(r Reader) error {
	if c.Session == "" {
		return nil
	}
	who := r.Actor()
	if who.Origin != OriginMasquerade || who.Session != c.Session {
		return Err(CodeNotInside)
	}
	m, err := Find[Masquerade](r, c.Session)
	if err != nil {
		return err
	}
	if m.EndedAt != 0 {
		return Err(CodeMasqueradeEnded)
	}
	policy, err := r.Policy()
	if err != nil {
		return err
	}
	if c.Mode != "" && !c.Mode.Within(policy.MasqueradeLimit(who)) {
		return Err(CodeModeDenied, "mode", string(c.Mode))
	}
	return nil
}

// Apply raises the session, and says in the customer's log who did and what it was before. One that may as much already
// stays as it is.
func (c *RaiseMasquerade) Apply(tx Tx) error {
	m, err := Find[Masquerade](tx, c.Session)
	if err != nil || c.Mode.Within(m.Mode) {
		return err
	}
	before := m.Mode
	m.Mode = c.Mode
	if err := tx.Put(&m); err != nil {
		return err
	}
	return Log(tx, Activity{
		Account: m.Account, WebUserID: m.WebUserID, Sort: MasqueradeRaised, Session: m.ID,
		Detail: Detail(map[string]Change{"mode": {before, m.Mode}}),
	})
}
