package portal

import (
	"context"
	"strconv"

	"meterside/care"
)

// logFetch logs at the account that somebody from elsewhere looked at it.
func logFetch(_ context.Context, a *asked, q *care.FetchAccount) (any, error) {
	if _, err := care.Find[care.Account](a.tx, q.Account); err != nil {
		return nil, err
	}
	return nil, care.Log(a.tx, care.Activity{Account: q.Account, Sort: "account.fetched"})
}

// readAccount gives what a desk would hold of an account, as far as its console shows it.
func readAccount(ctx context.Context, a *asked, q *care.FetchAccount) (any, error) {
	f, err := a.fetched(ctx, q.Account)
	if err != nil {
		return nil, err
	}
	for _, part := range []struct {
		kind care.Kind
		most int
		tail string
	}{
		{care.KindAccount, 1, "WHERE account_number = $1"},
		{care.KindDistrict, 1, "WHERE district_id IN (SELECT district_id FROM accounts WHERE account_number = $1)"},
		{care.KindPremise, 1, "WHERE premise_id IN (SELECT premise_id FROM accounts WHERE account_number = $1)"},
		{care.KindAccountPerson, 50, "WHERE account_number = $1 ORDER BY person_id"},
		{care.KindPerson, 50, `WHERE person_id IN (SELECT person_id FROM account_persons WHERE account_number = $1)
			OR person_id IN (SELECT main_person_id FROM accounts WHERE account_number = $1) ORDER BY person_id`},
		{care.KindWebUserAccount, 50, "WHERE account_number = $1 ORDER BY default_profile DESC, web_user_id"},
		{care.KindWebUser, 50, "WHERE web_user_id IN (" + usersOf + ") ORDER BY web_user_id"},
		{care.KindWebUserLock, 150, "WHERE web_user_id IN (" + usersOf + ") ORDER BY web_user_id, lock"},
		{care.KindWebUserLogon, 50, "WHERE web_user_id IN (" + usersOf + ") ORDER BY web_user_id"},
		{care.KindBill, 24, "WHERE account_number = $1 ORDER BY period_end DESC, bill_id DESC"},
		{care.KindPayment, 50, "WHERE account_number = $1 ORDER BY created_at DESC, payment_id DESC"},
		{care.KindAdjustment, 50, "WHERE account_number = $1 ORDER BY adjusted_on DESC, adjustment_id DESC"},
		{care.KindUsage, 48, "WHERE account_number = $1 ORDER BY to_date DESC, service, from_date DESC"},
		{care.KindTask, 50, "WHERE account_number = $1 ORDER BY created_at DESC, task_id DESC"},
		{care.KindNotification, 50, "WHERE account_number = $1 ORDER BY sent_at DESC, notification_id DESC"},
		{care.KindNote, 50, "WHERE account_number = $1 ORDER BY written_at DESC, note_id"},
		{care.KindActivity, 100, "WHERE account_number = $1 ORDER BY happened_at DESC, rv DESC, activity_id DESC"},
	} {
		if _, err := f.add(ctx, part.kind, part.most, part.tail, q.Account); err != nil {
			return nil, err
		}
	}
	return f.Fetched, nil
}

const usersOf = "SELECT web_user_id FROM web_user_accounts WHERE account_number = $1"

// limitTo is the end of a statement whose last parameter is how many rows it gives.
func limitTo(param int) string { return " LIMIT $" + strconv.Itoa(param) }
