package portal

import (
	"context"

	"meterside/care"
	"meterside/portal/store"
)

// Devices lists every desk that somebody has signed in at.
func (p *Portal) Devices(ctx context.Context) ([]care.Device, error) {
	if err := p.KeepAcks(ctx); err != nil {
		return nil, err
	}
	return p.Store.Devices(ctx)
}

// RevokeDevice takes a desk its access. At its next contact it erases what it holds, but for what its user typed. The token
// stays, so that the desk can be told.
func (p *Portal) RevokeDevice(ctx context.Context, id string) error {
	return p.setRevoked(ctx, id, p.Now().UnixMilli())
}

// AllowDevice takes a revocation back.
func (p *Portal) AllowDevice(ctx context.Context, id string) error {
	return p.setRevoked(ctx, id, 0)
}

func (p *Portal) setRevoked(ctx context.Context, id string, at int64) error {
	_, err := p.Store.Update(ctx, p.system("device"), func(tx *store.Tx) error {
		return p.revoke(ctx, tx, id, at)
	})
	return err
}

// revoke marks a desk as revoked at an instant, which ends its masquerades, or as not revoked at 0, and logs it.
func (p *Portal) revoke(ctx context.Context, tx *store.Tx, id string, at int64) error {
	csr, err := tx.Revoke(id, at)
	if err != nil {
		return err
	}
	sort := "device.allowed"
	if at != 0 {
		sort = "device.revoked"
		if err := p.endMasquerades(ctx, tx, "permission_lost", "desk = $1", id); err != nil {
			return err
		}
	}
	return care.Log(tx, care.Activity{Sort: sort, Detail: care.Detail(map[string]any{"device": id, "csr_id": csr})})
}
