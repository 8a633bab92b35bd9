package care

import (
	"errors"
	"testing"
	"time"
)

// few is a Reader over a handful of records.
type few struct {
	actor   Actor
	policy  Policy
	contact Contact
	links   []WebUserAccount
}

func (f few) Actor() Actor            { return f.actor }
func (few) Now() time.Time            { return time.UnixMilli(1000) }
func (f few) Policy() (Policy, error) { return f.policy, nil }
func (f few) Get(rec Record, key ...string) error {
	if c, ok := rec.(*Contact); ok && key[0] == f.contact.ID {
		*c = f.contact
		return nil
	}
	return Err(CodeNotFound)
}
func (few) Locks(string) ([]WebUserLock, error)               { return nil, nil }
func (f few) LinksOfWebUser(string) ([]WebUserAccount, error) { return f.links, nil }
func (few) OpenContacts(string) ([]Contact, error)            { return nil, nil }
func (few) StaffWithUsers() ([]Staff, error)                  { return nil, nil }
func (few) LinksOfAccount(string) ([]WebUserAccount, error)   { return nil, nil }
func (few) DistrictsOfPerson(string) ([]string, error)        { return nil, nil }
func (few) DistrictsOfWebUser(string) ([]string, error)       { return nil, errors.New("not asked") }
func (few) OpenPayments(string) ([]Payment, error)            { return nil, nil }
func (few) Recoveries(string) ([]Recovery, error)             { return nil, nil }

func atDesk(role Role, id, contact string) Actor {
	return Actor{ID: id, Origin: OriginDesk, Role: role, Contact: contact}
}

// R1, R2, R24: what is said of the person counts before what is said of the role, and that before what roles have.
func TestPermissionsGoFromThePersonToTheRole(t *testing.T) {
	policy := Policy{
		"permissions.csr.web_user.unlock":          "deny",
		"permissions.staff.CSR002.web_user.unlock": "allow",
		"permissions.staff.SUP1.web_user.lock":     "deny",
		"entitlements.csr.pay.card":                "allow",
		"entitlements.staff.CSR002.pay.card":       "deny",
	}
	for _, c := range []struct {
		actor Actor
		perm  Permission
		want  bool
	}{
		{atDesk(RoleCSR, "CSR001", ""), MayUnlock, false},
		{atDesk(RoleCSR, "CSR002", ""), MayUnlock, true},
		{atDesk(RoleCSR, "CSR001", ""), MayLock, true},
		{atDesk(RoleCSR, "CSR001", ""), MayReview, false},
		{atDesk(RoleSupervisor, "SUP1", ""), MayLock, false},
		{atDesk(RoleSupervisor, "SUP1", ""), MayUnlock, true},
		{atDesk("", "X", ""), MayView, false},
	} {
		if got := policy.Allows(c.actor, c.perm); got != c.want {
			t.Errorf("%s %s may %s: %v", c.actor.Role, c.actor.ID, c.perm, got)
		}
	}
	for id, want := range map[string]bool{"CSR001": true, "CSR002": false} {
		if got := policy.Entitled(atDesk(RoleCSR, id, ""), "pay.card"); got != want {
			t.Errorf("%s is entitled to pay.card: %v", id, got)
		}
	}
}

// R23, R24: the level of the caller's verification gates a command, in the CSR's own open contact about the same account.
//
// Seen to fail where the level is not asked, where it outlives the contact or its own time, and where another account's contact counts.
func TestVerificationGatesCommands(t *testing.T) {
	policy := Policy{"verify.web_user.unlock": "2", "verify.identifier.reveal": "9"}
	contact := Contact{ID: "C1", Account: "A1", CSRID: "CSR001", Level: 2}
	closed, low, theirs := contact, contact, contact
	closed.ClosedAt, low.Level, theirs.CSRID = 900, 1, "CSR002"
	unlock := func(account string) Command { return &UnlockWebUser{WebUserID: "W1", Account: account} }
	for _, c := range []struct {
		name    string
		contact Contact
		under   string
		cmd     Command
		links   []WebUserAccount
		want    Code
	}{
		{"verified", contact, "C1", unlock("A1"), nil, ""},
		{"outside of a contact", contact, "", unlock("A1"), nil, CodeVerifyFirst},
		{"in a contact that is not known", contact, "C2", unlock("A1"), nil, CodeVerifyFirst},
		{"verified too little", low, "C1", unlock("A1"), nil, CodeVerifyFirst},
		{"after the contact", closed, "C1", unlock("A1"), nil, CodeVerifyFirst},
		{"in somebody else's contact", theirs, "C1", unlock("A1"), nil, CodeVerifyFirst},
		{"about another account", contact, "C1", unlock("A2"), nil, CodeVerifyFirst},
		{"about a web user of the account", contact, "C1", unlock(""), []WebUserAccount{{WebUserID: "W1", Account: "A1"}}, ""},
		{"about a web user of another account", contact, "C1", unlock(""), []WebUserAccount{{WebUserID: "W1", Account: "A2"}}, CodeVerifyFirst},
		{"what policy does not gate", low, "C1", &LockWebUser{WebUserID: "W1", Account: "A1"}, nil, ""},
	} {
		r := few{actor: atDesk(RoleCSR, "CSR001", c.under), policy: policy, contact: c.contact, links: c.links}
		if err := Authorise(r, c.cmd); CodeOf(err) != c.want {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	// Policy may end a verification before the contact, so many minutes after its beginning.
	for after, want := range map[string]Code{"0": "", "5": "", "1": CodeVerifyFirst} {
		r := few{actor: atDesk(RoleCSR, "CSR001", "C1"), policy: policy.With(map[string]string{"verify.ends_after": after}), contact: contact}
		r.contact.OpenedAt = r.Now().Add(-2 * time.Minute).UnixMilli()
		if err := Authorise(r, unlock("A1")); CodeOf(err) != want {
			t.Errorf("two minutes after its beginning, where it ends after %s: %v, want %q", after, err, want)
		}
	}
	r := few{actor: atDesk(RoleCSR, "CSR001", "C1"), policy: policy, contact: contact}
	if err := AuthoriseQuestion(r, &RevealIdentifier{PersonID: "P", Account: "A1", Field: "born"}); CodeOf(err) != CodeVerifyFirst {
		t.Errorf("a level above the highest was not taken for the highest: %v", err)
	}
}
