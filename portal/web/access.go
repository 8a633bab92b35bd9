package web

import (
	"net/http"

	"meterside/care"
)

const accessShown = 100

// staffKinds are what members of staff do at an account that its customer reads of; notes and refusals are not theirs.
var staffKinds = []string{
	"account.viewed", "masquerade.started", care.MasqueradeRaised, "masquerade.ended", "identifier.revealed", "preferences.changed", "profile.changed", "payment.submitted", "payment.cancelled",
	"account.locked", "account.unlocked", care.ProfileUnlocked, "account.linked", "web_user.unlinked", "recovery.link_sent", "recovery.code_generated", "recovery.code_revoked", "activation.sent",
	"portal_account.deactivated", "portal_account.reactivated",
}

// access is what the page of who accessed the account shows.
type access struct {
	page
	account  care.Account
	sessions []care.Masquerade
	entries  []care.Activity
}

// showAccess is GET /access: every time somebody of the utility acted as the customer, and what staff did (M12).
func (s *site) showAccess(w http.ResponseWriter, r *http.Request, v *visit) error {
	account, ok, err := s.chosen(r, v, care.SeeBills)
	if err != nil {
		return err
	}
	a := access{page: s.newPage(v, catalogues[v.language].Say("access.title"), "/access", account.Number), account: account}
	if !ok {
		return s.render(w, r, http.StatusOK, noAccount(a.page))
	}
	if a.sessions, err = s.portal.Masquerades(r.Context(), v.user.ID, accessShown); err != nil {
		return err
	}
	if a.entries, err = s.portal.StaffActivities(r.Context(), account.Number, v.user.ID, staffKinds, accessShown); err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, accessPage(a))
}

// ended is when a session ended, or that it never began, or goes on.
func (a access) ended(m care.Masquerade) string {
	switch {
	case m.EndedAt > 0:
		return a.Instant(m.EndedAt, a.zone())
	case m.StartedAt == 0:
		return a.Say("access.never")
	}
	return a.Say("access.now")
}

// messages is what the page of messages shows.
type messages struct {
	page
	sent []care.Notification
}

// showMessages is GET /messages: what was sent to the customer, and what became of it (R54).
func (s *site) showMessages(w http.ResponseWriter, r *http.Request, v *visit) error {
	m := messages{page: s.newPage(v, catalogues[v.language].Say("messages.title"), "/messages", "")}
	var err error
	if m.sent, err = s.portal.Messages(r.Context(), v.user.ID, accessShown); err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, messagesPage(m))
}
