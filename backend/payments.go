package backend

import (
	"context"
	"fmt"

	"meterside/care"
	"meterside/records"
)

// PaymentQuery chooses payments of all accounts (R35); what is empty does not choose.
type PaymentQuery struct {
	Statuses []string
	Methods  []string
	Account  string
	From, To string // YYYY-MM-DD, both included: when they take effect
	Limit    int    // 50 where it is 0
	Offset   int
}

// PaymentOfAll is a payment with whose it is.
type PaymentOfAll struct {
	care.Payment
	Named
	// VerifyFirst is how far the caller has to be verified before amount and method are shown; 0 where they are.
	VerifyFirst int64 `json:"verify_first,omitempty"`
}

// PaymentTotal is what the payments of a status come to.
type PaymentTotal struct {
	Status      string `json:"status"`
	Count       int    `json:"count"`
	AmountCents int64  `json:"amount_cents"`
}

// PaymentPage is a part of the payments chosen, the latest first, with what all of them come to.
type PaymentPage struct {
	Total       int            `json:"total"`
	AmountCents int64          `json:"amount_cents"`
	Totals      []PaymentTotal `json:"totals"`
	Rows        []PaymentOfAll `json:"rows"`
	// VerifyFirst is how far callers have to be verified before amounts are shown, where none are added up for that; else 0.
	VerifyFirst int64 `json:"verify_first,omitempty"`
}

// Payments lists the payments of all accounts that the desk holds, as far back as it keeps them.
func (b *Backend) Payments(ctx context.Context, q PaymentQuery) (PaymentPage, error) {
	u, may, err := b.forAccount(ctx, q.Account)
	if err != nil {
		return PaymentPage{}, err
	}
	page, err := findPayments(ctx, u.cache.Reader(), q)
	if q.Account == "" && may.wanted > 0 {
		page.withhold(may)
	}
	return page, err
}

// withhold leaves which payments of which accounts there are. What they come to is not said either: a filter can leave one alone.
func (p *PaymentPage) withhold(may viewing) {
	p.VerifyFirst, p.AmountCents = may.wanted, 0
	for i := range p.Totals {
		p.Totals[i].AmountCents = 0
	}
	for i, row := range p.Rows {
		if p.Rows[i].VerifyFirst = may.level(row.Account); p.Rows[i].VerifyFirst > 0 {
			p.Rows[i].AmountCents, p.Rows[i].Method = 0, ""
		}
	}
}

func findPayments(ctx context.Context, db records.Conn, q PaymentQuery) (PaymentPage, error) {
	page := PaymentPage{Totals: []PaymentTotal{}, Rows: []PaymentOfAll{}}
	all, err := paymentStreams(ctx, db, q)
	if err != nil {
		return page, err
	}
	if err := page.sum(ctx, db, all); err != nil {
		return page, err
	}
	ids, err := pageOf[string](ctx, db, all, atMost(q.Limit), max(q.Offset, 0))
	if err != nil {
		return page, err
	}
	for _, id := range ids {
		row, there, err := paymentOf(ctx, db, id)
		if err != nil {
			return page, err
		}
		if there {
			page.Rows = append(page.Rows, row)
		}
	}
	return page, nil
}

// paymentOf reads a payment with whose it is.
func paymentOf(ctx context.Context, db records.Conn, id string) (row PaymentOfAll, there bool, err error) {
	if there, err = records.Load(ctx, db, &row.Payment, id); err != nil || !there {
		return row, false, err
	}
	row.Named, err = namedIn(ctx, db, row.Account)
	return row, true, err
}

func paymentStreams(ctx context.Context, db records.Conn, q PaymentQuery) ([]stream, error) {
	whole := stream{table: "payments", key: "payment_id", at: "effective_on"}
	whole.choose("account_number", q.Account)
	whole.choose("method", q.Methods...)
	whole.between(q.From, "<=", q.To)
	if q.Account != "" {
		whole.choose("+status", q.Statuses...) // the account's own index
		return []stream{whole}, nil
	}
	return byStatus(ctx, db, whole, q.Statuses)
}

// sum adds up what the streams hold, by status: each is read in one go, so that nothing is sorted for it.
func (p *PaymentPage) sum(ctx context.Context, db records.Conn, all []stream) error {
	for _, s := range all {
		totals, err := sumOf(ctx, db, s)
		if err != nil {
			return err
		}
		for _, t := range totals {
			p.Totals = append(p.Totals, t)
			p.Total, p.AmountCents = p.Total+t.Count, p.AmountCents+t.AmountCents
		}
	}
	return nil
}

func sumOf(ctx context.Context, db records.Conn, s stream) ([]PaymentTotal, error) {
	rows, err := db.QueryContext(ctx, "SELECT status, count(*), coalesce(sum(amount_cents), 0)"+s.from()+" GROUP BY status ORDER BY status", s.args...)
	if err != nil {
		return nil, fmt.Errorf("adding up payments: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var totals []PaymentTotal
	for rows.Next() {
		var t PaymentTotal
		if err := rows.Scan(&t.Status, &t.Count, &t.AmountCents); err != nil {
			return nil, fmt.Errorf("adding up payments: %w", err)
		}
		totals = append(totals, t)
	}
	return totals, rows.Err()
}

// CancelPayment asks the portal to take a scheduled payment back, and gives the payment as it stands then. It is online
// only: what waited could come after the bank was told.
func (b *Backend) CancelPayment(ctx context.Context, c care.CancelPayment) (care.Payment, error) {
	var payment care.Payment
	u, err := b.signedIn()
	if err != nil {
		return payment, err
	}
	if err := u.ask(ctx, &c, &payment); err != nil {
		return payment, err
	}
	b.opts.Changed("accounts", "tasks", "payments")
	return payment, nil
}
