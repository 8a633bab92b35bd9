package cache

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"meterside/care"
)

// Of is the record whose fields a command writes; ok is false for one that names none.
func (e Entry) Of() (ref care.Ref, ok bool) {
	kind, id, found := strings.Cut(e.Record, ":")
	n, err := strconv.Atoi(kind)
	return care.Ref{Kind: care.Kind(n), ID: id}, found && err == nil && n > 0 && n < 256
}

// Before are the commands, not answered yet, that write some of the same fields of a record.
func (c *Cache) Before(ctx context.Context, record care.Ref, fields map[string]string) ([]string, error) {
	rows, err := c.outbox.Read.QueryContext(ctx, "SELECT command_id, expect FROM command WHERE state IN ('queued', 'sent') AND record = $1 ORDER BY place", recordName(record))
	if err != nil {
		return nil, fmt.Errorf("reading the outbox: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var all []string
	for rows.Next() {
		var id, text string
		if err := rows.Scan(&id, &text); err != nil {
			return nil, fmt.Errorf("reading the outbox: %w", err)
		}
		earlier := map[string]string{}
		if text != "" {
			if err := json.Unmarshal([]byte(text), &earlier); err != nil {
				return nil, fmt.Errorf("reading the outbox: %w", err)
			}
		}
		for field := range fields {
			if _, both := earlier[field]; both {
				all = append(all, id)
				break
			}
		}
	}
	return all, rows.Err()
}

// Confirm queues a draft, as made now and after everything else.
func (c *Cache) Confirm(ctx context.Context, env care.Envelope, e Entering) error {
	return c.changing(ctx, "confirming a draft", func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `UPDATE command SET state = 'queued', offline = 0, created_at = $1, expect = $2, waits = $3, clock_offset = $4,
			place = (SELECT max(place) + 1 FROM command) WHERE command_id = $5 AND state = 'draft'`,
			env.CreatedAt, jsonOf(env.Expect), strings.Join(env.After, ";"), e.ClockOffset, env.ID)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, care.Err(care.CodeNotFound, "what", "draft", "id", env.ID))
		}
		return nil
	})
}
