//go:build e2e

package main

import (
	"context"
	"fmt"
	"time"

	"meterside/care"
	"meterside/portal"
	"meterside/portal/external/externaltest"
	"meterside/portal/store"
)

// lead has masquerades lead to a utility's own portal, as far as it says. The caller closes it.
func lead(ctx context.Context, p *portal.Portal, how string) (*externaltest.Portal, error) {
	theirs := externaltest.NewPortal(&externaltest.Verifier{
		KeySet: func() ([]byte, error) { return p.KeySet(ctx) }, Issuer: p.Issuer(), Now: time.Now,
	})
	policy := []*care.PolicyEntry{
		{Key: "portal.address", Value: theirs.URL}, {Key: "portal.home_page", Value: "/home"}, {Key: "portal.hand_over", Value: how},
		{Key: "masquerade.mode.csr", Value: string(care.ModeFull)},
	}
	_, err := p.Store.Update(ctx, store.Options{Actor: portal.System("test"), Now: p.Now(), Command: "elsewhere"}, func(tx *store.Tx) error {
		for _, entry := range policy {
			if err := tx.Put(entry); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		theirs.Close()
		return nil, fmt.Errorf("leading masquerades elsewhere: %w", err)
	}
	return theirs, nil
}
