package care

import "slices"

// told are the kinds of what members of staff do that the customer whom it is about reads of (M12).
var told = []string{
	"account.viewed", TableExported, DocumentFetched, "account.fetched", "history.fetched", "identifier.revealed",
	"masquerade.started", MasqueradeRaised, "masquerade.ended", MasqueradeSent,
	"preferences.changed", "profile.changed", "letters.changed", "passphrase.set", "task.undone",
	"payment.submitted", "payment.cancelled", "payment_arrangement.requested", "budget.requested",
	"service.start_requested", "service.stop_requested", "service.move_requested", "meter_read.submitted",
	"account.locked", "account.unlocked", ProfileUnlocked, "account.linked", "web_user.unlinked", "web_user.unlink_requested", ApprovalAsked, ApprovalGiven, ApprovalRefused,
	TaskInvited, "guest.changed", "guest.removed", "notification.resent",
	"recovery.link_sent", "recovery.code_generated", "recovery.code_revoked", "activation.sent", EmailAsked, EmailKept,
	"portal_account.deactivated", "portal_account.reactivated",
}

// kept are the kinds of all other activities: the staff's own notes and work, what was refused, and what customers do themselves.
var kept = []string{
	"account.not_proven", "bill.viewed", "callback.done", "callback.planned", "caller.facts_listed", "caller.not_verified", "caller.overridden", "caller.verified",
	"change.handed_over", "change.held", "contact.closed", "contact.opened", "guest.joined", "identifier.compared", "note.written", "question.refused", "search.portal",
	"masquerade.granted", "masquerade.refused", "masquerade.requested", "masquerade.viewed", "profile.asked", "profile.unlock_asked", "profile.unlock_failed",
	"task.assigned", "task.cancelled", "task.commented", "task.complete", "task.rejected",
	"password.changed", "password.reset_refused", "password.reset_requested", "recovery.code_refused", "recovery.code_used", "recovery.email_used", "recovery.link_used", "registration.address_changed", "registration.validated", EmailChanged,
	"signin.ended_everywhere", "signin.failed", "signin.succeeded", "usage.downloaded", "usage.imported", "usage.viewed", "username.reminder_refused",
	"username.reminder_requested", "web_user.registered",
	"depth.tried", "device.allowed", "device.revoked", "devices.read", "districts.read", "import.read", "import.run", "imports.read", "letter.tried", "policy.changed", "policy.read", "reason.changed", "staff.changed",
}

// ToldCustomers are the kinds of what members of staff do that the customer whom it is about reads of.
func ToldCustomers() []string { return slices.Clone(told) }

// KeptFromCustomers are the kinds of all other activities.
func KeptFromCustomers() []string { return slices.Clone(kept) }
