package backend

import (
	"context"

	"meterside/care"
	"meterside/records"
)

const (
	tasksOfUser      = 5
	recoveriesOfUser = 5
)

// doing gathers a web user's tasks that are not final, and what was given for them to sign in again.
func (g *gather) doing(w *WebUserOfAccount) error {
	if err := g.db.QueryRowContext(g.ctx, "SELECT count(*) FROM tasks WHERE web_user_id = $1 AND status IN ('open', 'in_progress')", w.ID).Scan(&w.OpenTasks); err != nil {
		return err
	}
	if w.OpenTasks > 0 {
		tasks, err := records.Select[care.Task](g.ctx, g.db, "WHERE web_user_id = $1 AND status IN ('open', 'in_progress') ORDER BY created_at DESC, task_id LIMIT $2", w.ID, tasksOfUser)
		if err != nil {
			return err
		}
		for _, t := range tasks {
			w.Tasks = append(w.Tasks, attributed(t, g.pending[care.Ref{Kind: care.KindTask, ID: t.ID}]))
		}
	}
	given, err := records.Select[care.Recovery](g.ctx, g.db, "WHERE web_user_id = $1 ORDER BY given_at DESC, recovery_id LIMIT $2", w.ID, recoveriesOfUser)
	for _, r := range given {
		pending := g.pending[care.Ref{Kind: care.KindRecovery, ID: r.ID}]
		w.Recoveries = append(w.Recoveries, RecoveryOfUser{Recovery: r, Live: r.Live(g.now), Pending: pending})
	}
	return err
}

// closeWebUsers takes the profiles out of a console where the panel of web users is closed to who is signed in (R3), and all
// that is known of the portal where the utility does without it (R4).
func (g *gather) closeWebUsers() {
	c, closed := &g.c, g.policy.WebUsersClosed(g.who)
	if closed == nil {
		return
	}
	c.WebUsersClosed, c.WebUsers = new(care.AsError(closed)), []WebUserOfAccount{}
	if g.policy.PortalOff() {
		c.PortalStatus, c.Locked, c.PortalEmail, c.LastCustomerLogon, c.LastCSRLogon = "", false, "", 0, 0
	}
}

// OpenPayments are the scheduled and pending payments of a web user's accounts, as far as the desk holds these (R52), for a caller
// who is verified as far as policy wants for one of these accounts.
func (b *Backend) OpenPayments(ctx context.Context, webUserID string) ([]care.Payment, error) {
	u, may, err := b.forAccount(ctx, "")
	if err != nil {
		return nil, err
	}
	r := u.cache.Read(ctx, u.sink.now())
	accounts, _, err := care.AccountsNamed(r, []care.Ref{{Kind: care.KindWebUser, ID: webUserID}})
	if err != nil {
		return nil, err
	}
	if err := may.oneOf(accounts...); err != nil {
		return nil, err
	}
	open, err := care.OpenPayments(r, webUserID)
	return some(open), err
}

// RecoveryCode is what GenerateCode brought. It is read out and forgotten.
type RecoveryCode struct {
	RecoveryID string `json:"recovery_id"`
	Code       string `json:"code"`    // three groups of four, joined by dashes
	EndsAt     int64  `json:"ends_at"` // ms
}

// GenerateCode asks the portal for a recovery code. It is answered once; here nothing keeps it.
func (b *Backend) GenerateCode(ctx context.Context, q care.GenerateCode) (RecoveryCode, error) {
	u, err := b.signedIn()
	if err != nil {
		return RecoveryCode{}, err
	}
	var given care.RecoveryCode
	if err := u.ask(ctx, &q, &given); err != nil {
		return RecoveryCode{}, err
	}
	return RecoveryCode{given.RecoveryID, string(given.Code), given.EndsAt}, nil
}

// overwroteShown is how many changes the window hears of that were done over somebody else's.
const overwroteShown = 20

// Overwrote lists the changes that the portal did over what somebody else had changed meanwhile, or that wait for a second
// person, the latest first.
func (b *Backend) Overwrote(ctx context.Context) ([]Waiting, error) {
	u, err := b.signedIn()
	if err != nil {
		return nil, err
	}
	entries, err := u.cache.Overwrote(ctx, overwroteShown)
	if err != nil {
		return nil, err
	}
	return u.identified(ctx, entries)
}
