package care

import "slices"

// Permission gates what a member of staff may do (R1, R2).
type Permission string

// The permissions.
const (
	MayView       Permission = "customer.view"
	MayLock       Permission = "web_user.lock"
	MayUnlock     Permission = "web_user.unlock"
	MayChange     Permission = "account.change"
	MayNote       Permission = "note.write"
	MayMasquerade Permission = "masquerade.view"
	MayAct        Permission = "masquerade.act"
	MayReview     Permission = "task.review"

	// What is asked of the portal beyond the desk's own districts, or shown masked: each use is logged.
	MayReveal         Permission = "identifier.reveal"
	MayFindIdentifier Permission = "identifier.find"
	MaySearchAll      Permission = "customer.search_all"
)

var permissions = map[Role][]Permission{
	RoleCSR:        {MayView, MayLock, MayUnlock, MayChange, MayNote, MayMasquerade, MayAct, MayReveal, MayFindIdentifier, MaySearchAll},
	RoleSupervisor: {MayView, MayLock, MayUnlock, MayChange, MayNote, MayMasquerade, MayAct, MayReveal, MayFindIdentifier, MaySearchAll, MayReview},
	RoleAdmin:      {MayView, MayLock, MayUnlock, MayChange, MayNote, MayMasquerade, MayAct, MayReveal, MayFindIdentifier, MaySearchAll, MayReview},
}

// Allows says whether a role has a permission. An unknown role has none.
func (r Role) Allows(p Permission) bool { return slices.Contains(permissions[r], p) }
