package backend

import (
	"context"

	"meterside/care"
	"meterside/records"
)

// PersonPage is a person who is on no account: a prospect, or a plain contact (R21, R22).
type PersonPage struct {
	Person care.Person `json:"person"`
	Name   string      `json:"name"`
	// Accounts are those that the person is or was on.
	Accounts []AccountOfPerson `json:"accounts"`
}

// AccountOfPerson is an account that a person is or was on.
type AccountOfPerson struct {
	Account        string `json:"account_number"`
	Relationship   string `json:"relationship"`
	EndedOn        string `json:"ended_on"`
	ServiceAddress string `json:"service_address"`
	Here           bool   `json:"here"` // the desk holds it
}

// PremisePage is a place that can be served, whether anybody lives there or not (R22).
type PremisePage struct {
	Premise  care.Premise       `json:"premise"`
	Address  string             `json:"service_address"`
	District District           `json:"district"`
	Accounts []AccountOfPremise `json:"accounts"`
}

// AccountOfPremise is an account at a premise, of now or of before.
type AccountOfPremise struct {
	Account  string `json:"account_number"`
	Name     string `json:"name"`
	Status   string `json:"status"`
	OpenedOn string `json:"opened_on"`
	ClosedOn string `json:"closed_on"`
}

// Person gathers what the desk has of a person.
func (b *Backend) Person(ctx context.Context, id string) (PersonPage, error) {
	u, err := b.signedIn()
	if err != nil {
		return PersonPage{}, err
	}
	db := u.cache.Reader()
	page := PersonPage{Accounts: []AccountOfPerson{}}
	if err := loadOr(ctx, db, &page.Person, "person", id); err != nil {
		return page, err
	}
	page.Name = page.Person.Name()
	links, err := records.Select[care.AccountPerson](ctx, db, "WHERE person_id = $1 ORDER BY ended_on <> '', ended_on DESC, account_number", id)
	if err != nil {
		return page, err
	}
	for _, l := range links {
		on := AccountOfPerson{Account: l.Account, Relationship: l.Relationship, EndedOn: l.EndedOn}
		var a care.Account
		if on.Here, err = records.Load(ctx, db, &a, l.Account); err != nil {
			return page, err
		}
		var p care.Premise
		if _, err := records.Load(ctx, db, &p, a.PremiseID); err != nil {
			return page, err
		}
		on.ServiceAddress = p.ServiceAddress()
		page.Accounts = append(page.Accounts, on)
	}
	return page, nil
}

// Premise gathers what the desk has of a premise.
func (b *Backend) Premise(ctx context.Context, id string) (PremisePage, error) {
	u, err := b.signedIn()
	if err != nil {
		return PremisePage{}, err
	}
	db := u.cache.Reader()
	page := PremisePage{Accounts: []AccountOfPremise{}}
	if err := loadOr(ctx, db, &page.Premise, "premise", id); err != nil {
		return page, err
	}
	page.Address = page.Premise.ServiceAddress()
	var d care.District
	if _, err := records.Load(ctx, db, &d, page.Premise.DistrictID); err != nil {
		return page, err
	}
	page.District = District{page.Premise.DistrictID, d.Name}
	accounts, err := records.Select[care.Account](ctx, db, "WHERE premise_id = $1 ORDER BY closed_on <> '', opened_on DESC, account_number", id)
	for _, a := range accounts {
		var p care.Person
		if _, err := records.Load(ctx, db, &p, a.MainPersonID); err != nil {
			return page, err
		}
		page.Accounts = append(page.Accounts, AccountOfPremise{a.Number, p.Name(), a.Status, a.OpenedOn, a.ClosedOn})
	}
	return page, err
}

// loadOr loads a record, or says that there is none.
func loadOr(ctx context.Context, db records.Conn, rec care.Record, what, id string) error {
	ok, err := records.Load(ctx, db, rec, id)
	if err == nil && !ok {
		err = care.Err(care.CodeNotFound, "what", what, "id", id)
	}
	return err
}

// Recent are the accounts that the user opened last on this computer, the newest first, as a search shows them.
func (b *Backend) Recent(ctx context.Context) ([]records.Hit, error) {
	u, err := b.signedIn()
	if err != nil {
		return nil, err
	}
	return u.cache.LastOpened(ctx)
}
