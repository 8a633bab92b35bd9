package external

// HandingOver is what the utility's own portal is told of a masquerade that leads to it.
type HandingOver struct {
	Address string // of that portal, as the policy has it
	WebUser string
	Session string // of the masquerade
	Scope   string // the mode, and the sensitive tasks that are open, joined by spaces
	EndsAt  int64  // ms: no session there outlives it
	ID      string // names the token, for once
}

// Token signs a hand-over: one JWT, good once, within a minute.
func (h HandingOver) Token(from From) (string, error) {
	return from.Key.sign(TypeHandOver, struct {
		Claims
		Scope   string `json:"scope"`
		Session string `json:"sid"`
		EndsAt  int64  `json:"ends"` // s
	}{from.claims(h.Address, h.WebUser, h.ID), h.Scope, h.Session, h.EndsAt / 1000})
}
