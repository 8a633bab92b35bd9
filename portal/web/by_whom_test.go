package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"meterside/care"
	"meterside/portal"
	"meterside/portal/store"
)

// R67, M8: a message about what a CSR did as the customer, or at the desk for them, carries the CSR and the session, whatever
// message it is; one about what the customer did carries neither.
func TestM8EveryMessageCarriesWhoCausedIt(t *testing.T) {
	town := newTown(t)
	town.signIn("jdoe", jane)
	for who, c := range map[string]struct {
		actor care.Actor
		want  string
	}{
		"inside a masquerade": {care.Actor{ID: "CSR001", Origin: care.OriginMasquerade, OnBehalfOf: jane, Session: "S1", Mode: care.ModeFull}, "CSR001|S1"},
		"at the desk":         {care.Actor{ID: "CSR001", Origin: care.OriginDesk}, "CSR001|"},
		"the customer":        {care.Actor{ID: jane, Origin: care.OriginPortal}, "|"},
		"the portal":          {portal.System("test"), "|"},
	} {
		_, err := town.Store.Update(t.Context(), store.Options{Actor: c.actor, Now: town.Now(), Command: who}, func(tx *store.Tx) error {
			user, err := care.Find[care.WebUser](tx, jane)
			for _, template := range care.Templates() {
				if err == nil {
					err = care.Post(tx, user, care.Message{Template: template, Account: home1, About: who})
				}
			}
			return err
		})
		town.must(err)
		got := town.rows("SELECT template || '|' || csr_id || '|' || session_id FROM notifications WHERE about = $1", who)
		if len(got) != len(care.Templates()) {
			t.Errorf("%s: %d messages, want %d", who, len(got), len(care.Templates()))
		}
		for _, template := range care.Templates() {
			if !slices.Contains(got, template+"|"+c.want) {
				t.Errorf("%s: %s has another cause than %s: %q", who, template, c.want, got)
			}
		}
	}
}

// R67, M8: what a CSR does in a masquerade that writes letters of its own says so in their fields, as the payment does, and on the
// customer's own page of messages; what the customer did before them does not.
func TestM8WhatAMasqueradeCausesIsAttributed(t *testing.T) {
	town := newTown(t)
	who, at := cookie(town.signIn("jdoe", jane)), "?account="+home1
	for _, key := range []string{"pay.bank", "guests.edit", "identity.login_email"} {
		town.put(&care.PolicyEntry{Key: "entitlements." + key, Value: "allow"})
	}
	own := payment()
	own.Set("amount", "11.00")
	town.post("/pay"+at, own, who).wants(t, http.StatusSeeOther)
	if r := town.get("/messages", who); strings.Contains(r.body, "Customer service (") {
		t.Error("what the customer did is said to be customer service's")
	}
	credential, session := town.masquerade(care.ModeFull)
	town.post("/pay"+at, payment(), as(credential)).wants(t, http.StatusSeeOther)
	town.post("/people/invite"+at, invite("ana@example.com", "viewer"), as(credential)).wants(t, http.StatusSeeOther)
	town.post("/profile/email"+at, url.Values{"email": {"new@example.org"}}, as(credential)).wants(t, http.StatusSeeOther)
	by := "|CSR001|" + session
	for query, want := range map[string][]string{
		"SELECT template || '|' || csr_id || '|' || session_id FROM notifications ORDER BY 1": {
			"guest_invitation" + by, "new_email" + by, "new_email_asked" + by, "payment_scheduled" + by, "payment_scheduled||",
		},
		"SELECT amount_cents || '|' || csr_id || '|' || session_id FROM payments ORDER BY session_id": {"1100||", "9876" + by},
	} {
		got := town.rows(query)
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	town.get("/messages", who).wants(t, http.StatusOK, "Done by: Customer service (CSR001)")
}
