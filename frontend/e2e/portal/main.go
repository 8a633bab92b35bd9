//go:build e2e

// Command portal stands up the customers' pages over a small town of its own for the browser tests. It prints where they
// are, with a customer's sign-in and a view-only masquerade's credential, as one JSON line, and ends with its standard
// input.
package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http/httptest"
	"os"

	"meterside/care"
	"meterside/portal"
	"meterside/portal/store"
	"meterside/portal/web"
)

const (
	account  = "030000013"
	user     = "W00000001"
	password = "correct horse battery"
	verifier = "verifier-of-the-test"
	device   = "desk-of-the-test"
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run serves until standard input ends.
func run(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "portal-e2e-")
	if err != nil {
		return fmt.Errorf("making a folder: %w", err)
	}
	defer os.RemoveAll(dir)
	p, err := portal.Open(ctx, dir)
	if err != nil {
		return err
	}
	defer p.Close()
	if err := seed(ctx, p); err != nil {
		return err
	}
	credential, err := masquerade(ctx, p)
	if err != nil {
		return err
	}
	pages := httptest.NewServer(web.New(p, web.Options{}))
	defer pages.Close()
	if err := json.NewEncoder(os.Stdout).Encode(map[string]string{
		"url": pages.URL, "username": "jdoe", "password": password, "credential": credential,
	}); err != nil {
		return fmt.Errorf("telling where the pages are: %w", err)
	}
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// seed makes one customer with two accounts, bills and a name that software gets wrong.
func seed(ctx context.Context, p *portal.Portal) error {
	kwh := int64(412)
	town := []care.Record{
		&care.District{ID: "D1", Name: "Harborside"},
		&care.Person{ID: "1000000007", Sort: "person", FirstName: "José", LastName: "Núñez <b>"},
		&care.Premise{ID: "P1", DistrictID: "D1", Address1: "2172 MAIN ST", Unit: "APT 4", City: "WESTERHAVEN", State: "VT", Postal: "05001"},
		&care.Account{Number: account, MainPersonID: "1000000007", PremiseID: "P1", DistrictID: "D1", Status: "active", BalanceCents: 9876, Nickname: "الأحمد"},
		&care.Account{Number: "030000021", MainPersonID: "1000000007", PremiseID: "P1", DistrictID: "D1", Status: "active"},
		&care.WebUser{ID: user, Username: "jdoe", Email: "jdoe@example.com", PersonID: "1000000007", Enrolment: care.Enrolled},
		&care.WebUserAccount{WebUserID: user, Account: account, Role: "owner", DefaultProfile: true},
		&care.WebUserAccount{WebUserID: user, Account: "030000021", Role: "owner"},
	}
	for month := 1; month <= 12; month++ {
		town = append(town, &care.Bill{
			ID: fmt.Sprintf("B%02d", month), Account: account, TotalCents: 9876, Quantity: kwh, Unit: "kWh", Estimated: month == 3,
			IssuedOn: fmt.Sprintf("2026-%02d-03", month), DueOn: fmt.Sprintf("2026-%02d-24", month),
			PeriodStart: fmt.Sprintf("2026-%02d-01", month), PeriodEnd: fmt.Sprintf("2026-%02d-28", month),
			Segments: care.Segments{
				{Line: 1, Service: "electric", Description: "Energy charge", Quantity: &kwh, Unit: "kWh", AmountCents: 9000},
				{Line: 2, Service: "electric", Description: "Tax", AmountCents: 876},
			},
		})
	}
	_, err := p.Store.Update(ctx, store.Options{Actor: portal.System("test"), Now: p.Now(), Command: "seed"}, func(tx *store.Tx) error {
		for _, rec := range town {
			if err := tx.Put(rec); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("seeding the town: %w", err)
	}
	if err := p.SetWebUserPassword(ctx, user, password); err != nil {
		return err
	}
	return p.AddStaff(ctx, care.Staff{ID: "CSR001", Name: "Ann Ruiz", Role: care.RoleCSR, Districts: care.List{"D1"}, Active: true}, password)
}

// masquerade opens a view-only session as the customer and gives its credential.
func masquerade(ctx context.Context, p *portal.Portal) (string, error) {
	session, err := p.SignInStaff(ctx, "CSR001", password, device, "127.0.0.1")
	if err != nil {
		return "", err
	}
	actor, err := p.DeskActor(ctx, session.Token, "127.0.0.1")
	if err != nil {
		return "", err
	}
	env, err := portal.NewEnvelope("masquerade.start", []byte(care.Detail(care.StartMasquerade{
		WebUserID: user, Account: account, Reason: "test", Acknowledged: true,
	})), p.Now())
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(verifier))
	grant, err := p.AskMasquerade(ctx, actor, env, hex.EncodeToString(sum[:]), "en")
	if err != nil {
		return "", err
	}
	redeemed, err := p.RedeemTicket(ctx, grant.Ticket, verifier, device, "127.0.0.1")
	return redeemed.Credential, err
}
