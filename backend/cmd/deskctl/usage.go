package main

import (
	"fmt"
	"io"

	"meterside/backend"
)

type askIntervals struct {
	Account string `arg:"" help:"The account number."`
	From    string `help:"The first day." required:"" placeholder:"YYYY-MM-DD"`
	To      string `help:"The first day that is not wanted." required:"" placeholder:"YYYY-MM-DD"`
}

// Run shows what the meters counted.
func (c *askIntervals) Run(d *desk) error {
	return d.with(func(b *backend.Backend) error {
		view, err := b.Intervals(d.ctx, c.Account, c.From, c.To)
		if err != nil {
			return err
		}
		return d.print(view, func(w io.Writer) {
			for _, m := range view.Meters {
				for _, day := range m.Days {
					if day.None {
						_, _ = fmt.Fprintf(w, "%s %-8s no reading\n", day.Day, m.Service)
						continue
					}
					_, _ = fmt.Fprintf(w, "%s %-8s %12.3f %s\n", day.Day, m.Service, day.Quantity, m.Unit)
				}
			}
			d.stopped(w, view.Problem)
		})
	})
}
