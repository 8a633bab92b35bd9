package portal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"meterside/care"
	"meterside/records"
)

// revealIdentifier gives what a desk shows masked. The activity names the field, never its value.
func revealIdentifier(ctx context.Context, a *asked, q *care.RevealIdentifier) (any, error) {
	person, err := care.Find[care.Person](a.tx, q.PersonID)
	if err != nil {
		return nil, err
	}
	account, err := care.Find[care.Account](a.tx, q.Account)
	if err != nil {
		return nil, err
	}
	if account.MainPersonID != q.PersonID {
		// Otherwise it would be logged where nobody looks for it.
		if _, err := care.Find[care.AccountPerson](a.tx, q.Account, q.PersonID); err != nil {
			return nil, err
		}
	}
	column := map[string]string{"identifier": "id_value", "born": "born"}[q.Field]
	var value string
	err = a.tx.Conn.QueryRowContext(ctx, "SELECT "+column+" FROM person_private WHERE person_id = $1", q.PersonID).Scan(&value)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("reading an identifier: %w", err)
	}
	if value == "" {
		return nil, care.Err(care.CodeNotOnFile)
	}
	given := care.Revealed{Field: q.Field, Value: care.Secret(value)}
	if q.Field == "identifier" {
		given.Sort = person.IDType
	}
	return given, care.Log(a.tx, care.Activity{
		Account: q.Account, Sort: "identifier.revealed", Detail: care.Detail(map[string]string{"person_id": q.PersonID, "field": q.Field}),
	})
}

// mostOwners bounds how many people one identifier may lead to; it is usually one.
const mostOwners = 10

// findIdentifier compares a full identifier and answers who has it, as far as the asker may see. It is logged at each
// account that it led to, and once without one where it led nowhere.
func findIdentifier(ctx context.Context, a *asked, q *care.FindIdentifier) (any, error) {
	persons, err := records.Select[care.Person](ctx, a.tx.Conn, `WHERE person_id IN (SELECT person_id FROM person_private
		WHERE replace(replace(replace(upper(id_value), '-', ''), ' ', ''), '.', '') = $1) ORDER BY person_id LIMIT $2`, q.Plain(), mostOwners)
	if err != nil {
		return nil, err
	}
	policy, err := a.tx.Policy()
	if err != nil {
		return nil, err
	}
	var hits []records.Hit
	for _, person := range persons {
		if !policy.Allows(a.actor, care.MaySearchAll) && !a.holds(person.Scopes) {
			continue
		}
		found, err := hitsOfPerson(ctx, a.tx.Conn, person)
		if err != nil {
			return nil, err
		}
		hits = append(hits, found...)
	}
	logged := map[string]bool{}
	for _, h := range hits {
		logged[h.AccountNumber] = true
	}
	if len(logged) == 0 {
		logged[""] = true
	}
	for account := range logged {
		detail := care.Detail(map[string]bool{"found": len(hits) > 0})
		if err := care.Log(a.tx, care.Activity{Account: account, Sort: "identifier.compared", Detail: detail}); err != nil {
			return nil, err
		}
	}
	return found(hits, false), nil
}

// holds says whether the asker's desk holds a record that stands in scopes.
func (a *asked) holds(scopes care.List) bool {
	return slices.ContainsFunc(scopes, func(s string) bool { return slices.Contains(a.actor.Scopes, s) })
}
