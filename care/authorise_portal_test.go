package care

import (
	"reflect"
	"regexp"
	"testing"
)

// R3: who may view the panel of web users reads it, who may view and change also logs in as
// the customer and unlocks, and a permission to change without the one to view is none.
func TestR3ToViewAndToChangeWebUsersAreTwo(t *testing.T) {
	unlock, start := &UnlockWebUser{WebUserID: "W1", Account: "A1"}, &StartMasquerade{WebUserID: "W1", Account: "A1", Mode: ModeView}
	neither := Policy{"permissions.csr.web_user.view": "deny", "permissions.csr.web_user.unlock": "deny", "permissions.csr.masquerade.view": "deny"}
	view := neither.With(map[string]string{"permissions.csr.web_user.view": ""})
	change := neither.With(map[string]string{"permissions.csr.web_user.unlock": "", "permissions.csr.masquerade.view": ""})
	for _, c := range []struct {
		name                  string
		policy                Policy
		open, unlocks, starts Code
	}{
		{"view and change", Policy{}, "", "", ""},
		{"view", view, "", CodeNoPermission, CodeNoPermission},
		{"change without view", change, CodeNoPermission, CodeNoPermission, CodeNoPermission},
		{"neither", neither, CodeNoPermission, CodeNoPermission, CodeNoPermission},
	} {
		r := few{actor: atDesk(RoleCSR, "CSR001", ""), policy: c.policy}
		if got := CodeOf(c.policy.WebUsersClosed(r.actor)); got != c.open {
			t.Errorf("%s: the panel: %q, want %q", c.name, got, c.open)
		}
		if got := CodeOf(Authorise(r, unlock)); got != c.unlocks {
			t.Errorf("%s: unlock: %q, want %q", c.name, got, c.unlocks)
		}
		if got := CodeOf(AuthoriseQuestion(r, start)); got != c.starts {
			t.Errorf("%s: log in as: %q, want %q", c.name, got, c.starts)
		}
		if got := CodeOf(Authorise(r, &WriteNote{Account: "A1", Text: "called"})); got != "" {
			t.Errorf("%s: a note: %q", c.name, got)
		}
	}
	refused := AsError(neither.WebUsersClosed(atDesk(RoleCSR, "CSR001", "")))
	if refused.Params["permission"] != "web_user.view" {
		t.Errorf("the panel does not name its own permission: %v", refused)
	}
}

// R4: where the utility does without the portal, whoever asks, a masquerade is refused,
// inside one nothing more can be done, and one that is open can be ended.
func TestR4WithoutThePortalNobodyIsLoggedInAs(t *testing.T) {
	off := Policy{"portal.in_use": "off"}
	start, end := &StartMasquerade{WebUserID: "W1", Account: "A1", Mode: ModeView}, &EndMasquerade{Session: "S1"}
	change := &ChangePreferences{Account: "A1"}
	for _, role := range Roles() {
		r := few{actor: atDesk(role, "X1", ""), policy: off}
		if got := CodeOf(AuthoriseQuestion(r, start)); got != CodePortalOff {
			t.Errorf("%s: a masquerade: %q", role, got)
		}
		inside := few{actor: Actor{ID: "X1", Origin: OriginMasquerade, Role: role, Mode: ModeFull, OnBehalfOf: "W1"}, policy: off}
		if got := CodeOf(Authorise(inside, change)); got != CodePortalOff {
			t.Errorf("%s: inside a masquerade: %q", role, got)
		}
		for _, who := range []few{r, inside} {
			if got := CodeOf(Authorise(who, end)); got != "" {
				t.Errorf("%s: the end: %q", role, got)
			}
		}
		if got := CodeOf(Authorise(r, &WriteNote{Account: "A1", Text: "called"})); got != "" {
			t.Errorf("%s: a note: %q", role, got)
		}
	}
}

// R7: the console is switched off for all but administrators, who can switch it on again.
func TestR7TheConsoleIsSwitchedOffForAllButAdministrators(t *testing.T) {
	off := Policy{"console.enabled": "off"}
	for role, want := range map[Role]Code{RoleCSR: CodeConsoleOff, RoleSupervisor: CodeConsoleOff, RoleAdmin: ""} {
		r := few{actor: atDesk(role, "X1", ""), policy: off}
		if got := CodeOf(Authorise(r, &WriteNote{Account: "A1", Text: "called"})); got != want {
			t.Errorf("%s: a command: %q, want %q", role, got, want)
		}
		if got := CodeOf(AuthoriseQuestion(r, &SearchPortal{Text: "Lee"})); got != want {
			t.Errorf("%s: a question: %q, want %q", role, got, want)
		}
		if got := CodeOf(Authorise(r, &EndMasquerade{Session: "S1"})); got != "" {
			t.Errorf("%s: the end of a masquerade: %q", role, got)
		}
	}
	customer := few{actor: Actor{ID: "W1", Origin: OriginPortal}, policy: off, links: []WebUserAccount{{WebUserID: "W1", Account: "A1"}}}
	if got := CodeOf(Authorise(customer, &ChangePreferences{Account: "A1"})); got == CodeConsoleOff {
		t.Error("the customer was refused")
	}
	admin := few{actor: atDesk(RoleAdmin, "ADM1", ""), policy: off}
	if err := AuthoriseQuestion(admin, &ChangePolicy{Changes: map[string]string{"console.enabled": "on"}}); err != nil {
		t.Errorf("nobody can switch it on again: %v", err)
	}
}

// R5, R6: the address of the service for web-user facts, the portal's address and its home page stand in one group, with
// the switch of the portal.
func TestR5AndR6ThePortalsSettingsStandInOneGroup(t *testing.T) {
	for key, values := range map[string]map[string]bool{
		"portal.in_use":            {"on": true, "off": true, "maybe": false},
		"portal.profiles_endpoint": {"https://profiles.example.com/v1": true, "http://127.0.0.1:8080": true, "http://profiles.example.com": false, "ftp://x": false},
		"portal.address":           {"https://portal.example.com": true, "portal": false},
		"portal.hand_over":         {"off": true, "view": true, "scope": true, "full": false},
		"portal.home_page":         {"/account/home": true, "https://evil.example": false, "//evil.example": false, "/a b": false},
	} {
		k, ok := PolicyKeyOf(key)
		if !ok || k.Group != "portal" {
			t.Errorf("%s stands in the group %q", key, k.Group)
		}
		for value, valid := range values {
			if (k.Valid(value) == nil) != valid {
				t.Errorf("%s: %q: %v", key, value, k.Valid(value))
			}
		}
	}
	for _, c := range []struct{ address, home, want string }{
		{"", "/home", ""},
		{"https://portal.example.com", "/", "https://portal.example.com/"},
		{"https://portal.example.com/", "/home", "https://portal.example.com/home"},
		{"https://example.com/portal", "/home", "https://example.com/portal/home"},
	} {
		if got := (Policy{"portal.address": c.address, "portal.home_page": c.home}).PortalHome(); got != c.want {
			t.Errorf("%s and %s: %s, want %s", c.address, c.home, got, c.want)
		}
	}
}

// R6: where masquerades lead to another portal, nobody's goes beyond looking unless that portal declares that it honours the scope; and
// the scope names what is open to the CSR in the mode, and nothing else.
func TestR6AnotherPortalIsToldTheScope(t *testing.T) {
	who := atDesk(RoleCSR, "CSR001", "")
	for how, want := range map[string]Mode{HandOverOff: ModeFull, HandOverView: ModeView, HandOverScope: ModeFull} {
		p := Policy{"portal.address": "https://my.utility.example", "portal.hand_over": how}
		if got := p.MasqueradeLimit(who); got != want {
			t.Errorf("%s: %s, want %s", how, got, want)
		}
	}
	if p := (Policy{"portal.hand_over": HandOverView}); p.HandOver() != HandOverOff || p.MasqueradeLimit(who) != ModeFull {
		t.Error("without an address masquerades lead elsewhere")
	}
	p := Policy{"entitlements.csr.pay.card": "allow", "entitlements.autopay.edit": "deny", "entitlements.web_user.unlink": "second_person"}
	for mode, want := range map[Mode]string{
		ModeView: "view", ModeAssist: "assist nickname.edit paperless.edit profile.contact", ModeFull: "full nickname.edit paperless.edit pay.card profile.contact",
	} {
		if got := p.Scope(who, mode); got != want {
			t.Errorf("%s: %q, want %q", mode, got, want)
		}
	}
}

// R8: no command, question or record of care has room for a customer's password, so that
// a masquerade is the only way in. A member of staff's own password is the one there is.
func TestR8NothingTakesACustomersCredentials(t *testing.T) {
	secret := regexp.MustCompile(`(?i)password|passwd|credential|hash|pin\b`)
	looked := 0
	look := func(kind string, v any) {
		of := reflect.TypeOf(v).Elem()
		for i := range of.NumField() {
			looked++
			name := of.Field(i).Name + " " + of.Field(i).Tag.Get("json")
			if secret.MatchString(name) && kind != "staff.change" && of.Field(i).Type.Kind() != reflect.Bool {
				t.Errorf("%s has %s", kind, name)
			}
		}
	}
	for kind, make := range commands {
		look(kind, make())
	}
	for kind, make := range questions {
		look(kind, make())
	}
	for _, rec := range []Record{
		&Person{}, &WebUser{}, &WebUserAccount{}, &WebUserLock{}, &WebUserLogon{}, &Account{}, &AccountPerson{}, &Staff{}, &Recovery{},
		&Notification{}, &Masquerade{}, &Contact{}, &Task{}, &Activity{},
	} {
		look(reflect.TypeOf(rec).String(), rec)
	}
	if looked < 200 {
		t.Errorf("only %d fields were looked at", looked)
	}
}
