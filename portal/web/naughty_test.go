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

// What anybody types stands on a customer's pages as text: each string of the big list, as a nickname, is shown as it is, and the
// page has the tags that it has with a plain one.
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
	page := func(path, nickname string) string {
		town.put(&care.Account{Number: home1, MainPersonID: "1000000007", PremiseID: "P1", DistrictID: "D1", Status: "active", Nickname: nickname})
		r := town.get(path, cookie(token))
		r.wants(t, http.StatusOK, "</html>")
		return r.body
	}
	for _, path := range []string{"/?account=" + home1, "/preferences?account=" + home1} {
		plain, none := tags(page(path, "Camp")), tags(page(path, ""))
		for _, text := range texts {
			visible := wording.Shown(text, nicknameShown)
			want := plain
			if visible == "" {
				want = none
			}
			body := page(path, text)
			if got := tags(body); !slices.Equal(got, want) {
				t.Errorf("%s with %.60q: %d tags, not %d", path, text, len(got), len(want))
			}
			if !strings.Contains(html.UnescapeString(body), visible) {
				t.Errorf("%s does not show %.60q", path, visible)
			}
		}
	}
}
