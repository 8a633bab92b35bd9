package portal

import (
	"testing"
	"time"

	"meterside/care"
	"meterside/portal/store"
)

// seat signs a member of staff in at their desk, without a password.
func seat(t *testing.T, p *Portal, who care.Actor, until time.Time) (token, credential string) {
	t.Helper()
	token, credential, err := newSecret()
	if err != nil {
		t.Fatal(err)
	}
	now := p.Now()
	if _, err := p.Store.Update(t.Context(), p.system("seat "+token), func(tx *store.Tx) error {
		if err := tx.Enrol(who.Desk, who.ID, nil, now); err != nil {
			return err
		}
		return openDeskSession(t.Context(), tx, credential, who.ID, who.Desk, now.UnixMilli(), until.UnixMilli())
	}); err != nil {
		t.Fatal(err)
	}
	return token, credential
}

// onlyTheAsker is a verifier, and verifierHash what a ticket is asked for with.
const onlyTheAsker = "only the asker knows"

var verifierHash = hashSecret(onlyTheAsker)

// seated is the CSR, signed in at a desk for as long as desks are.
func (r *recovering) seated() care.Actor {
	r.Helper()
	who := at(care.RoleCSR, "CSR001", "d:D01")
	_, who.Credential = seat(r.T, r.Portal, who, r.now.Add(deskSessionLife))
	return who
}

// wrote is what tells a change: everything but that it was refused.
func (r *recovering) wrote() [5]int {
	r.Helper()
	var counts [5]int
	for i, query := range []string{
		"SELECT count(*) FROM activities WHERE kind NOT LIKE '%refused'", "SELECT count(*) FROM tasks", "SELECT count(*) FROM masquerades",
		"SELECT count(*) FROM masquerade_credential", "SELECT count(*) FROM accounts WHERE nickname <> ''",
	} {
		counts[i] = r.count(query)
	}
	return counts
}

// asEver takes back what a row did, an hour later.
func (r *recovering) asEver() {
	r.Helper()
	r.now = r.now.Add(time.Hour)
	r.wants(r.EndOverdue(r.Context()), "")
	write(r.T, r.Portal, &care.Staff{ID: "CSR001", Name: "Grace", Role: care.RoleCSR, Districts: care.List{"all"}, Active: true},
		&care.WebUser{ID: "W1", Username: "jose", Email: "jose@example.com", PersonID: "1", Enrolment: care.Enrolled})
	r.policy("masquerade.mode.csr", "full")
	if r.count("SELECT count(*) FROM web_user_locks") > 0 {
		r.do(System("test"), "web_user.unlock", &care.UnlockWebUser{WebUserID: "W1", Lock: care.LockCSR}, "")
	}
	if err := r.AllowDevice(r.Context(), "d-CSR001"); care.CodeOf(err) != care.CodeNotFound {
		r.wants(err, "")
	}
}

// M11: what a session began is not done once it has ended, whatever ended it: nothing of the customer changes, and nothing is sent on.
//
// Seen to fail for each row without the look at the session in the transaction that writes, and for its own row where the customer, the
// CSR, the desk, the policy or the clock is not looked at.
func TestM11NothingIsDoneAfterTheEndOfAMasquerade(t *testing.T) {
	onBothRecovering(t, nothingAfterAMasquerade)
}

func nothingAfterAMasquerade(r *recovering) {
	for name, end := range map[string]func(r *recovering, session string){
		"it was closed": func(r *recovering, session string) {
			r.wants(r.EndMasquerade(r.Context(), System("test"), session, "closed"), "")
		},
		"its time is over": func(r *recovering, _ string) { r.now = r.now.Add(30 * time.Minute) },
		"the customer, locked": func(r *recovering, _ string) {
			write(r.T, r.Portal, &care.WebUserLock{WebUserID: "W1", Lock: care.LockCSR})
		},
		"the customer, deactivated": func(r *recovering, _ string) {
			write(r.T, r.Portal, &care.WebUser{ID: "W1", Username: "jose", PersonID: "1", Enrolment: care.Enrolled, Hidden: true})
		},
		"the CSR, inactive": func(r *recovering, _ string) {
			write(r.T, r.Portal, &care.Staff{ID: "CSR001", Name: "Grace", Role: care.RoleCSR, Districts: care.List{"all"}})
		},
		"the CSR, in no role that may": func(r *recovering, _ string) {
			write(r.T, r.Portal, &care.Staff{ID: "CSR001", Name: "Grace", Role: "guest", Districts: care.List{"all"}, Active: true})
		},
		"the policy":        func(r *recovering, _ string) { r.policy("masquerade.mode.csr", "view") },
		"the desk, revoked": func(r *recovering, _ string) { r.wants(r.RevokeDevice(r.Context(), "d-CSR001"), "") },
		"a new password": func(r *recovering, _ string) {
			r.wants(r.SetStaffPassword(r.Context(), "CSR001", "another password"), "")
		},
		"revoked and allowed": func(r *recovering, _ string) {
			r.wants(r.RevokeDevice(r.Context(), "d-CSR001"), "")
			r.wants(r.AllowDevice(r.Context(), "d-CSR001"), "")
		},
	} {
		r.Log(name)
		r.asEver()
		afterTheEnd(r, end)
	}
}

func afterTheEnd(r *recovering, end func(r *recovering, session string)) {
	credential := r.masquerade(r.Portal)
	actor, m, err := r.MasqueradeActor(r.Context(), credential, "127.0.0.1")
	r.wants(err, "")
	r.wants(r.RaiseMasquerade(r.Context(), actor, m, care.ModeFull, true), "")
	actor, m, err = r.MasqueradeActor(r.Context(), credential, "127.0.0.1")
	r.wants(err, "")
	actor.Scopes = append(actor.Scopes, "d:D01")
	r.do(actor, "preferences.change", &care.ChangePreferences{Account: sameAccount, Nickname: new("")}, "")

	end(r, m.ID)
	before := r.wrote()
	r.do(actor, "preferences.change", &care.ChangePreferences{Account: sameAccount, Nickname: new("Stolen")}, care.CodeMasqueradeEnded)
	r.wants(r.Sent(r.Context(), actor, m, Sending{Method: "POST", Path: "/pay"}), care.CodeMasqueradeEnded)
	r.wants(r.RaiseMasquerade(r.Context(), actor, m, care.ModeFull, true), care.CodeMasqueradeEnded)
	if after := r.wrote(); after != before {
		r.Errorf("before the end %v, after it %v", before, after)
	}
	r.wants(r.EndMasquerade(r.Context(), actor, m.ID, "closed"), "") // it only destroys
	_, _, err = r.MasqueradeActor(r.Context(), credential, "127.0.0.1")
	r.wants(err, care.CodeMasqueradeEnded)
}

// M11: no masquerade outlives the sign-in of the desk that opened it, and none is opened by a ticket of before. Seen to fail where the desk
// is not looked at with a page, and with a ticket.
func TestM11NoMasqueradeOutlivesItsDesksSignIn(t *testing.T) { onBothRecovering(t, outlivesTheSignIn) }

func outlivesTheSignIn(r *recovering) {
	who := at(care.RoleCSR, "CSR001", "d:D01")
	_, who.Credential = seat(r.T, r.Portal, who, r.now.Add(time.Minute))
	r.now = r.now.Add(time.Minute - time.Second)
	ask := question(r.T, "masquerade.start", &care.StartMasquerade{WebUserID: "W1", Account: sameAccount, Reason: "x", Acknowledged: true})
	grant, err := r.AskMasquerade(r.Context(), who, ask.Envelope, verifierHash, "en")
	r.wants(err, "")
	r.now = r.now.Add(time.Second)
	_, err = r.RedeemTicket(r.Context(), grant.Ticket, onlyTheAsker, who.Desk, "127.0.0.1")
	r.wants(err, care.CodeNotSignedIn)

	_, who.Credential = seat(r.T, r.Portal, who, r.now.Add(5*time.Minute))
	r.now = r.now.Add(ticketLife)
	r.wants(r.EndOverdue(r.Context()), "")
	credential := r.opened(r.Portal, who)
	_, _, err = r.MasqueradeActor(r.Context(), credential, "127.0.0.1")
	r.wants(err, "")
	r.now = r.now.Add(4 * time.Minute)
	_, m, err := r.MasqueradeActor(r.Context(), credential, "127.0.0.1")
	r.wants(err, care.CodeMasqueradeEnded)
	if n := r.count("SELECT count(*) FROM masquerades WHERE session_id = $1 AND end_reason = 'signed_out'", m.ID); n != 1 {
		r.Error("the record does not say that the desk signed out")
	}
}

// M11: a question of a desk whose session ended, or that was revoked, since it began to ask is not answered, whatever it asks; one that signed
// in again asks anew. Seen to fail for each row without the look at the desk in the transaction.
func TestM11NothingIsAnsweredAfterTheEndOfADesk(t *testing.T) { onBothRecovering(t, nothingAfterADesk) }

func nothingAfterADesk(r *recovering) {
	for name, c := range map[string]struct {
		end  func(r *recovering, token string)
		want care.Code
	}{
		"revoked":    {func(r *recovering, _ string) { r.wants(r.RevokeDevice(r.Context(), "d-CSR001"), "") }, care.CodeDeviceRevoked},
		"signed out": {func(r *recovering, token string) { r.wants(r.SignOutStaff(r.Context(), token), "") }, care.CodeNotSignedIn},
		"a new password": {func(r *recovering, _ string) {
			r.wants(r.SetStaffPassword(r.Context(), "CSR001", "another password"), "")
		}, care.CodeNotSignedIn},
		"its time is up": {func(r *recovering, _ string) { r.now = r.now.Add(time.Hour) }, care.CodeNotSignedIn},
		"inactive": {func(r *recovering, _ string) {
			write(r.T, r.Portal, &care.Staff{ID: "CSR001", Name: "Grace", Role: care.RoleCSR, Districts: care.List{"all"}})
		}, care.CodeStaffInactive},
		"signed in again": {func(r *recovering, token string) {
			r.wants(r.SignOutStaff(r.Context(), token), "")
			r.seated()
		}, care.CodeNotSignedIn},
	} {
		r.Log(name)
		r.asEver()
		token, _ := seat(r.T, r.Portal, at(care.RoleCSR, "CSR001"), r.now.Add(time.Hour))
		who, err := r.DeskActor(r.Context(), token, "127.0.0.1")
		r.wants(err, "")
		c.end(r, token)
		before := r.wrote()
		for _, q := range []Question{
			question(r.T, "masquerade.start", &care.StartMasquerade{WebUserID: "W1", Account: sameAccount, Reason: "x", Acknowledged: true}),
			question(r.T, "account.fetch", ofEachKind["account.fetch"]),
		} {
			q.VerifierHash = verifierHash
			answer, err := r.Ask(r.Context(), who, q)
			if r.wants(err, c.want); answer != nil {
				r.Errorf("%s is answered: %v", q.Kind, answer)
			}
		}
		if after := r.wrote(); after != before {
			r.Errorf("before the end %v, after it %v", before, after)
		}
	}
}

// What a customer began is not done once their session has ended. Seen to fail for each row without the look at the session in the
// transaction, and for its own where a lock, or a deactivation, is not looked at.
func TestNothingIsDoneAfterTheEndOfASession(t *testing.T) { onBothRecovering(t, nothingAfterASession) }

func nothingAfterASession(r *recovering) {
	for name, end := range map[string]func(r *recovering, me care.Actor, token string){
		"signed out":            func(r *recovering, _ care.Actor, token string) { r.wants(r.SignOutCustomer(r.Context(), token), "") },
		"signed out everywhere": func(r *recovering, me care.Actor, _ string) { r.wants(r.SignOutEverywhere(r.Context(), me), "") },
		"a new password, elsewhere": func(r *recovering, me care.Actor, _ string) {
			r.wants(r.ChangePassword(r.Context(), r.signedIn(), "", "the old password", chosen), "")
		},
		"a new password, by the utility": func(r *recovering, _ care.Actor, _ string) {
			r.wants(r.SetWebUserPassword(r.Context(), "W1", "another password"), "")
		},
		"its time is up": func(r *recovering, _ care.Actor, _ string) { r.now = r.now.Add(webSessionLife) },
		"locked": func(r *recovering, _ care.Actor, _ string) {
			write(r.T, r.Portal, &care.WebUserLock{WebUserID: "W1", Lock: care.LockCSR})
		},
		"deactivated": func(r *recovering, _ care.Actor, _ string) {
			write(r.T, r.Portal, &care.WebUser{ID: "W1", Username: "jose", Email: "jose@example.com", PersonID: "1", Enrolment: care.Enrolled, Hidden: true})
		},
	} {
		r.Log(name)
		r.asEver()
		afterTheSession(r, end)
	}
}

func afterTheSession(r *recovering, end func(r *recovering, me care.Actor, token string)) {
	r.wants(r.SetWebUserPassword(r.Context(), "W1", "the old password"), "")
	token, err := r.SignInCustomer(r.Context(), "jose", "the old password", "203.0.113.1")
	r.wants(err, "")
	me, err := r.CustomerActor(r.Context(), token, "203.0.113.1")
	r.wants(err, "")
	r.do(me, "preferences.change", &care.ChangePreferences{Account: sameAccount, Nickname: new("")}, "")
	end(r, me, token)
	before, letters := r.wrote(), r.count("SELECT count(*) FROM notifications")
	r.do(me, "preferences.change", &care.ChangePreferences{Account: sameAccount, Nickname: new("Stolen")}, care.CodeNotSignedIn)
	r.wants(r.SetOwnPassphrase(r.Context(), me, "Seven Gray Herons"), care.CodeNotSignedIn)
	r.wants(r.SignOutEverywhere(r.Context(), me), care.CodeNotSignedIn)
	r.wants(r.AddAccount(r.Context(), me, Proof{Account: sameAccount}), care.CodeNotSignedIn)
	for _, password := range []string{"the old password", "another password", chosen} { // whichever it is now
		if err := r.ChangePassword(r.Context(), me, token, password, "a third password"); err == nil {
			r.Error("the password was changed")
		}
	}
	if after := r.wrote(); after != before || r.count("SELECT count(*) FROM notifications") != letters {
		r.Errorf("before the end %v, after it %v", before, after)
	}
}

// signedIn is the customer, signed in once more.
func (r *recovering) signedIn() care.Actor {
	r.Helper()
	token, err := r.SignInCustomer(r.Context(), "jose", "the old password", "203.0.113.2")
	r.wants(err, "")
	me, err := r.CustomerActor(r.Context(), token, "203.0.113.2")
	r.wants(err, "")
	return me
}
