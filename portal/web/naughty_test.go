package web

import (
	"html"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"meterside/care"
	"meterside/care/given"
	"meterside/portal/wording"
)

// tags are the tags of a page in their order, without what stands in them.
func tags(body string) []string {
	var all []string
	for _, t := range regexp.MustCompile(`<\s*(/?[a-zA-Z!]+)`).FindAllStringSubmatch(body, -1) {
		all = append(all, t[1])
	}
	return all
}

// What anybody types stands on a customer's pages as text: each string of the big list, as every text of an account at once, is shown
// as it is, and each page has the tags that it has with a plain one.
//
// It fails when a page writes one of these texts without escaping it.
func TestTheBigListOnACustomersPages(t *testing.T) {
	texts := given.NaughtyStrings(t)
	town := newTown(t)
	token := town.signIn("jdoe", jane)
	write := func(text string) {
		town.put(
			&care.Account{Number: home1, MainPersonID: "1000000007", PremiseID: "P1", DistrictID: "D1", Status: "active", Nickname: text, BillingAddress: text},
			&care.Person{ID: "1000000007", Sort: "person", FirstName: text, LastName: text, Phone: text},
			&care.Premise{ID: "P1", DistrictID: "D1", Address1: text, Unit: text, City: text, State: text, Postal: text},
			&care.Task{ID: "T-typed", Sort: "payment_arrangement.requested", Status: care.TaskOpen, Account: home1, WebUserID: jane, CreatedAt: 1, CreatedBy: care.ByCustomer,
				Origin: care.OriginPortal, Session: "S-typed", Detail: care.Detail(map[string]any{"words": text, "nickname": care.Change{Before: text, After: text}})},
			&care.Masquerade{ID: "S-typed", CSRID: text, WebUserID: jane, Account: home1, Mode: care.ModeFull, GrantedAt: 1, StartedAt: 1, EndedAt: 1},
			&care.Activity{ID: "A-typed", Account: home1, WebUserID: jane, Session: "S-typed", Sort: care.MasqueradeSent, Actor: text, ActorKind: care.ByCSR, At: 1,
				Detail: care.Detail(map[string]string{"method": text, "page": text})},
			&care.Notification{ID: "N-typed", Account: home1, WebUserID: jane, Template: care.TemplateBill, Address: text, Status: care.NotificationBounced, Why: text, Words: text, SentAt: 1, StatusAt: 1},
		)
	}
	town.put(&care.PolicyEntry{Key: "masquerade.customer_receipt", Value: "on"})
	pages := []string{"/", "/preferences", "/profile", "/accounts", "/requests", "/messages", "/access", "/access/S-typed", "/bills", "/pay"}
	seen := func() map[string]string {
		bodies := map[string]string{}
		for _, path := range pages {
			r := town.get(path+"?account="+home1, cookie(token))
			r.wants(t, http.StatusOK, "</html>")
			bodies[path] = r.body
		}
		return bodies
	}
	write("Camp")
	plain := seen()
	for path, body := range plain {
		if !strings.Contains(body, "Camp") {
			t.Errorf("nothing that is typed stands on %s", path)
		}
	}
	for _, text := range texts {
		visible := wording.Shown(text, nicknameShown)
		if visible == "" {
			continue // a text that is none leaves out what it stands in
		}
		write(text)
		for path, body := range seen() {
			if got, want := tags(body), tags(plain[path]); !slices.Equal(got, want) {
				t.Errorf("%s with %.60q: %d tags, not %d", path, text, len(got), len(want))
			}
			if path == "/" && !strings.Contains(html.UnescapeString(body), visible) {
				t.Errorf("%s does not show %.60q", path, visible)
			}
		}
	}
}

// Whoever is not known yet types as odd things: a user name, an address and a password out of the big list are taken as they are, or
// refused on a page that has the tags of a plain refusal. A share of the list is typed: each takes a password's time.
//
// It fails when the page of registering writes one of these texts without escaping it, or when a name is kept changed.
func TestTheBigListAsPeopleRegister(t *testing.T) {
	town := registering(t)
	refused := func(text string) (reply, bool) {
		town.later(time.Hour) // so many are not tried within one
		r := town.post("/register", proof("username", text, "email", text))
		return r, r.StatusCode != http.StatusSeeOther
	}
	plain, no := refused("a b")
	if !no {
		t.Fatal("a name with a space is taken")
	}
	shown, taken := 0, 0
	for i, text := range given.NaughtyStrings(t) {
		if i%8 != 0 {
			continue
		}
		if r, no := refused(text); no {
			shown++
			if got, want := tags(r.body), tags(plain.body); r.StatusCode >= http.StatusInternalServerError || !slices.Equal(got, want) {
				t.Errorf("%.60q: status %d, %d tags, not %d", text, r.StatusCode, len(got), len(want))
			}
		}
		name := text + "x"
		town.later(time.Hour)
		if r := town.post("/register", proof("username", name)); r.StatusCode == http.StatusSeeOther {
			taken++
			if got := town.rows("SELECT username FROM web_users WHERE username = $1", strings.TrimSpace(name)); len(got) != 1 {
				t.Errorf("%.60q is not kept as it was typed", name)
			}
		}
	}
	if shown < 20 || taken < 5 {
		t.Errorf("only %d were refused and %d taken", shown, taken)
	}
}
