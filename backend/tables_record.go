package backend

import (
	"context"
	"slices"
	"strings"

	"meterside/care"
)

// record is what the log will say of the table, before its rows are counted.
func (t Table) record() *care.RecordExport {
	return &care.RecordExport{Account: t.Account, Table: t.Name, Filter: t.filter()}
}

// filter is what the table was narrowed to, in words like status=open,in_progress; too long a one is cut.
func (t Table) filter() string {
	var said []string
	for _, by := range []struct {
		name   string
		values []string
	}{
		{"run", []string{t.Run}},
		{"kind", slices.Concat(t.Kinds, t.Tasks.Kinds)},
		{"actor", slices.Concat(t.Actors, []string{t.Tasks.By})},
		{"session", []string{t.Session}},
		{"from", []string{t.From}},
		{"to", []string{t.To}},
		{"status", slices.Concat(t.Tasks.Statuses, t.Payments.Statuses, t.Search.Statuses, []string{t.Masquerades.State})},
		{"method", t.Payments.Methods},
		{"csr", []string{t.Tasks.CSR, t.Masquerades.CSR}},
		{"assignee", []string{t.Tasks.Assignee}},
		{"user", []string{t.Tasks.WebUser, t.Masquerades.WebUser}},
		{"district", []string{t.Search.District}},
		{"text", []string{t.Search.Text}},
	} {
		if values := slices.DeleteFunc(slices.Clone(by.values), func(v string) bool { return v == "" }); len(values) > 0 {
			said = append(said, by.name+"="+strings.Join(values, ","))
		}
	}
	all := []rune(strings.Join(said, " "))
	return string(all[:min(len(all), care.ExportFilterMost)])
}

// allowed asks of a command that the desk will make by itself what a button would ask.
func (b *Backend) allowed(ctx context.Context, u *user, cmd care.Command) error {
	contact, err := u.contactFor(ctx, cmd.Targets())
	if err != nil {
		return err
	}
	return u.check(ctx, cmd, u.sink.now(), contact, !b.live())
}
