package care

// Role is what a member of staff is.
type Role string

// The roles, each including what the one before it may do.
const (
	RoleCSR        Role = "csr"
	RoleSupervisor Role = "supervisor"
	RoleAdmin      Role = "admin"
)

// Origin is where a change came from.
type Origin string

// The origins. A customer works on OriginPortal, a CSR at OriginDesk or inside OriginMasquerade.
const (
	OriginPortal     Origin = "portal"
	OriginMasquerade Origin = "masquerade"
	OriginDesk       Origin = "desk"
	OriginSystem     Origin = "system"
)

// Mode is what a masquerade may do.
type Mode string

// The modes of a masquerade, from most to least.
const (
	ModeFull   Mode = "full"
	ModeAssist Mode = "assist"
	ModeView   Mode = "view"
	ModeOff    Mode = "off"
)

// Actor is who does something, on whose behalf, from where. Every write carries one; a masquerade is an Actor with
// OnBehalfOf and Session set, so that attribution needs no second mechanism.
type Actor struct {
	ID         string // the CSR's ID, the customer's web user ID, or the name of a service
	Name       string // for people
	Origin     Origin
	Role       Role   // staff only
	Team       string // staff only
	OnBehalfOf string // the web user that a masquerade acts as
	IP         string // the address that delivered the command
	Desk       string // the device, for staff
	Session    string // the masquerade's session
	Mode       Mode   // the masquerade's mode
	Scopes     []string
	Offline    bool   // made at a desk that was offline
	Contact    string // the contact under which a member of staff acts at the desk; "" outside of any
	Credential string // the hash of what they are signed in by, as the portal keeps it; "" for who brought none, and inside a masquerade
}

// IsStaff says whether a member of staff acts, at the desk or inside a masquerade.
func (a Actor) IsStaff() bool { return a.Origin == OriginDesk || a.Origin == OriginMasquerade }

// Staff is the member of staff who acts and the session in which they do; nobody for customers and the system.
func (a Actor) Staff() (csrID, session string) {
	if !a.IsStaff() {
		return "", ""
	}
	return a.ID, a.Session
}

// WebUser is the web user who acts or is acted for: the customer's own, or the masquerade's target; "" at the desk.
func (a Actor) WebUser() string {
	switch a.Origin {
	case OriginPortal:
		return a.ID
	case OriginMasquerade:
		return a.OnBehalfOf
	}
	return ""
}

// ActorKind is who an activity shows as having done something.
type ActorKind string

// The kinds of actors in the activity log.
const (
	ByCustomer ActorKind = "customer"
	ByCSR      ActorKind = "csr"
	BySystem   ActorKind = "system"
)

// Kind tells a customer, a CSR and the system itself apart.
func (a Actor) Kind() ActorKind {
	switch a.Origin {
	case OriginPortal:
		return ByCustomer
	case OriginSystem:
		return BySystem
	}
	return ByCSR
}
