package portal

import (
	"context"
	"strings"

	"meterside/care"
	"meterside/records"
)

// sections are the parts of a result, in their order; they are the desk's own.
var sections = []string{"exact", "address", "name", "billing", "anywhere"}

// found puts hits into the sections that they matched in.
func found(hits []records.Hit, more bool) records.Result {
	result := records.Result{Total: len(hits), More: more, Sections: []records.Section{}}
	for _, name := range sections {
		section := records.Section{Name: name, Rows: []records.Hit{}}
		for _, h := range hits {
			if h.Matched == name {
				section.Rows = append(section.Rows, h)
			}
		}
		if section.Total = len(section.Rows); section.Total > 0 {
			result.Sections = append(result.Sections, section)
		}
	}
	return result
}

// judge says where a hit matched, or gives none where a pattern let through what does not fit. A finder of nothing takes
// everything as an exact match.
func (f *finder) judge(h records.Hit, names, billing, rest string) []records.Hit {
	stands := func(text string) bool {
		text = records.Fold(text)
		for _, w := range f.words {
			if !strings.Contains(text, w) {
				return f.digits != "" && strings.Contains(text, f.digits)
			}
		}
		return true
	}
	whole := strings.Join(f.words, " ")
	switch {
	case len(f.words) == 0, whole == records.Fold(h.AccountNumber), whole == records.Fold(h.Email), whole == h.PersonID:
		h.Matched = "exact"
	case stands(h.ServiceAddress):
		h.Matched = "address"
	case stands(names):
		h.Matched = "name"
	case stands(billing):
		h.Matched = "billing"
	case stands(strings.Join([]string{h.ServiceAddress, names, billing, rest}, " ")):
		h.Matched = "anywhere"
	default:
		return nil
	}
	return []records.Hit{h}
}

// hitOfAccount gathers what a result shows of an account.
func hitOfAccount(ctx context.Context, db records.Conn, number string, f *finder) ([]records.Hit, error) {
	var account care.Account
	if ok, err := records.Load(ctx, db, &account, number); err != nil || !ok {
		return nil, err
	}
	var premise care.Premise
	if _, err := records.Load(ctx, db, &premise, account.PremiseID); err != nil {
		return nil, err
	}
	h := vacant(premise)
	h.Kind, h.AccountNumber, h.PersonID, h.DistrictID = "customer", number, account.MainPersonID, account.DistrictID
	persons, err := records.Select[care.Person](ctx, db, `WHERE person_id = $1 OR person_id IN
		(SELECT person_id FROM account_persons WHERE account_number = $2 AND ended_on = '') ORDER BY person_id`, account.MainPersonID, number)
	if err != nil {
		return nil, err
	}
	var names, rest []string
	for _, p := range persons {
		names, rest = append(names, p.Name()), append(rest, personWords(p))
		if p.ID == account.MainPersonID {
			h.Name, h.Email = p.Name(), p.Email
		}
	}
	users, err := records.Select[care.WebUser](ctx, db, `WHERE web_user_id IN (SELECT web_user_id FROM web_user_accounts WHERE account_number = $1)
		ORDER BY (SELECT NOT default_profile FROM web_user_accounts l WHERE l.account_number = $1 AND l.web_user_id = web_users.web_user_id), web_user_id`, number)
	if err != nil {
		return nil, err
	}
	h.PortalStatus = string(care.StatusUnenrolled)
	for i, u := range users {
		locks, err := records.Select[care.WebUserLock](ctx, db, "WHERE web_user_id = $1", u.ID)
		if err != nil {
			return nil, err
		}
		if h.Locked = h.Locked || len(locks) > 0; i == 0 {
			h.PortalStatus = string(care.StatusOf(u, locks))
		}
		rest = append(rest, u.Username, u.Email)
	}
	return f.judge(h, strings.Join(names, " "), account.BillingAddress, number+" "+strings.Join(rest, " ")), nil
}

// hitsOfPerson are the accounts that a person stands at, or the person alone.
func hitsOfPerson(ctx context.Context, db records.Conn, person care.Person) ([]records.Hit, error) {
	numbers, err := accountsWhere(ctx, db, `SELECT account_number FROM accounts WHERE main_person_id = $1 OR account_number IN
		(SELECT account_number FROM account_persons WHERE person_id = $1 AND ended_on = '') ORDER BY account_number LIMIT $2`, []any{person.ID, mostFound})
	if err != nil {
		return nil, err
	}
	if len(numbers) == 0 {
		return new(finder).judge(stranger(person), "", "", ""), nil
	}
	var hits []records.Hit
	for _, number := range numbers {
		found, err := hitOfAccount(ctx, db, number, new(finder))
		if err != nil {
			return nil, err
		}
		hits = append(hits, found...)
	}
	return hits, nil
}

func stranger(p care.Person) records.Hit {
	h := records.Hit{Kind: "contact", Name: p.Name(), PersonID: p.ID, Email: p.Email, PortalStatus: string(care.StatusUnenrolled)}
	if p.Prospect {
		h.Kind = "prospect"
	}
	return h
}

func vacant(p care.Premise) records.Hit {
	building := p
	building.Unit = ""
	h := records.Hit{Kind: "premise", PremiseID: p.ID, DistrictID: p.DistrictID, PortalStatus: string(care.StatusUnenrolled)}
	if p.ID != "" {
		h.ServiceAddress, h.Building = p.ServiceAddress(), building.ServiceAddress()
	}
	return h
}

func personWords(p care.Person) string {
	return strings.Join([]string{p.ID, p.SortName(), p.Email, p.Phone, p.IDLast4}, " ")
}
