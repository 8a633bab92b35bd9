package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"meterside/care"
	"meterside/records"
)

// deep are the kinds of which a desk keeps what is younger than the policy's depth: the column that says how old a row is,
// and the key of the policy.
var deep = []struct {
	kind   care.Kind
	column string
	civil  bool // the column holds a date, not an instant
	policy string
}{
	{care.KindBill, "period_end", true, "replica.bills"},
	{care.KindPayment, "created_at", false, "replica.bills"},
	{care.KindAdjustment, "adjusted_on", true, "replica.bills"},
	{care.KindUsage, "to_date", true, "replica.bills"},
	{care.KindNotification, "sent_at", false, "replica.activity"},
	{care.KindActivity, "happened_at", false, "replica.activity"},
}

const (
	// settledAtOnce bounds how many rows change their scopes in one transaction, between commands.
	settledAtOnce = 500
	// foundAtOnce bounds how many rows are looked for at once: to look for them reads a whole table.
	foundAtOnce = 20 * settledAtOnce
)

// SettleDepth lets the rows that grew older than the policy's depth leave the desks, and brings back those that a deeper
// policy wants. A row that leaves is a change like any other: no desk decides by itself what is old. It gives how many rows
// changed.
func (s *Store) SettleDepth(ctx context.Context, actor care.Actor, now time.Time) (changed int, err error) {
	policy, err := records.LoadPolicy(ctx, s.db.Read)
	if err != nil {
		return 0, err
	}
	for _, d := range deep {
		oldest := care.Depth(policy, d.policy, now)
		var cut any = oldest.UnixMilli()
		if d.civil {
			cut = oldest.UTC().Format(time.DateOnly)
		}
		for _, where := range []string{
			"WHERE scopes <> '' AND " + d.column + " <= $1 ORDER BY " + d.column + " LIMIT $2",
			"WHERE scopes = '' AND " + d.column + " >= $1 ORDER BY " + d.column + " DESC LIMIT $2",
		} {
			for more := true; more; {
				found, err := records.LoadAll(ctx, s.db.Read, d.kind, where, cut, foundAtOnce)
				if err != nil {
					return changed, err
				}
				n, err := s.putAgain(ctx, actor, now, found)
				changed += n
				if err != nil {
					return changed, err
				}
				more = n > 0 && len(found) == foundAtOnce // what did not change stands on the border, and stays
			}
		}
	}
	return changed, nil
}

// putAgain puts records as they are by now, some at a time, so that their scopes are thought about once more.
func (s *Store) putAgain(ctx context.Context, actor care.Actor, now time.Time, all []care.Record) (changed int, err error) {
	for some := range slices.Chunk(all, settledAtOnce) {
		_, err := s.Update(ctx, Options{Actor: actor, Now: now, Command: uuid.NewString()}, func(tx *Tx) error {
			for _, rec := range some {
				there, err := records.Load(ctx, tx.Conn, rec, care.IDParts(rec.RecordID())...)
				if err != nil {
					return err
				}
				if !there {
					continue
				}
				if err := tx.Put(rec); err != nil {
					return fmt.Errorf("thinking about the scopes of %s %s once more: %w", records.Name(rec.RecordKind()), rec.RecordID(), err)
				}
			}
			changed += tx.index.changes
			if tx.index.changes == 0 {
				return errNothing
			}
			return nil
		})
		if err != nil && !errors.Is(err, errNothing) {
			return changed, err
		}
	}
	return changed, nil
}
