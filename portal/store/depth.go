package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"meterside/care"
	"meterside/records"
)

type deepKind struct {
	kind   care.Kind
	column string
	civil  bool // the column holds a date, not an instant
	policy string
}

// cut is the oldest that a desk keeps, as the column has it.
func (d deepKind) cut(policy care.Policy, now time.Time) any {
	oldest := care.Depth(policy, d.policy, now)
	if d.civil {
		return oldest.UTC().Format(time.DateOnly)
	}
	return oldest.UnixMilli()
}

// leaves and comes are the conditions, on the cut as $1, of rows that leave the desks and of those that come. A date on the
// cut is over since its midnight; what happened at its very moment is not over yet.
func (d deepKind) leaves() string {
	if d.civil {
		return "scopes <> '' AND " + d.column + " <= $1"
	}
	return "scopes <> '' AND " + d.column + " < $1"
}

func (d deepKind) comes() string {
	if d.civil {
		return "scopes = '' AND " + d.column + " > $1"
	}
	return "scopes = '' AND " + d.column + " >= $1"
}

// deep are the kinds of which a desk keeps what is younger than the policy's depth: the column that says how old a row is,
// and the key of the policy.
var deep = []deepKind{
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
		cut := d.cut(policy, now)
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

// Moved are the rows that leave the desks of a district, and those that come.
type Moved struct{ Leaves, Comes int }

// TryDepth counts by district what SettleDepth would do under a policy. What belongs to no account counts under "".
func (s *Store) TryDepth(ctx context.Context, policy care.Policy, now time.Time) (map[string]Moved, error) {
	all := map[string]Moved{}
	for _, d := range deep {
		for _, way := range []struct {
			where string
			add   func(m *Moved, n int)
		}{{d.leaves(), func(m *Moved, n int) { m.Leaves += n }}, {d.comes(), func(m *Moved, n int) { m.Comes += n }}} {
			rows, err := s.db.Read.QueryContext(ctx, `SELECT coalesce(a.district_id, ''), CAST(sum(n) AS BIGINT) FROM (SELECT account_number, count(*) AS n FROM `+records.Table(d.kind)+`
				WHERE `+way.where+` GROUP BY account_number) AS moved LEFT JOIN accounts a ON a.account_number = moved.account_number GROUP BY 1`, d.cut(policy, now))
			if err != nil {
				return nil, fmt.Errorf("counting what a depth moves: %w", err)
			}
			if err := eachCount(rows, func(district string, n int) {
				m := all[district]
				way.add(&m, n)
				all[district] = m
			}); err != nil {
				return nil, fmt.Errorf("counting what a depth moves: %w", err)
			}
		}
	}
	return all, nil
}

// eachCount reads rows of a name and a count, and closes them.
func eachCount(rows *sql.Rows, fn func(name string, n int)) error {
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var name string
		var n int
		if err := rows.Scan(&name, &n); err != nil {
			return err
		}
		fn(name, n)
	}
	return rows.Err()
}

// DistrictSizes counts each district's accounts, and the rows that a desk keeps of it, deletions aside.
func (s *Store) DistrictSizes(ctx context.Context) (accounts map[string]int, rows map[string]int, err error) {
	accounts, rows = map[string]int{}, map[string]int{}
	for _, count := range []struct {
		into  map[string]int
		query string
	}{
		{accounts, "SELECT district_id, count(*) FROM accounts GROUP BY district_id"},
		{rows, "SELECT substr(scope, 3), rows FROM sync_scope WHERE scope LIKE 'd:%'"},
	} {
		found, err := s.db.Read.QueryContext(ctx, count.query)
		if err != nil {
			return nil, nil, fmt.Errorf("counting the districts' rows: %w", err)
		}
		if err := eachCount(found, func(name string, n int) { count.into[name] = n }); err != nil {
			return nil, nil, fmt.Errorf("counting the districts' rows: %w", err)
		}
	}
	return accounts, rows, nil
}
