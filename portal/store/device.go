package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"meterside/care"
)

// Devices lists every desk, the one that was seen last first.
func (s *Store) Devices(ctx context.Context) (all []care.Device, err error) {
	rows, err := s.db.Read.QueryContext(ctx, "SELECT device_id, csr_id, cursor, last_n, seen_at, revoked_at FROM device ORDER BY seen_at DESC, device_id")
	if err != nil {
		return nil, fmt.Errorf("reading the devices: %w", err)
	}
	defer func() { _ = rows.Close() }()
	all = []care.Device{}
	for rows.Next() {
		var d care.Device
		if err := rows.Scan(&d.ID, &d.CSR, &d.Cursor, &d.LastN, &d.Seen, &d.Revoked); err != nil {
			return nil, fmt.Errorf("reading the devices: %w", err)
		}
		all = append(all, d)
	}
	return all, rows.Err()
}

// Revoke marks a device as revoked at an instant, or as not revoked at 0, and gives whose it is.
func (t *Tx) Revoke(device string, at int64) (csr string, err error) {
	rows, err := t.Conn.QueryContext(t.ctx, "UPDATE device SET revoked_at = $1 WHERE device_id = $2 RETURNING csr_id", at, device)
	if err != nil {
		return "", fmt.Errorf("revoking a device: %w", err)
	}
	there := rows.Next()
	if there {
		err = rows.Scan(&csr)
	}
	if err := errors.Join(err, rows.Err(), rows.Close()); err != nil {
		return "", fmt.Errorf("revoking a device: %w", err)
	}
	if !there {
		return "", care.Err(care.CodeNotFound, "what", "device", "id", device)
	}
	return csr, nil
}

// Ack is how far a device said it is, and when.
type Ack struct {
	Cursor int64
	At     time.Time
}

// KeepAcks writes what devices said of themselves, in one transaction that leaves the clock alone. A cursor may have gone
// back: a desk can begin anew.
func (s *Store) KeepAcks(ctx context.Context, acks map[string]Ack) error {
	if len(acks) == 0 {
		return nil
	}
	tx, err := s.db.Write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("keeping how far the desks are: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	for _, device := range slices.Sorted(maps.Keys(acks)) { // in one order, so that no two nodes wait for each other
		a := acks[device]
		if _, err := tx.ExecContext(ctx, "UPDATE device SET cursor = $1, seen_at = $2 WHERE device_id = $3", a.Cursor, a.At.UnixMilli(), device); err != nil {
			return fmt.Errorf("keeping how far the desks are: %w", err)
		}
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("keeping how far the desks are: %w", err)
	}
	return nil
}
