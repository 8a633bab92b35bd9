package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"meterside/care"
	"meterside/records"
)

// Answered finds the verdict on a command, if it was answered before.
func (t *Tx) Answered(commandID string) (care.Verdict, bool, error) {
	v, err := scanVerdict(t.Conn.QueryRowContext(t.ctx, "SELECT "+verdictColumns+" FROM verdict WHERE command_id = $1", commandID))
	if errors.Is(err, sql.ErrNoRows) {
		return care.Verdict{}, false, nil
	}
	return v, err == nil, err
}

// LastN is the number of the last command of a device that was answered; 0 for a new device.
func (t *Tx) LastN(device string) (int64, error) { return lastN(t.ctx, t.Conn, device) }

// Answer writes the verdict on a device's command and the device's count, in the transaction of its effect.
func (t *Tx) Answer(device, csr string, env care.Envelope, v care.Verdict, at time.Time) error {
	params := ""
	if len(v.Params) > 0 {
		b, err := json.Marshal(v.Params)
		if err != nil {
			return fmt.Errorf("writing a verdict: %w", err)
		}
		params = string(b)
	}
	if _, err := t.Conn.ExecContext(t.ctx, `INSERT INTO verdict (command_id, device_id, n, kind, outcome, code, params, at_seq, at_time)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, v.CommandID, device, env.N, env.Kind, v.Outcome, v.Code, params, v.Seq, at.UnixMilli()); err != nil {
		return fmt.Errorf("writing a verdict: %w", err)
	}
	if _, err := t.Conn.ExecContext(t.ctx, `INSERT INTO device (device_id, csr_id, last_n, cursor, seen_at) VALUES ($1, $2, $3, 0, $4)
		ON CONFLICT (device_id) DO UPDATE SET last_n = excluded.last_n, seen_at = excluded.seen_at`,
		device, csr, env.N, at.UnixMilli()); err != nil {
		return fmt.Errorf("counting a device's command: %w", err)
	}
	return nil
}

// Enrol makes a device known as one member of staff's. Its numbers and verdicts are theirs alone.
func (t *Tx) Enrol(device, csr string, at time.Time) error {
	var owner string
	err := t.Conn.QueryRowContext(t.ctx, `INSERT INTO device (device_id, csr_id, last_n, cursor, seen_at) VALUES ($1, $2, 0, 0, $3)
		ON CONFLICT (device_id) DO UPDATE SET seen_at = excluded.seen_at RETURNING csr_id`, device, csr, at.UnixMilli()).Scan(&owner)
	if err != nil {
		return fmt.Errorf("enrolling a device: %w", err)
	}
	if owner != csr {
		return care.Err(care.CodeClonedDesk)
	}
	return nil
}

// Asked keeps the ID of a question that was answered at once, so that it is not answered again, and what Answered shall
// tell of it.
func (t *Tx) Asked(env care.Envelope, params map[string]string, at time.Time) error {
	kept := ""
	if len(params) > 0 {
		b, err := json.Marshal(params)
		if err != nil {
			return fmt.Errorf("keeping a question: %w", err)
		}
		kept = string(b)
	}
	_, err := t.Conn.ExecContext(t.ctx, `INSERT INTO verdict (command_id, device_id, n, kind, outcome, code, params, at_seq, at_time)
		VALUES ($1, $2, 0, $3, $4, '', $5, $6, $7)`, env.ID, "asked:"+env.ID, env.Kind, care.Applied, kept, t.Seq, at.UnixMilli())
	if err != nil {
		return fmt.Errorf("keeping a question: %w", err)
	}
	return nil
}

// LastN is the number of the last command of a device that was answered; 0 for a new device.
func (s *Store) LastN(ctx context.Context, device string) (int64, error) {
	return lastN(ctx, s.db.Read, device)
}

func lastN(ctx context.Context, db records.Conn, device string) (int64, error) {
	var n int64
	err := db.QueryRowContext(ctx, "SELECT last_n FROM device WHERE device_id = $1", device).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return n, err
}
