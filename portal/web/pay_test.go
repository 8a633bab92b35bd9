package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"meterside/care"
)

func payment(more ...string) url.Values {
	form := url.Values{"amount": {"98.76"}, "on": {"2026-03-10"}, "method": {"bank"}}
	for i := 0; i+1 < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	return form
}

const paid = "SELECT status, amount_cents, method, effective_on FROM payments WHERE account_number = $1 ORDER BY payment_id"

// R67: a payment that a customer schedules and takes back is a task of theirs each time, and one is made of one form only.
func TestPayingAndTakingBack(t *testing.T) {
	town := newTown(t)
	token := town.signIn("jdoe", jane)
	town.get("/pay?account="+home1, cookie(token)).wants(t, http.StatusOK, `value="1234.56"`, `value="2026-03-04"`, "no card number is asked here")
	town.post("/pay?account="+home1, payment(), cookie(token)).wants(t, http.StatusSeeOther)
	town.post("/pay?account="+home1, payment(), cookie(token)).wants(t, http.StatusForbidden, "The same amount is to be paid on 2026-03-10 already", `value="98.76"`)
	if got := town.rows(paid, home1); len(got) != 1 || got[0] != "scheduled|9876|bank|2026-03-10" {
		t.Fatalf("payments %q", got)
	}
	id := town.rows("SELECT payment_id FROM payments WHERE account_number = $1", home1)[0]
	town.get("/pay?account="+home1+"&saved=saved", cookie(token)).wants(t, http.StatusOK, "That is done.", "March 10, 2026", "Scheduled", `value="`+id+`"`)
	town.post("/pay/cancel?account="+home1, url.Values{"payment": {id}}, cookie(token)).wants(t, http.StatusSeeOther)
	town.post("/pay/cancel?account="+home1, url.Values{"payment": {id}}, cookie(token)).wants(t, http.StatusForbidden)
	if got := town.rows(paid, home1); got[0] != "cancelled|9876|bank|2026-03-10" {
		t.Errorf("payments %q", got)
	}
	for i, kind := range []string{"payment.submitted", "payment.cancelled"} {
		want := kind + "|complete|" + home1 + "|" + jane + "|customer|portal||jdoe|jane@example.com|127.0.0.1|"
		if got := town.rows(taskFields + " ORDER BY created_at, kind DESC"); len(got) != 2 || got[i] != want {
			t.Errorf("tasks %q, want %q", got, want)
		}
	}
}

func TestAPaymentThatWillNotDoIsSaid(t *testing.T) {
	town := newTown(t)
	token := town.signIn("jdoe", jane)
	town.put(&care.Payment{ID: "YO", Account: shop, Status: "scheduled", AmountCents: 1})
	for words, form := range map[string]url.Values{
		"not an amount":     payment("amount", "much"),
		"from 0.01":         payment("amount", "0"),
		"0.01 to 50,000.00": payment("amount", "50000.01"),
		"Choose a day":      payment("on", "2026-03-03"),
		"the form allows":   payment("on", "2026-09-01"),
		"a day that":        payment("on", "soon"),
	} {
		town.post("/pay?account="+home1, form, cookie(token)).wants(t, http.StatusBadRequest, words, `aria-invalid="true"`)
	}
	for at, form := range map[string]url.Values{"/pay?account=" + shop: payment(), "/pay/cancel?account=" + shop: {"payment": {"YO"}}} {
		town.post(at, form, cookie(token)).wants(t, http.StatusNotFound)
	}
	town.post("/pay?account="+cabin, payment(), cookie(token)).wants(t, http.StatusForbidden, "allows you to look")
	r := town.post("/pay/cancel?account="+home1, url.Values{"payment": {"YO"}}, cookie(token))
	if r.StatusCode < 400 || strings.Join(town.rows(paid, shop), "") != "scheduled|1||" {
		t.Errorf("another's payment: %s", r.Status)
	}
}

// R64: a CSR pays for a customer only where the utility allows it, and the page says who can change that.
func TestPayingInAMasquerade(t *testing.T) {
	town := newTown(t)
	credential, session := town.masquerade(care.ModeFull)
	town.get("/pay?account="+home1, as(credential)).wants(t, http.StatusOK, "CSRs may not do this for a customer (pay.bank)", "CSRs may not do this for a customer (pay.card)")
	town.post("/pay?account="+home1, payment(), as(credential)).wants(t, http.StatusForbidden, "(pay.bank)")
	town.put(&care.PolicyEntry{Key: "entitlements.pay.bank", Value: "allow"})
	town.post("/pay?account="+home1, payment("method", "card"), as(credential)).wants(t, http.StatusForbidden, "(pay.card)")
	town.post("/pay?account="+home1, payment(), as(credential)).wants(t, http.StatusSeeOther)
	want := "payment.submitted|complete|" + home1 + "|" + jane + "|csr|masquerade|CSR001|||127.0.0.1|" + session
	if got := town.rows(taskFields); len(got) != 1 || got[0] != want {
		t.Errorf("tasks %q, want %q", got, want)
	}
	// Taking back wants what paying in the same way does.
	town.put(&care.Payment{ID: "Y-card", Account: home1, Status: care.PaymentScheduled, AmountCents: 1, Method: care.PayByCard, EffectiveOn: "2026-03-09"})
	bank := url.Values{"payment": {town.rows("SELECT payment_id FROM payments WHERE method = 'bank'")[0]}}
	town.post("/pay/cancel?account="+home1, url.Values{"payment": {"Y-card"}}, as(credential)).wants(t, http.StatusForbidden, "(pay.card)")
	town.put(&care.PolicyEntry{Key: "entitlements.pay.bank", Value: "deny"})
	town.post("/pay/cancel?account="+home1, bank, as(credential)).wants(t, http.StatusForbidden, "(pay.bank)")
	town.put(&care.PolicyEntry{Key: "entitlements.pay.bank", Value: "allow"})
	town.post("/pay/cancel?account="+home1, bank, as(credential)).wants(t, http.StatusSeeOther)
}

// R67, R68: what a person at the utility must do is an open task; its status and their answer stand on the page.
func TestRequests(t *testing.T) {
	town := newTown(t)
	token := town.signIn("jdoe", jane)
	town.get("/requests?account="+home1, cookie(token)).wants(t, http.StatusOK, "Start service", "Stop service", "Move", "Send a meter reading", "Payment arrangement", "Budget billing")
	for what, form := range map[string]url.Values{
		"start": {"on": {"2026-04-01"}, "address": {"1 ELM ST"}}, "stop": {"on": {"2026-04-01"}}, "move": {"on": {"2026-04-01"}, "address": {"1 ELM ST"}},
		"meter_read": {"on": {"2026-03-04"}, "reading": {"004711"}}, "arrangement": {"words": {"100 a month"}}, "budget": {},
	} {
		form.Set("what", what)
		town.post("/requests?account="+home1, form, cookie(token)).wants(t, http.StatusSeeOther)
		if got := town.rows(taskFields+" WHERE kind = $1", care.RequestTasks[what]); len(got) != 1 || !strings.Contains(got[0], "|open|"+home1+"|"+jane+"|customer|portal||jdoe|") {
			t.Errorf("%s: %q", what, got)
		}
	}
	id := town.rows("SELECT task_id FROM tasks WHERE kind = 'budget.requested'")[0]
	town.command(&care.RejectTask{TaskID: id, Account: home1, Words: "only after a year"})
	town.get("/requests?account="+home1, cookie(token)).wants(t, http.StatusOK, "Declined", "only after a year", "Sent", "by you")
	for words, form := range map[string]url.Values{
		"The address is missing": {"what": {"start"}, "on": {"2026-04-01"}}, "Choose a day": {"what": {"stop"}, "on": {"2026-03-01"}},
		"digits of the meter only": {"what": {"meter_read"}, "on": {"2026-03-04"}, "reading": {"12x"}}, "Tell us in a few words": {"what": {"arrangement"}},
		"at most 500 characters": {"what": {"budget"}, "words": {strings.Repeat("é", 501)}},
	} {
		r := town.post("/requests?account="+home1, form, cookie(token))
		if r.StatusCode != http.StatusBadRequest || !strings.Contains(r.body, words) {
			t.Errorf("no %q: %s", words, r.Status)
		}
	}
	town.post("/requests?account="+cabin, url.Values{"what": {"budget"}}, cookie(token)).wants(t, http.StatusForbidden)
	credential, _ := town.masquerade(care.ModeAssist)
	town.post("/requests?account="+home1, url.Values{"what": {"budget"}}, as(credential)).wants(t, http.StatusForbidden)
}
