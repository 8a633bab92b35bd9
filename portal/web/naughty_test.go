package web

import (
	"cmp"
	"encoding/json"
	"html"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"meterside/care"
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
	path := filepath.Join(cmp.Or(os.Getenv("METERSIDE_DATA"), filepath.Join("..", "..", "..", "shared", "data")), "bad-input", "blns.json")
	list, err := os.ReadFile(path)
	if err != nil {
		t.Skipf("the big list of naughty strings: %v (METERSIDE_DATA says where the data is)", err)
	}
	var texts []string
	if err := json.Unmarshal(list, &texts); err != nil || len(texts) < 400 {
		t.Fatalf("%d strings, %v", len(texts), err)
	}
	town := newTown(t)
	token := town.signIn("jdoe", jane)
	write := func(text string) {
		town.put(
			&care.Account{Number: home1, MainPersonID: "1000000007", PremiseID: "P1", DistrictID: "D1", Status: "active", Nickname: text, BillingAddress: text},
			&care.Person{ID: "1000000007", Sort: "person", FirstName: text, LastName: text, Phone: text},
			&care.Premise{ID: "P1", DistrictID: "D1", Address1: text, Unit: text, City: text, State: text, Postal: text},
			&care.Task{ID: "T-typed", Sort: "payment_arrangement.requested", Status: care.TaskOpen, Account: home1, WebUserID: jane, CreatedAt: 1, CreatedBy: care.ByCustomer,
				Origin: care.OriginPortal, Detail: care.Detail(map[string]string{"words": text, "address": text})},
			&care.Notification{ID: "N-typed", Account: home1, WebUserID: jane, Template: care.TemplateBill, Address: text, Status: care.NotificationBounced, Why: text, Words: text, SentAt: 1, StatusAt: 1},
		)
	}
	pages := []string{"/", "/preferences", "/profile", "/accounts", "/requests", "/messages", "/access", "/bills", "/pay"}
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
