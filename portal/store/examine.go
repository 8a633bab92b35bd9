package store

import (
	"context"
	"fmt"
)

// Finding is the answer to one question about a store: how many rows are wrong.
type Finding struct {
	Question string
	Count    int
}

// questions are in the words of who reads the answer; each statement counts what is wrong.
var questions = []struct{ question, count string }{
	{"rows numbered above the clock", "SELECT count(*) FROM sync_change WHERE seq > (SELECT seq FROM sync_clock)"},
	{"accounts without their premise", "SELECT count(*) FROM accounts a WHERE NOT EXISTS (SELECT 1 FROM premises p WHERE p.premise_id = a.premise_id)"},
	{"accounts without their main person", "SELECT count(*) FROM accounts a WHERE NOT EXISTS (SELECT 1 FROM persons p WHERE p.person_id = a.main_person_id)"},
	{"accounts without their district", "SELECT count(*) FROM accounts a WHERE NOT EXISTS (SELECT 1 FROM districts d WHERE d.district_id = a.district_id)"},
	{"web users linked to no account", "SELECT count(*) FROM web_users w WHERE NOT EXISTS (SELECT 1 FROM web_user_accounts l WHERE l.web_user_id = w.web_user_id)"},
	{"web users who share a user name", "SELECT count(*) FROM (SELECT lower(username) AS name FROM web_users GROUP BY lower(username) HAVING count(*) > 1) AS shared"},
	{"links to accounts that are not there", "SELECT count(*) FROM web_user_accounts l WHERE NOT EXISTS (SELECT 1 FROM accounts a WHERE a.account_number = l.account_number)"},
	{"tasks of accounts that are not there", "SELECT count(*) FROM tasks t WHERE NOT EXISTS (SELECT 1 FROM accounts a WHERE a.account_number = t.account_number)"},
	{"accounts that no desk can see", "SELECT count(*) FROM accounts a WHERE NOT EXISTS (SELECT 1 FROM sync_change c WHERE c.kind = 6 AND c.id = a.account_number AND c.body IS NOT NULL)"},
	{"masquerades that began without a grant", "SELECT count(*) FROM masquerades WHERE started_at > 0 AND started_at < granted_at"},
}

// Examine asks the database whether it is whole, then every question.
func (s *Store) Examine(ctx context.Context) ([]Finding, error) {
	broken, err := s.db.broken(ctx)
	if err != nil {
		return nil, fmt.Errorf("examining the database: %w", err)
	}
	all := []Finding{broken}
	for _, q := range questions {
		f := Finding{Question: q.question}
		if err := s.db.Read.QueryRowContext(ctx, q.count).Scan(&f.Count); err != nil {
			return nil, fmt.Errorf("examining %s: %w", q.question, err)
		}
		all = append(all, f)
	}
	unproved := Finding{Question: "scopes whose digest is not that of their rows"}
	err = s.View(ctx, func(v *View) (err error) {
		unproved.Count, err = v.unproved(ctx)
		return err
	})
	return append(all, unproved), err
}
