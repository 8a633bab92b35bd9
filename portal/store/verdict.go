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

// Answered finds the verdict on a command, if it was answered before, and the device that it was told to.
func (t *Tx) Answered(commandID string) (care.Verdict, bool, error) {
	if v, known := t.late.answered(commandID); known {
		return v, true, nil
	}
	v, err := scanVerdict(t.Conn.QueryRowContext(t.ctx, "SELECT "+verdictColumns+" FROM verdict WHERE command_id = $1", commandID))
	if errors.Is(err, sql.ErrNoRows) {
		return care.Verdict{}, false, nil
	}
	return v, err == nil, err
}

// AskedBy is the device that a command was answered to, and whose that device is; "" where it was no device's.
func (t *Tx) AskedBy(commandID string) (device, csr string, err error) {
	if err := t.late.write(t.ctx, t.Conn, t.Seq); err != nil {
		return "", "", err
	}
	err = t.Conn.QueryRowContext(t.ctx, `SELECT v.device_id, coalesce(d.csr_id, '') FROM verdict v LEFT JOIN device d ON d.device_id = v.device_id
		WHERE v.command_id = $1`, commandID).Scan(&device, &csr)
	if err != nil {
		return "", "", fmt.Errorf("finding whose a command was: %w", err)
	}
	return device, csr, nil
}

// LastN is the number of the last command of a device that was answered; 0 for a new device.
func (t *Tx) LastN(device string) (int64, error) {
	if n, known := t.late.count(device); known {
		return n, nil
	}
	return lastN(t.ctx, t.Conn, device)
}

// Count takes the next number of a member of staff's device for a command. ok is false where n is not the next one;
// nothing changes then.
func (t *Tx) Count(device, csr string, n int64, at time.Time) (ok bool, err error) {
	if t.late != nil {
		return t.late.take(t.ctx, t.Conn, device, csr, n, at)
	}
	if ok, err = t.counted("UPDATE device SET last_n = $1 WHERE device_id = $2 AND last_n = $3", n, device, n-1); ok || err != nil || n != 1 {
		return ok, err
	}
	return t.counted("INSERT INTO device (device_id, csr_id, last_n, cursor, seen_at) VALUES ($1, $2, 1, 0, $3) ON CONFLICT DO NOTHING", device, csr, at.UnixMilli())
}

func (t *Tx) counted(statement string, args ...any) (bool, error) {
	res, err := t.Conn.ExecContext(t.ctx, statement, args...)
	if err != nil {
		return false, fmt.Errorf("counting a device's command: %w", err)
	}
	rows, err := res.RowsAffected()
	return rows == 1, err
}

// Answer is a verdict with what belongs beside it.
type Answer struct {
	Device   string
	Envelope care.Envelope
	Verdict  care.Verdict
	At       time.Time
}

const putVerdict = `INSERT INTO verdict (command_id, device_id, n, kind, outcome, code, params, at_seq, at_time, signed, signature)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (command_id) DO NOTHING`

// verdictArgs is how many arguments putVerdict has.
const verdictArgs = 11

// Answer writes the verdict on a device's command, in the transaction of its effect. ok is false where the command was
// answered before, as far as that is known yet; nothing is written then, and the effect must not stay.
func (t *Tx) Answer(a Answer) (ok bool, err error) {
	params := ""
	if len(a.Verdict.Params) > 0 {
		b, err := json.Marshal(a.Verdict.Params)
		if err != nil {
			return false, fmt.Errorf("writing a verdict: %w", err)
		}
		params = string(b)
	}
	v := a.Verdict
	var signed, signature any // NULL where nothing was signed
	if p := a.Envelope.Proof; p != nil {
		signed, signature = p.Bytes, p.Signature
	}
	args := []any{v.CommandID, a.Device, v.N, a.Envelope.Kind, string(v.Outcome), string(v.Code), params, v.Seq, a.At.UnixMilli(), signed, signature}
	if t.late != nil {
		return t.late.answer(v, args), nil
	}
	res, err := t.Conn.ExecContext(t.ctx, putVerdict, args...)
	if err != nil {
		return false, fmt.Errorf("writing a verdict: %w", err)
	}
	rows, err := res.RowsAffected()
	return rows == 1, err
}

// Tell gives the verdict on a command once more, to the device and under the number that it came with this time.
func (t *Tx) Tell(device string, n int64, v care.Verdict) (care.Verdict, error) {
	v.N, v.Seq = n, t.Seq
	if err := t.late.write(t.ctx, t.Conn, t.Seq); err != nil {
		return v, err
	}
	if _, err := t.Conn.ExecContext(t.ctx, "UPDATE verdict SET device_id = $1, n = $2, at_seq = $3 WHERE command_id = $4", device, n, v.Seq, v.CommandID); err != nil {
		return v, fmt.Errorf("telling a verdict again: %w", err)
	}
	t.late.told(v.CommandID)
	return v, nil
}

// Enrol makes a device known as one member of staff's, with the public half of its key. Its numbers and verdicts are
// theirs alone. A device that has a key keeps it: who comes with another one has copied the desk's folder.
func (t *Tx) Enrol(device, csr string, key []byte, at time.Time) error {
	var owner string
	var known []byte
	var revoked int64
	err := t.Conn.QueryRowContext(t.ctx, `INSERT INTO device (device_id, csr_id, last_n, cursor, seen_at, key) VALUES ($1, $2, 0, 0, $3, $4)
		ON CONFLICT (device_id) DO UPDATE SET seen_at = excluded.seen_at, key = coalesce(device.key, excluded.key) RETURNING csr_id, key, revoked_at`,
		device, csr, at.UnixMilli(), nullable(key)).Scan(&owner, &known, &revoked)
	if err != nil {
		return fmt.Errorf("enrolling a device: %w", err)
	}
	if revoked > 0 {
		return care.Err(care.CodeDeviceRevoked)
	}
	if owner != csr || string(known) != string(key) {
		return care.Err(care.CodeClonedDesk)
	}
	return nil
}

func nullable(b []byte) any {
	if len(b) == 0 {
		return nil
	}
	return b
}

// DeviceKey is the public half of a device's key; nil for a device that never had one.
func (s *Store) DeviceKey(ctx context.Context, device string) ([]byte, error) {
	var key []byte
	err := s.db.Read.QueryRowContext(ctx, "SELECT key FROM device WHERE device_id = $1", device).Scan(&key)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("finding a device's key: %w", err)
	}
	return key, nil
}

// forgetAtOnce is how many verdicts are dropped in one transaction: commands go between.
const forgetAtOnce = 1000

// ForgetVerdicts drops the verdicts given before an instant that their device has taken, and those that no device waits
// for. It says how many.
func (s *Store) ForgetVerdicts(ctx context.Context, before time.Time) (int64, error) {
	var all int64
	for {
		res, err := s.db.Write.ExecContext(ctx, `DELETE FROM verdict WHERE command_id IN (SELECT v.command_id FROM verdict v
			LEFT JOIN device d ON d.device_id = v.device_id
			WHERE v.at_time < $1 AND (d.device_id IS NULL OR v.at_seq <= d.cursor) LIMIT $2)`, before.UnixMilli(), forgetAtOnce)
		if err != nil {
			return all, fmt.Errorf("dropping old verdicts: %w", err)
		}
		n, err := res.RowsAffected()
		if all += n; err != nil || n < forgetAtOnce {
			return all, err
		}
	}
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
		VALUES ($1, $2, 0, $3, $4, '', $5, $6, $7)`, env.ID, "asked:"+env.ID, env.Kind, string(care.Applied), kept, t.Seq, at.UnixMilli())
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
