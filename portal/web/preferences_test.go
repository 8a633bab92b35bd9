package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"meterside/care"
)

// paperlessOn is what a browser sends after one click on the form of home1.
func paperlessOn() url.Values {
	return url.Values{"autopay.was": {""}, "paperless.was": {""}, "paperless": {"on"}, "nickname.was": {"Home"}, "nickname": {"Home"}}
}

const taskFields = "SELECT kind, status, account_number, web_user_id, created_by, origin, csr_id, web_user_name, email, ip, session_id FROM tasks"

func TestACustomersChangeIsTheCustomers(t *testing.T) {
	town := newTown(t)
	token := town.signIn("jdoe", jane)
	r := town.post("/preferences?account="+home1, paperlessOn(), cookie(token))
	r.wants(t, http.StatusSeeOther)
	town.get(r.Header.Get("Location"), cookie(token)).wants(t, http.StatusOK, "Your preferences were saved.", `name="paperless" value="on" checked`)
	want := "paperless.enrolled|complete|" + home1 + "|" + jane + "|customer|portal||jdoe|jane@example.com|127.0.0.1|"
	if got := town.rows(taskFields); len(got) != 1 || got[0] != want {
		t.Errorf("tasks %q, want %q", got, want)
	}
}

func TestACSRsChangeIsTheCSRs(t *testing.T) {
	town := newTown(t)
	for _, mode := range []care.Mode{care.ModeFull, care.ModeAssist} {
		credential, session := town.masquerade(mode)
		form := paperlessOn()
		if mode == care.ModeAssist {
			form.Set("paperless.was", "on")
			form.Del("paperless")
		}
		town.post("/preferences?account="+home1, form, as(credential)).wants(t, http.StatusSeeOther)
		want := map[care.Mode]string{care.ModeFull: "paperless.enrolled", care.ModeAssist: "paperless.cancelled"}[mode] +
			"|complete|" + home1 + "|" + jane + "|csr|masquerade|CSR001|||127.0.0.1|" + session
		if got := town.rows(taskFields+" WHERE session_id = $1", session); len(got) != 1 || got[0] != want {
			t.Errorf("%s: tasks %q, want %q", mode, got, want)
		}
		town.send(http.MethodPost, "/masquerade/end", `{"reason":"closed"}`, as(credential)).wants(t, http.StatusNoContent)
	}
}

func TestWhatWasNotTouchedIsNotSent(t *testing.T) {
	town := newTown(t)
	token := town.signIn("jdoe", jane)
	form := paperlessOn() // read while AutoPay was off
	town.put(&care.Account{Number: home1, MainPersonID: "1000000007", PremiseID: "P1", DistrictID: "D1", Status: "active", Nickname: "Home", AutoPay: true})
	town.post("/preferences?account="+home1, form, cookie(token)).wants(t, http.StatusSeeOther)
	if got := town.rows("SELECT autopay, paperless, nickname FROM accounts WHERE account_number = $1", home1); got[0] != "true|true|Home" {
		t.Errorf("the account has %q", got)
	}
	before := town.dump()
	same := town.post("/preferences?account="+home1, url.Values{"nickname.was": {"Home"}, "nickname": {" Home "}}, cookie(token))
	same.wants(t, http.StatusSeeOther)
	town.get(same.Header.Get("Location"), cookie(token)).wants(t, http.StatusOK, "Nothing was changed.")
	wantSame(t, before, town.dump())
}

func TestARefusedChangeSaysWhyAndKeepsWhatWasTyped(t *testing.T) {
	town := newTown(t)
	token := town.signIn("jdoe", jane)
	long := strings.Repeat("é", 41)
	r := town.post("/preferences?account="+home1, url.Values{"nickname.was": {"Home"}, "nickname": {long}}, cookie(token), with("Accept-Language", "es"))
	r.wants(t, http.StatusBadRequest, "El nombre de la cuenta es demasiado largo", `aria-describedby="nickname-hint problem"`, long, `name="nickname.was" value="Home"`)

	town.get("/preferences?account="+cabin, cookie(token)).wants(t, http.StatusOK, "Your access to this account allows you to look", `<button type="submit" disabled`)
	before := town.rows("SELECT * FROM accounts")
	town.post("/preferences?account="+cabin, paperlessOn(), cookie(token)).wants(t, http.StatusForbidden, "Your access to this account")
	town.put(&care.Account{Number: farm, MainPersonID: "1000000007", PremiseID: "P1", DistrictID: "D2", Status: "closed"})
	town.get("/preferences?account="+farm, cookie(token)).wants(t, http.StatusOK, "is closed", `<button type="submit" disabled`)
	if got := town.rows("SELECT paperless FROM accounts WHERE account_number = $1", cabin); got[0] != "false" {
		t.Errorf("the viewer changed the account: %q, before %q", got, before)
	}
}

func TestAnEntitlementDisablesOneField(t *testing.T) {
	town := newTown(t)
	town.put(&care.PolicyEntry{Key: "entitlements.autopay.edit", Value: "deny"})
	credential, _ := town.masquerade(care.ModeFull)
	r := town.get("/preferences?account="+home1, as(credential))
	r.wants(t, http.StatusOK, "CSRs may not do this for a customer (autopay.edit)", `aria-describedby="autopay-hint autopay-why"`)
	if strings.Contains(r.body, "autopay.was") || !strings.Contains(r.body, "paperless.was") || strings.Contains(r.body, `<button type="submit" disabled`) {
		t.Errorf("not AutoPay alone is disabled: %s", r.body)
	}
	town.post("/preferences?account="+home1, url.Values{"autopay.was": {""}, "autopay": {"on"}}, as(credential)).wants(t, http.StatusForbidden)
	if got := town.rows(taskFields); len(got) != 0 {
		t.Errorf("tasks: %q", got)
	}
}

func TestOtherPeoplesAccountsAreNotFound(t *testing.T) {
	town := newTown(t)
	token := town.signIn("jdoe", jane)
	for _, account := range []string{shop, "999999999", "' OR 1=1 --", "\x00"} {
		at := "?account=" + url.QueryEscape(account)
		for _, path := range []string{"/", "/bills", "/preferences"} {
			town.get(path+at, cookie(token)).wants(t, http.StatusNotFound, "There is no such page, or it is not yours.")
		}
		town.post("/preferences"+at, paperlessOn(), cookie(token)).wants(t, http.StatusNotFound)
	}
	credential, _ := town.masquerade(care.ModeFull)
	for _, account := range []string{shop, farm} { // farm is jane's, and outside the CSR's districts
		town.get("/bills?account="+account, as(credential)).wants(t, http.StatusNotFound)
		town.post("/preferences?account="+account, paperlessOn(), as(credential)).wants(t, http.StatusNotFound)
	}
	if r := town.get("/", as(credential)); strings.Contains(r.body, farm) {
		t.Error("the CSR's pages name an account outside the CSR's districts")
	}
}

// R66: a CSR's change is real, and where the customer saves after it the last save stands; both are tasks of who made them.
func TestR66TheLastSaveStands(t *testing.T) {
	town := newTown(t)
	token := town.signIn("jdoe", jane)
	credential, _ := town.masquerade(care.ModeFull)
	for _, save := range []struct {
		name string
		who  edit
	}{{"Camp", as(credential)}, {"Cabin", cookie(token)}, {"Lodge", as(credential)}} {
		town.post("/preferences?account="+home1, url.Values{"nickname": {save.name}, "nickname.was": {"Home"}}, save.who).wants(t, http.StatusSeeOther)
		if got := town.rows("SELECT nickname FROM accounts WHERE account_number = $1", home1); got[0] != save.name {
			t.Errorf("it is called %q after %q was saved", got, save.name)
		}
	}
	if got := town.rows("SELECT created_by FROM tasks WHERE kind = 'nickname.changed' ORDER BY rv"); strings.Join(got, " ") != "csr customer csr" {
		t.Errorf("tasks by %q", got)
	}
}
