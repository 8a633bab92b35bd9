package backend

import (
	"context"
	"encoding/json"
	"slices"

	"meterside/care"
	"meterside/records"
)

// Receipt is what became of one masquerade: who was whom, when and why, what was looked at and what was changed.
type Receipt struct {
	care.Masquerade
	Named
	CSRName  string     `json:"csr_name"`
	Username string     `json:"username"`
	Pages    []SeenPage `json:"pages"`   // in the order in which they were seen first
	Tasks    []TaskView `json:"tasks"`   // what was changed, the oldest first, with before and after
	Refused  []Activity `json:"refused"` // what was tried and refused
	// Sent are the requests that went to the utility's own portal and may have changed something there: what, is not known here.
	Sent []SentRequest `json:"sent"`
}

// SentRequest is a request to the utility's own portal.
type SentRequest struct {
	Method string `json:"method"`
	Path   string `json:"path"`
	At     int64  `json:"at"` // ms
}

// SeenPage is a page of the customer's portal, and when it was seen first.
type SeenPage struct {
	Path string `json:"path"`
	At   int64  `json:"at"` // ms
}

// inSession chooses what a session left at any account of its web user, by the indices of accounts.
const inSession = `WHERE account_number IN (SELECT account_number FROM web_user_accounts WHERE web_user_id = $1 UNION SELECT $2)
	AND session_id = $3 `

// Receipt gathers a masquerade's receipt from what the desk holds, also while the portal is away.
func (b *Backend) Receipt(ctx context.Context, session string) (Receipt, error) {
	r := Receipt{Pages: []SeenPage{}, Tasks: []TaskView{}, Refused: []Activity{}, Sent: []SentRequest{}}
	u, err := b.signedIn()
	if err != nil {
		return r, err
	}
	db := u.cache.Reader()
	if err := loadOr(ctx, db, &r.Masquerade, "masquerade", session); err != nil {
		return r, err
	}
	if r.Named, err = u.named(ctx, r.Account); err != nil {
		return r, err
	}
	var user care.WebUser
	var csr care.Staff
	for id, rec := range map[string]care.Record{r.WebUserID: &user, r.CSRID: &csr} {
		if _, err := records.Load(ctx, db, rec, id); err != nil {
			return r, err
		}
	}
	r.Username, r.CSRName = user.Username, csr.Name
	tasks, err := records.Select[care.Task](ctx, db, inSession+"ORDER BY created_at, task_id", r.WebUserID, r.Account, session)
	if err != nil {
		return r, err
	}
	for _, t := range tasks {
		view, err := b.Task(ctx, t.ID)
		if err != nil {
			return r, err
		}
		r.Tasks = append(r.Tasks, view)
	}
	log, err := records.Select[care.Activity](ctx, db, inSession+"ORDER BY happened_at, rv, activity_id", r.WebUserID, r.Account, session)
	for _, a := range log {
		switch a.Sort {
		case care.MasqueradeViewed:
			r.see(a)
		case care.MasqueradeSent:
			r.send(a)
		case "masquerade.refused":
			r.Refused = append(r.Refused, shown(a, false))
		}
	}
	return r, err
}

// see adds a page that is not there yet: a portal that was started again records it once more.
func (r *Receipt) see(a care.Activity) {
	var seen struct {
		Page string `json:"page"`
	}
	if json.Unmarshal([]byte(a.Detail), &seen) != nil || slices.ContainsFunc(r.Pages, func(p SeenPage) bool { return p.Path == seen.Page }) {
		return
	}
	r.Pages = append(r.Pages, SeenPage{seen.Page, a.At})
}

// send adds a request that may have changed something elsewhere.
func (r *Receipt) send(a care.Activity) {
	var sent struct {
		Method string `json:"method"`
		Page   string `json:"page"`
	}
	if json.Unmarshal([]byte(a.Detail), &sent) == nil {
		r.Sent = append(r.Sent, SentRequest{sent.Method, sent.Page, a.At})
	}
}
