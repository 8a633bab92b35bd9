package care

import (
	"slices"
	"strconv"
	"unicode/utf8"
)

// RecordExport says that a CSR saved a table as a file, which leaves the desk. The desk makes it by itself, for each file.
type RecordExport struct {
	Account string `json:"account,omitempty"` // "" for a list over accounts
	Table   string `json:"table"`             // as the desk names it
	Filter  string `json:"filter,omitempty"`  // what the list was narrowed to
	Rows    int64  `json:"rows"`
}

// TableExported is the kind of the activity that RecordExport makes.
const TableExported = "table.exported"

// ExportFilterMost bounds the filter's characters.
const ExportFilterMost = 500

const exportTableMost = 40

// administrators are the tables of the administration.
var administrators = []string{"staff", "devices", "reasons", "imports", "refused"}

// overAccounts are the tables that are never of one account alone.
var overAccounts = []string{"search"}

// Kind is export.record.
func (*RecordExport) Kind() string { return "export.record" }

// Permission is MayView for a table of one account, MayAdminister for one of the administration, and MayExport for a list
// over accounts.
func (c *RecordExport) Permission() Permission {
	switch {
	case slices.Contains(administrators, c.Table):
		return MayAdminister
	case c.Account == "" || slices.Contains(overAccounts, c.Table):
		return MayExport
	}
	return MayView
}

// Targets is the account, where it is of one.
func (c *RecordExport) Targets() []Ref {
	if c.Account == "" {
		return nil
	}
	return []Ref{{KindAccount, c.Account}}
}

// Validate wants a table's name, and a filter that can be read.
func (c *RecordExport) Validate() error {
	switch {
	case c.Table == "":
		return missing("table")
	case utf8.RuneCountInString(c.Table) > exportTableMost:
		return Err(CodeTooLong, "field", "table", "most", strconv.Itoa(exportTableMost))
	case utf8.RuneCountInString(c.Filter) > ExportFilterMost:
		return Err(CodeTooLong, "field", "filter", "most", strconv.Itoa(ExportFilterMost))
	case c.Rows < 0:
		return Err(CodeInvalid, "field", "rows", "problem", "is below 0")
	}
	return nil
}

// Check wants the account to exist.
func (c *RecordExport) Check(r Reader) error {
	if c.Account == "" {
		return nil
	}
	_, err := Find[Account](r, c.Account)
	return err
}

// Apply writes the activity.
func (c *RecordExport) Apply(tx Tx) error {
	return Log(tx, Activity{Account: c.Account, Sort: TableExported, Detail: Detail(struct {
		Table  string `json:"table"`
		Filter string `json:"filter,omitempty"`
		Rows   int64  `json:"rows"`
	}{c.Table, c.Filter, c.Rows})})
}
