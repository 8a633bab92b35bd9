package care

// Offline is what becomes of a command that is made while the desk is offline.
type Offline string

// The classes of commands: what a desk does with one while it is offline, and what the portal does with one that was made
// so. A command's class follows from what it is, never from a list.
const (
	OfflineWorks   Offline = "works"       // queued, with its whole effect on screen
	OfflineChecked Offline = "checked"     // queued with what the CSR saw: where others changed it meanwhile, it is held
	OfflineNotYet  Offline = "not_yet"     // queued, and shown as not yet in effect
	OfflineBriefly Offline = "briefly"     // queued for a while, then it lapses
	OfflineDraft   Offline = "draft"       // kept as a draft that somebody confirms once the desk is online
	OfflineNever   Offline = "online_only" // refused
)

// Guarding is a command that protects a customer: while it waits, it must be plain that it is not in effect yet.
type Guarding interface{ Guards() }

// Confirmed is a command of which a desk that is offline keeps a draft: it is sent once the desk is online and somebody has
// confirmed it then.
type Confirmed interface{ NeedsConfirming() }

// OfflineOf is a command's class.
func OfflineOf(cmd Command) Offline {
	switch cmd.(type) {
	case PortalOnly:
		return OfflineNever
	case Confirmed:
		return OfflineDraft
	case Expiring:
		return OfflineBriefly
	case Guarding:
		return OfflineNotYet
	case Expecting:
		return OfflineChecked
	}
	return OfflineWorks
}
