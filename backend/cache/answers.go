package cache

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"meterside/care"
	"meterside/records"
)

// answer is a verdict as it is kept.
type answer struct {
	id, outcome, code, params string
	seq                       int64
}

func kept(all []care.Verdict) []answer {
	answers := make([]answer, len(all))
	for i, v := range all {
		answers[i] = answer{v.CommandID, string(v.Outcome), string(v.Code), jsonOf(v.Params), v.Seq}
	}
	return answers
}

// writeAnswers puts verdicts beside the rows that they caused.
func writeAnswers(ctx context.Context, db records.Conn, verdicts []care.Verdict) error {
	for _, a := range kept(verdicts) {
		if _, err := db.ExecContext(ctx, "INSERT INTO answers (command_id, outcome, code, params, at_seq) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
			a.id, a.outcome, a.code, a.params, a.seq); err != nil {
			return fmt.Errorf("writing an answer: %w", err)
		}
	}
	return nil
}

// copyAnswers brings verdicts from the replica to the outbox, which is theirs for good.
func (c *Cache) copyAnswers(ctx context.Context) error {
	rows, err := c.replica.Read.QueryContext(ctx, "SELECT command_id, outcome, code, params, at_seq FROM answers")
	if err != nil {
		return fmt.Errorf("reading the answers: %w", err)
	}
	var all []answer
	for rows.Next() {
		var a answer
		if err := rows.Scan(&a.id, &a.outcome, &a.code, &a.params, &a.seq); err != nil {
			return errors.Join(err, rows.Close())
		}
		all = append(all, a)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return fmt.Errorf("reading the answers: %w", err)
	}
	if len(all) == 0 {
		return nil
	}
	if err := c.keepAnswers(ctx, all); err != nil {
		return err
	}
	ids := make([]string, len(all))
	for i, a := range all {
		ids[i] = a.id
	}
	where, args := records.Among("command_id", ids)
	if _, err := c.replica.Write.ExecContext(ctx, "DELETE FROM answers WHERE "+where, args...); err != nil {
		return fmt.Errorf("clearing the answers: %w", err)
	}
	return nil
}

func (c *Cache) keepAnswers(ctx context.Context, all []answer) error {
	now := time.Now().UnixMilli()
	return c.changing(ctx, "keeping the answers", func(tx *sql.Tx) error {
		for _, a := range all {
			if _, err := tx.ExecContext(ctx, `UPDATE command SET state = $1, code = $2, params = $3, at_seq = $4, ended_at = $5
				WHERE command_id = $6 AND state IN ('queued', 'sent')`, a.outcome, a.code, a.params, a.seq, now, a.id); err != nil {
				return err
			}
		}
		return nil
	})
}

// Answered keeps verdicts whose rows are not here yet, as while a newer replica is fetched. What was applied goes on showing
// as it was laid on, until the rows are there; what was not is taken off.
func (c *Cache) Answered(ctx context.Context, verdicts []care.Verdict) error {
	if err := c.keepAnswers(ctx, kept(verdicts)); err != nil {
		return err
	}
	cursor, lies := c.Stand().Cursor, true
	for _, v := range verdicts {
		lies = lies && v.Outcome == care.Applied && v.Seq > cursor
	}
	if lies {
		return nil
	}
	c.relay.Store(true)
	if err := c.Lay(ctx); err != nil && !errors.Is(err, context.DeadlineExceeded) { // who holds the writer lays it on
		return err
	}
	return nil
}
