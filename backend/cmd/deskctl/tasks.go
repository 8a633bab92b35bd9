package main

import (
	"fmt"
	"io"
	"time"

	"meterside/backend"
)

type tasksCommand struct {
	By       string   `help:"Made by csr, customer or system." enum:"csr,customer,system," default:""`
	Kind     []string `help:"Only these kinds, such as autopay.enrolled."`
	Status   []string `help:"Only these: open, in_progress, complete, rejected, cancelled."`
	CSR      string   `help:"Only this CSR's." name:"csr" placeholder:"ID"`
	Assignee string   `help:"Only those that this CSR is to do." placeholder:"ID"`
	Of       string   `help:"Only those that this CSR made or is to do." placeholder:"ID"`
	Account  string   `help:"Only this account's." placeholder:"NUMBER"`
	WebUser  string   `help:"Only this web user's, by ID or user name." placeholder:"ID"`
	From     string   `help:"Made on this day or later." placeholder:"YYYY-MM-DD"`
	To       string   `help:"Made on this day or earlier." placeholder:"YYYY-MM-DD"`
	Limit    int      `help:"How many rows, newest first; 0 for all."`
	Offset   int      `help:"How many rows to pass over, with --limit."`
}

// Run lists tasks.
func (c *tasksCommand) Run(d *desk) error {
	return d.with(func(b *backend.Backend) error {
		from, to, err := b.Days(d.ctx, c.From, c.To)
		if err != nil {
			return err
		}
		page, err := b.Tasks(d.ctx, backend.TaskQuery{
			By: c.By, Kinds: c.Kind, Statuses: c.Status, CSR: c.CSR, Assignee: c.Assignee, Of: c.Of, Account: c.Account, WebUser: c.WebUser,
			From: from, To: to, Limit: c.Limit, Offset: c.Offset,
		})
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
	Actor   []string `help:"Only what these did: customer, csr, system."`
	Session string   `help:"Only what was done in this masquerade." placeholder:"ID"`
	All     bool     `help:"The newest 5,000 at once, instead of a page."`
	Page    int      `help:"Which page, newest first." default:"1"`
}

// Run shows an account's log.
func (c *activityCommand) Run(d *desk) error {
	return d.with(func(b *backend.Backend) error {
		page, err := b.ActivityOf(d.ctx, backend.ActivityQuery{Account: c.Account, Sorts: c.Kind, Actors: c.Actor, Session: c.Session, Page: c.Page, All: c.All})
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
