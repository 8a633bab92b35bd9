//go:build e2e

package scan

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"meterside/care"
	"meterside/care/demo"
	"meterside/portal"
	"meterside/portal/importer"
	"meterside/portal/store"
	"meterside/portal/web"
)

const (
	password    = "a password for this scan"
	pastSession = "S1" // in which somebody acted as the customer of the guide
)

// town is the demo town's portal, with two doors to the customers' pages: one for who is signed in, one for who is not.
type town struct {
	*portal.Portal
	t       *testing.T
	guide   demo.Guide
	bill    string // of the customer who is signed in
	in, out *front
}

func newTown(t *testing.T) *town {
	t.Helper()
	dir := t.TempDir()
	export := filepath.Join(dir, "export")
	// Two months of bills: the pages are the same with more, only longer.
	counts, err := demo.Write(export, demo.Options{Accounts: 300, Months: 2, Seed: 1, Today: time.Now().UTC().Truncate(24 * time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	p, err := portal.Open(t.Context(), filepath.Join(dir, "portal"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	town := &town{Portal: p, t: t, guide: counts.Guide}
	_, err = importer.Import(t.Context(), p, export, importer.Options{By: "scan"})
	town.must(err)
	town.must(p.SetWebUserPassword(t.Context(), town.guide.Enrolled.ID, password))
	bills, err := p.Bills(t.Context(), town.guide.Enrolled.Account, 1)
	town.must(err)
	if len(bills) == 0 {
		t.Fatal("the customer of the guide has no bill")
	}
	town.bill = bills[0].ID
	user := town.guide.Enrolled
	_, err = p.Store.Update(t.Context(), store.Options{Actor: portal.System("scan"), Now: p.Now(), Command: "receipt"}, func(tx *store.Tx) error {
		return errors.Join(tx.Put(&care.PolicyEntry{Key: "masquerade.customer_receipt", Value: "on"}),
			tx.Put(&care.Masquerade{ID: pastSession, CSRID: "CSR001", WebUserID: user.ID, Account: user.Account, Mode: care.ModeView, GrantedAt: 1, StartedAt: 1, EndedAt: 2}))
	})
	town.must(err)
	pages := web.New(p, web.Options{Secure: true, Log: slog.New(slog.DiscardHandler)})
	town.in, town.out = newFront(town, pages, true), newFront(town, pages, false)
	return town
}

func (town *town) must(err error) {
	town.t.Helper()
	if err != nil {
		town.t.Fatal(err)
	}
}

// session is a session of the guide's customer that counts: the one there is, or another where the scanner has ended it, or
// has guessed at the password until the customer was locked out.
func (town *town) session(token string) (string, error) {
	ctx, user := context.Background(), town.guide.Enrolled
	if token != "" {
		if _, err := town.CustomerActor(ctx, token, "127.0.0.1"); err == nil {
			return token, nil
		}
	}
	_, err := town.Store.Update(ctx, store.Options{Actor: portal.System("scan"), Now: town.Now(), Command: "unlock"}, func(tx *store.Tx) error {
		locks, err := tx.Locks(user.ID)
		if err != nil {
			return err
		}
		for i := range locks {
			if err := tx.Delete(&locks[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil && care.CodeOf(err) != "" {
		return "", err
	}
	return town.SignInCustomer(ctx, user.Username, password, "127.255.255.254")
}
