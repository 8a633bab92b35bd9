// Package importer reads what other systems export. The CSV part reads a folder in the shape that a utility's customer
// information system exports, finds the rows that cannot be right, and hands on the rest in an order in which every row
// comes after those that it names.
package importer

import (
	"fmt"
	"maps"
	"strconv"

	"meterside/care"
	sentences "meterside/care/text"
)

// Kind says what a column's values look like. An empty value is one that is not known, whatever the kind.
type Kind int

// The kinds of columns.
const (
	Text       Kind = iota // any text
	Key                    // text without control characters
	Date                   // 2026-11-01
	Instant                // RFC 3339, 2026-11-01T00:00:00Z
	Int                    // a whole number of 64 bits
	Bit                    // 0 or 1
	Enum                   // one of Values
	List                   // some of Values, separated by semicolons
	Coordinate             // degrees
	JSON                   // one JSON value
)

const (
	shortText = 200  // characters
	longText  = 2000 // characters, for addresses, descriptions and details
)

// Column is one column of a file.
type Column struct {
	Name      string
	Kind      Kind
	Required  bool
	Max       int      // characters
	Values    []string // of an Enum or a List
	Parent    string   // the file whose key the value names, if any
	NotBefore string   // another date column of the row, which may not be later
	With      string   // another column of the row: the value is required where that one is WithValue
	WithValue string
}

// Table is one file of an export.
type Table struct {
	File    string
	Noun    string // what a row is, as in row_no_bill, the code of "names a bill that is not there"
	Columns []Column
	Key     []string // the columns that no two rows share
	Unique  string   // a further column that no two rows share, letter case apart, if any
}

// Tables are the files of an export, each after those that it names. Columns stand in the file in this order.
var Tables = []Table{
	{File: "districts.csv", Noun: "district", Key: []string{"district_id"}, Columns: []Column{
		key("district_id"), text("name").must(),
	}},
	{File: "premises.csv", Noun: "premise", Key: []string{"premise_id"}, Columns: []Column{
		key("premise_id"), names("district_id", "districts.csv").must(), text("address1").must(), text("unit"), text("city"), text("state"), text("postal"),
		of("latitude", Coordinate), of("longitude", Coordinate), text("kind"), of("vacant", Bit).must(),
	}},
	{File: "persons.csv", Noun: "person", Key: []string{"person_id"}, Columns: []Column{
		key("person_id"), enum("kind", "person", "business").must(), text("first_name"), text("last_name"), text("business_name"), text("email"), text("phone"),
		text("language"), of("born", Date), text("id_type"), text("id_value"), of("prospect", Bit).must(),
	}},
	{File: "staff.csv", Noun: "staff member", Key: []string{"csr_id"}, Columns: []Column{
		key("csr_id"), text("name").must(), enum("role", "csr", "supervisor", "admin").must(), text("team"), text("districts").long(), of("active", Bit).must(),
	}},
	{File: "accounts.csv", Noun: "account", Key: []string{"account_number"}, Columns: []Column{
		key("account_number"), names("main_person_id", "persons.csv").must(), names("premise_id", "premises.csv").must(), names("district_id", "districts.csv").must(),
		text("customer_class").must(), enum("status", "active", "closed").must(), of("opened_on", Date).must(), of("closed_on", Date).notBefore("opened_on"),
		text("billing_address").long(), of("autopay", Bit).must(), of("paperless", Bit).must(), text("nickname"), of("balance_cents", Int).must(), text("flags"),
	}},
	{File: "account_persons.csv", Noun: "link", Key: []string{"account_number", "person_id"}, Columns: []Column{
		names("account_number", "accounts.csv").must(), names("person_id", "persons.csv").must(), text("relationship").must(), of("financially_responsible", Bit).must(), of("ended_on", Date),
	}},
	{File: "web_users.csv", Noun: "web user", Key: []string{"web_user_id"}, Unique: "username", Columns: []Column{
		key("web_user_id"), text("username").must(), text("email"), names("person_id", "persons.csv").must(), enum("enrolment", "pending", "enrolled").must(),
		list("locks", "password", "csr", "permanent"), of("hidden", Bit).must(), of("failed_attempts", Int).must(), of("created_at", Instant).must(),
		of("last_customer_logon", Instant), of("last_csr_logon", Instant),
	}},
	{File: "web_user_accounts.csv", Noun: "link", Key: []string{"web_user_id", "account_number"}, Columns: []Column{
		names("web_user_id", "web_users.csv").must(), names("account_number", "accounts.csv").must(), enum("role", "owner", "manager", "payer", "viewer", "bills", "usage").must(),
		text("relationship"), of("financially_responsible", Bit).must(), of("default_profile", Bit).must(),
	}},
	{File: billsFile, Noun: "bill", Key: []string{"bill_id"}, Columns: []Column{
		key("bill_id"), names("account_number", "accounts.csv").must(), of("issued_on", Date).must(), of("due_on", Date).must(), of("period_start", Date).must(),
		of("period_end", Date).must().notBefore("period_start"), of("total_cents", Int).must(), of("quantity", Int), text("unit"), of("estimated", Bit).must(),
	}},
	{File: segmentsFile, Noun: "segment", Key: []string{"bill_id", "line"}, Columns: []Column{
		names("bill_id", billsFile).must(), of("line", Int).must(), text("service").must(), text("description").long(), of("quantity", Int), text("unit"), of("amount_cents", Int).must(),
	}},
	{File: "payments.csv", Noun: "payment", Key: []string{"payment_id"}, Columns: []Column{
		key("payment_id"), names("account_number", "accounts.csv").must(), enum("status", "scheduled", "pending", "posted", "returned", "cancelled").must(),
		of("amount_cents", Int).must(), text("method"), of("created_at", Instant).must(), of("effective_on", Date),
	}},
	{File: "adjustments.csv", Noun: "adjustment", Key: []string{"adjustment_id"}, Columns: []Column{
		key("adjustment_id"), names("account_number", "accounts.csv").must(), of("on", Date).must(), text("kind").must(), of("amount_cents", Int).must(), text("description").long(),
	}},
	{File: "usage.csv", Noun: "reading", Key: []string{"account_number", "service", "from"}, Columns: []Column{
		names("account_number", "accounts.csv").must(), key("service"), of("from", Date).must(), of("to", Date).must().notBefore("from"), of("quantity", Int).must(),
		text("unit"), text("quality"), of("hdd", Int), of("cdd", Int),
	}},
	{File: "tasks.csv", Noun: "task", Key: []string{"task_id"}, Columns: []Column{
		key("task_id"), text("kind").must(), enum("status", "open", "in_progress", "complete", "rejected", "cancelled").must(), names("account_number", "accounts.csv").must(),
		names("web_user_id", "web_users.csv"), of("created_at", Instant).must(), enum("created_by", "customer", "csr").must(), text("csr_id").with("created_by", "csr"), text("web_user_name"), text("email"),
		text("ip"), text("session_id"),
	}},
	{File: "activities.csv", Noun: "activity", Key: []string{"activity_id"}, Columns: []Column{
		key("activity_id"), names("account_number", "accounts.csv"), names("web_user_id", "web_users.csv"), of("at", Instant).must(), text("kind").must(), text("actor"),
		text("session_id"), of("detail", JSON).long(),
	}},
	{File: "notifications.csv", Noun: "notification", Key: []string{"notification_id"}, Columns: []Column{
		key("notification_id"), names("account_number", "accounts.csv"), names("web_user_id", "web_users.csv"), text("template").must(), text("address"), of("sent_at", Instant).must(), text("status"),
	}},
}

const (
	billsFile    = "bills.csv"
	segmentsFile = "bill_segments.csv"
)

// table is the table of a file; there is one for each name in this package.
func table(file string) *Table {
	for i := range Tables {
		if Tables[i].File == file {
			return &Tables[i]
		}
	}
	panic("no table is called " + file)
}

// column is the place of a column in the table's rows, or -1.
func (t *Table) column(name string) int {
	for i := range t.Columns {
		if t.Columns[i].Name == name {
			return i
		}
	}
	return -1
}

func of(name string, kind Kind) Column { return Column{Name: name, Kind: kind, Max: shortText} }
func text(name string) Column          { return of(name, Text) }
func key(name string) Column           { return of(name, Key).must() }

func names(name, file string) Column {
	c := of(name, Key)
	c.Parent = file
	return c
}

func enum(name string, values ...string) Column {
	c := of(name, Enum)
	c.Values = values
	return c
}

func list(name string, values ...string) Column {
	c := of(name, List)
	c.Values = values
	return c
}

func (c Column) must() Column {
	c.Required = true
	return c
}

func (c Column) long() Column {
	c.Max = longText
	return c
}

func (c Column) notBefore(other string) Column {
	c.NotBefore = other
	return c
}

func (c Column) with(other, value string) Column {
	c.With, c.WithValue = other, value
	return c
}

// Unreadable is the error for a file that cannot be read as its table at all, so that nothing may be imported.
type Unreadable struct {
	File    string
	Line    int    // 0 where no line is to blame
	Problem string // in English
	What    care.Error
	field   string // of the file that What is about; "" for none
}

func unreadable(file string, line int, what care.Error) *Unreadable {
	return &Unreadable{File: file, Line: line, Problem: english(what), What: what}
}

// As is the refusal for people, whatever language they read: care.CodeUnreadable, with the problem's own code and parameters.
func (u *Unreadable) As(target any) bool {
	said, ok := target.(*care.Error)
	if ok {
		*said = care.Err(care.CodeUnreadable, "file", u.File, "line", strconv.Itoa(u.Line), "problem", u.Problem,
			sentences.ProblemCode, string(u.What.Code), sentences.ProblemField, u.field)
		maps.Copy(said.Params, u.What.Params)
	}
	return ok
}

func (u *Unreadable) Error() string {
	if u.Line == 0 {
		return fmt.Sprintf("%s %s", u.File, u.Problem)
	}
	return fmt.Sprintf("%s, line %d: %s", u.File, u.Line, u.Problem)
}
