package care

import (
	"maps"
	"slices"
	"strings"
)

// How far the utility's own portal is the target of masquerades (R6): not at all, to be looked at, or also to be changed, because it
// declares that it honours the scope that it is handed.
const (
	HandOverOff   = "off"
	HandOverView  = "view"
	HandOverScope = "scope"
)

// MasqueradeSent is the kind of the activity that a request leaves which may have changed something in the utility's own portal. What it
// changed is not known here.
const MasqueradeSent = "masquerade.request_sent"

// HandOver is how far masquerades lead to the utility's own portal. Without an address they do not.
func (p Policy) HandOver() string {
	if p.Get("portal.address") == "" {
		return HandOverOff
	}
	return p.Get("portal.hand_over")
}

// assisted are the sensitive tasks that an assisting masquerade is for.
var assisted = []string{"paperless.edit", "autopay.edit", "nickname.edit", "profile.contact"}

// Scope is what a masquerade of a mode is for, in words joined by spaces: the mode, and each sensitive task that is open to its CSR
// in it. The customer's own right is known where they are.
func (p Policy) Scope(a Actor, mode Mode) string {
	words := []string{string(mode)}
	for _, key := range slices.Sorted(maps.Keys(defaults)) {
		task, ok := strings.CutPrefix(key, "entitlements.")
		if ok && mode.Changes() && p.Entitled(a, task) && (mode == ModeFull || slices.Contains(assisted, task)) {
			words = append(words, task)
		}
	}
	return strings.Join(words, " ")
}
