package importer

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"meterside/care"
)

// entry is one row of a file as the portal keeps it: the record, what only the portal has beside it, and where each of
// the file's columns stands in the two. A field points to a string, a bool, an int64, an *int64 or a care.List.
type entry struct {
	table    *Table
	record   care.Record
	fields   []any
	person   *private
	signIn   *signIn
	segments *care.Segments // of a bill, which has no column for them
}

// private is what no desk sees of a person.
type private struct{ born, idValue string }

// signIn is what an export says of a web user's sign-in; the portal keeps it in rows of their own.
type signIn struct {
	locks                     care.List
	failed                    int64
	lastByCustomer, lastByCSR int64
}

func newEntry(file string) *entry {
	e := &entry{table: table(file)}
	switch file {
	case "districts.csv":
		r := &care.District{}
		e.record, e.fields = r, []any{&r.ID, &r.Name}
	case "premises.csv":
		r := &care.Premise{}
		e.record, e.fields = r, []any{&r.ID, &r.DistrictID, &r.Address1, &r.Unit, &r.City, &r.State, &r.Postal, &r.Latitude, &r.Longitude, &r.Use, &r.Vacant}
	case "persons.csv":
		r := &care.Person{}
		e.person = &private{}
		e.record, e.fields = r, []any{
			&r.ID, &r.Sort, &r.FirstName, &r.LastName, &r.BusinessName, &r.Email, &r.Phone, &r.Language, &e.person.born, &r.IDType, &e.person.idValue, &r.Prospect,
		}
	case "staff.csv":
		r := &care.Staff{}
		e.record, e.fields = r, []any{&r.ID, &r.Name, (*string)(&r.Role), &r.Team, &r.Districts, &r.Active}
	case "accounts.csv":
		r := &care.Account{}
		e.record, e.fields = r, []any{
			&r.Number, &r.MainPersonID, &r.PremiseID, &r.DistrictID, &r.CustomerClass, &r.Status, &r.OpenedOn, &r.ClosedOn, &r.BillingAddress,
			&r.AutoPay, &r.Paperless, &r.Nickname, &r.BalanceCents, &r.Flags,
		}
	case "account_persons.csv":
		r := &care.AccountPerson{}
		e.record, e.fields = r, []any{&r.Account, &r.PersonID, &r.Relationship, &r.FinanciallyResponsible, &r.EndedOn}
	case "web_users.csv":
		r := &care.WebUser{}
		s := &signIn{}
		e.signIn = s
		e.record, e.fields = r, []any{
			&r.ID, &r.Username, &r.Email, &r.PersonID, (*string)(&r.Enrolment), &s.locks, &r.Hidden, &s.failed, &r.CreatedAt, &s.lastByCustomer, &s.lastByCSR,
		}
	case "web_user_accounts.csv":
		r := &care.WebUserAccount{}
		e.record, e.fields = r, []any{&r.WebUserID, &r.Account, &r.Role, &r.Relationship, &r.FinanciallyResponsible, &r.DefaultProfile}
	case billsFile:
		r := &care.Bill{}
		e.segments = &r.Segments
		e.record, e.fields = r, []any{&r.ID, &r.Account, &r.IssuedOn, &r.DueOn, &r.PeriodStart, &r.PeriodEnd, &r.TotalCents, &r.Quantity, &r.Unit, &r.Estimated}
	case "payments.csv":
		r := &care.Payment{}
		e.record, e.fields = r, []any{&r.ID, &r.Account, &r.Status, &r.AmountCents, &r.Method, &r.CreatedAt, &r.EffectiveOn}
	case "adjustments.csv":
		r := &care.Adjustment{}
		e.record, e.fields = r, []any{&r.ID, &r.Account, &r.On, &r.Sort, &r.AmountCents, &r.Description}
	case "usage.csv":
		r := &care.Usage{}
		e.record, e.fields = r, []any{&r.Account, &r.Service, &r.From, &r.To, &r.Quantity, &r.Unit, &r.Quality, &r.HDD, &r.CDD}
	case "tasks.csv":
		r := &care.Task{}
		e.record, e.fields = r, []any{
			&r.ID, &r.Sort, &r.Status, &r.Account, &r.WebUserID, &r.CreatedAt, (*string)(&r.CreatedBy), &r.CSRID, &r.WebUserName, &r.Email, &r.IP, &r.Session,
		}
	case "activities.csv":
		r := &care.Activity{}
		e.record, e.fields = r, []any{&r.ID, &r.Account, &r.WebUserID, &r.At, &r.Sort, &r.Actor, &r.Session, &r.Detail}
	case "notifications.csv":
		r := &care.Notification{}
		e.record, e.fields = r, []any{&r.ID, &r.Account, &r.WebUserID, &r.Template, &r.Address, &r.SentAt, &r.Status}
	}
	return e
}

// fill reads a row that may be imported into an empty entry.
func (e *entry) fill(row Row, segments []Row) {
	for i, value := range row.Fields {
		e.set(i, value)
	}
	switch r := e.record.(type) {
	case *care.WebUser:
		e.signIn.locks = inOrder(e.signIn.locks)
	case *care.Bill:
		r.Segments = segmentsOf(segments)
	case *care.Activity:
		if r.Actor == "" {
			r.Actor = actor
		}
	}
}

func (e *entry) set(i int, value []byte) {
	switch p := e.fields[i].(type) {
	case *string:
		*p = string(value)
	case *bool:
		*p = len(value) == 1 && value[0] == '1'
	case *int64:
		*p = e.number(i, value)
	case **int64:
		if len(value) > 0 {
			n := e.number(i, value)
			*p = &n
		}
	case *care.List:
		*p = care.Split(string(value))
	}
}

func (e *entry) number(i int, value []byte) int64 {
	if len(value) == 0 {
		return 0
	}
	if e.table.Columns[i].Kind == Instant {
		ms, _ := parseInstant(value)
		return ms
	}
	return parseInt(value)
}

// text is a field as it stands in a file.
func (e *entry) text(i int) string {
	switch p := e.fields[i].(type) {
	case *string:
		return *p
	case *bool:
		if *p {
			return "1"
		}
		return "0"
	case *int64:
		return e.table.Columns[i].numberText(*p)
	case **int64:
		if *p != nil {
			return e.table.Columns[i].numberText(**p)
		}
	case *care.List:
		return p.String()
	}
	return ""
}

// same says whether a field is the same in another entry of the file.
func (e *entry) same(other *entry, i int) bool {
	switch p := e.fields[i].(type) {
	case *string:
		return *p == *other.fields[i].(*string)
	case *bool:
		return *p == *other.fields[i].(*bool)
	case *int64:
		return *p == *other.fields[i].(*int64)
	case **int64:
		q := *other.fields[i].(**int64)
		return *p == nil && q == nil || *p != nil && q != nil && **p == *q
	case *care.List:
		return slices.Equal(*p, *other.fields[i].(*care.List))
	}
	return false
}

// take copies a field from another entry of the file.
func (e *entry) take(other *entry, i int) {
	switch p := e.fields[i].(type) {
	case *string:
		*p = *other.fields[i].(*string)
	case *bool:
		*p = *other.fields[i].(*bool)
	case *int64:
		*p = *other.fields[i].(*int64)
	case **int64:
		*p = *other.fields[i].(**int64)
	case *care.List:
		*p = *other.fields[i].(*care.List)
	}
}

// inOrder puts locks into one order, each once, whatever order a file has them in.
func inOrder(locks care.List) care.List {
	var all care.List
	for _, lock := range table("web_users.csv").Columns[5].Values {
		if slices.Contains(locks, lock) {
			all = append(all, lock)
		}
	}
	return all
}

// numberText is a number as it stands in a file. Beside the required ones, an instant of 0 is one that is not known.
func (c *Column) numberText(n int64) string {
	if c.Kind != Instant {
		return strconv.FormatInt(n, 10)
	}
	if n == 0 && !c.Required {
		return ""
	}
	return time.UnixMilli(n).UTC().Format("2006-01-02T15:04:05.999Z07:00")
}

// lastFour is what a desk may know of an identifier: nothing of one that is hardly longer.
func lastFour(idValue string) string {
	runes := []rune(strings.TrimSpace(idValue))
	if len(runes) <= 4 {
		return ""
	}
	return string(runes[len(runes)-4:])
}
