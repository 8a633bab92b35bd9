package importer

import (
	"fmt"
	"strings"
)

// source says where the portal keeps the rows of a file.
type source struct {
	table string
	with  string // what is joined to it, if anything
	where string // which rows are not written into a file, if any
}

var sources = map[string]source{
	"districts.csv":         {table: "districts"},
	"premises.csv":          {table: "premises"},
	"persons.csv":           {table: "persons", with: "LEFT JOIN person_private USING (person_id)"},
	"staff.csv":             {table: "staff"},
	"accounts.csv":          {table: "accounts"},
	"account_persons.csv":   {table: "account_persons"},
	"web_users.csv":         {table: "web_users", with: "LEFT JOIN web_user_secret USING (web_user_id) LEFT JOIN web_user_logons USING (web_user_id)"},
	"web_user_accounts.csv": {table: "web_user_accounts"},
	billsFile:               {table: "bills"},
	"payments.csv":          {table: "payments"},
	"adjustments.csv":       {table: "adjustments"},
	"usage.csv":             {table: "usage"},
	"tasks.csv":             {table: "tasks"},
	"activities.csv":        {table: "activities", where: "kind <> '" + runKind + "'"}, // imports are this portal's own story
	"notifications.csv":     {table: "notifications"},
}

// expressions are the columns that a table does not keep under the name that they have in a file.
var expressions = map[string]string{
	"on":                  "adjusted_on",
	"from":                "from_date",
	"to":                  "to_date",
	"at":                  "happened_at",
	"born":                "COALESCE(born, '')",
	"id_value":            "COALESCE(id_value, '')",
	"failed_attempts":     "COALESCE(failed_attempts, 0)",
	"last_customer_logon": "COALESCE(last_customer_logon, 0)",
	"last_csr_logon":      "COALESCE(last_csr_logon, 0)",
	"locks":               "RTRIM(" + lockWord("password") + " || " + lockWord("csr") + " || " + lockWord("permanent") + ", ';')",
}

// lockWord is the lock and a semicolon where a web user has it, so that the locks stand in one order.
func lockWord(lock string) string {
	return "CASE WHEN EXISTS (SELECT 1 FROM web_user_locks l WHERE l.web_user_id = web_users.web_user_id AND l.lock = '" + lock +
		"') THEN '" + lock + ";' ELSE '' END"
}

func expression(column string) string {
	if e, ok := expressions[column]; ok {
		return e
	}
	return column
}

// selection is the query for a file's columns, and more.
func (t *Table) selection(more ...string) string {
	columns := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		columns[i] = expression(c.Name)
	}
	s := sources[t.File]
	return strings.TrimSpace("SELECT " + strings.Join(append(columns, more...), ", ") + " FROM " + s.table + " " + s.with)
}

// selectOne is the query for the row of a key; a bill comes with its segments.
func (t *Table) selectOne() string {
	parts := make([]string, len(t.Key))
	for i, name := range t.Key {
		parts[i] = fmt.Sprintf("%s = $%d", expression(name), i+1)
	}
	var more []string
	if t.File == billsFile {
		more = []string{"segments"}
	}
	return t.selection(more...) + " WHERE " + strings.Join(parts, " AND ")
}

// selectAll is the query for every row that is written into the file, in the order of the keys.
func (t *Table) selectAll() string {
	query := t.selection()
	if where := sources[t.File].where; where != "" {
		query += " WHERE " + where
	}
	keys := make([]string, len(t.Key))
	for i, name := range t.Key {
		keys[i] = expression(name)
	}
	return query + " ORDER BY " + strings.Join(keys, ", ")
}
