package care

import (
	"slices"
	"strings"
)

// ofWebUsers are the permission to open the panel of web users, and those that only count for who has it: to view is to open and read it, to view and change is to log in as the customer and to unlock them too (R3).
var ofWebUsers = []Permission{MaySeeWebUsers, MayLock, MayUnlock, MayMasquerade, MayRecover, MayLink, MayDeactivate}

// switchedOn refuses what the utility switched off: the whole console (R7), for all but who can switch it on again, and
// what is about web users where the portal is not in use (R4). A masquerade can always be ended.
func (p Policy) switchedOn(a Actor, asked request) error {
	if _, ok := asked.(*EndMasquerade); ok {
		return nil
	}
	if p.ConsoleOff(a) {
		return Err(CodeConsoleOff)
	}
	if !aboutWebUser(asked) {
		return nil
	}
	return p.WebUsersClosed(a)
}

// ConsoleOff says whether the utility switched the console off for an actor. It stays on for administrators.
func (p Policy) ConsoleOff(a Actor) bool {
	return p.Get("console.enabled") == "off" && !p.Allows(a, MayAdminister)
}

// PortalOff says whether the utility does without the customers' portal: then no profile is shown and nobody is
// masqueraded as.
func (p Policy) PortalOff() bool { return p.Get("portal.in_use") == "off" }

// PortalHome is where customers sign in, as CSRs tell it to callers; "" where the utility did not say.
func (p Policy) PortalHome() string {
	address := p.Get("portal.address")
	if address == "" {
		return ""
	}
	return strings.TrimRight(address, "/") + p.Get("portal.home_page")
}

// WebUsersClosed is why the panel of web users is closed to an actor, or nil.
func (p Policy) WebUsersClosed(a Actor) error {
	switch {
	case p.PortalOff():
		return Err(CodePortalOff)
	case !p.Allows(a, MaySeeWebUsers):
		return Err(CodeNoPermission, "permission", string(MaySeeWebUsers))
	}
	return nil
}

// MasqueradeOff is why no masquerade of an actor may begin or go on, whatever its mode, or nil.
func (p Policy) MasqueradeOff(a Actor) error {
	if p.ConsoleOff(a) {
		return Err(CodeConsoleOff)
	}
	return p.WebUsersClosed(a)
}

func aboutWebUser(asked request) bool {
	return slices.Contains(ofWebUsers, asked.Permission()) &&
		slices.ContainsFunc(asked.Targets(), func(ref Ref) bool { return ref.Kind == KindWebUser })
}
