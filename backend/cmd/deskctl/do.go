package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strings"
	"time"

	"meterside/backend"
	"meterside/care"
)

type doCommand struct {
	Kind string        `arg:"" optional:"" help:"The command's kind."`
	Args string        `arg:"" optional:"" help:"Its arguments, as JSON."`
	List bool          `help:"List the commands that there are, with their arguments."`
	Wait bool          `help:"Connect, and wait until the portal has answered."`
	For  time.Duration `help:"Wait at most so long." default:"30s"`
}

type outcome struct {
	CommandID string    `json:"command_id"`
	N         int64     `json:"n"`
	State     string    `json:"state"`
	Code      care.Code `json:"code,omitempty"`
	Message   string    `json:"message,omitempty"`
}

// Run sends a command, or lists them.
func (c *doCommand) Run(d *desk) error {
	if c.List {
		return d.print(commands(), func(w io.Writer) {
			for _, cmd := range commands() {
				_, _ = fmt.Fprintf(w, "%-20s %s\n", cmd.Kind, strings.Join(cmd.Args, " "))
			}
		})
	}
	if c.Kind == "" {
		return care.Err(care.CodeMissing, "field", "KIND")
	}
	cmd, err := care.Decode(c.Kind, []byte(c.Args))
	if err != nil {
		return err
	}
	return d.with(func(b *backend.Backend) error {
		ctx, cancel := context.WithTimeout(d.ctx, c.For)
		defer cancel()
		why, err := b.Why(d.ctx, c.Kind, []byte(c.Args))
		if err != nil {
			return err
		}
		if c.Wait && (care.OfflineOf(cmd) == care.OfflineDraft || why.Code == care.CodeOnlineOnly) {
			// Made online it needs no confirming; where the portal is not reached it stays a draft, or is refused.
			b.Connect()
			_ = b.Live(ctx)
		}
		q, err := b.Do(d.ctx, cmd)
		if err != nil {
			return err
		}
		if c.Wait {
			b.Connect()
			if q, err = b.Await(ctx, q.CommandID); err != nil {
				return err
			}
		}
		o := outcome{q.CommandID, q.N, q.State, q.Code, say(q.Code, q.Params)}
		if o.State == "sent" {
			o.State = "queued"
		}
		return d.print(o, func(w io.Writer) { _, _ = fmt.Fprintf(w, "%s %s %s\n", o.State, o.CommandID, o.Message) })
	})
}

type listed struct {
	Kind string   `json:"kind"`
	Args []string `json:"args"`
}

func commands() []listed {
	var all []listed
	for _, kind := range care.CommandKinds() {
		cmd, err := care.Decode(kind, nil)
		if err != nil {
			continue
		}
		l := listed{Kind: kind}
		t := reflect.TypeOf(cmd).Elem()
		for i := range t.NumField() {
			name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
			l.Args = append(l.Args, name)
		}
		all = append(all, l)
	}
	return all
}

type whyCommand struct {
	Kind string `arg:"" help:"The command's kind."`
	Args string `arg:"" optional:"" help:"Its arguments, as JSON."`
}

// Run says whether a command is allowed.
func (c *whyCommand) Run(d *desk) error {
	return d.with(func(b *backend.Backend) error {
		r, err := b.Why(d.ctx, c.Kind, []byte(c.Args))
		if err != nil {
			return err
		}
		o := struct {
			Allowed bool      `json:"allowed"`
			Code    care.Code `json:"code,omitempty"`
			Message string    `json:"message,omitempty"`
		}{r.Allowed, r.Code, say(r.Code, r.Params)}
		return d.print(o, func(w io.Writer) {
			if o.Allowed {
				o.Message = "allowed"
			}
			_, _ = fmt.Fprintln(w, o.Message)
		})
	})
}

type outboxCommand struct {
	Export  string `help:"Write what is not decided, and what needs attention, as JSON lines into a file." type:"path" placeholder:"FILE"`
	Confirm string `help:"Send a draft." placeholder:"COMMAND_ID"`
}

// Run lists the outbox, exports it, or sends a draft.
func (c *outboxCommand) Run(d *desk) error {
	return d.with(func(b *backend.Backend) error {
		if c.Export != "" {
			n, err := b.ExportOutboxTo(d.ctx, c.Export)
			if err != nil {
				return err
			}
			return d.print(map[string]int{"exported": n}, func(w io.Writer) { _, _ = fmt.Fprintf(w, "exported: %d\n", n) })
		}
		if c.Confirm != "" {
			return d.confirm(b, c.Confirm)
		}
		all, err := b.Outbox(d.ctx)
		if err != nil {
			return err
		}
		return d.entries(all)
	})
}

// confirm connects first: a draft is confirmed by somebody who is online.
func (d *desk) confirm(b *backend.Backend, commandID string) error {
	b.Connect()
	ctx, cancel := context.WithTimeout(d.ctx, 30*time.Second)
	defer cancel()
	if err := b.Live(ctx); err != nil {
		return err
	}
	if _, err := b.Confirm(ctx, commandID); err != nil {
		return err
	}
	q, err := b.Await(ctx, commandID)
	if err != nil {
		return err
	}
	o := outcome{q.CommandID, q.N, q.State, q.Code, say(q.Code, q.Params)}
	return d.print(o, func(w io.Writer) { _, _ = fmt.Fprintf(w, "%s %s %s\n", o.State, o.CommandID, o.Message) })
}

type attentionCommand struct {
	HandOver string `help:"Give a command to a supervisor, as a task." placeholder:"COMMAND_ID"`
	Discard  string `help:"Take a command off the list." placeholder:"COMMAND_ID"`
	Repeat   string `help:"Make a command once more, on the data as it is now." placeholder:"COMMAND_ID"`
}

// Run lists what needs attention, or deals with one of them.
func (c *attentionCommand) Run(d *desk) error {
	return d.with(func(b *backend.Backend) error {
		if c.Discard != "" {
			return b.Discard(d.ctx, c.Discard)
		}
		if c.HandOver != "" {
			_, err := b.HandOver(d.ctx, c.HandOver)
			return err
		}
		if c.Repeat != "" {
			_, err := b.Repeat(d.ctx, c.Repeat)
			return err
		}
		all, err := b.Attention(d.ctx)
		if err != nil {
			return err
		}
		return d.entries(all)
	})
}

func (d *desk) entries(all []backend.Waiting) error {
	type entry struct {
		CommandID string          `json:"command_id"`
		Kind      string          `json:"kind"`
		State     string          `json:"state"`
		CreatedAt int64           `json:"created_at"`
		Code      care.Code       `json:"code,omitempty"`
		Message   string          `json:"message,omitempty"`
		Before    map[string]any  `json:"before,omitempty"`
		Theirs    map[string]any  `json:"theirs,omitempty"`
		After     map[string]any  `json:"after,omitempty"`
		Args      json.RawMessage `json:"args"`
	}
	shown := []entry{}
	for _, e := range all {
		shown = append(shown, entry{e.CommandID, e.Kind, e.State, e.CreatedAt, e.Code, say(e.Code, e.Params), e.Before, e.Theirs, e.After, e.Args})
	}
	return d.print(shown, func(w io.Writer) {
		for _, e := range shown {
			_, _ = fmt.Fprintf(w, "%s %-9s %-20s %s\n", e.CommandID, e.State, e.Kind, e.Message)
		}
	})
}
