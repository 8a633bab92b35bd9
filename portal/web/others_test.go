package web

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"meterside/care"
)

// R65: third parties that a masquerade was refused are on record once each, in the session whose credential says so and no
// other, and a window that tells of thousands fills nothing. Seen to fail with the session taken from the body, without the
// bound, and with what is no origin written down.
func TestR65RefusedThirdPartiesAreOnRecord(t *testing.T) {
	town := newTown(t)
	credential, session := town.masquerade(care.ModeView)
	tell := func(body string) reply {
		return town.send(http.MethodPost, "/masquerade/refused", body, as(credential))
	}
	tell(`{"origins":["https://maps.example.com","https://maps.example.com"],"session_id":"S-other","account":"`+farm+`"}`).wants(t, http.StatusNoContent)
	tell(`{"origins":["https://maps.example.com","http://ads.example.com:8080"]}`).wants(t, http.StatusNoContent)
	for _, none := range []string{"", "x", "https://a.example/path", "javascript:alert(1)", "https://\u202eevil.example", "https://*", "https://" + strings.Repeat("x", 300)} {
		tell(care.Detail(map[string]any{"origins": []string{"https://kept.out", none}})).wants(t, http.StatusBadRequest)
	}
	town.send(http.MethodPost, "/masquerade/refused", `{"origins":["https://nobody.example"]}`).wants(t, http.StatusUnauthorized)
	record := func() []string {
		return town.rows("SELECT detail FROM activities WHERE kind = 'masquerade.refused' AND session_id = $1 AND web_user_id = $2 AND account_number = $3 AND actor = 'CSR001' ORDER BY rv", session, jane, home1)
	}
	if got := record(); !slices.Equal(got, []string{`{"code":"other_refused","host":"https://maps.example.com"}`, `{"code":"other_refused","host":"http://ads.example.com:8080"}`}) {
		t.Errorf("on record: %q", got)
	}
	for n := range 50 {
		tell(fmt.Sprintf(`{"origins":["https://x%d.example"]}`, n)).wants(t, http.StatusNoContent)
	}
	tell(`{"origins":[],"more":true}`).wants(t, http.StatusNoContent)
	if got := record(); len(got) != 21 || !slices.Contains(got, `{"code":"others_refused"}`) {
		t.Errorf("%d on record: %q", len(got), got)
	}
	if all := town.rows("SELECT detail FROM activities WHERE kind = 'masquerade.refused'"); len(all) != 21 {
		t.Errorf("%d in all", len(all))
	}
}

// M12: of more pages than are listed the receipt says that there were, and how many at least, and they fill no log. Seen to fail
// where the list was cut without a word, and where each page was written down.
func TestM12AReceiptSaysWhereItsPagesAreCut(t *testing.T) {
	town := newTown(t)
	town.showReceipts("on")
	token := town.signIn("jdoe", jane)
	credential, session := town.masquerade(care.ModeView)
	actor, m, err := town.Portal.MasqueradeActor(t.Context(), credential, "127.0.0.1")
	town.must(err)
	for n := range 207 {
		town.must(town.Portal.Saw(t.Context(), actor, m, fmt.Sprintf("/page/%d", n)))
		if n == 199 {
			if body := town.get("/access/"+session, cookie(token)).body; strings.Contains(body, "more, which are not listed") {
				t.Error("it is cut before there is more")
			}
		}
	}
	got := town.get("/access/"+session, cookie(token))
	got.wants(t, http.StatusOK, "/page/199", "And at least 4 more, which are not listed one by one.")
	if strings.Contains(got.body, "/page/200<") {
		t.Error("it names more than it is to")
	}
	if n := len(town.rows("SELECT activity_id FROM activities WHERE kind = 'masquerade.viewed' AND session_id = $1", session)); n != 203 {
		t.Errorf("%d pages on record", n)
	}
}
