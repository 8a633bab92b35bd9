package e2e

import (
	"testing"

	"meterside/backend"
	"meterside/care"
)

// R3: taking the permission to view web users away, the console says which one is
// missing and shows no profile, and the portal refuses what is asked about them without it.
func TestR3ThePanelOfWebUsersRefusesWithAReason(t *testing.T) {
	s := newStage(t)
	s.town()
	b := s.desk("CSR001")
	shown := func() backend.Console {
		t.Helper()
		c, err := b.Show(t.Context(), "030000013")
		check(t, err)
		return c
	}
	if c := shown(); c.WebUsersClosed != nil || len(c.WebUsers) == 0 {
		t.Fatalf("before: %v, %d profiles", c.WebUsersClosed, len(c.WebUsers))
	}
	late, err := b.Do(t.Context(), &care.LockWebUser{WebUserID: "W1", Account: "030000013", Reason: "misuse"})
	check(t, err)
	s.put(&care.PolicyEntry{Key: "permissions.csr.web_user.view", Value: "deny"})
	s.sync(b)
	c := shown()
	if c.WebUsersClosed == nil || c.WebUsersClosed.Code != care.CodeNoPermission || c.WebUsersClosed.Params["permission"] != "web_user.view" || len(c.WebUsers) != 0 {
		t.Errorf("after: %v, %d profiles", c.WebUsersClosed, len(c.WebUsers))
	}
	if c.PortalEmail == "" {
		t.Error("what the header shows went with the panel")
	}
	if q, err := b.Answer(t.Context(), late.CommandID); err != nil || q.Code != care.CodeNoPermission {
		t.Errorf("a lock that was on its way was answered %+v, %v", q, err)
	}
}

// R4: with the portal switched off no fact of a profile is shown, the portal refuses to log in
// as the customer, and a session that was open ends.
func TestR4WithoutThePortalNoProfileIsShown(t *testing.T) {
	s := newStage(t)
	s.town()
	b := s.desk("CSR001")
	start := care.StartMasquerade{WebUserID: "W1", Account: "030000013", Mode: care.ModeView, Reason: "help", Acknowledged: true}
	_, err := b.AskMasquerade(t.Context(), start, "en", t.TempDir())
	check(t, err)
	s.put(&care.PolicyEntry{Key: "portal.in_use", Value: "off"})
	if _, err := b.AskMasquerade(t.Context(), start, "en", t.TempDir()); care.CodeOf(err) != care.CodePortalOff {
		t.Errorf("the portal let a desk in that had not heard: %v", err)
	}
	s.sync(b)
	c, err := b.Show(t.Context(), "030000013")
	check(t, err)
	if c.WebUsersClosed == nil || c.WebUsersClosed.Code != care.CodePortalOff || len(c.WebUsers) != 0 || c.PortalEmail != "" || c.PortalStatus != "" || c.LastCustomerLogon != 0 {
		t.Errorf("shown: %+v", c)
	}
	view, err := b.PolicyView(t.Context(), "en")
	check(t, err)
	if view.PortalInUse {
		t.Error("the window would show the button")
	}
}

// R7: with the console switched off a CSR's desk says so, the portal refuses what it had not sent yet
// and keeps it for them, and an administrator goes on and switches it on again.
func TestR7TheConsoleIsSwitchedOff(t *testing.T) {
	s := newStage(t)
	s.town()
	s.put(&care.Staff{ID: "SUP01", Name: "Sue", Role: care.RoleAdmin, Districts: care.List{"all"}, Active: true})
	admin, csr := s.desk("SUP01"), s.desk("CSR001")
	off := func() *care.Error {
		t.Helper()
		view, err := csr.PolicyView(t.Context(), "en")
		check(t, err)
		return view.ConsoleOff
	}
	if off() != nil {
		t.Fatal("it is off from the beginning")
	}
	late, err := csr.Do(t.Context(), &care.WriteNote{Account: "030000013", Text: "called about the bill"})
	check(t, err)
	set := func(value string) {
		t.Helper()
		now, err := admin.Policy(t.Context())
		check(t, err)
		check(t, admin.Administer(t.Context(), &care.ChangePolicy{
			Changes: map[string]string{"console.enabled": value}, Seen: map[string]string{"console.enabled": now["console.enabled"]},
		}))
		s.sync(admin)
	}
	set("off")
	s.sync(csr)
	if said := off(); said == nil || said.Code != care.CodeConsoleOff {
		t.Errorf("the desk says %v", said)
	}
	if q, err := csr.Answer(t.Context(), late.CommandID); err != nil || q.State != "rejected" || q.Code != care.CodeConsoleOff {
		t.Errorf("a note that was on its way was answered %+v, %v", q, err)
	}
	if _, err := csr.SearchAll(t.Context(), "Müller"); care.CodeOf(err) != care.CodeConsoleOff {
		t.Errorf("a question was answered: %v", err)
	}
	if _, err := csr.Do(t.Context(), &care.WriteNote{Account: "030000013", Text: "another"}); care.CodeOf(err) != care.CodeConsoleOff {
		t.Errorf("the desk took a command: %v", err)
	}
	view, err := admin.PolicyView(t.Context(), "en")
	check(t, err)
	if view.ConsoleOff != nil {
		t.Error("the administrator's desk is off too")
	}
	note, err := admin.Do(t.Context(), &care.WriteNote{Account: "030000013", Text: "by the administrator"})
	check(t, err)
	s.sync(admin)
	if q, err := admin.Answer(t.Context(), note.CommandID); err != nil || q.State == "rejected" {
		t.Errorf("the administrator's note was answered %+v, %v", q, err)
	}
	set("on")
	s.sync(csr)
	if off() != nil {
		t.Error("it stays off")
	}
}
