package main

import (
	"fmt"
	"time"

	"meterside/portal"
)

type deviceTools struct {
	List   deviceListCommand   `cmd:"" help:"List every desk.\n\nExample: portald device list --data portal"`
	Revoke deviceRevokeCommand `cmd:"" help:"Take a desk its access: it erases what it holds at its next contact.\n\nExample: portald device revoke --data portal 5f0c…"`
	Allow  deviceAllowCommand  `cmd:"" help:"Take a revocation back.\n\nExample: portald device allow --data portal 5f0c…"`
}

type deviceListCommand struct{ place }

// Run lists the desks, the one that was seen last first.
func (c *deviceListCommand) Run(p *program) error {
	return c.with(p.ctx, func(records *portal.Portal) error {
		all, err := records.Devices(p.ctx)
		for _, d := range all {
			state := ""
			if d.Revoked > 0 {
				state = "  revoked " + instant(d.Revoked)
			}
			_, _ = fmt.Fprintf(p.out, "%s  %-10s  seen %s  at %d%s\n", d.ID, d.CSR, instant(d.Seen), d.Cursor, state)
		}
		return err
	})
}

func instant(ms int64) string { return time.UnixMilli(ms).UTC().Format(time.RFC3339) }

type deviceRevokeCommand struct {
	place
	ID string `arg:"" help:"The desk, as list names it."`
}

// Run revokes a desk.
func (c *deviceRevokeCommand) Run(p *program) error {
	return c.with(p.ctx, func(records *portal.Portal) error { return records.RevokeDevice(p.ctx, c.ID) })
}

type deviceAllowCommand struct {
	place
	ID string `arg:"" help:"The desk, as list names it."`
}

// Run allows a desk again.
func (c *deviceAllowCommand) Run(p *program) error {
	return c.with(p.ctx, func(records *portal.Portal) error { return records.AllowDevice(p.ctx, c.ID) })
}

type pruneCommand struct{ place }

// Run prunes.
func (c *pruneCommand) Run(p *program) error {
	return c.with(p.ctx, func(records *portal.Portal) error {
		done, err := records.Prune(p.ctx)
		_, _ = fmt.Fprintf(p.out, "%d rows left the desks or came back, %d deletions forgotten, the floor is at %d\n", done.Settled, done.Forgotten, done.Floor)
		return err
	})
}
