package portal

import (
	"cmp"
	"testing"
	"time"

	"meterside/care"
)

// matrixActors are the columns of the table, in its order: everybody who could send a command about the account A1.
var matrixActors = []struct {
	name  string
	actor care.Actor
}{
	{"owner", customerNamed("W1")},
	{"guest", customerNamed("W2")}, // may look at A1
	{"other", customerNamed("W3")}, // has nothing to do with A1
	{"csr", at(care.RoleCSR, "CSR001", "d:D01")},
	{"super", at(care.RoleSupervisor, "SUP01", "d:D01")},
	{"admin", at(care.RoleAdmin, "ADM01", "d:D01")},
	{"afar", at(care.RoleCSR, "CSR009", "d:D02")}, // in another district
	{"left", at("", "CSR001", "d:D01")},           // has no role any more
	{"view", masquerading(care.ModeView, "W1", "d:D01")},
	{"assist", masquerading(care.ModeAssist, "W1", "d:D01")},
	{"full", masquerading(care.ModeFull, "W1", "d:D01")},
	{"as-guest", masquerading(care.ModeFull, "W2", "d:D01")},
	{"as-other", masquerading(care.ModeFull, "W3", "d:D01")},
	{"in-afar", masquerading(care.ModeFull, "W1", "d:D02")},
	{"nobody", care.Actor{}},
}

func customerNamed(id string) care.Actor {
	return care.Actor{ID: id, Name: id, Origin: care.OriginPortal, IP: "127.0.0.1"}
}

// masquerading is a CSR in a session, S1 where it is W1's.
func masquerading(mode care.Mode, as string, scopes ...string) care.Actor {
	a := at(care.RoleCSR, "CSR001", scopes...)
	a.Origin, a.OnBehalfOf, a.Mode, a.Session, a.Desk = care.OriginMasquerade, as, mode, "S1", ""
	if as != "W1" {
		a.Session = "S-" + as
	}
	return a
}

// matrixArgs are the arguments that differ from those of complete, as some commands need somebody who is locked.
var matrixArgs = map[string]any{
	"web_user.unlock":           care.UnlockWebUser{WebUserID: "W4", Lock: care.LockCSR},
	"portal_account.reactivate": care.ReactivatePortal{WebUserID: "W4", Account: "A1"},
	"activation.resend":         care.ResendActivation{WebUserID: "W5", Account: "A1"},
	"payment.schedule":          care.SchedulePayment{Account: "A1", AmountCents: 100, On: time.Now().UTC().AddDate(0, 0, 3).Format(time.DateOnly), Method: care.PayByBank},
}

const commandTable = "testdata/commands.txt"

// M1, M6, M7, R1, R64: every kind of command, sent by everybody who could send it, is allowed or refused as the table says, and
// what has no row is refused by the test. "ok" is allowed; else it is the code of the refusal.
//
// UPDATE=1 writes the table anew, to be read before it is kept. Seen to fail where a masquerade's mode is not asked, where
// the scopes of who is inside one are left out, and where a guest's role is not looked at.
func TestM6WhoMaySendWhat(t *testing.T) {
	d := newDesks(t, t.TempDir(), 1)
	d.put(
		&care.District{ID: "D02", Name: "Two"},
		&care.Account{Number: "A3", DistrictID: "D02", Status: "active"},
		&care.Masquerade{ID: "S1", CSRID: "CSR001", WebUserID: "W1", Account: "A1", Mode: care.ModeView, GrantedAt: 1, EndsAt: time.Now().Add(time.Hour).UnixMilli()},
		&care.Contact{ID: "C1", Account: "A1", CSRID: "CSR001", Channel: "phone", OpenedAt: time.Now().UnixMilli()},
		&care.Callback{ID: "K1", Account: "A1", CSRID: "CSR001", DueAt: 1},
		&care.Recovery{ID: "V1", WebUserID: "W1", Sort: "code", By: "CSR001", At: 1, EndsAt: time.Now().Add(time.Hour).UnixMilli()},
		&care.Recovery{ID: "V2", WebUserID: "W1", Sort: care.RecoverByEmail, By: "W1", At: 1, EndsAt: time.Now().Add(time.Hour).UnixMilli()},
		&care.Payment{ID: "Y1", Account: "A1", Status: care.PaymentScheduled, AmountCents: 4200, Method: "bank", CreatedAt: time.Now().UnixMilli()},
		&care.Notification{ID: "N1", Account: "A1", WebUserID: "W1", Template: care.TemplateScheduled, Status: care.NotificationBounced, SentAt: time.Now().UnixMilli()},
		&care.WebUserLock{WebUserID: "W4", Lock: care.LockCSR}, &care.WebUserLock{WebUserID: "W4", Lock: care.LockPermanent},
	)
	for id, status := range map[string]string{"T1": care.TaskOpen, "T3": care.TaskComplete} {
		d.put(&care.Task{ID: id, Sort: "nickname.changed", Status: status, Account: "A1", WebUserID: "W1", CreatedBy: care.ByCustomer, Origin: care.OriginPortal, Detail: `{"nickname":{"before":"Camp","after":""}}`})
	}
	for id, role := range map[string]string{"W1": "owner", "W2": "viewer", "W4": "owner", "W5": "owner"} {
		d.put(&care.WebUser{ID: id, Username: id, PersonID: "1", Enrolment: care.Enrolled}, &care.WebUserAccount{WebUserID: id, Account: "A1", Role: role})
	}
	d.put(&care.WebUser{ID: "W3", Username: "W3", PersonID: "2", Enrolment: care.Enrolled}, &care.WebUserAccount{WebUserID: "W3", Account: "A3", Role: "owner"})
	d.put(&care.WebUser{ID: "W5", Username: "W5", PersonID: "3", Email: "w5@example.com", Enrolment: care.Pending})

	got := map[string][]string{}
	for _, kind := range care.CommandKinds() {
		args, ok := matrixArgs[kind]
		if !ok {
			args = complete[kind]
		}
		cmd, err := care.Decode(kind, []byte(care.Detail(args)))
		if err != nil {
			t.Fatal(err)
		}
		for _, column := range matrixActors {
			code := cmp.Or(string(care.CodeOf(d.portal.Why(t.Context(), column.actor, cmd))), "ok")
			got[kind] = append(got[kind], code)
		}
	}
	columns := make([]string, len(matrixActors))
	for i, column := range matrixActors {
		columns[i] = column.name
	}
	table{path: commandTable, columns: columns, width: 18,
		head: "Who may send which command about the account A1: ok, or the code of the refusal. TestM6WhoMaySendWhat says who is who."}.hold(t, got)
}
