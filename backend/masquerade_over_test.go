package backend

import (
	"context"
	"testing"

	"meterside/care"
	"meterside/records"
)

// M11: a desk that hears of it knows that a masquerade may not go on, and why, in the portal's words.
func TestM11TheDeskKnowsThatAMasqueradeMayNotGoOn(t *testing.T) {
	const session, user = "M1", "W1"
	who := care.Actor{ID: "CSR001", Role: care.RoleCSR, Origin: care.OriginDesk}
	for _, c := range []struct {
		name string
		told care.Record
		want string
	}{
		{"nothing", nil, ""},
		{"another customer was locked", &care.WebUserLock{WebUserID: "W2", Lock: care.LockCSR}, ""},
		{"the customer was locked", &care.WebUserLock{WebUserID: user, Lock: care.LockCSR}, "customer_locked"},
		{"it was ended", &care.Masquerade{ID: session, WebUserID: user, CSRID: who.ID, Mode: care.ModeView, EndedAt: 2, EndReason: "expired"}, "expired"},
		{"it may only look", &care.PolicyEntry{Key: "masquerade.mode.csr", Value: "view"}, ""},
		{"the mode was taken", &care.PolicyEntry{Key: "masquerade.mode.csr", Value: "off"}, "permission_lost"},
		{"the desk was switched off", &care.PolicyEntry{Key: "console.enabled", Value: "off"}, "permission_lost"},
	} {
		t.Run(c.name, func(t *testing.T) {
			db := replica(t)
			for _, rec := range []care.Record{&care.Masquerade{ID: session, WebUserID: user, CSRID: who.ID, Mode: care.ModeView}, c.told} {
				if rec == nil {
					continue
				}
				if err := records.Store(t.Context(), db, rec); err != nil {
					t.Fatal(err)
				}
			}
			if got, err := masqueradeOver(t.Context(), db, who, session, user); err != nil || got != c.want {
				t.Errorf("got %q, %v; want %q", got, err, c.want)
			}
		})
	}
	nobody := &Backend{}
	if got, err := nobody.MasqueradeOver(context.Background(), session, user); err != nil || got != "permission_lost" {
		t.Errorf("nobody is signed in: %q, %v", got, err)
	}
}
