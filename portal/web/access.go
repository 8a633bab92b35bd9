package web

import (
	"net/http"

	"meterside/care"
	"meterside/portal/wording"
)

const accessShown = 100

// access is what the page of who accessed the account shows.
type access struct {
	page
	account  care.Account
	sessions []care.Masquerade
	receipts map[string]bool // by the session that has one
	seen     newest
	entries  []care.Activity
	done     newest
}

// showAccess is GET /access: every time somebody of the utility acted as the customer, and what staff did (M12).
func (s *site) showAccess(w http.ResponseWriter, r *http.Request, v *visit) error {
	account, ok, err := s.chosen(r, v, care.SeeBills)
	if err != nil {
		return err
	}
	a := access{page: s.newPage(v, catalogues[v.language].Say("access.title"), "/access", account.Number), account: account, seen: newestOf(r, accessShown), done: newestOf(r, accessShown)}
	if !ok {
		return s.render(w, r, http.StatusOK, noAccount(a.page))
	}
	if a.sessions, err = s.portal.Masquerades(r.Context(), v.user.ID, a.seen.read()); err != nil {
		return err
	}
	a.sessions = cut(&a.seen, a.sessions)
	if a.receipts, err = s.portal.WithReceipt(r.Context(), v.actor, a.sessions); err != nil {
		return err
	}
	if a.entries, err = s.portal.StaffActivities(r.Context(), account.Number, v.user.ID, care.ToldCustomers(), a.done.read()); err != nil {
		return err
	}
	a.entries = cut(&a.done, a.entries)
	return s.render(w, r, http.StatusOK, accessPage(a))
}

// staff names a member of staff to customers.
func (p page) staff(id string) string {
	return p.Say("access.staff", "id", wording.Shown(id, nameShown))
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

const messagesShown = 100

// messages is what the page of messages shows.
type messages struct {
	page
	sent []care.Notification
	list newest
}

// showMessages is GET /messages: what was sent to the customer, and what became of it (R54).
func (s *site) showMessages(w http.ResponseWriter, r *http.Request, v *visit) error {
	m := messages{page: s.newPage(v, catalogues[v.language].Say("messages.title"), "/messages", ""), list: newestOf(r, messagesShown)}
	var err error
	if m.sent, err = s.portal.Messages(r.Context(), v.user.ID, m.list.read()); err != nil {
		return err
	}
	m.sent = cut(&m.list, m.sent)
	return s.render(w, r, http.StatusOK, messagesPage(m))
}
