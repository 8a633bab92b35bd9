package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"meterside/backend"
)

type syncCommand struct {
	Once bool          `help:"Until the desk is at the portal's head and its outbox is answered (default)." xor:"long"`
	For  time.Duration `help:"For so long." xor:"long" placeholder:"10s"`
}

// onceWithin bounds sync --once against a portal that answers nothing.
const onceWithin = 10 * time.Minute

// Run syncs.
func (c *syncCommand) Run(d *desk) error {
	return d.with(func(b *backend.Backend) error {
		var p backend.Progress
		var err error
		if c.For > 0 {
			b.Connect()
			select {
			case <-d.ctx.Done():
			case <-time.After(c.For):
			}
			p, err = b.Progress(c.For)
		} else {
			ctx, cancel := context.WithTimeout(d.ctx, onceWithin)
			defer cancel()
			p, err = b.SyncOnce(ctx)
		}
		if err != nil {
			return err
		}
		return d.print(p, func(w io.Writer) {
			_, _ = fmt.Fprintf(w, "%d rows, %d bytes in %.1f s; at %d of %d\n", p.Rows, p.Bytes, p.Seconds, p.Cursor, p.Head)
		})
	})
}

type statusCommand struct{}

// Run says how the desk stands, having tried for a moment whether the portal is there.
func (statusCommand) Run(d *desk) error {
	return d.with(func(b *backend.Backend) error {
		s, err := b.Status(d.ctx)
		if err != nil {
			return err
		}
		s.Online = b.Reachable(d.ctx)
		return d.print(s, func(w io.Writer) {
			word := "offline"
			if s.Online {
				word = "online"
			}
			asOf := "never"
			if s.AsOf > 0 {
				asOf = time.UnixMilli(s.AsOf).UTC().Format(time.RFC3339)
			}
			_, _ = fmt.Fprintf(w, "%s, data as of %s, %d unsent, %d need attention\n", word, asOf, s.Unsent, s.Attention)
		})
	})
}
