package records

import (
	"context"
	"slices"
	"strings"

	"meterside/care"
)

// neighbours are what stands around an account and is found with it.
type neighbours interface {
	premise(id string) (care.Premise, error)
	// persons are the account's persons whose link has not ended, and its main person.
	persons(a care.Account) ([]care.Person, error)
	// users are the account's web users, the default profile first.
	users(number string) ([]care.WebUser, error)
	locks(webUserID string) ([]care.WebUserLock, error)
}

// asked reads the neighbours of one account: for a few documents.
type asked struct {
	ctx context.Context //nolint:containedctx // it lives as long as one call
	db  Conn
}

func (q asked) premise(id string) (p care.Premise, err error) {
	_, err = Load(q.ctx, q.db, &p, id)
	return p, err
}

func (q asked) persons(a care.Account) ([]care.Person, error) {
	return Select[care.Person](q.ctx, q.db, `WHERE person_id = $1 OR person_id IN
		(SELECT person_id FROM account_persons WHERE account_number = $2 AND ended_on = '') ORDER BY person_id`, a.MainPersonID, a.Number)
}

func (q asked) users(number string) ([]care.WebUser, error) {
	return Select[care.WebUser](q.ctx, q.db, `WHERE web_user_id IN (SELECT web_user_id FROM web_user_accounts WHERE account_number = $1)
		ORDER BY (SELECT NOT default_profile FROM web_user_accounts l WHERE l.account_number = $1 AND l.web_user_id = web_users.web_user_id), web_user_id`, number)
}

func (q asked) locks(webUserID string) ([]care.WebUserLock, error) {
	return Select[care.WebUserLock](q.ctx, q.db, "WHERE web_user_id = $1", webUserID)
}

// gathered holds the neighbours of many accounts: six queries instead of five for each account.
type gathered struct {
	premises map[string]care.Premise
	people   map[string]care.Person
	members  map[string][]string // by account, in the order of their IDs
	profiles map[string]care.WebUser
	links    map[string][]string // by account, the default profile first
	locked   map[string][]care.WebUserLock
}

// everything gathers the neighbours of all accounts.
func everything(ctx context.Context, db Conn) (*gathered, error) {
	return gather(ctx, db, aroundAll)
}

// around gathers the neighbours of some accounts; numbers is a JSON array of theirs.
func around(ctx context.Context, db Conn, numbers string) (*gathered, error) {
	return gather(ctx, db, aroundSome, numbers)
}

// tails choose neighbours, of each kind.
type tails struct{ premises, people, members, profiles, links, locked string }

const (
	these    = "(SELECT value FROM json_each($1))"
	theUsers = "WHERE web_user_id IN (SELECT web_user_id FROM web_user_accounts WHERE account_number IN " + these + ")"
)

var (
	aroundAll  = tails{members: "WHERE ended_on = '' ORDER BY person_id", links: "ORDER BY default_profile DESC, web_user_id"}
	aroundSome = tails{
		premises: "WHERE premise_id IN (SELECT premise_id FROM accounts WHERE account_number IN " + these + ")",
		people: "WHERE person_id IN (SELECT person_id FROM account_persons WHERE account_number IN " + these +
			" UNION SELECT main_person_id FROM accounts WHERE account_number IN " + these + ")",
		members:  "WHERE account_number IN " + these + " AND ended_on = '' ORDER BY person_id",
		profiles: theUsers,
		links:    "WHERE account_number IN " + these + " ORDER BY default_profile DESC, web_user_id",
		locked:   theUsers,
	}
)

func gather(ctx context.Context, db Conn, t tails, args ...any) (*gathered, error) {
	g := &gathered{
		premises: map[string]care.Premise{}, people: map[string]care.Person{}, members: map[string][]string{},
		profiles: map[string]care.WebUser{}, links: map[string][]string{}, locked: map[string][]care.WebUserLock{},
	}
	if err := each(ctx, db, t.premises, func(p care.Premise) { g.premises[p.ID] = p }, args...); err != nil {
		return nil, err
	}
	if err := each(ctx, db, t.people, func(p care.Person) { g.people[p.ID] = p }, args...); err != nil {
		return nil, err
	}
	if err := each(ctx, db, t.members, func(l care.AccountPerson) {
		g.members[l.Account] = append(g.members[l.Account], l.PersonID)
	}, args...); err != nil {
		return nil, err
	}
	if err := each(ctx, db, t.profiles, func(u care.WebUser) { g.profiles[u.ID] = u }, args...); err != nil {
		return nil, err
	}
	if err := each(ctx, db, t.links, func(l care.WebUserAccount) {
		g.links[l.Account] = append(g.links[l.Account], l.WebUserID)
	}, args...); err != nil {
		return nil, err
	}
	return g, each(ctx, db, t.locked, func(l care.WebUserLock) { g.locked[l.WebUserID] = append(g.locked[l.WebUserID], l) }, args...)
}

func each[T any, P interface {
	*T
	care.Record
}](ctx context.Context, db Conn, tail string, fn func(T), args ...any) error {
	var zero T
	return kinds[P(&zero).RecordKind()].scan(ctx, db, tail, args, func(into func(any) error) error {
		var rec T
		err := into(P(&rec))
		fn(rec)
		return err
	})
}

func (g *gathered) premise(id string) (care.Premise, error) { return g.premises[id], nil }

func (g *gathered) persons(a care.Account) ([]care.Person, error) {
	var all []care.Person
	main := false
	for _, id := range g.members[a.Number] {
		if p, ok := g.people[id]; ok {
			all = append(all, p)
		}
		main = main || id == a.MainPersonID
	}
	if p, ok := g.people[a.MainPersonID]; ok && !main { // among the others in the order in which asked finds them
		all = append(all, p)
		slices.SortFunc(all, func(x, y care.Person) int { return strings.Compare(x.ID, y.ID) })
	}
	return all, nil
}

func (g *gathered) users(number string) ([]care.WebUser, error) {
	var all []care.WebUser
	for _, id := range g.links[number] {
		if u, ok := g.profiles[id]; ok {
			all = append(all, u)
		}
	}
	return all, nil
}

func (g *gathered) locks(webUserID string) ([]care.WebUserLock, error) {
	return g.locked[webUserID], nil
}
