package care

import (
	"maps"
	"slices"
)

// commands holds every command by its kind: one line each.
var commands = map[string]func() Command{
	"web_user.lock":       func() Command { return new(LockWebUser) },
	"web_user.unlock":     func() Command { return new(UnlockWebUser) },
	"preferences.change":  func() Command { return new(ChangePreferences) },
	"note.write":          func() Command { return new(WriteNote) },
	"task.complete":       func() Command { return new(CompleteTask) },
	"task.reject":         func() Command { return new(RejectTask) },
	"task.cancel":         func() Command { return new(CancelTask) },
	"task.assign":         func() Command { return new(AssignTask) },
	"task.comment":        func() Command { return new(CommentTask) },
	"task.undo":           func() Command { return new(UndoTask) },
	"notification.resend": func() Command { return new(ResendNotification) },
	"payment.schedule":    func() Command { return new(SchedulePayment) },
	"service.request":     func() Command { return new(RequestService) },
	"payment.cancel":      func() Command { return new(CancelPayment) },
	"masquerade.start":    func() Command { return new(StartMasquerade) },
	"masquerade.end":      func() Command { return new(EndMasquerade) },
	"masquerade.mode":     func() Command { return new(RaiseMasquerade) },
	"change.hand_over":    func() Command { return new(HandOver) },

	"contact.open":     func() Command { return new(OpenContact) },
	"contact.update":   func() Command { return new(UpdateContact) },
	"contact.close":    func() Command { return new(CloseContact) },
	"contact.override": func() Command { return new(OverrideVerification) },
	"access.record":    func() Command { return new(RecordAccess) },
	"export.record":    func() Command { return new(RecordExport) },
	"callback.plan":    func() Command { return new(PlanCallback) },
	"callback.done":    func() Command { return new(EndCallback) },

	"recovery.send_link":        func() Command { return new(SendLink) },
	"recovery.revoke_code":      func() Command { return new(RevokeCode) },
	"activation.resend":         func() Command { return new(ResendActivation) },
	"web_user.unlink":           func() Command { return new(UnlinkWebUser) },
	"account.link":              func() Command { return new(LinkAccount) },
	"portal_account.deactivate": func() Command { return new(DeactivatePortal) },
	"portal_account.reactivate": func() Command { return new(ReactivatePortal) },
	"profile.change":            func() Command { return new(ChangeProfile) },

	"letters.change": func() Command { return new(ChangeLetters) },

	"login_email.change": func() Command { return new(ChangeLoginEmail) },
	"login_email.keep":   func() Command { return new(KeepLoginEmail) },

	"guest.invite": func() Command { return new(InviteGuest) },
	"guest.change": func() Command { return new(ChangeGuest) },
	"guest.remove": func() Command { return new(RemoveGuest) },
}

// CommandKinds lists the kinds of commands in alphabetical order.
func CommandKinds() []string { return slices.Sorted(maps.Keys(commands)) }
