package backend

import (
	"context"
	"slices"
	"strconv"

	"meterside/care"
	"meterside/records"
)

// viewing says which accounts may be shown: all where policy wants nothing, else those whose caller the user has verified. It is
// the desk's own restraint: what it holds it could show.
type viewing struct {
	wanted   int64
	verified []string // accounts
}

func (u *user) viewing(ctx context.Context, policy care.Policy) (viewing, error) {
	v := viewing{wanted: policy.VerifyLevel("account.view")}
	if v.wanted == 0 {
		return v, nil
	}
	open, err := u.openContacts(ctx)
	for _, c := range open {
		if c.Verified(policy, u.sink.now()) >= v.wanted {
			v.verified = append(v.verified, c.Account)
		}
	}
	return v, err
}

// level is how far the caller has to be verified before an account is shown, where they are not; else 0.
func (v viewing) level(number string) int64 {
	if slices.Contains(v.verified, number) {
		return 0
	}
	return v.wanted
}

// forAccount is who is signed in, where they may be shown an account, and what else they may. A list of all accounts has the
// number "", and is none of them.
func (b *Backend) forAccount(ctx context.Context, number string) (*user, viewing, error) {
	u, err := b.signedIn()
	if err != nil {
		return nil, viewing{}, err
	}
	policy, err := b.Policy(ctx)
	if err != nil {
		return nil, viewing{}, err
	}
	v, err := u.viewing(ctx, policy)
	if err == nil && number != "" {
		err = v.oneOf(number)
	}
	return u, v, err
}

// oneOf refuses where none of the accounts may be shown.
func (v viewing) oneOf(accounts ...string) error {
	if v.wanted == 0 || slices.ContainsFunc(accounts, func(number string) bool { return v.level(number) == 0 }) {
		return nil
	}
	return care.Err(care.CodeVerifyFirst, "level", strconv.FormatInt(v.wanted, 10))
}

// whoAndWhere is what is shown of an account before the caller is verified: enough to know that it is the right one.
func (g *gather) whoAndWhere(wanted int64) Console {
	c, a := &g.c, g.c.Account
	c.VerifyFirst = wanted
	c.Account = care.Account{Number: a.Number, MainPersonID: a.MainPersonID, PremiseID: a.PremiseID, DistrictID: a.DistrictID, CustomerClass: a.CustomerClass, Status: a.Status}
	c.Bills, c.Payments, c.Adjustments, c.Notifications = []care.Bill{}, []care.Payment{}, []care.Adjustment{}, []NotificationOfAccount{}
	c.Tasks, c.Activity = []Task{}, []Activity{}
	c.Insights = []care.Insight{}
	c.PortalStatus = care.StatusUnenrolled
	var main care.Person
	if ok, err := records.Load(g.ctx, g.db, &main, a.MainPersonID); err == nil && ok {
		c.Persons = append(c.Persons, PersonOfAccount{Person: care.Person{ID: main.ID, Sort: main.Sort}, Name: main.Name(), Relationship: "main"})
	}
	if err := g.place(); err != nil {
		c.Premise, c.District = care.Premise{}, District{}
	}
	return *c
}
