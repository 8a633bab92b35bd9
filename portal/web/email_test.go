package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"meterside/care"
	"meterside/portal"
)

func newAddress(email string) url.Values {
	return url.Values{"email": {email}, "password": {password}}
}

// sentTo are the letters in line, as template and address.
func (town *town) sentTo() []string {
	return town.rows("SELECT template || ' ' || address FROM notifications ORDER BY sent_at, template")
}

func (town *town) emailOf(id string) string {
	return town.rows("SELECT email FROM web_users WHERE web_user_id = $1", id)[0]
}

// R33, R54, R67: letters go to another address once the link that was sent there is opened and confirmed; until then the old one
// stays, and it is told at once. What came to the old one works no more.
//
// It was seen to fail where the address was set at once, and where the links of the old mailbox went on working.
func TestLettersGoToAnotherAddress(t *testing.T) {
	town := newTown(t)
	token := town.signIn("jdoe", jane)
	at := "/profile/email?account=" + home1
	town.get("/profile?account="+home1, cookie(token)).wants(t, http.StatusOK, "Where letters go", "go to jane@example.com", "Present password")
	town.post(at, newAddress("nowhere"), cookie(token)).wants(t, http.StatusBadRequest, "This is not an email address", `value="nowhere"`)
	town.post(at, newAddress(""), cookie(token)).wants(t, http.StatusBadRequest, "Type the new address")
	town.post(at, newAddress("JANE@example.com"), cookie(token)).wants(t, http.StatusConflict, "go to this address already")
	town.post(at, url.Values{"email": {"new@example.org"}, "password": {"wrong"}}, cookie(token)).wants(t, http.StatusUnauthorized, "The present password is wrong")
	if got := town.sentTo(); len(got) != 0 {
		t.Fatalf("%q is in line before anything was asked rightly", got)
	}

	town.post("/forgot/password", url.Values{"username": {"jdoe"}}).wants(t, http.StatusOK)
	reset := town.letters()
	town.later(time.Minute)
	town.post(at, newAddress("omar@example.com"), cookie(token)).wants(t, http.StatusSeeOther) // another web user's: the same answer
	first := town.letters()
	town.later(time.Minute)
	asked := town.post(at, newAddress(" new@example.org "), cookie(token))
	asked.wants(t, http.StatusSeeOther)
	town.get(asked.Header.Get("Location"), cookie(token)).wants(t, http.StatusOK, "A link is on its way", "A link was sent to new@example.org", "Cancel the change", "go to jane@example.com")
	want := []string{
		"password_reset jane@example.com", "new_email omar@example.com", "new_email_asked jane@example.com", "new_email new@example.org", "new_email_asked jane@example.com",
	}
	if got := town.sentTo(); strings.Join(got, "; ") != strings.Join(want, "; ") {
		t.Errorf("in line %q, want %q", got, want)
	}
	if got := town.emailOf(jane); got != "jane@example.com" {
		t.Errorf("the address is %q before the link is opened", got)
	}

	town.get("/email", sends(town.get(portal.EmailPage+first))).wants(t, http.StatusUnauthorized, "This link has ended")
	followed := town.get(portal.EmailPage + town.letters())
	followed.wants(t, http.StatusSeeOther)
	town.get("/email", sends(followed)).wants(t, http.StatusOK, "jdoe", "new@example.org")
	if got := town.emailOf(jane); got != "jane@example.com" {
		t.Errorf("looking at the link made the address %q", got)
	}
	confirmed := town.post("/email", nil, sends(followed))
	confirmed.wants(t, http.StatusSeeOther)
	town.get(confirmed.Header.Get("Location")).wants(t, http.StatusOK, "Our letters go to your new address")
	town.post("/email", nil, sends(followed)).wants(t, http.StatusUnauthorized)
	town.get("/reset", sends(town.get(portal.ResetPage+reset))).wants(t, http.StatusUnauthorized)
	if got := town.emailOf(jane); got != "new@example.org" {
		t.Errorf("the address is %q", got)
	}
	moved := town.rows("SELECT address FROM notifications WHERE template = 'login_email_changed' ORDER BY address")
	if strings.Join(moved, " ") != "jane@example.com new@example.org" {
		t.Errorf("%q were told that the address changed", moved)
	}
	task := "login_email.changed|complete|" + home1 + "|" + jane + "|customer|portal||jdoe|new@example.org|127.0.0.1|"
	if got := town.rows(taskFields + " WHERE kind = 'login_email.changed'"); len(got) != 1 || got[0] != task {
		t.Errorf("tasks %q, want %q", got, task)
	}
	town.get("/?account="+home1, cookie(token)).wants(t, http.StatusOK, "The address for letters was changed")
	town.post("/forgot/password", url.Values{"username": {"jdoe"}}).wants(t, http.StatusOK)
	if got := town.rows("SELECT count(*) FROM notifications WHERE template = 'password_reset' AND address = 'new@example.org'"); got[0] != "1" {
		t.Errorf("%s links for a new password went to the new address", got)
	}
}

// R33: a change that waits is cancelled, ends after its time, and is asked for five times a day at most; a lock stops it.
func TestAChangeOfAddressEnds(t *testing.T) {
	town := newTown(t)
	token := town.signIn("jdoe", jane)
	at := "/profile/email?account=" + home1
	town.post("/profile/email/keep?account="+home1, nil, cookie(token)).wants(t, http.StatusConflict, "No change waits")
	opened := func() reply { return town.get("/email", sends(town.get(portal.EmailPage+town.letters()))) }
	town.post(at, newAddress("new@example.org"), cookie(token)).wants(t, http.StatusSeeOther)
	opened().wants(t, http.StatusOK)
	town.post("/profile/email/keep?account="+home1, nil, cookie(token)).wants(t, http.StatusSeeOther)
	opened().wants(t, http.StatusUnauthorized)
	for range care.MostNewEmails - 1 {
		town.later(time.Second)
		town.post(at, newAddress("new@example.org"), cookie(token)).wants(t, http.StatusSeeOther)
	}
	town.post(at, newAddress("new@example.org"), cookie(token)).wants(t, http.StatusConflict, "no more may go")
	opened().wants(t, http.StatusOK)
	town.command(&care.LockWebUser{WebUserID: jane, Reason: "compromised"})
	followed := town.get(portal.EmailPage + town.letters())
	town.post("/email", nil, sends(followed)).wants(t, http.StatusUnauthorized)
	town.command(&care.UnlockWebUser{WebUserID: jane})
	town.later(24 * time.Hour)
	town.post("/email", nil, sends(followed)).wants(t, http.StatusUnauthorized)
	if got := town.emailOf(jane); got != "jane@example.com" {
		t.Errorf("the address is %q", got)
	}
}

// R51: who lost the mailbox and the password comes back: a recovery code that is read out, a password, another address.
func TestALostMailbox(t *testing.T) {
	town := newTown(t)
	town.post("/recover", newPasswords("username", "jdoe", "code", town.code())).wants(t, http.StatusSeeOther)
	token := town.token(town.post("/signin", credentials("jdoe", chosen)))
	town.post("/profile/email?account="+home1, url.Values{"email": {"new@example.org"}, "password": {chosen}}, cookie(token)).wants(t, http.StatusSeeOther)
	town.post("/email", nil, sends(town.get(portal.EmailPage+town.letters())), cookie(token)).wants(t, http.StatusSeeOther)
	if got := town.emailOf(jane); got != "new@example.org" {
		t.Errorf("the address is %q", got)
	}
}

// R64, R65: a CSR inside a masquerade changes the address only where the entitlement says so, which it does not by itself; the page
// says why, and what was refused and what was done stands where the customer reads it.
func TestAnAddressInAMasquerade(t *testing.T) {
	town := newTown(t)
	credential, session := town.masquerade(care.ModeFull)
	at := "/profile/email?account=" + home1
	town.get("/profile?account="+home1, as(credential)).wants(t, http.StatusOK, "Where letters go", "CSRs may not do this for a customer")
	town.post(at, url.Values{"email": {"csr@example.net"}}, as(credential)).wants(t, http.StatusForbidden, "CSRs may not do this for a customer")
	if got := town.sentTo(); len(got) != 0 {
		t.Errorf("%q", got)
	}
	town.put(&care.PolicyEntry{Key: "entitlements.identity.login_email", Value: "second_person"})
	town.post(at, url.Values{"email": {"new@example.org"}}, as(credential)).wants(t, http.StatusSeeOther)
	if got, waits := town.sentTo(), town.rows("SELECT kind || '|' || account_number || '|' || web_user_id FROM tasks WHERE status = 'open'"); len(got) != 0 || len(waits) != 1 || waits[0] != "login_email.change_requested|"+home1+"|"+jane {
		t.Errorf("for a second person wait %q, and %q was sent before", waits, got)
	}
	town.put(&care.PolicyEntry{Key: "entitlements.identity.login_email", Value: "allow"})
	town.post(at, url.Values{"email": {"new@example.org"}}, as(credential)).wants(t, http.StatusSeeOther)
	task := "login_email.change_requested|complete|" + home1 + "|" + jane + "|csr|masquerade|CSR001|||127.0.0.1|" + session
	if got := town.rows(taskFields + " WHERE status = 'complete'"); len(got) != 1 || got[0] != task {
		t.Errorf("tasks %q, want %q", got, task)
	}
	if got := town.sentTo(); strings.Join(got, "; ") != "new_email new@example.org; new_email_asked jane@example.com" {
		t.Errorf("%q", got)
	}
	town.get("/access?account="+home1, cookie(town.signIn("jdoe", jane))).wants(t, http.StatusOK, "Another address for letters was asked for")
	town.get("/email", as(credential)).wants(t, http.StatusForbidden)
}
