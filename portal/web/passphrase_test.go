package web

import (
	"net/http"
	"net/url"
	"testing"

	"meterside/care"
)

// R23: a customer chooses words to be known by on the telephone, and never sees them again; in a masquerade the form says why
// it is closed, and what is sent all the same is refused.
func TestR23ACustomerChoosesAPassphrase(t *testing.T) {
	town := newTown(t)
	token := town.signIn("jdoe", jane)
	form := url.Values{"passphrase": {"seven gray herons"}}
	town.get("/preferences?account="+home1, cookie(token)).wants(t, http.StatusOK, `href="/passphrase?account=`+home1+`"`)
	town.post("/passphrase", url.Values{"passphrase": {"ab"}}, cookie(token)).wants(t, http.StatusBadRequest, "too short")
	r := town.post("/passphrase", form, cookie(token))
	r.wants(t, http.StatusSeeOther)
	town.get(r.Header.Get("Location"), cookie(token)).wants(t, http.StatusOK, "Your passphrase was saved.")
	kept := town.rows("SELECT passphrase FROM person_private WHERE passphrase <> ''")
	if len(kept) != 1 || kept[0] == form.Get("passphrase") {
		t.Errorf("kept is %q", kept)
	}
	credential, _ := town.masquerade(care.ModeFull)
	town.get("/passphrase", as(credential)).wants(t, http.StatusOK, "Only the customer can choose a passphrase here.")
	town.post("/passphrase", form, as(credential)).wants(t, http.StatusForbidden)
	if again := town.rows("SELECT passphrase FROM person_private WHERE passphrase <> ''"); again[0] != kept[0] {
		t.Error("a masquerade changed it")
	}
}
