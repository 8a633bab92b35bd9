package portal

import (
	"context"

	"meterside/care"
	"meterside/records"
)

// Receipt is what became of one masquerade, for the customer: the session, what it was shown, and what it changed.
type Receipt struct {
	care.Masquerade
	Pages     []care.SeenPage
	PagesMore int                // at least as many others were seen, which are not told apart
	Sent      []care.SentRequest // to the utility's own portal: what they changed there is not known here
	SentMore  int                // at least as many others were sent, which are not told apart
	Changes   []ReceiptChange    // the oldest first
}

// ReceiptChange is a self-service task that a masquerade left.
type ReceiptChange struct {
	care.Task
	Undone care.Activity // that undid it, empty for none
}

// WithReceipt says of which sessions, by their IDs, the actor may read the receipt as a customer: where policy has them shown,
// of those on accounts whose bills they may see. A member of staff inside a masquerade reads those of accounts in their scopes.
func (p *Portal) WithReceipt(ctx context.Context, actor care.Actor, sessions []care.Masquerade) (map[string]bool, error) {
	may := map[string]bool{}
	policy, err := p.Policy(ctx)
	if err != nil || policy.Get("masquerade.customer_receipt") != "on" {
		return may, err
	}
	readable := p.readable(ctx, actor)
	for _, m := range sessions {
		if m.WebUserID != actor.WebUser() {
			continue
		}
		ok, err := readable(m.Account)
		if err != nil {
			return nil, err
		}
		if ok {
			may[m.ID] = true
		}
	}
	return may, nil
}

// ReceiptOf gathers the receipt of a session in which somebody acted as the actor's web user. Any other session is
// CodeNotFound, whether there is one or not, and so is each of which WithReceipt does not say that it may be read.
func (p *Portal) ReceiptOf(ctx context.Context, actor care.Actor, session string) (Receipt, error) {
	var r Receipt
	db := p.Store.Reader()
	if _, err := records.Load(ctx, db, &r.Masquerade, session); err != nil {
		return r, err
	}
	may, err := p.WithReceipt(ctx, actor, []care.Masquerade{r.Masquerade})
	if err == nil && !may[session] {
		err = notFound(care.KindMasquerade, session)
	}
	if err != nil {
		return Receipt{}, err
	}
	tasks, log, err := records.OfSession(ctx, db, r.Masquerade)
	if err != nil {
		return r, err
	}
	undone, err := records.Undone(ctx, db, r.Masquerade)
	if err != nil {
		return r, err
	}
	trail := care.TrailOf(log)
	r.Pages, r.PagesMore, r.Sent, r.SentMore = trail.Pages, trail.MorePages, trail.Sent, trail.MoreSent
	readable := p.readable(ctx, actor)
	for _, t := range tasks {
		if ok, err := readable(t.Account); err != nil {
			return r, err
		} else if !ok {
			continue
		}
		r.Changes = append(r.Changes, ReceiptChange{t, undone[t.ID]})
	}
	return r, nil
}

// readable gives a function that says whether the actor may see the bills of an account; it asks once for each.
func (p *Portal) readable(ctx context.Context, actor care.Actor) func(account string) (bool, error) {
	known := map[string]bool{}
	return func(account string) (bool, error) {
		if may, ok := known[account]; ok {
			return may, nil
		}
		_, _, err := p.LinkedAccount(ctx, actor, account)
		if care.CodeOf(err) == care.CodeNotFound {
			known[account] = false
			return false, nil
		}
		if err != nil {
			return false, err
		}
		link, err := p.LinkTo(ctx, actor, account)
		known[account] = link.May(care.SeeBills)
		return known[account], err
	}
}
