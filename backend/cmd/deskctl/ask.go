package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"meterside/backend"
	"meterside/care"
	"meterside/records"
)

type askCommand struct {
	Activity   askActivity   `cmd:"" help:"An account's log from before what this desk holds.\n\nExample: deskctl --profile p ask activity 030000013"`
	Bills      askBills      `cmd:"" help:"An account's bills and payments from before what this desk holds.\n\nExample: deskctl --profile p ask bills 030000013"`
	Intervals  askIntervals  `cmd:"" help:"What an account's meters counted, day by day.\n\nExample: deskctl --profile p ask intervals 030000013 --from 2026-01-01 --to 2026-02-01"`
	Reveal     askReveal     `cmd:"" help:"A person's full identifier or birth date.\n\nExample: deskctl --profile p ask reveal 1000000007 --account 030000013"`
	Identifier askIdentifier `cmd:"" help:"Whose an identifier is. It is read from standard input, so that no list of processes shows it.\n\nExample: deskctl --profile p ask identifier < file"`
	Search     askSearch     `cmd:"" help:"Customers of every district.\n\nExample: deskctl --profile p ask search 'elm street'"`
	Account    askAccount    `cmd:"" help:"An account of another district, to look at for an hour with show.\n\nExample: deskctl --profile p ask account 030000026"`
}

type askActivity struct {
	Account string   `arg:"" help:"The account number."`
	Kind    []string `help:"Only these kinds."`
	Before  string   `help:"Go on where a page said." placeholder:"MOMENT"`
}

// Run shows a page of the older log.
func (c *askActivity) Run(d *desk) error {
	return d.with(func(b *backend.Backend) error {
		page, err := b.OlderActivity(d.ctx, c.Account, c.Kind, c.Before)
		if err != nil {
			return err
		}
		return d.print(page, func(w io.Writer) {
			for _, a := range page.Rows {
				_, _ = fmt.Fprintf(w, "%s %-24s %s %s\n", time.UnixMilli(a.At).UTC().Format(time.DateTime), a.Sort, a.Actor, a.Detail)
			}
			if page.Next != "" {
				_, _ = fmt.Fprintf(w, "there is more: --before %s\n", page.Next)
			}
			d.stopped(w, page.Problem)
		})
	})
}

func (d *desk) stopped(w io.Writer, problem *care.Error) {
	if problem != nil {
		_, _ = fmt.Fprintln(w, say(problem.Code, problem.Params))
	}
}

type askBills struct {
	Account string `arg:"" help:"The account number."`
	Before  string `help:"Go on where a page said." placeholder:"YYYY-MM-DD"`
}

// Run shows the older bills and payments.
func (c *askBills) Run(d *desk) error {
	return d.with(func(b *backend.Backend) error {
		page, err := b.OlderBills(d.ctx, c.Account, c.Before)
		if err != nil {
			return err
		}
		return d.print(page, func(w io.Writer) {
			for _, bill := range page.Bills {
				_, _ = fmt.Fprintf(w, "%s bill     %12.2f\n", bill.PeriodEnd, float64(bill.TotalCents)/100)
			}
			for _, p := range page.Payments {
				_, _ = fmt.Fprintf(w, "%s payment  %12.2f %s\n", time.UnixMilli(p.CreatedAt).UTC().Format(time.DateOnly), float64(p.AmountCents)/100, p.Status)
			}
			if page.Next != "" {
				_, _ = fmt.Fprintf(w, "there is more: --before %s\n", page.Next)
			}
			d.stopped(w, page.Problem)
		})
	})
}

type askReveal struct {
	Person  string `arg:"" help:"The person's ID."`
	Account string `help:"The account under which it is logged." required:""`
	Field   string `help:"What to reveal: identifier or born." enum:"identifier,born" default:"identifier"`
}

// Run reveals what is shown masked.
func (c *askReveal) Run(d *desk) error {
	return d.with(func(b *backend.Backend) error {
		r, err := b.Reveal(d.ctx, care.RevealIdentifier{PersonID: c.Person, Account: c.Account, Field: c.Field})
		if err != nil {
			return err
		}
		return d.print(r, func(w io.Writer) { _, _ = fmt.Fprintln(w, r.Value) })
	})
}

type askIdentifier struct{}

// Run says whose an identifier is.
func (askIdentifier) Run(d *desk) error {
	line, err := bufio.NewReader(d.in).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("reading the identifier: %w", err)
	}
	return d.with(func(b *backend.Backend) error {
		found, err := b.FindIdentifier(d.ctx, care.Secret(strings.TrimSpace(line)))
		if err != nil {
			return err
		}
		return d.hits(found)
	})
}

type askSearch struct {
	Text string `arg:"" help:"Any part of a name, number, address, email or phone."`
}

// Run searches every district.
func (c *askSearch) Run(d *desk) error {
	return d.with(func(b *backend.Backend) error {
		found, err := b.SearchAll(d.ctx, c.Text)
		if err != nil {
			return err
		}
		return d.hits(found)
	})
}

type askAccount struct {
	Account string `arg:"" help:"The account number."`
}

// Run fetches an account.
func (c *askAccount) Run(d *desk) error {
	return d.with(func(b *backend.Backend) error { return b.FetchAccount(d.ctx, c.Account) })
}

// hits writes a search's result: JSON, or a line for each hit.
func (d *desk) hits(r records.Result) error {
	result := struct {
		Total    int               `json:"total"`
		More     bool              `json:"more"`
		Rows     []records.Hit     `json:"rows"`
		Sections []records.Section `json:"sections"`
	}{r.Total, r.More, []records.Hit{}, r.Sections}
	for _, s := range r.Sections {
		result.Rows = append(result.Rows, s.Rows...)
	}
	return d.print(result, func(w io.Writer) {
		_, _ = fmt.Fprintf(w, "%d found\n", result.Total)
		for _, h := range result.Rows {
			_, _ = fmt.Fprintf(w, "%-9s %-9s %-15s %-30.30s %s\n", h.Kind, h.AccountNumber, h.PortalStatus, h.Name, h.ServiceAddress)
		}
	})
}
