package portal

import (
	"context"
	"slices"
	"sync"
	"time"

	"meterside/care"
	"meterside/portal/store"
	"meterside/records"
)

// How long after an alarm the same is no news.
const (
	countedOver  = time.Hour
	ownNameAgain = 24 * time.Hour
)

// lookups counts how often each CSR opened an account outside of any contact. It is kept in memory, as an opened account
// must not cost a search of the log: a portal that is started again begins anew.
type lookups struct {
	mu sync.Mutex
	at map[string][]time.Time // guarded by mu
}

// add notes one and gives how many there were within the hour.
func (l *lookups) add(csr string, now time.Time) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.at == nil {
		l.at = map[string][]time.Time{}
	}
	recent := slices.DeleteFunc(l.at[csr], func(t time.Time) bool { return now.Sub(t) >= countedOver })
	l.at[csr] = append(recent, now)
	return len(l.at[csr])
}

// watch makes an alarm of what a CSR does that somebody should look into (M13): many masquerades in an hour, a customer of
// their own name, many accounts opened without a contact.
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
	return p.watchName(ctx, tx, cmd.Account, cmd.WebUserID)
}

func (p *Portal) watchLookup(ctx context.Context, tx *store.Tx, cmd *care.RecordAccess) error {
	if who := tx.Actor(); who.Contact == "" {
		policy, err := tx.Policy()
		if err != nil {
			return err
		}
		if n := p.lookups.add(who.ID, tx.Now()); n > policy.Int("alarm.lookups") {
			if err := p.alarm(ctx, tx, care.AlarmLookups, cmd.Account, "", n, countedOver); err != nil {
				return err
			}
		}
	}
	return p.watchName(ctx, tx, cmd.Account, "")
}

// watchName looks whether an account's customer is called like the CSR.
func (p *Portal) watchName(ctx context.Context, tx *store.Tx, account, webUser string) error {
	alike, err := care.NamedAlike(tx, account)
	if err != nil || !alike {
		return err
	}
	return p.alarm(ctx, tx, care.AlarmOwnName, account, webUser, 0, ownNameAgain)
}

// alarm makes one where there was none lately: the same about the same CSR, and of a name about the same account.
func (p *Portal) alarm(ctx context.Context, tx *store.Tx, kind, account, webUser string, count int, lately time.Duration) error {
	known, err := records.Select[care.Task](ctx, tx.Conn, "WHERE created_by = 'system' AND created_at > $1 AND kind = $2", tx.Now().Add(-lately).UnixMilli(), kind)
	if err != nil {
		return err
	}
	about := care.AlarmDetail{CSR: tx.Actor().ID, Count: count}
	if slices.ContainsFunc(known, func(t care.Task) bool {
		return t.Alarmed().CSR == about.CSR && (kind != care.AlarmOwnName || t.Account == account)
	}) {
		return nil
	}
	return care.RaiseAlarm(tx, kind, account, webUser, about)
}
