package care

import (
	"maps"
	"slices"
)

// commands holds every command by its kind: one line each.
var commands = map[string]func() Command{
	"web_user.lock":      func() Command { return new(LockWebUser) },
	"web_user.unlock":    func() Command { return new(UnlockWebUser) },
	"preferences.change": func() Command { return new(ChangePreferences) },
	"note.write":         func() Command { return new(WriteNote) },
	"masquerade.start":   func() Command { return new(StartMasquerade) },
	"masquerade.end":     func() Command { return new(EndMasquerade) },
	"change.hand_over":   func() Command { return new(HandOver) },
}

// CommandKinds lists the kinds of commands in alphabetical order.
func CommandKinds() []string { return slices.Sorted(maps.Keys(commands)) }
