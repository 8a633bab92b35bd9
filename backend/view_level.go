package backend

import (
	"context"

	"meterside/care"
	"meterside/records"
)

// viewLevel is how far the caller has to be verified before an account is shown, where they are not; else 0. It is the
// desk's own restraint: what it holds it could show.
func (u *user) viewLevel(ctx context.Context, policy care.Policy, number string) (int64, error) {
	wanted := policy.VerifyLevel("account.view")
	if wanted == 0 {
		return 0, nil
	}
	id, err := u.contactFor(ctx, []care.Ref{{Kind: care.KindAccount, ID: number}})
	if err != nil || id == "" {
		return wanted, err
	}
	contact, err := care.Find[care.Contact](u.cache.Read(ctx, u.sink.now()), id)
	if err == nil && contact.Level >= wanted {
		return 0, nil
	}
	return wanted, err
}

// whoAndWhere is what is shown of an account before the caller is verified: enough to know that it is the right one.
func (g *gather) whoAndWhere(wanted int64) Console {
	c, a := &g.c, g.c.Account
	c.VerifyFirst = wanted
	c.Account = care.Account{Number: a.Number, MainPersonID: a.MainPersonID, PremiseID: a.PremiseID, DistrictID: a.DistrictID, CustomerClass: a.CustomerClass, Status: a.Status}
	c.Bills, c.Payments, c.Adjustments, c.Notifications = []care.Bill{}, []care.Payment{}, []care.Adjustment{}, []care.Notification{}
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
