package main

import (
	"fmt"
	"io"
	"time"

	"meterside/backend"
	"meterside/records"
)

type searchCommand struct {
	Text     string   `arg:"" help:"Any part of a name, number, address, email or phone."`
	District string   `help:"Only this district." placeholder:"D01"`
	Status   []string `help:"Only these: enrolled, pending, unenrolled, locked, permanent_lock, hidden." enum:"enrolled,pending,unenrolled,locked,permanent_lock,hidden"`
	Limit    int      `help:"How many rows." default:"50"`
	Offset   int      `help:"How many rows to pass over."`
}

// Run searches the replica.
func (c *searchCommand) Run(d *desk) error {
	return d.with(func(b *backend.Backend) error {
		if err := b.Searchable(d.ctx); err != nil {
			return err
		}
		r, err := b.Search(d.ctx, records.Query{Text: c.Text, District: c.District, Statuses: c.Status, Limit: c.Limit, Offset: c.Offset})
		if err != nil {
			return err
		}
		return d.hits(r)
	})
}

type showCommand struct {
	Account string `arg:"" help:"The account number."`
}

// Run shows an account.
func (c *showCommand) Run(d *desk) error {
	return d.with(func(b *backend.Backend) error {
		console, err := b.Show(d.ctx, c.Account)
		if err != nil {
			return err
		}
		return d.print(console, nil)
	})
}

type tasksCommand struct {
	By     string   `help:"Made by csr or customer." enum:"csr,customer," default:""`
	Status []string `help:"Only these: open, in_progress, complete, rejected, cancelled."`
	CSR    string   `help:"Only this CSR's." name:"csr" placeholder:"ID"`
}

// Run lists tasks.
func (c *tasksCommand) Run(d *desk) error {
	return d.with(func(b *backend.Backend) error {
		page, err := b.Tasks(d.ctx, backend.TaskQuery{By: c.By, Statuses: c.Status, CSR: c.CSR})
		if err != nil {
			return err
		}
		return d.print(page.Rows, func(w io.Writer) {
			for _, t := range page.Rows {
				email := "Not applicable"
				if t.Email != nil {
					email = *t.Email
				}
				_, _ = fmt.Fprintf(w, "%s %-28s %-11s %s  web user %s  email %s  ip %s  self-service user %s\n",
					time.UnixMilli(t.CreatedAt).UTC().Format(time.DateTime), t.Sort, t.Status, t.AccountNumber, t.WebUserID, email, t.IP, t.SelfServiceUserID)
			}
		})
	})
}

type activityCommand struct {
	Account string   `arg:"" help:"The account number."`
	Kind    []string `help:"Only these kinds."`
	Page    int      `help:"Which page, newest first." default:"1"`
}

// Run shows an account's log.
func (c *activityCommand) Run(d *desk) error {
	return d.with(func(b *backend.Backend) error {
		page, err := b.Activity(d.ctx, c.Account, c.Kind, c.Page)
		if err != nil {
			return err
		}
		return d.print(page, func(w io.Writer) {
			for _, a := range page.Rows {
				_, _ = fmt.Fprintf(w, "%s %-24s %s %s\n", time.UnixMilli(a.At).UTC().Format(time.DateTime), a.Sort, a.Actor, a.Detail)
			}
			_, _ = fmt.Fprintf(w, "page %d of %d\n", page.Page, page.Pages)
		})
	})
}
