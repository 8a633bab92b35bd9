package portal

import (
	"testing"

	"meterside/care"
	"meterside/portal/store/storetest"
)

// TestPolicyIsChangedOnceAndNeverForGood asks for changes as administrators do: what another changed meanwhile is refused,
// nobody is left without an administrator, and who changed what stands in the history (R2, R24).
func TestPolicyIsChangedOnceAndNeverForGood(t *testing.T) {
	storetest.Databases(t, policyIsChanged)
}

func policyIsChanged(t *testing.T, database string) {
	p, admin := askTown(t, database), at(care.RoleAdmin, "ADM001")
	change := func(changes, seen map[string]string) error {
		_, err := p.Ask(t.Context(), admin, question(t, "policy.change", &care.ChangePolicy{Changes: changes, Seen: seen}))
		return err
	}
	for _, step := range []struct {
		name          string
		changes, seen map[string]string
		want          care.Code
	}{
		{"a change", map[string]string{"masquerade.idle": "5m"}, nil, ""},
		{"one that did not see it", map[string]string{"masquerade.idle": "6m"}, nil, care.CodeStale},
		{"one that did", map[string]string{"masquerade.idle": "6m"}, map[string]string{"masquerade.idle": "5m"}, ""},
		{"back to the default", map[string]string{"masquerade.idle": ""}, map[string]string{"masquerade.idle": "6m"}, ""},
		{"away with every administrator", map[string]string{"permissions.admin.policy.change": "deny"}, nil, care.CodeLastAdministrator},
		{"a key that there is not", map[string]string{"masquerade.idel": "6m"}, nil, care.CodeInvalid},
	} {
		if err := change(step.changes, step.seen); care.CodeOf(err) != step.want {
			t.Errorf("%s: %v, want %q", step.name, err, step.want)
		}
	}
	answer, err := p.Ask(t.Context(), admin, question(t, "policy.history", &care.PolicyHistory{}))
	history, ok := answer.([]care.Activity)
	if err != nil || !ok || len(history) != 3 {
		t.Fatalf("the history is %v, %v", answer, err)
	}
	for _, a := range history {
		if a.Actor != "ADM001" || a.Sort != "policy.changed" {
			t.Errorf("the history holds %+v", a)
		}
	}
	last := &care.ChangeStaff{ID: "ADM001", Name: "Alan", Role: care.RoleAdmin, Districts: care.List{"all"}}
	if _, err := p.Ask(t.Context(), admin, question(t, "staff.change", last)); care.CodeOf(err) != care.CodeLastAdministrator {
		t.Errorf("the last administrator was switched off: %v", err)
	}
}

// A new member of staff can sign in with the password that was given, and it stands in no log.
func TestStaffAreAddedFromADesk(t *testing.T) {
	p, admin := askTown(t, t.TempDir()), at(care.RoleAdmin, "ADM001")
	added := &care.ChangeStaff{ID: "CSR009", Name: "Ada", Role: care.RoleCSR, Districts: care.List{"D01"}, Active: true, New: true, Password: "first-Password"}
	if _, err := p.Ask(t.Context(), admin, question(t, "staff.change", added)); err != nil {
		t.Fatal(err)
	}
	if _, err := p.SignInStaff(t.Context(), "CSR009", "first-Password", "d1", "127.0.0.1"); err != nil {
		t.Error(err)
	}
	if _, err := p.Ask(t.Context(), admin, question(t, "staff.change", added)); care.CodeOf(err) != care.CodeInvalid {
		t.Errorf("an ID was given twice: %v", err)
	}
	if n := countOf(t, p, "SELECT count(*) FROM activities WHERE detail LIKE '%first-Password%'"); n != 0 {
		t.Error("the password stands in the log")
	}
	elsewhere := &care.ChangeStaff{ID: "CSR009", Name: "Ada", Role: care.RoleCSR, Districts: care.List{"D99"}, Active: true}
	if _, err := p.Ask(t.Context(), admin, question(t, "staff.change", elsewhere)); care.CodeOf(err) != care.CodeNotFound {
		t.Errorf("a district that there is not was taken: %v", err)
	}
}
