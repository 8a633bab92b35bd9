package portal

import (
	"context"
	"fmt"
	"slices"
	"time"

	"meterside/care"
	"meterside/portal/store"
	"meterside/records"
)

// How long after an alarm the same is no news.
const (
	countedOver = time.Hour
	ownAgain    = 24 * time.Hour
	guessedOver = 24 * time.Hour
)

// guessedContacts is how many contacts about one account may be ended by wrong answers before somebody should look into it: each
// new one gives as many answers again.
const guessedContacts = 2

// ofOneAccount are the alarms that are about an account more than about who had it open.
var ofOneAccount = []string{care.AlarmOwnName, care.AlarmOwnStreet, care.AlarmGuessed}

// lookups counts the accounts that a CSR opened outside of any contact between two instants, at whatever node. The index
// activities_looked_up holds these lines of the log and no others, so that it costs no search of the log; its words are here.
const lookups = `SELECT count(*) FROM activities WHERE kind = 'account.viewed' AND contact_id = '' AND actor = $1 AND happened_at > $2 AND happened_at <= $3`

// watch makes an alarm of what a CSR does that somebody should look into (M13): many masquerades in an hour, a customer of
// their own name or street, many accounts opened without a contact.
func (p *Portal) watch(ctx context.Context, tx *store.Tx, cmd care.Command) error {
	if tx.Actor().Origin != care.OriginDesk {
		return nil
	}
	switch cmd := cmd.(type) {
	case *care.StartMasquerade:
		return p.watchStart(ctx, tx, cmd)
	case *care.RecordAccess:
		return p.watchLookup(ctx, tx, cmd)
	}
	return nil
}

func (p *Portal) watchStart(ctx context.Context, tx *store.Tx, cmd *care.StartMasquerade) error {
	policy, err := tx.Policy()
	if err != nil {
		return err
	}
	started, err := records.Select[care.Masquerade](ctx, tx.Conn, "WHERE csr_id = $1 AND granted_at > $2", tx.Actor().ID, tx.Now().Add(-countedOver).UnixMilli())
	if err != nil {
		return err
	}
	if n := len(started); n > policy.Int("alarm.starts") {
		if err := p.alarm(ctx, tx, care.AlarmStarts, cmd.Account, cmd.WebUserID, n, countedOver); err != nil {
			return err
		}
	}
	return p.watchOwn(ctx, tx, cmd.Account, cmd.WebUserID)
}

func (p *Portal) watchLookup(ctx context.Context, tx *store.Tx, cmd *care.RecordAccess) error {
	if who := tx.Actor(); who.Contact == "" {
		policy, err := tx.Policy()
		if err != nil {
			return err
		}
		n, err := lookedUp(ctx, tx)
		if err != nil {
			return err
		}
		if n > policy.Int("alarm.lookups") {
			if err := p.alarm(ctx, tx, care.AlarmLookups, cmd.Account, "", n, countedOver); err != nil {
				return err
			}
		}
	}
	return p.watchOwn(ctx, tx, cmd.Account, "")
}

// lookedUp counts those of who acts, within the hour until now, this one with them. What a desk did offline comes late and counts for
// its own hour.
func lookedUp(ctx context.Context, tx *store.Tx) (n int, err error) {
	if err := tx.Written(care.KindActivity); err != nil {
		return 0, err
	}
	err = tx.Conn.QueryRowContext(ctx, lookups, tx.Actor().ID, tx.Now().Add(-countedOver).UnixMilli(), tx.Now().UnixMilli()).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("counting the accounts that were opened: %w", err)
	}
	return n, nil
}

// watchOwn looks whether an account's customer is called like the CSR, or lives in their street.
func (p *Portal) watchOwn(ctx context.Context, tx *store.Tx, account, webUser string) error {
	alike, err := care.NamedAlike(tx, account)
	if err != nil {
		return err
	}
	if alike {
		if err := p.alarm(ctx, tx, care.AlarmOwnName, account, webUser, 0, ownAgain); err != nil {
			return err
		}
	}
	near, err := inOwnStreet(ctx, tx, account)
	if err != nil || !near {
		return err
	}
	return p.alarm(ctx, tx, care.AlarmOwnStreet, account, webUser, 0, ownAgain)
}

// inOwnStreet says whether an account is of a street in which the CSR has one: where a member of staff lives is known by the
// user names that are noted as their own, and is kept nowhere else.
func inOwnStreet(ctx context.Context, tx *store.Tx, account string) (bool, error) {
	var staff care.Staff
	if ok, err := present(tx, &staff, tx.Actor().ID); err != nil || !ok || len(staff.OwnUsers) == 0 {
		return false, err
	}
	var a care.Account
	if ok, err := present(tx, &a, account); err != nil || !ok {
		return false, err
	}
	var there care.Premise
	if ok, err := present(tx, &there, a.PremiseID); err != nil || !ok {
		return false, err
	}
	named, args := records.Among("username", staff.OwnUsers)
	own, err := records.Select[care.Premise](ctx, tx.Conn, `WHERE premise_id IN (SELECT a.premise_id FROM web_users u
		JOIN web_user_accounts l ON l.web_user_id = u.web_user_id JOIN accounts a ON a.account_number = l.account_number WHERE `+named+`)`, args...)
	return slices.ContainsFunc(own, there.SameStreet), err
}

// present reads a record, and says whether it is there.
func present(tx *store.Tx, rec care.Record, id string) (bool, error) {
	err := tx.Get(rec, id)
	if care.CodeOf(err) == care.CodeNotFound {
		return false, nil
	}
	return err == nil, err
}

// alarm makes one where there was none lately: the same about the same CSR, and of ofOneAccount about the same account.
func (p *Portal) alarm(ctx context.Context, tx *store.Tx, kind, account, webUser string, count int, lately time.Duration) error {
	if err := tx.Written(care.KindTask); err != nil {
		return err
	}
	known, err := records.Select[care.Task](ctx, tx.Conn, "WHERE created_by = 'system' AND created_at > $1 AND kind = $2", tx.Now().Add(-lately).UnixMilli(), kind)
	if err != nil {
		return err
	}
	about := care.AlarmDetail{CSR: tx.Actor().ID, Count: count}
	if slices.ContainsFunc(known, func(t care.Task) bool {
		return t.Alarmed().CSR == about.CSR && (!slices.Contains(ofOneAccount, kind) || t.Account == account)
	}) {
		return nil
	}
	return care.RaiseAlarm(tx, kind, account, webUser, about)
}

// watchGuesses makes an alarm of an account about which one contact after another was ended by wrong answers: a caller who is
// turned away may call again, and be asked anew by whoever answers.
func (a *asked) watchGuesses(ctx context.Context, account string) error {
	ended, err := records.Select[care.Contact](ctx, a.tx.Conn, "WHERE account_number = $1 AND wrap_up = $2 AND closed_at > $3", account, care.NotVerified, a.now.Add(-guessedOver).UnixMilli())
	if err != nil || len(ended) < guessedContacts {
		return err
	}
	return a.alarm(ctx, a.tx, care.AlarmGuessed, account, "", len(ended), guessedOver)
}
