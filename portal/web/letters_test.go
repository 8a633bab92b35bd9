package web

import (
	"net/http"
	"net/url"
	"testing"

	"meterside/care"
)

// R33, R54: a customer chooses which messages come by email; those about security come all the same, and say why. What they
// did not touch stays; in a masquerade it is the CSR's task.
func TestChoosingLetters(t *testing.T) {
	town := newTown(t)
	who, at := cookie(town.signIn("jdoe", jane)), "/letters?account="+home1
	town.get("/preferences?account="+home1, who).wants(t, http.StatusOK, `href="`+at+`"`)
	town.get(at, who).wants(t, http.StatusOK, `name="bill" value="on" checked`, `name="security" value="on" checked disabled`, "Cannot be switched off")
	form := url.Values{"bill.was": {"on"}, "due.was": {"on"}, "due": {"on"}, "security": {""}}
	town.post(at, form, who).wants(t, http.StatusSeeOther)
	credential, session := town.masquerade(care.ModeAssist)
	town.post(at, url.Values{"due.was": {"on"}}, as(credential)).wants(t, http.StatusSeeOther)
	if got := town.rows("SELECT unwanted FROM web_users WHERE web_user_id = $1", jane); got[0] != "bill;due" {
		t.Errorf("unwanted are %q", got)
	}
	want := "letters.changed|complete|" + home1 + "|" + jane + "|csr|masquerade|CSR001|||127.0.0.1|" + session
	if got := town.rows(taskFields+" WHERE session_id = $1", session); len(got) != 1 || got[0] != want {
		t.Errorf("tasks %q, want %q", got, want)
	}
}

// R54, R67: whatever a customer changes or asks for is told to them by a message of its kind, once; what a CSR changes for them
// is told where policy says so.
func TestEveryChangeIsTold(t *testing.T) {
	town := newTown(t)
	token := town.signIn("jdoe", jane)
	who, at := cookie(token), "?account="+home1
	told := func() []string {
		return town.rows("SELECT n.template, coalesce(t.kind, '') FROM notifications n LEFT JOIN tasks t ON t.task_id = n.about WHERE n.web_user_id = $1 ORDER BY n.rv DESC LIMIT 1", jane)
	}
	for _, c := range []struct {
		path string
		form url.Values
		want string
	}{
		{"/pay", payment(), "payment_scheduled|"},
		{"/preferences", url.Values{"autopay.was": {""}, "autopay": {"on"}}, "autopay_enrolled|autopay.enrolled"},
		{"/preferences", url.Values{"autopay.was": {"on"}}, "change_receipt|autopay.cancelled"},
		{"/preferences", paperlessOn(), "change_receipt|paperless.enrolled"},
		{"/requests", url.Values{"what": {"budget"}}, "change_receipt|budget.requested"},
		{"/profile", url.Values{"which": {"contact"}, "phone": {"555 010 0100"}, "phone.was": {""}}, "security_receipt|profile.contact_changed"},
		{"/profile", url.Values{"which": {"address"}, "address": {"1 ELM ST"}, "address.was": {""}}, "change_receipt|profile.address_changed"},
		{"/letters", url.Values{"bill.was": {"on"}}, "security_receipt|letters.changed"},
		{"/security/password", url.Values{"old": {password}, "password": {"another horse"}, "again": {"another horse"}}, "password_changed|"},
	} {
		town.post(c.path+at, c.form, who).wants(t, http.StatusSeeOther)
		if got := told(); len(got) != 1 || got[0] != c.want {
			t.Errorf("%s %v: told is %q, want %q", c.path, c.form, got, c.want)
		}
	}
	id := town.rows("SELECT payment_id FROM payments WHERE account_number = $1", home1)[0]
	town.post("/pay/cancel"+at, url.Values{"payment": {id}}, who).wants(t, http.StatusSeeOther)
	if got := told(); got[0] != "change_receipt|payment.cancelled" {
		t.Errorf("told is %q", got)
	}
	credential, _ := town.masquerade(care.ModeFull)
	turn := func(to string) {
		form := url.Values{"paperless.was": {"on"}}
		if to == "on" {
			form = url.Values{"paperless.was": {""}, "paperless": {"on"}}
		}
		town.post("/preferences"+at, form, as(credential)).wants(t, http.StatusSeeOther)
	}
	if turn("off"); told()[0] != "change_receipt|payment.cancelled" {
		t.Errorf("without the policy for it, told is %q", told())
	}
	town.put(&care.PolicyEntry{Key: "mail.change_by_staff", Value: "email"})
	if turn("on"); told()[0] != "change_by_staff|paperless.enrolled" {
		t.Errorf("told is %q", told())
	}
}
