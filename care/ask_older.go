package care

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// OlderActivity asks for a part of an account's log from before the replica's depth (R57), the newest first.
type OlderActivity struct {
	Account string `json:"account"`
	Before  Moment `json:"before"`
}

// Moment is a place in an account's log: an activity's time, and what orders those of one instant.
type Moment struct {
	At int64  `json:"at"`
	RV int64  `json:"rv,omitempty"`
	ID string `json:"id,omitempty"`
}

// String is the moment as a page of a log gives it, to go on there.
func (m Moment) String() string { return fmt.Sprintf("%d,%d,%s", m.At, m.RV, m.ID) }

// ParseMoment reads what String wrote; "" is no moment.
func ParseMoment(s string) (Moment, error) {
	if s == "" {
		return Moment{}, nil
	}
	parts := strings.SplitN(s, ",", 3)
	if len(parts) == 3 {
		at, err := strconv.ParseInt(parts[0], 10, 64)
		rv, err2 := strconv.ParseInt(parts[1], 10, 64)
		if err == nil && err2 == nil && at > 0 {
			return Moment{At: at, RV: rv, ID: parts[2]}, nil
		}
	}
	return Moment{}, Err(CodeInvalid, "field", "before", "problem", "is not as the page before gave it")
}

// Kind is activity.older.
func (*OlderActivity) Kind() string { return "activity.older" }

// Permission is MayView.
func (*OlderActivity) Permission() Permission { return MayView }

// Targets is the account.
func (q *OlderActivity) Targets() []Ref { return []Ref{{KindAccount, q.Account}} }

// Validate wants an account and a time.
func (q *OlderActivity) Validate() error {
	switch {
	case q.Account == "":
		return missing("account")
	case q.Before.At <= 0:
		return missing("before")
	}
	return nil
}

// AccountNumber is the account under which the question is logged.
func (q *OlderActivity) AccountNumber() string { return q.Account }

// OlderBills asks for an account's bills, payments, adjustments and usage from before the replica's depth.
type OlderBills struct {
	Account string `json:"account"`
	Before  string `json:"before"` // YYYY-MM-DD; what is of that day is not asked for
}

// Kind is bills.older.
func (*OlderBills) Kind() string { return "bills.older" }

// Permission is MayView.
func (*OlderBills) Permission() Permission { return MayView }

// Targets is the account.
func (q *OlderBills) Targets() []Ref { return []Ref{{KindAccount, q.Account}} }

// Validate wants an account and a day.
func (q *OlderBills) Validate() error {
	if q.Account == "" {
		return missing("account")
	}
	if _, err := time.Parse(time.DateOnly, q.Before); err != nil {
		return Err(CodeInvalid, "field", "before", "problem", "is not a date such as 2024-01-31")
	}
	return nil
}

// AccountNumber is the account under which the question is logged.
func (q *OlderBills) AccountNumber() string { return q.Account }
