package main

import (
	"fmt"

	"meterside/portal"
)

type keyTools struct {
	List   keyListCommand   `cmd:"" help:"List the keys that others are shown, and the name under which the portal signs.\n\nExample: portald key list --data portal"`
	Rotate keyRotateCommand `cmd:"" help:"Make a key that signs from now on.\n\nExample: portald key rotate --data portal"`
}

type keyListCommand struct{ place }

// Run lists the keys, the one that signs first.
func (c *keyListCommand) Run(p *program) error {
	return c.with(p.ctx, func(records *portal.Portal) error {
		all, err := records.SigningKeys(p.ctx)
		_, _ = fmt.Fprintf(p.out, "issuer %s\n", records.Issuer())
		for _, k := range all {
			state := "signs"
			if k.Retired > 0 {
				state = "retired " + instant(k.Retired)
			}
			_, _ = fmt.Fprintf(p.out, "%s  made %s  %s\n", k.ID, instant(k.Made), state)
		}
		return err
	})
}

type keyRotateCommand struct {
	place
	AtOnce bool `help:"Show the keys before no longer: for a key that somebody else may know. Without it they are shown for an hour more."`
}

// Run makes another key.
func (c *keyRotateCommand) Run(p *program) error {
	return c.with(p.ctx, func(records *portal.Portal) error {
		key, err := records.RotateSigningKey(p.ctx, c.AtOnce)
		if err == nil {
			_, _ = fmt.Fprintf(p.out, "%s signs from now on\n", key.ID)
		}
		return err
	})
}
