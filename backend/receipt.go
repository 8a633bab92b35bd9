package backend

import (
	"context"

	"meterside/care"
	"meterside/records"
)

// Receipt is what became of one masquerade: who was whom, when and why, what was looked at and what was changed.
type Receipt struct {
	care.Masquerade
	Named
	CSRName  string          `json:"csr_name"`
	Username string          `json:"username"`
	Pages    []care.SeenPage `json:"pages"`   // in the order in which they were seen first
	Tasks    []ReceiptTask   `json:"tasks"`   // what was changed, the oldest first, with before and after
	Refused  []Activity      `json:"refused"` // what was tried and refused, but for third parties
	// PagesMore are pages that were seen too and are not told apart: at least as many.
	PagesMore int `json:"pages_more"`
	// Others are the third parties that were refused; there were more where OthersMore says so.
	Others     []care.RefusedOrigin `json:"others"`
	OthersMore bool                 `json:"others_more"`
	// Sent are the requests that went to the utility's own portal and may have changed something there: what, is not known here.
	Sent []care.SentRequest `json:"sent"`
	// SentMore are requests that were sent too and are not told apart: at least as many.
	SentMore int `json:"sent_more"`
}

// ReceiptTask is a self-service task that a masquerade left.
type ReceiptTask struct {
	TaskView
	UndoneAt int64  `json:"undone_at"` // ms; 0 where it stands
	UndoneBy string `json:"undone_by"` // a CSR's ID
}

// Receipt gathers a masquerade's receipt from what the desk holds, also while the portal is away.
func (b *Backend) Receipt(ctx context.Context, session string) (Receipt, error) {
	r := Receipt{Pages: []care.SeenPage{}, Tasks: []ReceiptTask{}, Refused: []Activity{}, Sent: []care.SentRequest{}}
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
	tasks, log, err := records.OfSession(ctx, db, r.Masquerade)
	if err != nil {
		return r, err
	}
	undone, err := records.Undone(ctx, db, r.Masquerade)
	if err != nil {
		return r, err
	}
	for _, t := range tasks {
		view, err := b.Task(ctx, t.ID)
		if err != nil {
			return r, err
		}
		by := undone[t.ID]
		r.Tasks = append(r.Tasks, ReceiptTask{view, by.At, by.Actor})
	}
	trail := care.TrailOf(log)
	r.Pages, r.PagesMore, r.Sent, r.SentMore = trail.Pages, trail.MorePages, trail.Sent, trail.MoreSent
	r.Others, r.OthersMore = trail.Others, trail.MoreOthers
	for _, a := range trail.Refused {
		r.Refused = append(r.Refused, shown(a, false))
	}
	return r, nil
}
