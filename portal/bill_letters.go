package portal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"meterside/care"
	"meterside/portal/store"
	"meterside/records"
)

const (
	newFor     = 7      // days after a bill was issued, or a payment was made, in which it is news
	dueAhead   = 5      // days before a bill is due on which customers are reminded
	mostAtOnce = 10_000 // letters of one run; the next one writes on
	lettersTx  = 100    // letters of one transaction: nobody else writes meanwhile
)

// billLetter is one that is to be written about a bill or a payment to one of those who see it.
type billLetter struct {
	care.Message
	webUserID string
}

// WriteBillLetters puts in line what customers are to hear of bills and payments, and says how many letters that is. Those who see an
// account's bills, and want such letters, hear once of each bill that is new, of each payment that was received, and of each bill
// that is due within days and not paid for; nobody does who could not sign in. What the store's history began with is not told,
// see store.BeginBillLetters, nor what is a week old, older than the web user, or was there when they were let in.
func (p *Portal) WriteBillLetters(ctx context.Context) (int, error) {
	all, err := p.billLetters(ctx)
	if err != nil {
		return 0, err
	}
	return p.postLetters(ctx, all)
}

// billLetters are those that are to be written now.
func (p *Portal) billLetters(ctx context.Context) (all []billLetter, err error) {
	policy, err := p.Policy(ctx)
	if err != nil || policy.Get("mail.bills") != "email" {
		return nil, err
	}
	now := p.Now().In(policy.Zone())
	if err := p.Store.BeginBillLetters(ctx, now.Format(time.DateOnly)); err != nil {
		return nil, err
	}
	begun, ok, err := store.BillLettersBegun(ctx, p.Store.Reader())
	if err != nil || !ok {
		return nil, err
	}
	for _, find := range []billNews{newBills(now, begun), newPayments(now, begun), dueBills(now, begun)} {
		found, err := find.letters(ctx, p.Store.Reader(), now.Location(), mostAtOnce-len(all))
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

// postLetters puts letters in line, some at a time, and says how many.
func (p *Portal) postLetters(ctx context.Context, all []billLetter) (written int, err error) {
	for some := range slices.Chunk(all, lettersTx) {
		n := 0
		_, err := p.Store.Update(ctx, mailing(p.Now()), func(tx *store.Tx) (err error) {
			n, err = writeOnce(ctx, tx, some)
			return err
		})
		if err != nil && !errors.Is(err, errNothing) {
			return written, err
		}
		written += n
	}
	return written, nil
}

// writeOnce puts letters in line, but for those that another node was faster to write.
func writeOnce(ctx context.Context, tx *store.Tx, letters []billLetter) (written int, err error) {
	for _, l := range letters {
		told, err := records.Select[care.Notification](ctx, tx.Conn, "WHERE about = $1 AND template = $2 AND web_user_id = $3 LIMIT 1", l.About, l.Template, l.webUserID)
		if err != nil {
			return 0, err
		}
		if len(told) > 0 {
			continue
		}
		user, err := care.Find[care.WebUser](tx, l.webUserID)
		if err != nil {
			return 0, err
		}
		if err := care.Post(tx, user, l.Message); err != nil {
			return 0, err
		}
		written++
	}
	if written == 0 {
		return 0, errNothing
	}
	return written, nil
}

// billNews is what one template tells of: the rows x of a table, and those who are to hear of them.
type billNews struct {
	template string
	from     string // the table as x, and what is joined to it
	id       string // its key, without the x
	day      string // the day of what is told, "" where the web user may be newer; and its instant, which counts where the day is ""
	where    string // holds args from $2 on
	args     []any
}

func newBills(now time.Time, begun store.BillLetters) billNews {
	return billNews{
		template: care.TemplateBill, from: "bills x", id: "bill_id", day: "x.issued_on, 0",
		where: "x.issued_on >= $2 AND x.issued_on <= $3 AND x.rv > $4" + letInBefore,
		args:  []any{daysFrom(now, -newFor), daysFrom(now, 0), begun.Seq, latelyLetIn(now)},
	}
}

func newPayments(now time.Time, begun store.BillLetters) billNews {
	return billNews{
		template: care.TemplatePayment, from: "payments x", id: "payment_id", day: "x.effective_on, x.created_at",
		where: "(x.effective_on >= $2 OR x.effective_on = '' AND x.created_at >= $3) AND x.status = 'posted' AND x.rv > $4" + letInBefore,
		args:  []any{daysFrom(now, -newFor), now.AddDate(0, 0, -newFor).UnixMilli(), begun.Seq, latelyLetIn(now)},
	}
}

// letInBefore leaves out who was let into an account, or registered for it, after what is told stood as it does. The log says in which
// commit that was: a link's own number changes with its role. Where a CSR had another account open, it says so there too, by the number
// of the one that was given.
const letInBefore = ` AND NOT EXISTS (SELECT 1 FROM activities v
	WHERE v.account_number = x.account_number AND v.happened_at >= $5 AND v.web_user_id = u.web_user_id AND v.rv > x.rv
	AND (v.kind = 'web_user.registered' OR v.kind = 'account.linked' AND v.detail LIKE '%"account_number":"' || x.account_number || '"%'))`

// latelyLetIn is since when it matters that somebody was let in: what was there before then is no news any more. A day more, for the
// hours of either day.
func latelyLetIn(now time.Time) int64 { return now.AddDate(0, 0, -newFor-1).UnixMilli() }

// dueBills are those that fall due soon of accounts that owe more than is on its way, and that nobody has paid by themselves.
func dueBills(now time.Time, begun store.BillLetters) billNews {
	firstReminded := now.AddDate(0, 0, dueAhead)
	if day, err := time.Parse(time.DateOnly, begun.BegunOn); err == nil {
		firstReminded = day.AddDate(0, 0, dueAhead)
	}
	return billNews{
		template: care.TemplatePaymentDue, from: "bills x JOIN accounts a ON a.account_number = x.account_number", id: "bill_id", day: "'', 0",
		where: `x.due_on >= $2 AND x.due_on <= $3 AND (x.rv > $4 OR x.due_on > $5) AND x.total_cents > 0 AND NOT a.autopay
			AND a.balance_cents > (SELECT coalesce(sum(y.amount_cents), 0) FROM payments y WHERE y.account_number = x.account_number
				AND (y.status = 'pending' OR y.status = 'scheduled' AND y.effective_on <= x.due_on))`,
		args: []any{daysFrom(now, 0), daysFrom(now, dueAhead), begun.Seq, firstReminded.Format(time.DateOnly)},
	}
}

// daysFrom is the day so many days from an instant, where the instant is.
func daysFrom(local time.Time, days int) string {
	return local.AddDate(0, 0, days).Format(time.DateOnly)
}

// readers joins to x those who could sign in and see its account, of whom it was told to none.
const readers = ` JOIN web_user_accounts l ON l.account_number = x.account_number JOIN web_users u ON u.web_user_id = l.web_user_id
	WHERE u.enrolment = 'enrolled' AND NOT u.hidden AND u.email <> '' AND NOT EXISTS (SELECT 1 FROM web_user_locks k WHERE k.web_user_id = u.web_user_id)
	AND NOT EXISTS (SELECT 1 FROM notifications n WHERE n.about = x.{id} AND n.template = $1 AND n.web_user_id = u.web_user_id) AND `

// letters finds what is not told yet, up to so many.
func (b billNews) letters(ctx context.Context, db records.Conn, zone *time.Location, most int) (all []billLetter, err error) {
	query := "SELECT x." + b.id + ", x.account_number, " + b.day + ", l.role, u.web_user_id, u.unwanted, u.created_at FROM " + b.from +
		strings.ReplaceAll(readers, "{id}", b.id) + b.where
	rows, err := db.QueryContext(ctx, query, append([]any{b.template}, b.args...)...)
	if err != nil {
		return nil, fmt.Errorf("looking for what customers are to hear of: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for len(all) < most && rows.Next() {
		l, link, user := billLetter{Message: care.Message{Template: b.template}}, care.WebUserAccount{}, care.WebUser{}
		var day string
		var at int64
		if err := rows.Scan(&l.About, &l.Account, &day, &at, &link.Role, &user.ID, &user.Unwanted, &user.CreatedAt); err != nil {
			return nil, fmt.Errorf("looking for what customers are to hear of: %w", err)
		}
		if day == "" && at > 0 {
			day = time.UnixMilli(at).In(zone).Format(time.DateOnly)
		}
		older := day != "" && day < time.UnixMilli(user.CreatedAt).In(zone).Format(time.DateOnly)
		if !older && link.May(care.SeeBills) && user.Wants(b.template) {
			l.webUserID = user.ID
			all = append(all, l)
		}
	}
	return all, rows.Err()
}
