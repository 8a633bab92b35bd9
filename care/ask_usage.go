package care

import "time"

// mostDays bounds the period of one question about intervals: a year of hours is little, a year of minutes is not.
const mostDays = 400

// AskIntervals asks for what an account's meters counted, interval by interval, from one day to before another (R31).
type AskIntervals struct {
	Account string `json:"account"`
	From    string `json:"from"` // YYYY-MM-DD in the utility's time zone
	To      string `json:"to"`   // the first day that is not asked for
}

// Kind is usage.interval.
func (*AskIntervals) Kind() string { return "usage.interval" }

// Permission is MayView.
func (*AskIntervals) Permission() Permission { return MayView }

// Targets is the account.
func (q *AskIntervals) Targets() []Ref { return []Ref{{KindAccount, q.Account}} }

// Validate wants an account and a period of at most 400 days.
func (q *AskIntervals) Validate() error {
	if q.Account == "" {
		return missing("account")
	}
	if err := inOrder(q.From, q.To); err != nil {
		return err
	}
	if n := daysBetween(q.From, q.To); n > mostDays {
		return Err(CodeInvalid, "field", "to", "problem", "is more than 400 days after the first")
	}
	return nil
}

// AccountNumber is the account under which the question is logged.
func (q *AskIntervals) AccountNumber() string { return q.Account }

// inOrder wants two days, the second of them later.
func inOrder(from, to string) error {
	for field, day := range map[string]string{"from": from, "to": to} {
		if _, err := time.Parse(time.DateOnly, day); err != nil {
			return Err(CodeInvalid, "field", field, "problem", "is not a date such as 2024-01-31")
		}
	}
	if to <= from {
		return Err(CodeInvalid, "field", "to", "problem", "is not later than the first day")
	}
	return nil
}
