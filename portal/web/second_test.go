package web

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"meterside/care"
	"meterside/portal"
)

// R64, M12: what a masquerade sends that policy wants a second person for changes nothing; the page says so beforehand, and then under
// which number it waits, without a script and in both languages. Once it is approved the customer reads who asked and who approved.
//
// Seen to fail where the page says that it was saved, where any number in the address is shown, and where the customer's page leaves
// out who approved.
func TestM12WhatWaitsForASecondPerson(t *testing.T) {
	town := newTown(t)
	town.must(town.AddStaff(t.Context(), care.Staff{ID: "SUP001", Name: "Sue Ott", Role: care.RoleSupervisor, Districts: care.List{"D1"}, Active: true}, password))
	credential, session := town.masquerade(care.ModeFull)
	kinds := map[string]string{}
	changed := func() string {
		return town.rows("SELECT autopay, billing_address, (SELECT count(*) FROM payments), (SELECT count(*) FROM notifications) FROM accounts WHERE account_number = $1", home1)[0]
	}
	for _, each := range []struct {
		task, path string
		form       url.Values
	}{
		{"autopay.edit", "/preferences", url.Values{"autopay.was": {""}, "autopay": {"on"}}},
		{"pay.bank", "/pay", payment()},
		{"profile.contact", "/profile", url.Values{"which": {"address"}, "address": {"1 ELM ST"}, "address.was": {""}}},
		{"guests.edit", "/people/invite", url.Values{"email": {"kim@example.com"}, "role": {"viewer"}}},
	} {
		town.put(&care.PolicyEntry{Key: "entitlements." + each.task, Value: "second_person"})
		shown := "/" + strings.Split(each.path, "/")[1]
		town.get(shown+"?account="+home1, as(credential)).wants(t, http.StatusOK, "Here a second person approves what you send", each.task)
		before := changed()
		r := town.post(each.path+"?account="+home1, each.form, as(credential))
		r.wants(t, http.StatusSeeOther)
		on := r.Header.Get("Location")
		id := regexp.MustCompile(`waits=(T-[0-9a-f-]+)`).FindStringSubmatch(on)
		if id == nil || strings.Contains(on, "saved") {
			t.Fatalf("%s leads to %q", each.path, on)
		}
		kinds[each.task] = id[1]
		town.get(on, as(credential)).wants(t, http.StatusOK, "This waits for a second person, as task "+id[1], `role="status"`)
		town.get(on, as(credential), with("Accept-Language", "es")).wants(t, http.StatusOK, "Esto espera a una segunda persona, como tarea "+id[1], "Aquí una segunda persona aprueba")
		if after := changed(); after != before {
			t.Errorf("%s: %q became %q before anybody approved", each.path, before, after)
		}
		if got := town.rows("SELECT status, csr_id, web_user_id, session_id, email FROM tasks WHERE task_id = $1", id[1]); got[0] != "open|CSR001|"+jane+"|"+session+"|" {
			t.Errorf("%s: task %q", each.path, got)
		}
	}
	for _, strange := range []string{"T-1", "<b>call 555-0100</b>", kinds["pay.bank"] + " call 555-0100"} {
		r := town.get("/pay?account="+home1+"&waits="+url.QueryEscape(strange), as(credential))
		if r.wants(t, http.StatusOK); strings.Contains(html.UnescapeString(r.body), "as task "+strange) {
			t.Errorf("the page says that %q waits", strange)
		}
	}
	token := town.signIn("jdoe", jane)
	mine := town.get("/pay?account="+home1+"&waits="+kinds["pay.bank"], cookie(token))
	if mine.wants(t, http.StatusOK); strings.Contains(mine.body, "as task") || strings.Contains(mine.body, "second person") {
		t.Error("the customer is told what a CSR is told")
	}
	town.post("/people/remove?account="+home1, url.Values{"invitation": {kinds["guests.edit"]}}, cookie(token)).wants(t, http.StatusNotFound)

	town.get("/access?account="+home1, cookie(token)).wants(t, http.StatusOK, "A change was asked for; it waits for another person’s approval", "Customer service (CSR001)")
	second := care.Actor{ID: "SUP001", Origin: care.OriginDesk, Role: care.RoleSupervisor, Scopes: care.List{"g", "d:D1"}}
	env, err := portal.NewEnvelope("task.complete", []byte(care.Detail(care.CompleteTask{TaskID: kinds["autopay.edit"], Account: home1})), town.Now())
	town.must(err)
	if v, err := town.Do(t.Context(), second, env); err != nil || v.Outcome != care.Applied {
		t.Fatalf("approving: %+v, %v", v, err)
	}
	town.get("/access?account="+home1, cookie(token)).wants(t, http.StatusOK, "Preferences were changed", "A change that a colleague asked for was approved", "Customer service (SUP001)")
	town.put(&care.PolicyEntry{Key: "masquerade.customer_receipt", Value: "on"})
	town.get("/access/"+session, cookie(token)).wants(t, http.StatusOK, "Approved by customer service (SUP001)", "Waits for another person’s approval")
	r := town.get("/preferences?account="+home1+"&waits="+kinds["autopay.edit"], as(credential))
	if r.wants(t, http.StatusOK, `name="autopay.was" value="on"`); strings.Contains(r.body, "as task") {
		t.Error("what was approved still waits")
	}
}
