package web

import (
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"meterside/care"
)

// letters are those of the link that the newest invitation brings, as its letter would have them.
func (town *town) invitation() string {
	town.t.Helper()
	got := town.rows(`SELECT r.token FROM recovery_secret r JOIN tasks t ON t.task_id = r.recovery_id WHERE t.kind = 'guest.invited' AND t.status = 'open' ORDER BY t.created_at DESC`)
	if len(got) == 0 {
		town.t.Fatal("nobody is invited")
	}
	return got[0]
}

// follow opens a link as a browser does, and gives the cookie that keeps its letters.
func (town *town) follow(letters string, edits ...edit) edit {
	town.t.Helper()
	r := town.get("/invited?link="+url.QueryEscape(letters), edits...)
	r.wants(town.t, http.StatusSeeOther)
	for _, c := range r.Cookies() {
		if c.Name == linkCookie {
			return func(r *http.Request) { r.AddCookie(&http.Cookie{Name: linkCookie, Value: c.Value}) }
		}
	}
	town.t.Fatal("the link's letters are not kept")
	return nil
}

func invite(email, role string) url.Values { return url.Values{"email": {email}, "role": {role}} }

const linkOf = "SELECT role, relationship, default_profile FROM web_user_accounts WHERE web_user_id = $1 AND account_number = $2"

// R36, R67: a customer invites somebody, who accepts by signing in or by registering; the link works once, for 24 hours, and
// not once it was taken back or its sender may let nobody in any more. Each step is a task and an activity of who did it.
func TestInvitingAGuest(t *testing.T) {
	town := newTown(t)
	who, at := cookie(town.signIn("jdoe", jane)), "?account="+home1
	town.get("/people"+at, who).wants(t, http.StatusOK, "Invite somebody", "It works once, for 24 hours")
	town.post("/people/invite"+at, invite("nowhere", "viewer"), who).wants(t, http.StatusBadRequest, "This is not an email address", `value="nowhere"`)
	town.post("/people/invite"+at, invite("ana@example.com", "owner"), who).wants(t, http.StatusBadRequest)
	send := func(role string) string {
		town.post("/people/invite"+at, invite("ana@example.com", role), who).wants(t, http.StatusSeeOther)
		town.later(time.Second)
		return town.invitation()
	}
	first := send("payer")
	town.get("/people"+at+"&saved=saved", who).wants(t, http.StatusOK, "ana@example.com", "Invited to: See bills and pay", "Take the invitation back")
	want := "guest.invited|open|" + home1 + "|" + jane + "|customer|portal||jdoe|jane@example.com|127.0.0.1|"
	if got := town.rows(taskFields); len(got) != 1 || got[0] != want {
		t.Errorf("tasks %q, want %q", got, want)
	}
	if got := town.rows("SELECT address, web_user_id, status FROM notifications WHERE template = 'guest_invitation'"); len(got) != 1 || got[0] != "ana@example.com|"+jane+"|queued" {
		t.Errorf("messages %q", got)
	}
	omars := cookie(town.signIn("omar", omar))
	link := town.follow(first, omars)
	town.get("/invited", omars, link).wants(t, http.StatusOK, "Jane Doe invites you to the account ending in 0013", "See bills and pay", "Signed in as omar")
	town.post("/invited", nil, omars, link).wants(t, http.StatusSeeOther)
	if got := town.rows(linkOf, omar, home1); len(got) != 1 || got[0] != "payer|guest|false" {
		t.Errorf("the guest has %q", got)
	}
	town.get("/?account="+home1, omars).wants(t, http.StatusOK, "$1,234.56 to pay")
	town.post("/invited", nil, omars, link).wants(t, http.StatusUnauthorized)

	second := send("usage")
	other := town.follow(second)
	join := url.Values{"first_name": {"Ana"}, "last_name": {"Müller"}, "username": {"ana"}, "password": {"seven herons"}, "again": {"seven herons"}}
	town.get("/invited", other).wants(t, http.StatusOK, "We have your address, ana@example.com", `href="/signin?to=invited"`)
	taken := url.Values{"first_name": {"Ana"}, "last_name": {"Müller"}, "username": {"jdoe"}, "password": {"seven herons"}, "again": {"seven herons"}}
	town.post("/invited/register", taken, other).wants(t, http.StatusConflict, `value="Müller"`)
	town.post("/invited/register", join, other).wants(t, http.StatusSeeOther)
	town.post("/invited/register", join, other).wants(t, http.StatusUnauthorized)
	anas := cookie(town.token(town.post("/signin", credentials("ana", "seven herons"))))
	town.get("/usage?account="+home1, anas).wants(t, http.StatusOK)
	if got := town.rows("SELECT p.first_name, p.scopes, u.scopes, u.email FROM persons p JOIN web_users u ON u.person_id = p.person_id WHERE u.username = 'ana'"); len(got) != 1 || got[0] != "Ana|d:D1|d:D1|ana@example.com" {
		t.Errorf("the new guest is %q", got)
	}

	for name, spoil := range map[string]func(){
		"a day passed": func() { town.later(24 * time.Hour) },
		"taken back": func() {
			town.command(&care.CancelTask{TaskID: town.rows("SELECT task_id FROM tasks WHERE status = 'open' ORDER BY created_at DESC")[0], Account: home1, Words: "x"})
		},
		"not the owner's": func() { town.put(&care.WebUserAccount{WebUserID: jane, Account: home1, Role: "manager"}) },
	} {
		town.put(&care.WebUserAccount{WebUserID: jane, Account: home1, Role: "owner", DefaultProfile: true})
		who = cookie(town.signIn("jdoe", jane))
		letters := send("viewer")
		spoil()
		omars = cookie(town.signIn("omar", omar))
		if r := town.post("/invited", nil, omars, town.follow(letters, omars)); r.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s: %s", name, r.Status)
		}
	}
	if n, err := town.EndInvitations(t.Context()); err != nil || n == 0 {
		t.Errorf("%d invitations had run out: %v", n, err)
	}
	if got := town.rows("SELECT task_id FROM tasks WHERE kind = 'guest.invited' AND status = 'open'"); len(got) > 1 {
		t.Errorf("open are still %q", got)
	}
	if bad := town.get("/invited?link=x"); bad.StatusCode != http.StatusSeeOther {
		t.Errorf("letters that are none: %s", bad.Status)
	}
}

// R38: a customer gives a guest another role, takes the account from them, and takes an invitation back; never from who has it
// of their own, nor from themselves, and a stranger to the account none of it.
func TestChangingAndRemovingAGuest(t *testing.T) {
	town := newTown(t)
	town.put(&care.WebUserAccount{WebUserID: omar, Account: home1, Role: "viewer", Relationship: "guest"}, &care.AccountPerson{Account: home1, PersonID: "1000000015", Relationship: "guest"})
	who, at := cookie(town.signIn("jdoe", jane)), "?account="+home1
	town.get("/people"+at, who).wants(t, http.StatusOK, "Omar Reyes", "Take the account from Omar Reyes")
	town.post("/people/change"+at, url.Values{"guest": {omar}, "role": {"manager"}}, who).wants(t, http.StatusSeeOther)
	if got := town.rows(linkOf, omar, home1); got[0] != "manager|guest|false" {
		t.Errorf("the guest has %q", got)
	}
	for _, form := range []url.Values{{"guest": {jane}, "role": {"usage"}}, {"guest": {"W9"}, "role": {"usage"}}, {"guest": {omar}, "role": {"owner"}}} {
		if r := town.post("/people/change"+at, form, who); r.StatusCode < 400 {
			t.Errorf("%v: %s", form, r.Status)
		}
	}
	omars := cookie(town.signIn("omar", omar))
	for _, path := range []string{"/people/invite", "/people/change", "/people/remove"} {
		town.post(path+at, url.Values{"guest": {jane}, "role": {"usage"}, "email": {"x@example.com"}}, omars).wants(t, http.StatusForbidden)
		town.post(path+"?account="+shop, url.Values{"guest": {omar}, "role": {"usage"}, "email": {"x@example.com"}}, who).wants(t, http.StatusNotFound)
	}
	town.post("/people/remove"+at, url.Values{"guest": {omar}}, who).wants(t, http.StatusSeeOther)
	if got := town.rows(linkOf, omar, home1); len(got) != 0 {
		t.Errorf("the guest has %q", got)
	}
	if got := town.rows("SELECT ended_on FROM account_persons WHERE person_id = '1000000015'"); got[0] != "2026-03-04" {
		t.Errorf("the relationship ended %q", got)
	}
	town.get("/?account="+home1, omars).wants(t, http.StatusNotFound)
	town.post("/people/invite"+at, invite("ana@example.com", "bills"), who).wants(t, http.StatusSeeOther)
	open := town.rows("SELECT task_id FROM tasks WHERE status = 'open'")[0]
	town.post("/people/remove"+at, url.Values{"invitation": {open}}, who).wants(t, http.StatusSeeOther)
	town.post("/people/remove"+at, url.Values{"invitation": {open}}, who).wants(t, http.StatusForbidden)
	for _, kind := range []string{"guest.changed", "guest.removed"} {
		want := kind + "|complete|" + home1 + "|" + jane + "|customer|portal||jdoe|jane@example.com|127.0.0.1|"
		if got := town.rows(taskFields+" WHERE kind = $1", kind); len(got) != 1 || got[0] != want {
			t.Errorf("tasks %q, want %q", got, want)
		}
	}
	credential, _ := town.masquerade(care.ModeFull)
	town.get("/people"+at, as(credential)).wants(t, http.StatusOK, "CSRs may not do this for a customer (guests.edit)")
	town.post("/people/invite"+at, invite("x@example.com", "bills"), as(credential)).wants(t, http.StatusForbidden)
	for range 10 {
		town.post("/people/invite"+at, invite("ana@example.com", "bills"), who).wants(t, http.StatusSeeOther)
	}
	town.post("/people/invite"+at, invite("ana@example.com", "bills"), who).wants(t, http.StatusConflict, "10 invitations to this account are open already")
}

// R2, R60: what a guest may see and do is what their role names, on every page that is about an account; a role that nobody
// knows may nothing. Seen to fail with the rights of a viewer given to the unknown role, and with a page that asks for none.
func TestEveryPageHonoursTheRole(t *testing.T) {
	town := newTown(t)
	who := cookie(town.signIn("omar", omar))
	pages := map[string]care.Right{
		"/": care.OwnMatters, "/profile": care.OwnMatters, "/letters": care.OwnMatters, "/bills": care.SeeBills, "/bill": care.SeeBills, "/bills/B1.pdf": care.SeeBills, "/pay": care.SeeBills, "/requests": care.SeeBills,
		"/preferences": care.SeeBills, "/access": care.SeeBills, "/usage": care.SeeUsage, "/usage/greenbutton": care.SeeUsage, "/people": care.LetOtherIn,
	}
	sent := map[string]struct {
		right care.Right
		form  url.Values
	}{
		"/pay": {care.MakePays, payment()}, "/pay/cancel": {care.MakePays, url.Values{"payment": {"Y1"}}}, "/requests": {care.ChangeIt, url.Values{"what": {"budget"}}},
		"/preferences": {care.ChangeIt, paperlessOn()}, "/profile": {care.ChangeIt, url.Values{"which": {"address"}, "address": {"1 ELM ST"}}},
		"/letters":       {care.OwnMatters, url.Values{}},
		"/people/invite": {care.LetOtherIn, invite("x@example.com", "bills")}, "/people/change": {care.LetOtherIn, url.Values{"guest": {"W9"}, "role": {"bills"}}},
		"/people/remove": {care.LetOtherIn, url.Values{"guest": {"W9"}}},
	}
	may := map[string][]care.Right{
		"owner": {care.SeeBills, care.SeeUsage, care.MakePays, care.ChangeIt, care.LetOtherIn}, "manager": {care.SeeBills, care.SeeUsage, care.MakePays, care.ChangeIt},
		"payer": {care.SeeBills, care.MakePays}, "viewer": {care.SeeBills, care.SeeUsage}, "bills": {care.SeeBills}, "usage": {care.SeeUsage}, "stranger": nil, "": nil,
	}
	for role, rights := range may {
		town.put(&care.WebUserAccount{WebUserID: omar, Account: home1, Role: role}, &care.Payment{ID: "Y1", Account: home1, Status: "scheduled", AmountCents: 1, EffectiveOn: "2026-03-09"})
		open := func(right care.Right) bool {
			return right == care.OwnMatters && rights != nil || slices.Contains(rights, right)
		}
		for path, right := range pages {
			if r := town.get(path+"?account="+home1, who); (r.StatusCode != http.StatusForbidden) != open(right) {
				t.Errorf("%q, GET %s: %s", role, path, r.Status)
			}
		}
		for path, s := range sent {
			if r := town.post(path+"?account="+home1, s.form, who); (r.StatusCode != http.StatusForbidden) != open(s.right) && !strings.Contains(r.body, "2026-03-10 already") {
				t.Errorf("%q, POST %s: %s", role, path, r.Status)
			}
		}
		if r := town.get("/?account="+home1, who); strings.Contains(r.body, "$1,234.56") != open(care.SeeBills) || strings.Contains(r.body, "AutoPay") != open(care.SeeBills) {
			t.Errorf("%q: the first page shows what it must not, or not what it may", role)
		}
	}
	var named []string
	for path := range pages {
		named = append(named, path)
	}
	for path := range sent {
		named = append(named, path)
	}
	source, err := os.ReadFile("web.go")
	town.must(err)
	own := "/ /access/{session} /messages /help /security /passphrase /accounts /profile/email /profile/email/keep /security/password /security/signout"
	for _, route := range regexp.MustCompile(`"(?:GET|POST) (/[a-z/{}$.]*)", s.signedIn`).FindAllStringSubmatch(string(source), -1) {
		path := strings.NewReplacer("{$}", "", "{file}", "B1.pdf").Replace(route[1])
		if !strings.Contains(" "+strings.Join(named, " ")+" "+own+" ", " "+path+" ") {
			t.Errorf("nobody says who may use %s", path)
		}
	}
}
