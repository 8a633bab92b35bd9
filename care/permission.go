package care

import "slices"

// Permission gates what a member of staff may do (R1, R2).
type Permission string

// The permissions.
const (
	MayView Permission = "customer.view"

	MaySeeWebUsers Permission = "web_user.view" // the panel of web users

	MayLock       Permission = "web_user.lock"
	MayUnlock     Permission = "web_user.unlock"
	MayChange     Permission = "account.change"
	MayNote       Permission = "note.write"
	MayMasquerade Permission = "masquerade.view"
	MayAct        Permission = "masquerade.act"
	MayReview     Permission = "task.review"
	MayHandle     Permission = "task.handle"
	MayResend     Permission = "notification.resend"

	MayCancelPayment Permission = "payment.cancel"

	MayContact  Permission = "contact.handle"  // contacts and callbacks
	MayOverride Permission = "caller.override" // verification without answers, where policy lets it

	MayRecover    Permission = "recovery.give"
	MayLink       Permission = "web_user.link"
	MayDeactivate Permission = "portal_account.deactivate"

	// What is asked of the portal beyond the desk's own districts, or shown masked: each use is logged.
	MayReveal         Permission = "identifier.reveal"
	MayFindIdentifier Permission = "identifier.find"
	MaySearchAll      Permission = "customer.search_all"

	MayExport Permission = "table.export" // lists over accounts, as files; what is of one account is part of viewing it

	MayAdminister Permission = "policy.change" // policy, staff, devices, catalogues
)

var permissions = map[Role][]Permission{
	RoleCSR:        {MayView, MaySeeWebUsers, MayLock, MayUnlock, MayChange, MayNote, MayContact, MayOverride, MayMasquerade, MayAct, MayRecover, MayLink, MayDeactivate, MayReveal, MayFindIdentifier, MaySearchAll, MayHandle, MayResend, MayCancelPayment},
	RoleSupervisor: {MayView, MaySeeWebUsers, MayLock, MayUnlock, MayChange, MayNote, MayContact, MayOverride, MayMasquerade, MayAct, MayRecover, MayLink, MayDeactivate, MayReveal, MayFindIdentifier, MaySearchAll, MayHandle, MayResend, MayCancelPayment, MayReview, MayExport},
	RoleAdmin:      {MayView, MaySeeWebUsers, MayLock, MayUnlock, MayChange, MayNote, MayContact, MayOverride, MayMasquerade, MayAct, MayRecover, MayLink, MayDeactivate, MayReveal, MayFindIdentifier, MaySearchAll, MayHandle, MayResend, MayCancelPayment, MayReview, MayExport, MayAdminister},
}

// Allows says whether a role has a permission. An unknown role has none.
func (r Role) Allows(p Permission) bool { return slices.Contains(permissions[r], p) }

// Permissions lists every permission there is, in the order in which people read them.
func Permissions() []Permission { return slices.Clone(permissions[RoleAdmin]) }

// Roles lists the roles, from the one that may least.
func Roles() []Role { return []Role{RoleCSR, RoleSupervisor, RoleAdmin} }
