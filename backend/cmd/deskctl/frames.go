package main

import (
	"encoding/hex"
	"fmt"
	"sync"

	"meterside/sync/wire"
)

type framesCommand struct{ syncCommand }

// Run syncs, and prints each frame as it travels: ">" up to the portal, "<" down from it.
func (c *framesCommand) Run(d *desk) error {
	var mu sync.Mutex
	d.trace = func(up bool, frame []byte) {
		text, err := wire.Diagnose(frame)
		if err != nil {
			text = fmt.Sprintf("%v: %s", err, hex.EncodeToString(frame))
		}
		way := "<"
		if up {
			way = ">"
		}
		mu.Lock()
		defer mu.Unlock()
		_, _ = fmt.Fprintln(d.out, way, text)
	}
	return c.syncCommand.Run(d)
}
