package portal

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"meterside/care"
	"meterside/portal/store"
	"meterside/records"
)

// Policy reads what the utility set.
func (p *Portal) Policy(ctx context.Context) (care.Policy, error) {
	return records.LoadPolicy(ctx, p.Store.Reader())
}

// WebUser reads a web user and the person behind it. A web user without a person is no fault: the person is empty then.
func (p *Portal) WebUser(ctx context.Context, id string) (care.WebUser, care.Person, error) {
	var user care.WebUser
	var person care.Person
	ok, err := records.Load(ctx, p.Store.Reader(), &user, id)
	if err == nil && !ok {
		err = notFound(care.KindWebUser, id)
	}
	if err != nil {
		return user, person, err
	}
	_, err = records.Load(ctx, p.Store.Reader(), &person, user.PersonID)
	return user, person, err
}

// Linked are the accounts that the actor may look at as a customer, the default profile first and no more than limit.
// A member of staff inside a masquerade sees those of the web user's that stand in a scope of theirs.
func (p *Portal) Linked(ctx context.Context, actor care.Actor, limit int) ([]care.Account, error) {
	accounts, err := records.Select[care.Account](ctx, p.Store.Reader(), `WHERE account_number IN (SELECT account_number FROM web_user_accounts WHERE web_user_id = $1)
		ORDER BY (SELECT l.default_profile FROM web_user_accounts l WHERE l.web_user_id = $1 AND l.account_number = accounts.account_number) DESC, account_number`, actor.WebUser())
	if err != nil {
		return nil, err
	}
	accounts = slices.DeleteFunc(accounts, func(a care.Account) bool { return !sees(actor, a) })
	return accounts[:min(limit, len(accounts))], nil
}

// LinkedAccount reads one of the accounts that Linked is about, and what links the actor to it; any other is CodeNotFound, whether it
// exists or not.
func (p *Portal) LinkedAccount(ctx context.Context, actor care.Actor, number string) (account care.Account, link care.WebUserAccount, err error) {
	linked, err := records.Load(ctx, p.Store.Reader(), &link, actor.WebUser(), number)
	if err == nil && linked {
		linked, err = records.Load(ctx, p.Store.Reader(), &account, number)
	}
	if err == nil && (!linked || !sees(actor, account)) {
		err = notFound(care.KindAccount, number)
	}
	if err != nil {
		return care.Account{}, care.WebUserAccount{}, err
	}
	return account, link, nil
}

// LinkTo is what links a customer, or whom a member of staff acts as, to an account; empty where nothing does.
func (p *Portal) LinkTo(ctx context.Context, actor care.Actor, number string) (care.WebUserAccount, error) {
	var link care.WebUserAccount
	_, err := records.Load(ctx, p.Store.Reader(), &link, actor.WebUser(), number)
	return link, err
}

func sees(actor care.Actor, account care.Account) bool {
	return !actor.IsStaff() || slices.ContainsFunc(account.Scopes, func(s string) bool { return slices.Contains(actor.Scopes, s) })
}

// MaySee says whether an account is there and stands in a scope of a member of staff.
func (p *Portal) MaySee(ctx context.Context, actor care.Actor, number string) (bool, error) {
	var account care.Account
	there, err := records.Load(ctx, p.Store.Reader(), &account, number)
	return there && sees(actor, account), err
}

// Premise reads the place that an account is served at; empty where it is not known.
func (p *Portal) Premise(ctx context.Context, id string) (care.Premise, error) {
	var premise care.Premise
	_, err := records.Load(ctx, p.Store.Reader(), &premise, id)
	return premise, err
}

// InTheNameOf is an account with the person whom it is in the name of.
func (p *Portal) InTheNameOf(ctx context.Context, number string) (account care.Account, person care.Person, err error) {
	if ok, err := records.Load(ctx, p.Store.Reader(), &account, number); err != nil || !ok {
		return account, person, errorOr(err, notFound(care.KindAccount, number))
	}
	_, err = records.Load(ctx, p.Store.Reader(), &person, account.MainPersonID)
	return account, person, err
}

// Bills are an account's bills, the newest first and no more than limit.
func (p *Portal) Bills(ctx context.Context, account string, limit int) ([]care.Bill, error) {
	return records.Select[care.Bill](ctx, p.Store.Reader(), "WHERE account_number = $1 ORDER BY issued_on DESC, bill_id DESC LIMIT $2", account, limit)
}

// BillAndBefore are a bill of an account, whose account's it must be, and the one before it, if there is one; none where there is no
// such bill. It is found however many are newer.
func (p *Portal) BillAndBefore(ctx context.Context, account, id string) ([]care.Bill, error) {
	bills, err := records.Select[care.Bill](ctx, p.Store.Reader(), "WHERE bill_id = $1 AND account_number = $2", id, account)
	if err != nil || len(bills) == 0 {
		return nil, err
	}
	before, err := records.Select[care.Bill](ctx, p.Store.Reader(),
		"WHERE account_number = $1 AND bill_id <> $2 AND period_end <= $3 ORDER BY period_end DESC, issued_on DESC, bill_id DESC LIMIT 1", account, id, bills[0].PeriodStart)
	return append(bills, before...), err
}

// Payments are an account's payments, those that are scheduled before all others, the newest first, and no more than limit.
func (p *Portal) Payments(ctx context.Context, account string, limit int) ([]care.Payment, error) {
	return records.Select[care.Payment](ctx, p.Store.Reader(), "WHERE account_number = $1 ORDER BY status <> 'scheduled', created_at DESC, payment_id DESC LIMIT $2", account, limit)
}

// Tasks are an account's self-service tasks that a customer may read, the newest first and no more than limit: their own, and
// those of the account that no web user has. Alarms, and what a CSR asks a supervisor, are the staff's own.
func (p *Portal) Tasks(ctx context.Context, account, webUserID string, limit int) ([]care.Task, error) {
	return records.Select[care.Task](ctx, p.Store.Reader(), `WHERE account_number = $1 AND web_user_id IN ($2, '')
		AND kind NOT LIKE $3 AND kind <> $4 ORDER BY created_at DESC, task_id DESC LIMIT $5`, account, webUserID, care.AlarmKinds+"%", care.TaskReview, limit)
}

// Masquerades are the sessions in which somebody acted as a web user, the newest first and no more than limit.
func (p *Portal) Masquerades(ctx context.Context, webUserID string, limit int) ([]care.Masquerade, error) {
	return records.Select[care.Masquerade](ctx, p.Store.Reader(), "WHERE web_user_id = $1 ORDER BY granted_at DESC, session_id LIMIT $2", webUserID, limit)
}

// Messages are what was sent to a web user, the newest first and no more than limit.
func (p *Portal) Messages(ctx context.Context, webUserID string, limit int) ([]care.Notification, error) {
	return records.Select[care.Notification](ctx, p.Store.Reader(), "WHERE web_user_id = $1 ORDER BY sent_at DESC, notification_id LIMIT $2", webUserID, limit)
}

// StaffActivities are what members of staff did of the given kinds at an account or for a web user of it, the newest first and
// no more than limit. What they did for another web user is that one's.
func (p *Portal) StaffActivities(ctx context.Context, account, webUserID string, kinds []string, limit int) ([]care.Activity, error) {
	args, marks := []any{account, webUserID}, make([]string, len(kinds))
	for i, k := range kinds {
		args = append(args, k)
		marks[i] = "$" + strconv.Itoa(len(args))
	}
	args = append(args, limit)
	return records.Select[care.Activity](ctx, p.Store.Reader(), `WHERE account_number = $1 AND web_user_id IN ($2, '') AND actor_kind = 'csr'
		AND kind IN (`+strings.Join(marks, ", ")+`) ORDER BY happened_at DESC, rv DESC, activity_id LIMIT $`+strconv.Itoa(len(args)), args...)
}

// Usage is what an account used, period by period, the oldest first.
func (p *Portal) Usage(ctx context.Context, account string) ([]care.Usage, error) {
	return records.Select[care.Usage](ctx, p.Store.Reader(), "WHERE account_number = $1 ORDER BY service, from_date", account)
}

// CustomerActivities are the activities of the given kinds at an account that concern a web user, the newest first: their
// own, and preferences whoever changed them. What another web user of the account did stays that one's own.
func (p *Portal) CustomerActivities(ctx context.Context, account, webUserID string, kinds []string, limit int) ([]care.Activity, error) {
	args := []any{account, webUserID}
	marks := make([]string, len(kinds))
	for i, k := range kinds {
		args = append(args, k)
		marks[i] = "$" + strconv.Itoa(len(args))
	}
	args = append(args, limit)
	return records.Select[care.Activity](ctx, p.Store.Reader(), `WHERE account_number = $1 AND (web_user_id = $2 OR kind = 'preferences.changed')
		AND kind IN (`+strings.Join(marks, ", ")+`) ORDER BY happened_at DESC, rv DESC, activity_id LIMIT $`+strconv.Itoa(len(args)), args...)
}

// Why runs a command's rules without its effect and gives the refusal, or nil where it would be allowed now: the reason
// beside a control that is disabled.
func (p *Portal) Why(ctx context.Context, actor care.Actor, cmd care.Command) error {
	now := p.Now()
	tx := &store.Tx{Tx: records.NewTx(ctx, p.Store.Reader(), looking{}, records.TxOptions{Actor: actor, Now: now})}
	if err := care.Authorise(tx, cmd); err != nil {
		return err
	}
	if err := inScope(tx, cmd); err != nil {
		return err
	}
	return cmd.Check(tx)
}

// WaitsFor names the sensitive tasks for which a command would wait for a second person.
func (p *Portal) WaitsFor(ctx context.Context, actor care.Actor, cmd care.Command) ([]string, error) {
	return care.WaitsFor(records.NewTx(ctx, p.Store.Reader(), looking{}, records.TxOptions{Actor: actor, Now: p.Now()}), cmd)
}

// Waiting says whether something that was sent in a masquerade waits for a second person as the task of an ID.
func (p *Portal) Waiting(ctx context.Context, session, id string) (bool, error) {
	var task care.Task
	ok, err := records.Load(ctx, p.Store.Reader(), &task, id)
	return ok && task.Session == session && task.NeedsSecond(), err
}

// looking owns tables that nothing may be written to.
type looking struct{}

var errLooking = errors.New("a check tried to write")

func (looking) Missing(ref care.Ref) error { return notFound(ref.Kind, ref.ID) }

func (looking) Changed(context.Context, care.Record, care.Record) error { return errLooking }

func (looking) ResetFailedSignIns(context.Context, string) error { return errLooking }

func (looking) MakeLink(context.Context, care.Recovery) error { return errLooking }

func notFound(kind care.Kind, id string) error {
	return care.Err(care.CodeNotFound, "what", records.Name(kind), "id", id)
}
