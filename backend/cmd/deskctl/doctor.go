package main

import (
	"errors"
	"fmt"
	"io"
	"time"

	"meterside/backend"
)

type doctorCommand struct{}

// Run examines the desk.
func (doctorCommand) Run(d *desk) error {
	return d.with(func(b *backend.Backend) error {
		e, err := b.Examine(d.ctx)
		if err != nil {
			return err
		}
		if err := d.print(e, func(w io.Writer) { examined(w, e) }); err != nil {
			return err
		}
		switch {
		case e.Problem != nil:
			return *e.Problem
		case e.Proof.Cursor == 0:
			return errors.New("nothing is proved yet: sync first")
		}
		return nil
	})
}

func examined(w io.Writer, e backend.Examined) {
	say := func(format string, args ...any) { _, _ = fmt.Fprintf(w, format+"\n", args...) }
	say("replica of %s, epoch %s, at %d as of %s", e.Server, e.Epoch, e.Cursor, at(e.AsOf))
	say("the stream was last proved at %d, %s", e.Proof.Cursor, at(e.Proof.At))
	say("the file was last proved at %d, %s", e.Proof.Read, at(e.Proof.ReadAt))
	if e.Proof.Doubt != "" {
		say("in doubt since %s: %s", at(e.Proof.DoubtAt), e.Proof.Doubt)
	}
	for _, s := range e.Scopes {
		proved := "proved"
		if !s.Proved {
			proved = "not proved"
		}
		say("  %-12s %8d rows  %s  %s", s.Scope, s.Rows, s.Digest, proved)
	}
	for _, r := range e.Recoveries {
		say("fetched anew %s, found to differ %s: %s", at(r.At), at(r.Found), r.Reason)
	}
	say("outbox: %d unsent, %d need attention", e.Unsent, e.Attention)
}

// at is an instant for people.
func at(ms int64) string {
	if ms == 0 {
		return "never"
	}
	return time.UnixMilli(ms).UTC().Format(time.RFC3339)
}

type recoverCommand struct{}

// Run asks for the replica anew.
func (recoverCommand) Run(d *desk) error {
	return d.with(func(b *backend.Backend) error { return b.Recover(d.ctx) })
}
