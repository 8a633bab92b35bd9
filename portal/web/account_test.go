package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"meterside/care"
)

// R67: what a customer changes of how they are reached is their task; what they did not touch stays.
func TestProfile(t *testing.T) {
	town := newTown(t)
	town.put(&care.AccountPerson{Account: home1, PersonID: "1000000007", Relationship: "main"})
	token := town.signIn("jdoe", jane)
	town.get("/profile?account="+home1, cookie(token)).wants(t, http.StatusOK, "How we reach you", "Where bills go", "Español")
	form := url.Values{"which": {"contact"}, "email": {"new@example.com"}, "email.was": {""}, "phone": {""}, "phone.was": {""}, "language": {"es"}, "language.was": {""}}
	town.post("/profile?account="+home1, form, cookie(token)).wants(t, http.StatusSeeOther)
	if got := town.rows("SELECT email, phone, language FROM persons WHERE person_id = '1000000007'"); got[0] != "new@example.com||es" {
		t.Errorf("the person has %q", got)
	}
	town.post("/profile?account="+home1, url.Values{"which": {"address"}, "address": {"1 ELM ST"}, "address.was": {""}}, cookie(token)).wants(t, http.StatusSeeOther)
	for _, kind := range []string{"profile.contact_changed", "profile.address_changed"} {
		want := kind + "|complete|" + home1 + "|" + jane + "|customer|portal||jdoe|jane@example.com|127.0.0.1|"
		if got := town.rows(taskFields+" WHERE kind = $1", kind); len(got) != 1 || got[0] != want {
			t.Errorf("tasks %q, want %q", got, want)
		}
	}
	bad := url.Values{"which": {"contact"}, "email": {"nowhere"}, "email.was": {"new@example.com"}}
	town.post("/profile?account="+home1, bad, cookie(token)).wants(t, http.StatusBadRequest, "This is not an email address", `value="nowhere"`, `value="new@example.com"`)
	town.post("/profile?account="+cabin, form, cookie(token)).wants(t, http.StatusForbidden)
	credential, session := town.masquerade(care.ModeAssist)
	town.post("/profile?account="+home1, url.Values{"which": {"contact"}, "phone": {"555 010 0100"}, "phone.was": {""}}, as(credential)).wants(t, http.StatusSeeOther)
	want := "profile.contact_changed|complete|" + home1 + "|" + jane + "|csr|masquerade|CSR001|||127.0.0.1|" + session
	if got := town.rows(taskFields+" WHERE session_id = $1", session); len(got) != 1 || got[0] != want {
		t.Errorf("tasks %q, want %q", got, want)
	}
}

// R39: who proves one more account gets it, and with it a task of their own; never inside a masquerade.
func TestAddingAnAccountByProof(t *testing.T) {
	town := registering(t)
	token := town.token(func() reply {
		town.must(town.SetWebUserPassword(t.Context(), omar, password))
		return town.post("/signin", credentials("omar", password))
	}())
	add := url.Values{"number": {home1}, "postal": {"05001"}, "last4": {"6789"}}
	town.get("/?account="+home1, cookie(token)).wants(t, http.StatusNotFound)
	town.post("/accounts", url.Values{"number": {home1}, "postal": {"05001"}, "last4": {"1234"}}, cookie(token)).wants(t, http.StatusUnprocessableEntity, "does not fit an account of ours")
	town.post("/accounts", add, cookie(token)).wants(t, http.StatusSeeOther)
	town.get("/accounts", cookie(token)).wants(t, http.StatusOK, `href="/?account=`+home1)
	town.get("/?account="+home1, cookie(token)).wants(t, http.StatusOK)
	town.post("/accounts", add, cookie(token)).wants(t, http.StatusConflict)
	want := "account.linked|complete|" + home1 + "|" + omar + "|customer|portal||omar|omar@example.com|127.0.0.1|"
	if got := town.rows(taskFields); len(got) != 1 || got[0] != want {
		t.Errorf("tasks %q, want %q", got, want)
	}
	credential, _ := town.masquerade(care.ModeFull)
	before := town.unsaid()
	town.post("/accounts", add, as(credential)).wants(t, http.StatusForbidden, "Only the customer can do this")
	wantSame(t, before, town.unsaid())
}

// M12: the customer sees at once who acts as them, as whom, and what staff did; what is another web user's stays theirs.
func TestWhoAccessedMyAccount(t *testing.T) {
	town := newTown(t)
	token := town.signIn("jdoe", jane)
	town.get("/access?account="+home1, cookie(token)).wants(t, http.StatusOK, "Nobody has acted as you.")
	credential, _ := town.masquerade(care.ModeFull)
	town.get("/access?account="+home1, cookie(token)).wants(t, http.StatusOK, "Customer service (CSR001)", "Open now", "What you can")
	town.post("/preferences?account="+home1, paperlessOn(), as(credential)).wants(t, http.StatusSeeOther)
	town.put(
		&care.Activity{ID: "A1", Account: home1, WebUserID: omar, At: 1, Sort: "account.unlocked", Actor: "CSR777", ActorKind: care.ByCSR},
		&care.Activity{ID: "A2", Account: home1, At: 2, Sort: "identifier.revealed", Actor: "CSR002", ActorKind: care.ByCSR},
		&care.Activity{ID: "A3", Account: home1, At: 3, Sort: "note.written", Actor: "CSR888", ActorKind: care.ByCSR},
	)
	r := town.get("/access?account="+home1, cookie(token))
	r.wants(t, http.StatusOK, "Preferences were changed", "Looked up your identifier", "Customer service (CSR002)")
	if strings.Contains(r.body, "CSR777") || strings.Contains(r.body, "CSR888") {
		t.Error("the page tells what is not this customer's")
	}
	town.get("/access?account="+shop, cookie(token)).wants(t, http.StatusNotFound)
	const told = "Customer service opened your portal"
	town.get("/?account="+home1, cookie(token)).wants(t, http.StatusOK, told)
	town.put(&care.PolicyEntry{Key: "masquerade.notify_customer", Value: "off"})
	if r := town.get("/?account="+home1, cookie(token)); strings.Contains(r.body, told) {
		t.Error("the first page tells of a masquerade though policy does not want it to")
	}
	town.get("/access?account="+home1, cookie(token)).wants(t, http.StatusOK, "Customer service (CSR001)", "Open now")
	stop := url.Values{"what": {care.RequestStop}, "on": {"2026-03-20"}}
	town.post("/requests?account="+home1, stop, as(credential)).wants(t, http.StatusSeeOther)
	town.get("/access?account="+home1, cookie(token)).wants(t, http.StatusOK, "Service was asked to stop")
}

// R54: the customer reads what was sent to them and what became of it, and nobody else's.
func TestMessagesSentToMe(t *testing.T) {
	town := newTown(t)
	token := town.signIn("jdoe", jane)
	town.get("/messages", cookie(token)).wants(t, http.StatusOK, "Nothing was sent to you yet.")
	town.put(
		&care.Notification{ID: "N1", Account: home1, WebUserID: jane, Template: "bill_ready", Address: "jane@<b>", SentAt: 1, Status: "bounced"},
		&care.Notification{ID: "N2", Account: home1, WebUserID: omar, Template: "payment_due", Address: "omar@example.com", SentAt: 1, Status: "delivered"},
	)
	r := town.get("/messages", cookie(token))
	r.wants(t, http.StatusOK, "Your bill is ready", "Came back", "jane@&lt;b&gt;")
	if strings.Contains(r.body, "omar@") {
		t.Error("another's message is shown")
	}
	town.get("/help?lang=es", cookie(token)).wants(t, http.StatusOK, "Me mudo")
}

// M13: what the staff have to look into among themselves stands on no page of the customer whom it is about. Seen to fail while
// /requests took every task of the account.
func TestWhatIsTheStaffsOwnIsOnNoPage(t *testing.T) {
	town := newTown(t)
	who := cookie(town.signIn("jdoe", jane))
	task := func(id, kind, webUser string) care.Record {
		return &care.Task{ID: id, Sort: kind, Status: care.TaskOpen, Account: home1, WebUserID: webUser, CreatedAt: 1, CreatedBy: care.BySystem, Origin: care.OriginSystem}
	}
	town.put(task("T1", care.AlarmOwnName, jane), task("T2", care.AlarmLookups, ""), task("T3", care.TaskReview, ""), task("T4", "payment.submitted", jane))
	r := town.get("/requests?account="+home1, who)
	r.wants(t, http.StatusOK, "Payment")
	if got := strings.Count(r.body, `<th scope="row">`); got != 1 {
		t.Errorf("%d requests are shown, not one: %s", got, r.body)
	}
}
