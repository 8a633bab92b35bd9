package e2e

import (
	"context"
	"fmt"

	"meterside/care"
	"meterside/records"
)

// model is what a history of answers comes to, told without the commands' own code.
type model struct {
	locks      map[string]bool   // web user and lock
	prefs      map[string]bool   // account and preference, where on
	notes      map[string]string // text -> account
	activities map[string]int    // by kind
	tasks      int
}

func (m *model) portal(l lockChange) { m.locks[l.lock.WebUserID+" "+string(l.lock.Lock)] = l.set }

// play takes one answer, and says what is wrong with it.
func (m *model) play(v care.Verdict, cmd care.Command) string {
	applied := v.Outcome == care.Applied
	switch c := cmd.(type) {
	case *care.WriteNote:
		if applied {
			m.notes[c.Text] = c.Account
			m.activities["note.written"]++
		}
	case *care.LockWebUser:
		return m.lock(v, c.WebUserID+" csr", true, care.CodeAlreadyLocked, "account.locked")
	case *care.UnlockWebUser:
		return m.lock(v, c.WebUserID+" csr", false, care.CodeNotLocked, "account.unlocked")
	case *care.ChangePreferences:
		if v.Outcome == care.Held {
			if v.Code != care.CodeAfterRefused { // somebody else changed it since it was seen
				m.activities["change.held"]++
			}
			return ""
		}
		name, to := c.Account+" paperless", c.Paperless
		if to == nil {
			name, to = c.Account+" autopay", c.AutoPay
		}
		if applied && m.prefs[name] != *to {
			m.prefs[name] = *to
			m.activities["preferences.changed"]++
			m.tasks++
		}
	}
	if !applied && v.Code != care.CodeOutOfScope {
		return fmt.Sprintf("a %s was refused with %s", cmd.Kind(), v.Code)
	}
	return ""
}

func (m *model) lock(v care.Verdict, name string, to bool, already care.Code, activity string) string {
	switch {
	case v.Outcome == care.Applied && m.locks[name] == to, v.Code == already && m.locks[name] != to:
		return fmt.Sprintf("setting the lock %s to %t was answered %s %s while it was %t", name, to, v.Outcome, v.Code, m.locks[name])
	case v.Outcome == care.Applied:
		m.locks[name] = to
		m.activities[activity]++
	case v.Outcome == care.Lapsed && !to: // only an unlock does; whether its time was over is another test's
	case v.Code != already && v.Code != care.CodeOutOfScope:
		return fmt.Sprintf("setting the lock %s to %t was refused with %s", name, to, v.Code)
	}
	return ""
}

// text is the model in lines that can be compared.
func (m *model) text() map[string]string {
	all := map[string]string{"tasks": fmt.Sprint(m.tasks)}
	for name, on := range m.locks {
		if on {
			all["lock "+name] = ""
		}
	}
	for name, on := range m.prefs {
		if on {
			all["preference "+name] = ""
		}
	}
	for text, account := range m.notes {
		all["note "+text] = account
	}
	for kind, n := range m.activities {
		all["activity "+kind] = fmt.Sprint(n)
	}
	return all
}

// asModel reads from the portal what the model tells of.
func asModel(ctx context.Context, db records.Conn) (*model, error) {
	m := &model{locks: map[string]bool{}, prefs: map[string]bool{}, notes: map[string]string{}, activities: map[string]int{}}
	locks, err := records.Select[care.WebUserLock](ctx, db, "")
	if err != nil {
		return nil, err
	}
	for _, l := range locks {
		m.locks[l.WebUserID+" "+string(l.Lock)] = true
	}
	all, err := records.Select[care.Account](ctx, db, "")
	if err != nil {
		return nil, err
	}
	for _, a := range all {
		m.prefs[a.Number+" paperless"], m.prefs[a.Number+" autopay"] = a.Paperless, a.AutoPay
	}
	notes, err := records.Select[care.Note](ctx, db, "")
	if err != nil {
		return nil, err
	}
	for _, n := range notes {
		m.notes[n.Text] += n.Account // a note that stands twice is under no account that there is
	}
	activities, err := records.Select[care.Activity](ctx, db, "")
	if err != nil {
		return nil, err
	}
	for _, a := range activities {
		m.activities[a.Sort]++
	}
	tasks, err := records.Select[care.Task](ctx, db, "")
	m.tasks = len(tasks)
	return m, err
}

// verdictsOf reads every answer that the portal ever gave to a desk.
func verdictsOf(ctx context.Context, db records.Conn) (map[string]care.Verdict, error) {
	rows, err := db.QueryContext(ctx, "SELECT command_id, n, outcome, code, at_seq FROM verdict")
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	all := map[string]care.Verdict{}
	for rows.Next() {
		var v care.Verdict
		if err := rows.Scan(&v.CommandID, &v.N, &v.Outcome, &v.Code, &v.Seq); err != nil {
			return nil, err
		}
		all[v.CommandID] = v
	}
	return all, rows.Err()
}
