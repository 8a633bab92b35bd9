package cache

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"meterside/care"
)

// Entry is one command of the outbox, for people.
type Entry struct {
	CommandID string            `json:"command_id"`
	N         int64             `json:"n"`
	Kind      string            `json:"kind"`
	State     string            `json:"state"`
	Account   string            `json:"account"`
	CreatedAt int64             `json:"created_at"`
	Code      care.Code         `json:"code,omitempty"`
	Params    map[string]string `json:"params,omitempty"`
	Before    map[string]any    `json:"before,omitempty"`
	After     map[string]any    `json:"after,omitempty"`
	Theirs    map[string]any    `json:"theirs,omitempty"` // what somebody else made of it meanwhile
	Record    string            `json:"-"`
	Args      json.RawMessage   `json:"args,omitempty"`
}

// Entering is what the outbox keeps of a command beside its envelope.
type Entering struct {
	Account     string
	Record      care.Ref // whose fields the command writes; the zero Ref where it names none
	Draft       bool     // it waits for somebody to confirm it
	ClockOffset int64    // the desk's idea of the portal's time less its own, ms
}

// Enqueue keeps a command for good: once it returns without an error the command survives a power cut. Lay shows its effect.
func (c *Cache) Enqueue(ctx context.Context, env care.Envelope, e Entering) error {
	state, record := "queued", ""
	if e.Draft {
		state = "draft"
	}
	if e.Record != (care.Ref{}) {
		record = recordName(e.Record)
	}
	if _, err := c.outbox.Write.ExecContext(ctx, `INSERT INTO command
		(command_id, place, kind, version, args, account, created_at, offline, state, code, params, at_seq, before, after, expect, record, waits, clock_offset, contact)
		VALUES ($1, (SELECT coalesce(max(place), 0) + 1 FROM command), $2, $3, $4, $5, $6, $7, $8, '', '', 0, '', '', $9, $10, $11, $12, $13)`,
		env.ID, env.Kind, env.Version, string(env.Args), e.Account, env.CreatedAt, env.Offline, state, jsonOf(env.Expect), record,
		strings.Join(env.After, ";"), e.ClockOffset, env.Contact); err != nil {
		return fmt.Errorf("keeping a command: %w", err)
	}
	return nil
}

// recordName names a record within the outbox.
func recordName(ref care.Ref) string { return strconv.Itoa(int(ref.Kind)) + ":" + ref.ID }

// jsonOf is "" for nothing.
func jsonOf(m map[string]string) string {
	if len(m) == 0 {
		return ""
	}
	return care.Detail(m)
}

// laidWithin is how long a command's effect may wait for a large page that is being applied just now; it is laid on with it.
const laidWithin = 2 * time.Second

// Lay shows the effect of what was kept: on top of what lies over the replica already, so that it costs the same however
// much waits. An error here is none of the command's: its effect is shown later.
func (c *Cache) Lay(ctx context.Context) error {
	soon, cancel := context.WithTimeout(ctx, laidWithin)
	defer cancel()
	a, err := c.laying(soon, (*applier).onTop)
	if err != nil {
		return err
	}
	return c.keepDifferences(ctx, a.laid)
}

// keepDifferences keeps what the CSR saw and what it became, for Needs attention: of each command that was laid on the first time.
func (c *Cache) keepDifferences(ctx context.Context, laid map[string]*overlay) error {
	return c.changing(ctx, "keeping what a command changes", func(tx *sql.Tx) error {
		for id, o := range laid {
			if o == nil {
				continue
			}
			if _, err := tx.ExecContext(ctx, "UPDATE command SET before = $1, after = $2 WHERE command_id = $3 AND before = ''", care.Detail(o.before), care.Detail(o.after), id); err != nil {
				return err
			}
		}
		return nil
	})
}

// movedAfter is how far two ideas of the portal's time may be apart before a clock counts as moved between them.
const movedAfter = time.Minute

// Unsent gives the commands above after that the portal has not answered, in order, numbered and marked as sent. offset is
// the portal's time less this computer's as it is known now: who has another idea of it from when a command was made
// cannot vouch for that moment.
func (c *Cache) Unsent(ctx context.Context, after, offset int64) ([]care.Envelope, error) {
	// Asked after each frame that comes, and nearly always there is none: that takes no transaction.
	var fresh bool
	if err := c.outbox.Read.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM command WHERE "+unnumbered+")").Scan(&fresh); err != nil {
		return nil, fmt.Errorf("reading the outbox: %w", err)
	}
	if fresh {
		if err := c.changing(ctx, "numbering commands", func(tx *sql.Tx) error { return number(ctx, tx, offset) }); err != nil {
			return nil, err
		}
	}
	return c.envelopes(ctx, "WHERE state = 'sent' AND n > $1 ORDER BY n LIMIT 200", after)
}

// unnumbered are the commands that are to be sent under the next numbers.
const unnumbered = "(state = 'queued' OR state = 'sent' AND n IS NULL)"

func number(ctx context.Context, tx *sql.Tx, offset int64) error {
	if _, err := tx.ExecContext(ctx, `UPDATE command SET unsure = 1 WHERE state = 'queued' AND (clock_offset IS NULL OR abs(clock_offset - $1) > $2)`,
		offset, movedAfter.Milliseconds()); err != nil {
		return err
	}
	for _, statement := range []string{
		`UPDATE command SET state = 'sent', n = (SELECT last_n FROM desk) + turn.at
			FROM (SELECT command_id AS id, row_number() OVER (ORDER BY place) AS at FROM command WHERE ` + unnumbered + `) AS turn
			WHERE command_id = turn.id`,
		`UPDATE desk SET last_n = max(last_n, (SELECT coalesce(max(n), 0) FROM command))`,
	} {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// Clock is the portal's time less this computer's, as it was last known, and the latest portal time of any command, both ms.
func (c *Cache) Clock(ctx context.Context) (offset, latest int64, err error) {
	err = c.outbox.Read.QueryRowContext(ctx, "SELECT clock_offset, (SELECT coalesce(max(created_at), 0) FROM command) FROM desk").Scan(&offset, &latest)
	if err != nil {
		err = fmt.Errorf("reading the desk's clock: %w", err)
	}
	return offset, latest, err
}

// SetClockOffset keeps the portal's time less this computer's.
func (c *Cache) SetClockOffset(ctx context.Context, offset int64) error {
	_, err := c.outbox.Write.ExecContext(ctx, "UPDATE desk SET clock_offset = $1", offset)
	return err
}

func (c *Cache) envelopes(ctx context.Context, tail string, args ...any) ([]care.Envelope, error) {
	rows, err := c.outbox.Read.QueryContext(ctx, "SELECT command_id, coalesce(n, 0), kind, version, args, created_at, offline, unsure, expect, waits, contact FROM command "+tail, args...)
	if err != nil {
		return nil, fmt.Errorf("reading the outbox: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var all []care.Envelope
	for rows.Next() {
		var e care.Envelope
		var text, expect, waits string
		if err := rows.Scan(&e.ID, &e.N, &e.Kind, &e.Version, &text, &e.CreatedAt, &e.Offline, &e.Unsure, &expect, &waits, &e.Contact); err != nil {
			return nil, fmt.Errorf("reading the outbox: %w", err)
		}
		e.Args = json.RawMessage(text)
		if waits != "" {
			e.After = strings.Split(waits, ";")
		}
		if expect != "" {
			if err := json.Unmarshal([]byte(expect), &e.Expect); err != nil {
				return nil, fmt.Errorf("reading the outbox: %w", err)
			}
		}
		all = append(all, e)
	}
	return all, rows.Err()
}

// Outbox lists the drafts, and the commands that the portal has not answered.
func (c *Cache) Outbox(ctx context.Context) ([]Entry, error) {
	return c.entries(ctx, "WHERE state IN ('draft', 'queued', 'sent') ORDER BY place")
}

// OutboxOf lists those about one account.
func (c *Cache) OutboxOf(ctx context.Context, account string) ([]Entry, error) {
	return c.entries(ctx, "WHERE state IN ('draft', 'queued', 'sent') AND account = $1 ORDER BY place", account)
}

// wanted are the states of commands about which somebody has to decide.
const wanted = "('rejected', 'held', 'lapsed')"

// undone are those of commands that have not been sent.
const undone = "('draft', 'queued')"

// Attention lists the commands that were refused, held or lapsed, and that nobody has dealt with.
func (c *Cache) Attention(ctx context.Context) ([]Entry, error) {
	return c.entries(ctx, "WHERE state IN "+wanted+" ORDER BY place")
}

// Overwrote lists the newest commands that were not simply done, the latest first: over what somebody else had changed, or not
// before a second person approves.
func (c *Cache) Overwrote(ctx context.Context, most int) ([]Entry, error) {
	return c.entries(ctx, "WHERE state = 'applied' AND code IN ($1, $2) ORDER BY place DESC LIMIT $3", care.CodeOverwrote, care.CodeWaitsForSecond, most)
}

// Entry finds one command.
func (c *Cache) Entry(ctx context.Context, commandID string) (Entry, error) {
	found, err := c.entries(ctx, "WHERE command_id = $1", commandID)
	if err == nil && len(found) == 0 {
		err = care.Err(care.CodeNotFound, "what", "command", "id", commandID)
	}
	if err != nil {
		return Entry{}, err
	}
	return found[0], nil
}

func (c *Cache) entries(ctx context.Context, tail string, args ...any) ([]Entry, error) {
	rows, err := c.outbox.Read.QueryContext(ctx, "SELECT command_id, coalesce(n, 0), kind, state, account, created_at, code, params, before, after, record, args FROM command "+tail, args...)
	if err != nil {
		return nil, fmt.Errorf("reading the outbox: %w", err)
	}
	defer func() { _ = rows.Close() }()
	all := []Entry{}
	for rows.Next() {
		var e Entry
		var params, before, after, text string
		if err := rows.Scan(&e.CommandID, &e.N, &e.Kind, &e.State, &e.Account, &e.CreatedAt, &e.Code, &params, &before, &after, &e.Record, &text); err != nil {
			return nil, fmt.Errorf("reading the outbox: %w", err)
		}
		e.Args = json.RawMessage(text)
		for _, part := range []struct {
			text string
			to   any
		}{{params, &e.Params}, {before, &e.Before}, {after, &e.After}} {
			if part.text == "" {
				continue
			}
			if err := json.Unmarshal([]byte(part.text), part.to); err != nil {
				return nil, fmt.Errorf("reading the outbox: %w", err)
			}
		}
		all = append(all, e)
	}
	return all, rows.Err()
}

// Discard takes a command off the list of what needs attention. One that was sent and not answered cannot be discarded.
func (c *Cache) Discard(ctx context.Context, commandID string) error {
	if err := c.discard(ctx, commandID, undone, wanted); err != nil {
		return err
	}
	c.relay.Store(true)
	return c.relaying(ctx)
}

// Claim takes a refused, held or lapsed command off the list, for who makes it once more: only the first who asks gets it.
// Return puts it back.
func (c *Cache) Claim(ctx context.Context, commandID string) (Entry, error) {
	e, err := c.Entry(ctx, commandID)
	if err != nil {
		return e, err
	}
	return e, c.discard(ctx, commandID, wanted)
}

// discard takes a command off the list that is in one of the states.
func (c *Cache) discard(ctx context.Context, commandID string, states ...string) error {
	res, err := c.outbox.Write.ExecContext(ctx, "UPDATE command SET state = 'discarded', ended_at = $1 WHERE command_id = $2 AND (state IN "+strings.Join(states, " OR state IN ")+")",
		time.Now().UnixMilli(), commandID)
	if err != nil {
		return fmt.Errorf("taking a command off the list: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, care.Err(care.CodeNotFound, "what", "command", "id", commandID))
	}
	return nil
}

// Return puts a command that was claimed back on the list.
func (c *Cache) Return(ctx context.Context, e Entry) error {
	_, err := c.outbox.Write.ExecContext(ctx, "UPDATE command SET state = $1 WHERE command_id = $2 AND state = 'discarded'", e.State, e.CommandID)
	return err
}

// OutboxCounts says how many commands were not answered, drafts included, and how many need attention.
func (c *Cache) OutboxCounts(ctx context.Context) (unsent, attention int, err error) {
	err = c.outbox.Read.QueryRowContext(ctx, `SELECT total(state IN ('draft', 'queued', 'sent')), total(state IN `+wanted+`) FROM command`).Scan(&unsent, &attention)
	if err != nil {
		err = fmt.Errorf("counting the outbox: %w", err)
	}
	return unsent, attention, err
}

// Draft is what the CSR has typed about an account and not saved as a note.
func (c *Cache) Draft(ctx context.Context, account string) (string, error) {
	var text string
	err := c.outbox.Read.QueryRowContext(ctx, "SELECT text FROM draft WHERE account = $1", account).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return text, err
}

// SaveDraft keeps what the CSR has typed, for good; "" drops it.
func (c *Cache) SaveDraft(ctx context.Context, account, text string) error {
	if text == "" {
		_, err := c.outbox.Write.ExecContext(ctx, "DELETE FROM draft WHERE account = $1", account)
		return err
	}
	_, err := c.outbox.Write.ExecContext(ctx, `INSERT INTO draft (account, text, at) VALUES ($1, $2, $3)
		ON CONFLICT (account) DO UPDATE SET text = excluded.text, at = excluded.at`, account, text, time.Now().UnixMilli())
	if err != nil {
		return fmt.Errorf("keeping a draft: %w", err)
	}
	return nil
}
