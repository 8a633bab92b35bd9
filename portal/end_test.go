package portal

import (
	"cmp"
	"testing"
	"time"

	"meterside/care"
)

// M11: who may review ends anybody's masquerade, whether or not they may have one themselves; who may not review ends their own
// alone, also when they may have none any more. Seen to fail while ending asked for the right to masquerade, and with reviewing not
// asked for.
func TestM11WhoMayEndAMasquerade(t *testing.T) {
	d := newDesks(t, t.TempDir(), 1)
	for id, csr := range map[string]string{"S-own": "CSR001", "S-other": "CSR002"} {
		d.put(&care.Masquerade{ID: id, CSRID: csr, WebUserID: "W1", Account: "A1", Mode: care.ModeView, GrantedAt: 1, EndsAt: time.Now().Add(time.Hour).UnixMilli()})
	}
	const masquerade, review, view = "masquerade.view", "task.review", "customer.view"
	for _, c := range []struct {
		name       string
		role       care.Role
		said       map[string]string // of this one by policy
		own, other string
	}{
		{"a CSR", care.RoleCSR, nil, "ok", "no_permission"},
		{"a CSR who may not masquerade", care.RoleCSR, map[string]string{masquerade: "deny"}, "ok", "no_permission"},
		{"a CSR who may review", care.RoleCSR, map[string]string{review: "allow"}, "ok", "ok"},
		{"a CSR who may review and not masquerade", care.RoleCSR, map[string]string{review: "allow", masquerade: "deny"}, "ok", "ok"},
		{"a supervisor", care.RoleSupervisor, nil, "ok", "ok"},
		{"a supervisor who may not masquerade", care.RoleSupervisor, map[string]string{masquerade: "deny"}, "ok", "ok"},
		{"a supervisor who may not review", care.RoleSupervisor, map[string]string{review: "deny"}, "ok", "no_permission"},
		{"who may see no customer", care.RoleSupervisor, map[string]string{view: "deny"}, "no_permission", "no_permission"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, what := range []string{masquerade, review, view} {
				d.put(&care.PolicyEntry{Key: "permissions.staff.CSR001." + what, Value: c.said[what]})
			}
			who := at(c.role, "CSR001", "d:D01")
			for id, want := range map[string]string{"S-own": c.own, "S-other": c.other} {
				end := &care.EndMasquerade{Session: id, Account: "A1", Words: "It has to stop"}
				if got := cmp.Or(string(care.CodeOf(d.portal.Why(t.Context(), who, end))), "ok"); got != want {
					t.Errorf("%s: %s, want %s", id, got, want)
				}
			}
		})
	}
}
