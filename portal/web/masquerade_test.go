package web

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"meterside/care"
	"meterside/portal"
)

// refusals are the codes of the refused masquerades on record, oldest first.
func (town *town) refusals() []string {
	town.t.Helper()
	return town.rows("SELECT json_extract(detail, '$.code') FROM activities WHERE kind = 'masquerade.refused' AND actor = 'CSR001' AND account_number = $1 ORDER BY happened_at, rv", home1)
}

// M3: a ticket works once, in its minute, from the desk that asked and with its verifier.
func TestATicketIsRefused(t *testing.T) {
	for _, c := range []struct {
		name     string
		before   func(*town, string) // with the ticket
		verifier string
		device   string
		status   int
		code     care.Code
	}{
		{"the second time", func(town *town, ticket string) { town.redeem(ticket, verifier, device).wants(town.t, http.StatusOK) }, verifier, device, 401, care.CodeTicketUsed},
		{"after a minute", func(town *town, _ string) { town.later(time.Minute) }, verifier, device, 401, care.CodeTicketExpired},
		{"from another desk", nil, verifier, "desk-2", 401, care.CodeTicketInvalid},
		{"without the verifier", nil, "guessed", device, 401, care.CodeTicketInvalid},
		{"with the verifier's hash", nil, "b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c", device, 401, care.CodeTicketInvalid},
		{"where the customer was locked", func(town *town, _ string) {
			town.put(&care.WebUserLock{WebUserID: jane, Lock: care.LockCSR})
		}, verifier, device, 403, care.CodeWebUserLocked},
	} {
		t.Run(c.name, func(t *testing.T) {
			town := newTown(t)
			ticket := town.grant(care.ModeFull).Ticket
			if c.before != nil {
				c.before(town, ticket)
			}
			r := town.redeem(ticket, c.verifier, c.device)
			var e care.Error
			if err := json.Unmarshal([]byte(r.body), &e); err != nil || r.StatusCode != c.status || e.Code != c.code {
				t.Errorf("status %d, %s, want %d, %s", r.StatusCode, r.body, c.status, c.code)
			}
			if got := town.refusals(); len(got) != 1 || got[0] != string(c.code) {
				t.Errorf("refusals on record: %q", got)
			}
		})
	}
}

func TestARefusedTryDoesNotSpendTheTicket(t *testing.T) {
	town := newTown(t)
	ticket := town.grant(care.ModeFull).Ticket
	town.redeem(ticket, "guessed", device).wants(t, http.StatusUnauthorized)
	town.redeem(ticket, verifier, device).wants(t, http.StatusOK, `"mode":"view"`, `"limit":"full"`)
}

func TestBadQuestions(t *testing.T) {
	town := newTown(t)
	before := town.dump()
	town.send(http.MethodPost, "/masquerade/redeem", `ticket`).wants(t, http.StatusBadRequest, `"code":"invalid"`)
	town.get("/masquerade/redeem?ticket=x").wants(t, http.StatusNotFound) // no page, and nothing that reads a ticket from an address
	wantSame(t, before, town.dump())
}

func TestATicketThatWasNeverGivenIsRecorded(t *testing.T) {
	town := newTown(t)
	town.send(http.MethodPost, "/masquerade/redeem", `{}`).wants(t, http.StatusUnauthorized, `"code":"ticket_invalid"`)
	for range 20 { // and then no more: who floods the portal does not fill its log
		town.redeem("made-up", verifier, device).wants(t, http.StatusUnauthorized, `"code":"ticket_invalid"`)
	}
	if got := town.rows("SELECT ip FROM activities WHERE kind = 'masquerade.refused' AND actor_kind = 'system'"); len(got) != 10 {
		t.Errorf("%d refusals on record, want 10", len(got))
	}
}

// M3: of a hundred who redeem one ticket at once, by its address, one gets a session; the others are on record.
func TestOfAHundredOneWins(t *testing.T) {
	town := newTown(t)
	ticket := town.grant(care.ModeFull).Ticket
	const tries = 100
	results := make([]reply, tries)
	var all sync.WaitGroup
	for i := range tries {
		all.Go(func() { results[i] = town.redeem(ticket, verifier, device) })
	}
	all.Wait()
	won := 0
	for _, r := range results {
		if r.StatusCode == http.StatusOK {
			won++
			continue
		}
		r.wants(t, http.StatusUnauthorized, `"code":"ticket_used"`)
	}
	if got := town.rows("SELECT COUNT(*) FROM masquerade_credential"); won != 1 || got[0] != "1" {
		t.Errorf("%d won, credentials %q", won, got)
	}
	if got := town.refusals(); len(got) != tries-1 {
		t.Errorf("%d refusals on record", len(got))
	}
}

// M5, M11: whatever ends a session, nothing is answered from then on but that it is over.
//
// Seen to fail for a desk that was revoked, and for a new password, when these end sign-ins alone.
func TestTheEndOfASession(t *testing.T) {
	for _, c := range []struct {
		name, reason string
		end          func(town *town, credential string)
	}{
		{"closed by the window", "parent_gone", func(town *town, credential string) {
			town.send(http.MethodPost, "/masquerade/end", `{"reason":"parent_gone"}`, as(credential)).wants(town.t, http.StatusNoContent)
		}},
		{"closed without a word", "closed", func(town *town, credential string) {
			town.send(http.MethodPost, "/masquerade/end", `not JSON`, as(credential)).wants(town.t, http.StatusNoContent)
		}},
		{"idle", "idle", func(town *town, _ string) { town.later(11 * time.Minute) }},
		{"too long", "expired", func(town *town, credential string) {
			for range 6 { // a busy session is not extended
				town.later(5 * time.Minute)
				town.get("/", as(credential))
			}
		}},
		{"the customer locked", "customer_locked", func(town *town, _ string) { town.put(&care.WebUserLock{WebUserID: jane, Lock: care.LockCSR}) }},
		{"the right lost", "permission_lost", func(town *town, _ string) {
			town.put(&care.PolicyEntry{Key: "masquerade.mode.csr", Value: "view"})
		}},
		{"the desk revoked", "permission_lost", func(town *town, _ string) { town.must(town.RevokeDevice(town.t.Context(), device)) }},
		{"a new password of the CSR's", "signed_out", func(town *town, _ string) {
			town.must(town.SetStaffPassword(town.t.Context(), "CSR001", "another password"))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			town := newTown(t)
			credential, session := town.masquerade(care.ModeFull)
			town.get("/", as(credential)).wants(t, http.StatusOK)
			c.end(town, credential)
			for _, method := range []string{http.MethodGet, http.MethodPost} {
				r := town.send(method, "/preferences", "", as(credential), with("Sec-Fetch-Site", "same-origin"))
				r.wants(t, http.StatusUnauthorized, "This masquerade has ended", "The session is over")
				if r.Header.Get(headerState) != "ended" || r.Header.Get(headerSession) != session || strings.Contains(r.body, "Jane") {
					t.Errorf("state %q, session %q: %s", r.Header.Get(headerState), r.Header.Get(headerSession), r.body)
				}
			}
			again := town.send(http.MethodPost, "/masquerade/end", `{"reason":"closed"}`, as(credential))
			again.wants(t, http.StatusUnauthorized, `"code":"masquerade_ended"`)
			if got := town.rows("SELECT end_reason FROM masquerades WHERE session_id = $1", session); got[0] != c.reason {
				t.Errorf("the reason on record is %q", got)
			}
		})
	}
}

func TestTheCustomerSeesWhoLookedInAtOnce(t *testing.T) {
	town := newTown(t)
	town.masquerade(care.ModeView)
	town.get("/", cookie(town.signIn("jdoe", jane))).wants(t, http.StatusOK, "Customer service opened your portal", "by our customer service")
}

func TestEveryModeMayEndItself(t *testing.T) {
	town := newTown(t)
	credential, _ := town.masquerade(care.ModeView)
	town.send(http.MethodPost, "/masquerade/end", `{"reason":"closed"}`, as(credential)).wants(t, http.StatusNoContent)
}

// M8: what a CSR is shown goes on record once for each page of a session, in their name; what a customer looks at does not.
// Seen to fail with the page recorded under the customer's own actor.
func TestPagesThatAMasqueradeIsShownAreOnRecord(t *testing.T) {
	town := newTown(t)
	credential, session := town.masquerade(care.ModeView)
	for _, path := range []string{"/", "/bills", "/bills?account=" + farm, "/", "/no-such-page"} {
		town.get(path, as(credential))
	}
	town.get("/preferences", cookie(town.signIn("jdoe", jane))).wants(t, http.StatusOK)
	seen := town.rows("SELECT json_extract(detail, '$.page') || ' ' || actor || ' ' || actor_kind || ' ' || session_id FROM activities WHERE kind = 'masquerade.viewed' ORDER BY rv")
	want := []string{"/ CSR001 csr " + session, "/bills CSR001 csr " + session}
	if !slices.Equal(seen, want) {
		t.Errorf("on record is %q, want %q", seen, want)
	}
}

// R61, M6: a session begins as viewing whatever was asked for, and changes are one step of its own inside it: acknowledged, no
// further than the role goes, by nobody but the session, and on record with what it was before.
//
// Seen to fail with a session that begins in the mode that was asked for, and without the limit of the role.
func TestR61ChangesAreAStepOfTheirOwn(t *testing.T) {
	town := newTown(t)
	deskToken, _ := town.desk()
	r := town.redeem(town.grant(care.ModeFull).Ticket, verifier, device)
	r.wants(t, http.StatusOK, `"mode":"view"`, `"limit":"full"`)
	var got struct{ Credential string }
	town.must(json.Unmarshal([]byte(r.body), &got))
	save := func() reply { return town.post("/preferences?account="+home1, paperlessOn(), as(got.Credential)) }
	save().wants(t, http.StatusForbidden, "choose Make changes")

	for body, want := range map[string]struct {
		status int
		code   care.Code
	}{
		`{"mode":"full"}`:                      {http.StatusForbidden, care.CodeNotAcknowledged},
		`{"mode":"view","acknowledged":true}`:  {http.StatusBadRequest, care.CodeNoChoice},
		`{"mode":"root","acknowledged":true}`:  {http.StatusBadRequest, care.CodeNoChoice},
		`{"acknowledged":true}`:                {http.StatusBadRequest, care.CodeNoChoice},
		`full`:                                 {http.StatusBadRequest, care.CodeInvalid},
		`{"mode":"full","acknowledged":"yes"}`: {http.StatusBadRequest, care.CodeInvalid},
	} {
		r := town.send(http.MethodPost, "/masquerade/mode", body, as(got.Credential))
		r.wants(t, want.status, `"code":"`+string(want.code)+`"`)
		if r.Header.Get(headerSession) == "" {
			t.Errorf("%s is refused in nobody's name", body)
		}
	}
	for _, secret := range []string{deskToken, town.signIn("jdoe", jane), ""} {
		town.raise(secret, care.ModeFull).wants(t, http.StatusUnauthorized)
	}
	town.send(http.MethodPost, "/masquerade/mode", `{"mode":"full","acknowledged":true}`, as(got.Credential), with("Sec-Fetch-Site", "cross-site")).wants(t, http.StatusForbidden)
	save().wants(t, http.StatusForbidden)

	town.put(&care.PolicyEntry{Key: "masquerade.mode.csr", Value: "assist"})
	town.raise(got.Credential, care.ModeFull).wants(t, http.StatusForbidden, `"code":"mode_denied"`)
	town.raise(got.Credential, care.ModeAssist).wants(t, http.StatusOK, `"mode":"assist"`)
	save().wants(t, http.StatusSeeOther)
	town.post("/requests?account="+home1, url.Values{"what": {"budget"}}, as(got.Credential)).wants(t, http.StatusForbidden)
	town.put(&care.PolicyEntry{Key: "masquerade.mode.csr", Value: "full"})
	town.raise(got.Credential, care.ModeFull).wants(t, http.StatusOK)
	town.raise(got.Credential, care.ModeAssist).wants(t, http.StatusOK) // it may as much already
	town.post("/requests?account="+home1, url.Values{"what": {"budget"}}, as(got.Credential)).wants(t, http.StatusSeeOther)

	changed := town.rows("SELECT detail || ' ' || actor || ' ' || actor_kind || ' ' || web_user_id FROM activities WHERE kind = $1 ORDER BY rv", care.MasqueradeRaised)
	want := []string{
		`{"mode":{"before":"view","after":"assist"}} CSR001 csr ` + jane, `{"mode":{"before":"assist","after":"full"}} CSR001 csr ` + jane,
	}
	if !slices.Equal(changed, want) {
		t.Errorf("on record is %q, want %q", changed, want)
	}
	if got := town.refusals(); !slices.Contains(got, string(care.CodeModeDenied)) {
		t.Errorf("refusals on record: %q", got)
	}
	town.get("/access?account="+home1, cookie(town.signIn("jdoe", jane))).wants(t, http.StatusOK, "Customer service was allowed to make changes in your portal")

	town.put(&care.PolicyEntry{Key: "permissions.csr.masquerade.act", Value: "deny"})
	save().wants(t, http.StatusUnauthorized, "has ended")
	town.raise(got.Credential, care.ModeFull).wants(t, http.StatusUnauthorized, `"code":"masquerade_ended"`)
	if r := town.redeem(town.grant("").Ticket, verifier, device); !strings.Contains(r.body, `"limit":"view"`) {
		t.Errorf("without the permission to act: %s", r.body)
	}
}

// R64, M6: what a masquerade is refused is said on its page and goes on record, once for each page of a session, in the name
// of who tried; and however often it is tried, the log does not fill.
func TestR64WhatIsRefusedIsOnRecord(t *testing.T) {
	town := newTown(t)
	refused := func(session string) []string {
		return town.rows("SELECT json_extract(detail, '$.code') || ' ' || json_extract(detail, '$.page') || ' ' || coalesce(json_extract(detail, '$.task'), '-') || ' ' || actor FROM activities WHERE kind = 'masquerade.refused' AND session_id = $1 ORDER BY rv", session)
	}
	credential, session := town.masquerade(care.ModeView)
	for range 2 {
		town.post("/preferences?account="+home1, paperlessOn(), as(credential)).wants(t, http.StatusForbidden, "choose Make changes")
		town.get("/signin", as(credential)).wants(t, http.StatusForbidden, "Only the customer can do this")
		town.get("/bills?account="+shop, as(credential)).wants(t, http.StatusNotFound, "or it is not yours")
	}
	town.raise(credential, care.ModeFull).wants(t, http.StatusOK)
	town.post("/pay?account="+home1, payment(), as(credential)).wants(t, http.StatusForbidden, "(pay.bank)", "an administrator can allow it")
	town.post("/pay?account="+cabin, payment(), as(credential)).wants(t, http.StatusForbidden)
	town.post("/security/password", newPasswords("old", password), as(credential)).wants(t, http.StatusForbidden, "Only the customer can do this")
	town.get("/no-such-page", as(credential)).wants(t, http.StatusNotFound) // what is not there is no refusal
	want := []string{
		"read_only /preferences - CSR001", "only_customer /signin - CSR001", "not_found /bills - CSR001", "entitlement /pay pay.bank CSR001", "only_customer /security/password - CSR001",
	}
	if got := refused(session); !slices.Equal(got, want) {
		t.Errorf("on record is %q, want %q", got, want)
	}
	for i := range 80 {
		town.get("/bills?account="+strings.Repeat("9", i+1), as(credential))
		town.post("/signout?"+strings.Repeat("x", i), nil, as(credential))
		town.get("/signin/"+strings.Repeat("x", i), as(credential))
	}
	if got := refused(session); len(got) != len(want)+1 {
		t.Errorf("%d refusals on record, want %d: %q", len(got), len(want)+1, got)
	}
}

// M3: the portal keeps neither a ticket nor a credential in any file, only what they are known by. It was seen to fail with the
// ticket kept as it is.
func TestM3TheTicketIsKeptNowhere(t *testing.T) {
	dir := t.TempDir()
	town := newTownIn(t, dir)
	grant := town.grant(care.ModeView)
	held := func() map[string][]byte {
		found := map[string][]byte{}
		town.must(filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() {
				found[path], err = os.ReadFile(path) //nolint:gosec // the test's own
			}
			return err
		}))
		return found
	}
	before := held()
	r := town.redeem(grant.Ticket, verifier, device)
	var got portal.Redeemed
	town.must(json.Unmarshal([]byte(r.body), &got))
	known := false
	for _, files := range []map[string][]byte{before, held()} {
		for path, held := range files {
			known = known || bytes.Contains(held, []byte(grant.SessionID))
			for name, secret := range map[string]string{"ticket": grant.Ticket, "credential": got.Credential, "verifier": verifier} {
				if bytes.Contains(held, []byte(secret)) {
					t.Errorf("the %s stands in %s", name, path)
				}
			}
		}
	}
	if !known || got.Credential == "" {
		t.Error("nothing was looked at")
	}
}
