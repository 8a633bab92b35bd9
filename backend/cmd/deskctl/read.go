package main

import (
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
