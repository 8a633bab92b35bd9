package portal

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"meterside/care"
	"meterside/portal/store/storetest"
)

// recovering is the town of askTown with a clock that a test moves.
type recovering struct {
	*testing.T
	*Portal
	database string
	now      time.Time
	csr      care.Actor
}

func onBothRecovering(t *testing.T, fn func(*recovering)) {
	storetest.Databases(t, func(t *testing.T, database string) {
		p := askTown(t, database)
		r := &recovering{T: t, Portal: p, database: database, now: time.Now(), csr: at(care.RoleCSR, "CSR001", "d:D01")}
		r.csr.Desk = ""
		p.Now = func() time.Time { return r.now }
		p.allowance.csr = bound{1000, 1000}
		fn(r)
	})
}

// another is another node of the same portal, or the same one started again.
func (r *recovering) another() *Portal {
	r.Helper()
	p, err := Open(r.Context(), r.database)
	if err != nil {
		r.Fatal(err)
	}
	r.Cleanup(func() { _ = p.Close() })
	p.Now = func() time.Time { return r.now }
	return p
}

// do sends a command as an actor and wants it to end so; "" is applied.
func (r *recovering) do(who care.Actor, kind string, args any, want care.Code) {
	r.Helper()
	b, err := care.Disclose(args)
	if err != nil {
		r.Fatal(err)
	}
	env := care.Envelope{ID: uuid.NewString(), Kind: kind, Version: care.CommandVersion, Args: b, CreatedAt: r.now.UnixMilli()}
	v, err := r.Do(r.Context(), who, env)
	if err != nil || v.Code != want || (want == "") != (v.Outcome == care.Applied) {
		r.Errorf("%s %s: %+v, %v; want %q", kind, b, v, err, want)
	}
}

// as runs the rest of a command as the CSR.
func (r *recovering) as(kind string, args any, want care.Code) {
	r.Helper()
	r.do(r.csr, kind, args, want)
}

func (r *recovering) code() care.RecoveryCode {
	r.Helper()
	given, err := r.Ask(r.Context(), r.csr, question(r.T, "recovery.generate_code", &care.GenerateCode{WebUserID: "W1", Account: "030000013"}))
	if err != nil {
		r.Fatal(err)
	}
	code, ok := given.(care.RecoveryCode)
	if !ok {
		r.Fatalf("given %T", given)
	}
	return code
}

func (r *recovering) redeem(code string, want care.Code) {
	r.Helper()
	user, err := r.RedeemRecovery(r.Context(), "jose", code, "203.0.113.9")
	if care.CodeOf(err) != want || (err == nil) != (user.ID == "W1") {
		r.Errorf("redeeming: %v for %q, want %q", err, user.ID, want)
	}
}

func (r *recovering) count(query string, args ...any) int {
	r.Helper()
	return countOf(r.T, r.Portal, query, args...)
}

// R51: a code of three groups of four, without O, 0, I and 1; the portal keeps its hash alone; of two codes the later one
// works, once, for 24 hours, unless it is revoked.
//
// Seen to fail with the letter O among a code's, with codes of 25 hours, with two that live at once, and with one that a lock does
// not stop.
func TestARecoveryCode(t *testing.T) { onBothRecovering(t, aRecoveryCode) }

func aRecoveryCode(r *recovering) {
	first, second := r.code(), r.code()
	for _, given := range []care.RecoveryCode{first, second} {
		if !regexp.MustCompile(`^[A-HJ-NP-Z2-9]{4}(-[A-HJ-NP-Z2-9]{4}){2}$`).MatchString(string(given.Code)) || given.EndsAt != r.now.Add(24*time.Hour).UnixMilli() {
			r.Errorf("%#v ends at %d", string(given.Code), given.EndsAt)
		}
	}
	if first.Code == second.Code {
		r.Fatal("two codes are the same")
	}
	for _, table := range append([]string{"verdict", "sync_change", "recovery_secret"}, tablesOfRecords()...) {
		for _, secret := range []string{string(second.Code), plainCode(string(second.Code))} {
			if holds(r.T, r.Portal, table, secret) {
				r.Errorf("%s holds the code", table)
			}
		}
	}
	r.redeem(string(first.Code), care.CodeCodeWrong)
	r.redeem(" "+strings.ToLower(strings.ReplaceAll(string(second.Code), "-", " ")), "")
	r.redeem(string(second.Code), care.CodeCodeWrong)
	r.as("recovery.revoke_code", &care.RevokeCode{WebUserID: "W1"}, care.CodeNoCode)

	third := r.code()
	r.as("recovery.revoke_code", &care.RevokeCode{WebUserID: "W1", Account: "030000013"}, "")
	r.redeem(string(third.Code), care.CodeCodeWrong)

	fourth := r.code()
	r.now = r.now.Add(24*time.Hour - time.Millisecond)
	r.as("web_user.lock", &care.LockWebUser{WebUserID: "W1", Reason: "misuse"}, "")
	r.redeem(string(fourth.Code), care.CodeCodeWrong) // locked: neither redeemed nor used up
	r.as("web_user.unlock", &care.UnlockWebUser{WebUserID: "W1"}, "")
	r.now = r.now.Add(time.Millisecond)
	r.redeem(string(fourth.Code), care.CodeCodeWrong)
	if n := r.count("SELECT count(*) FROM activities WHERE kind = 'recovery.code_used'"); n != 1 {
		r.Errorf("%d uses are logged", n)
	}
}

// holds looks for a text in every row of a table.
func holds(t *testing.T, p *Portal, table, text string) bool {
	t.Helper()
	rows, err := p.Store.Reader().QueryContext(t.Context(), "SELECT * FROM "+table)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	cells := make([]any, len(columns))
	for i := range cells {
		cells[i] = new(any)
	}
	for rows.Next() {
		if err := rows.Scan(cells...); err != nil {
			t.Fatal(err)
		}
		for _, cell := range cells {
			if v, ok := cell.(*any); ok && strings.Contains(fmt.Sprintf("%s", *v), text) {
				return true
			}
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return false
}

// R51: of a hundred who redeem one code at once, one wins.
func TestAHundredRedeemACode(t *testing.T) { onBothRecovering(t, aHundredRedeem) }

func aHundredRedeem(r *recovering) {
	code := string(r.code().Code)
	won := map[care.Code]int{}
	var mu sync.Mutex
	var all sync.WaitGroup
	for i := range 100 {
		all.Go(func() {
			_, err := r.RedeemRecovery(r.Context(), "jose", code, fmt.Sprint("203.0.113.", i))
			mu.Lock()
			defer mu.Unlock()
			won[care.CodeOf(err)]++
		})
	}
	all.Wait()
	if won[""] != 1 || won[""]+won[care.CodeCodeWrong]+won[care.CodeSignInThrottled] != 100 {
		r.Errorf("%v", won)
	}
}

// R51: guessing ends after ten wrong codes of one name; a name that is none is answered alike.
func TestGuessingCodesIsThrottled(t *testing.T) { onBothRecovering(t, guessingIsThrottled) }

func guessingIsThrottled(r *recovering) {
	code := string(r.code().Code)
	for range throttleAccount {
		r.redeem("AAAA-BBBB-CCCC", care.CodeCodeWrong)
		if _, err := r.RedeemRecovery(r.Context(), "nobody", code, "203.0.113.9"); care.CodeOf(err) != care.CodeCodeWrong {
			r.Error(err)
		}
	}
	r.redeem(code, care.CodeSignInThrottled)
	if n := r.count("SELECT count(*) FROM activities WHERE kind = 'recovery.code_refused'"); n != 2*throttleAccount {
		r.Errorf("%d wrong codes are logged", n)
	}
	r.now = r.now.Add(throttleWindow)
	r.redeem(code, "")
}

// R49, R50: a link goes to the address on record, in line to be sent, and ends after 24 hours; not while the web user is
// locked, whatever the lock; what waited longer than a quarter of an hour lapses.
func TestAResetLink(t *testing.T) { onBothRecovering(t, aResetLink) }

func aResetLink(r *recovering) {
	send := &care.SendLink{WebUserID: "W1", Account: "030000013"}
	for _, lock := range []care.Lock{care.LockPassword, care.LockCSR, care.LockPermanent} {
		write(r.T, r.Portal, &care.WebUserLock{WebUserID: "W1", Lock: lock})
		want := map[bool]care.Code{true: care.CodeDeactivated, false: care.CodeWebUserLocked}[lock == care.LockPermanent]
		r.as("recovery.send_link", send, want)
		if _, err := r.Ask(r.Context(), r.csr, question(r.T, "recovery.generate_code", &care.GenerateCode{WebUserID: "W1", Account: "030000013"})); care.CodeOf(err) != want {
			r.Errorf("a code while locked: %v", err)
		}
		r.as("web_user.unlock", &care.UnlockWebUser{WebUserID: "W1", Lock: lock}, "")
	}
	r.as("recovery.send_link", send, "")
	r.as("recovery.send_link", send, "")
	if n := r.count("SELECT count(*) FROM notifications WHERE template = 'password_reset' AND status = 'queued' AND address = 'jose@example.com' AND account_number = '030000013'"); n != 2 {
		r.Errorf("%d messages wait", n)
	}
	if n := r.count("SELECT count(*) FROM recoveries r JOIN recovery_secret s ON s.recovery_id = r.recovery_id WHERE kind = 'link' AND revoked_at = 0 AND length(token) = 43 AND r.ends_at = $1", r.now.Add(24*time.Hour).UnixMilli()); n != 1 {
		r.Errorf("%d links work", n)
	}
	made := r.now
	r.now = r.now.Add(16 * time.Minute)
	b, _ := care.Disclose(send)
	v, err := r.Do(r.Context(), r.csr, care.Envelope{ID: uuid.NewString(), Kind: "recovery.send_link", Args: b, CreatedAt: made.UnixMilli()})
	if err != nil || v.Outcome != care.Lapsed {
		r.Errorf("after a quarter of an hour: %+v, %v", v, err)
	}
	write(r.T, r.Portal, &care.WebUser{ID: "W1", Username: "jose", PersonID: "1", Enrolment: care.Enrolled})
	r.as("recovery.send_link", send, care.CodeNoEmail)
}

// R42: the activation is sent again to who is pending, and to nobody else.
func TestResendingAnActivation(t *testing.T) {
	onBothRecovering(t, func(r *recovering) {
		r.as("activation.resend", &care.ResendActivation{WebUserID: "W1"}, care.CodeAlreadyEnrolled)
		write(r.T, r.Portal, &care.WebUser{ID: "W1", Username: "jose", Email: "jose@example.com", PersonID: "1", Enrolment: care.Pending})
		r.as("recovery.send_link", &care.SendLink{WebUserID: "W1"}, care.CodeNotEnrolled)
		r.as("activation.resend", &care.ResendActivation{WebUserID: "W1"}, "")
		if n := r.count("SELECT count(*) FROM notifications WHERE template = 'registration_validation' AND status = 'queued' AND account_number = '030000013'"); n != 1 {
			r.Errorf("%d messages wait", n)
		}
	})
}
