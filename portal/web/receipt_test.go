package web

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"meterside/care"
	"meterside/portal"
)

func (town *town) showReceipts(on string) {
	town.put(&care.PolicyEntry{Key: "masquerade.customer_receipt", Value: on})
}

// cells are the cells of the rows of a page's last table, as text.
func cells(body string) (rows [][]string) {
	_, body, _ = strings.Cut(body[strings.LastIndex(body, "<tbody"):], ">")
	for _, row := range regexp.MustCompile(`(?s)<tr>(.*?)</tr>`).FindAllString(body, -1) {
		var texts []string
		for _, cell := range regexp.MustCompile(`(?s)<t[hd].*?>(.*?)</t[hd]>`).FindAllStringSubmatch(row, -1) {
			texts = append(texts, strings.TrimSpace(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(cell[1], "")))
		}
		rows = append(rows, texts)
	}
	return rows
}

// M12, M8: where policy has it shown, the customer reads of each session who acted as them, what was looked at, what was
// changed, before and after and whether it was undone, and what was sent elsewhere.
//
// Seen to fail with before and after changed about, with undoing not looked for, and with the refused told as seen.
func TestM12TheCustomerReadsTheReceiptOfASession(t *testing.T) {
	town := newTown(t)
	town.showReceipts("on")
	token := town.signIn("jdoe", jane)
	credential, session := town.masquerade(care.ModeFull)
	at := "/access/" + session
	town.get(at, cookie(token)).wants(t, http.StatusOK, "Customer service (CSR001)", "Open now", "No page was seen.", "Nothing was changed.")
	town.get("/bills?account="+home1, as(credential)).wants(t, http.StatusOK)
	town.post("/preferences?account="+home1, url.Values{"paperless": {"on"}, "paperless.was": {"off"}, "nickname": {"Camp <b>"}, "nickname.was": {"Home"}}, as(credential)).wants(t, http.StatusSeeOther)
	town.post("/requests?account="+home1, url.Values{"what": {"budget"}, "words": {"In June"}}, as(credential)).wants(t, http.StatusSeeOther)
	town.post("/people/invite?account="+home1, invite("ana@example.com", "bills"), as(credential)).wants(t, http.StatusForbidden)
	town.put(
		&care.Task{ID: "T-farm", Sort: "nickname.changed", Status: care.TaskComplete, Account: farm, WebUserID: jane, CreatedAt: town.now.Load() + 1, CreatedBy: care.ByCSR, CSRID: "CSR001",
			Origin: care.OriginMasquerade, Session: session, Detail: `{"nickname":{"before":"","after":"Barn"}}`},
		&care.Activity{ID: "A-sent", Account: home1, WebUserID: jane, At: town.now.Load(), Sort: care.MasqueradeSent, Actor: "CSR001", ActorKind: care.ByCSR, Session: session,
			Detail: `{"method":"POST","page":"/move"}`},
		&care.Activity{ID: "A-sent-more", Account: home1, WebUserID: jane, At: town.now.Load(), Sort: care.MasqueradeSent, Actor: "CSR001", ActorKind: care.ByCSR, Session: session,
			Detail: `{"more":64}`},
	)
	town.send(http.MethodPost, "/masquerade/end", `{}`, as(credential)).wants(t, http.StatusNoContent)
	_, csr := town.desk()
	csr.Desk = "" // it sends no numbered commands here
	undo := care.UndoTask{TaskID: town.rows("SELECT task_id FROM tasks WHERE kind = 'nickname.changed' AND account_number = $1", home1)[0], Account: home1}
	env, err := portal.NewEnvelope(undo.Kind(), []byte(care.Detail(undo)), town.Now())
	town.must(err)
	if verdict, err := town.Do(t.Context(), csr, env); err != nil || verdict.Outcome != care.Applied {
		t.Fatalf("undoing: %+v, %v", verdict, err)
	}

	town.get("/access?account="+home1, cookie(token)).wants(t, http.StatusOK, `href="`+at+`?account=`+home1+`"`)
	r := town.get(at, cookie(token))
	r.wants(t, http.StatusOK, "Session of March 4, 2026", "Customer service (CSR001)", "What you can", "Bills (/bills)", "POST /move", "And at least 64 more", "not known here", "?account="+home1+"&amp;lang=es")
	if strings.Contains(r.body, "Nothing was changed") || strings.Contains(r.body, `>call<`) || strings.Contains(r.body, "/people/invite") {
		t.Error("it says that nothing was changed, tells the reason that was meant for staff, or takes for seen what was refused")
	}
	var got []string
	for _, row := range cells(r.body) {
		got = append(got, strings.Join(row, "|"))
	}
	slices.Sort(got)
	const when = "March 4, 2026, 10:00 EST"
	want := []string{
		"Budget billing|" + when + "|" + home1 + "|In words||In June|",
		"Name of the account changed|" + when + "|" + home1 + "|Name of the account|Home|Camp &lt;b&gt;|" + when + " Customer service (CSR001)",
		"Name of the account changed|" + when + "|" + farm + "|Name of the account|Nothing|Barn|",
		"Paperless billing switched on|" + when + "|" + home1 + "|Paperless billing|Off|On|",
	}
	if !slices.Equal(got, want) {
		t.Errorf("the changes are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	town.get(at+"?lang=es", cookie(token)).wants(t, http.StatusOK, "Sesión del", "Antes", "Servicio al cliente (CSR001)", "Lo mismo que usted")
}

// M12: whose session it is not, nobody tells them more than of one that there never was: not where policy shows no receipts,
// not another customer's, not of an account whose bills they may not see, and to a CSR inside a masquerade not of one out of
// their scopes.
//
// Seen to fail with policy not asked, with the web user not compared, with the role not looked at, and with the scopes left out.
func TestM12AReceiptIsItsCustomersAlone(t *testing.T) {
	town := newTown(t)
	janes, omars := cookie(town.signIn("jdoe", jane)), cookie(town.signIn("omar", omar))
	town.put(&care.WebUserAccount{WebUserID: omar, Account: home1, Role: "viewer"}) // a guest, with sessions of their own
	for id, account := range map[string]string{"S-home": home1, "S-farm": farm, "S-cabin": cabin} {
		town.put(&care.Masquerade{ID: id, CSRID: "CSR001", WebUserID: jane, Account: account, Mode: care.ModeFull, GrantedAt: 1, StartedAt: 1, EndedAt: 2})
	}
	town.put(&care.Task{ID: "T-farm", Sort: "nickname.changed", Status: care.TaskComplete, Account: farm, WebUserID: jane, CreatedAt: 1, CreatedBy: care.ByCSR, CSRID: "CSR001",
		Origin: care.OriginMasquerade, Session: "S-home", Detail: `{"nickname":{"before":"","after":"Barn"}}`})
	credential, _ := town.masquerade(care.ModeView) // by a CSR of D1, where the farm is not
	see := func(who edit, want ...string) {
		t.Helper()
		var got []string
		unknown := town.get("/access/S-none", who)
		unknown.wants(t, http.StatusNotFound)
		for _, id := range []string{"S-home", "S-farm", "S-cabin"} {
			r := town.get("/access/"+id, who)
			if r.StatusCode == http.StatusOK {
				got = append(got, id)
			} else if r.StatusCode != http.StatusNotFound || strings.ReplaceAll(r.body, id, "S-none") != unknown.body {
				t.Errorf("%s: %s, another page than that of none: %s", id, r.Status, r.body)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("they read %q, want %q", got, want)
		}
		linked := regexp.MustCompile(`href="/access/(S-\w+)\?`).FindAllStringSubmatch(town.get("/access", who).body, -1)
		if len(linked) < len(want) || len(want) == 0 && linked != nil {
			t.Errorf("the page links to %q, want %q", linked, want)
		}
	}
	see(janes) // off until the utility has it shown
	town.showReceipts("on")
	see(janes, "S-home", "S-farm", "S-cabin")
	see(omars)
	see(as(credential), "S-home", "S-cabin")
	if r := town.get("/access/S-home", as(credential)); strings.Contains(r.body, "Barn") {
		t.Error("a CSR reads of a change at an account out of their scopes")
	}
	town.get("/access/S-home", janes).wants(t, http.StatusOK, "Barn")
	town.put(&care.WebUserAccount{WebUserID: jane, Account: farm, Role: "usage"})
	see(janes, "S-home", "S-cabin")
	if r := town.get("/access/S-home", janes); strings.Contains(r.body, "Barn") {
		t.Error("a guest who sees no bills reads of a change of them")
	}
	town.showReceipts("off")
	see(janes)
}
