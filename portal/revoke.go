package portal

import (
	"context"
	"strings"

	"meterside/care"
	"meterside/portal/store"
)

// Devices lists every desk that somebody has signed in at.
func (p *Portal) Devices(ctx context.Context) ([]store.Device, error) {
	if err := p.KeepAcks(ctx); err != nil {
		return nil, err
	}
	return p.Store.Devices(ctx)
}

// RevokeDevice takes a desk its access. At its next contact it erases what it holds, but for what its user typed. The token
// stays, so that the desk can be told.
func (p *Portal) RevokeDevice(ctx context.Context, id string) error {
	return p.setRevoked(ctx, id, p.Now().UnixMilli(), "device.revoked")
}

// AllowDevice takes a revocation back.
func (p *Portal) AllowDevice(ctx context.Context, id string) error {
	return p.setRevoked(ctx, id, 0, "device.allowed")
}

func (p *Portal) setRevoked(ctx context.Context, id string, at int64, sort string) error {
	_, err := p.Store.Update(ctx, p.system(strings.ReplaceAll(sort, ".", " ")), func(tx *store.Tx) error {
		csr, err := tx.Revoke(id, at)
		if err != nil {
			return err
		}
		return care.Log(tx, care.Activity{Sort: sort, Detail: care.Detail(map[string]any{"device": id, "csr_id": csr})})
	})
	return err
}
