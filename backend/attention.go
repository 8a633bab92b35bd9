package backend

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"time"

	"meterside/backend/cache"
	"meterside/care"
	"meterside/records"
)

// theirs adds to a command about which somebody has to decide what stands now in the fields that it wanted to change.
func (u *user) theirs(ctx context.Context, e *cache.Entry) error {
	ref, ok := e.Of()
	if !ok {
		return nil
	}
	rec := care.New(ref.Kind)
	if rec == nil {
		return nil
	}
	found, err := records.Load(ctx, u.cache.Reader(), rec, care.IDParts(ref.ID)...)
	if err != nil || !found {
		return err
	}
	values := records.Values(rec)
	for i, column := range records.Columns(ref.Kind) {
		saw, changes := e.Before[column]
		if !changes || reflect.DeepEqual(saw, values[i]) {
			continue
		}
		if e.Theirs == nil {
			e.Theirs = map[string]any{}
		}
		e.Theirs[column] = values[i]
	}
	return nil
}

// Confirm sends a draft: somebody has looked at it while the desk is online. It is judged on the data as it is now.
func (b *Backend) Confirm(ctx context.Context, commandID string) (Queued, error) {
	u, err := b.signedIn()
	if err != nil {
		return Queued{}, err
	}
	if !b.live() {
		return Queued{}, care.Err(care.CodeConfirmOnline)
	}
	e, err := u.cache.Entry(ctx, commandID)
	if err != nil {
		return Queued{}, err
	}
	cmd, err := care.Decode(e.Kind, e.Args)
	if err != nil {
		return Queued{}, err
	}
	now := u.sink.now()
	contact, err := u.contactFor(ctx, cmd.Targets())
	if err != nil {
		return Queued{}, err
	}
	if err := u.check(ctx, cmd, now, contact, false); err != nil {
		return Queued{}, err
	}
	var env care.Envelope
	entering := cache.Entering{ClockOffset: u.sink.offset.Load()}
	if err := u.expecting(ctx, cmd, now, &env, &entering); err != nil {
		return Queued{}, err
	}
	env.ID, env.CreatedAt = commandID, now.UnixMilli()
	if err := u.cache.Confirm(ctx, env, entering); err != nil {
		return Queued{}, err
	}
	b.shown(ctx, u, commandID)
	return u.queued(ctx, commandID)
}

// HandOver makes a task for a supervisor of a command that was refused, held or lapsed, with what the CSR saw, what they
// wanted and what stands, and takes it off the list.
func (b *Backend) HandOver(ctx context.Context, commandID string) (Queued, error) {
	return b.instead(ctx, commandID, func(u *user, e cache.Entry) (Queued, error) { return b.handOver(ctx, u, e) })
}

func (b *Backend) handOver(ctx context.Context, u *user, e cache.Entry) (Queued, error) {
	if err := u.theirs(ctx, &e); err != nil {
		return Queued{}, err
	}
	cmd := &care.HandOver{Account: e.Account, CommandID: e.CommandID, Command: e.Kind, Code: e.Code, Args: e.Args, Fields: map[string]care.HandedField{}}
	for field, wanted := range e.After {
		f := care.HandedField{Before: e.Before[field], After: wanted, Theirs: e.Before[field]}
		if now, changed := e.Theirs[field]; changed {
			f.Theirs = now
		}
		cmd.Fields[field] = f
	}
	if cmd.Account == "" {
		account, err := u.accountOfWebUser(ctx, e.Args)
		if err != nil {
			return Queued{}, err
		}
		cmd.Account = account
	}
	return b.Do(ctx, cmd)
}

// accountOfWebUser is the account of the web user's default profile, for a command that names a web user alone.
func (u *user) accountOfWebUser(ctx context.Context, args []byte) (string, error) {
	links, err := u.cache.Read(ctx, time.Now()).LinksOfWebUser(spokenOf(args).WebUserID)
	if err != nil || len(links) == 0 {
		return "", err
	}
	return links[0].Account, nil
}

// ExportOutboxTo exports the outbox into a file that only its owner may read. A file that is there is written over when the
// new one is whole.
func (b *Backend) ExportOutboxTo(ctx context.Context, path string) (n int, err error) {
	n, err = written(path, func(w io.Writer) (int, error) { return b.ExportOutbox(ctx, w) })
	if err != nil {
		return 0, fmt.Errorf("exporting the outbox: %w", err)
	}
	return n, nil
}

// written makes a file that only its owner may read. One that is there is written over when the new one is whole.
func written(path string, write func(io.Writer) (int, error)) (int, error) {
	f, err := os.OpenFile(path+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, err
	}
	n, err := write(f)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(path+".new", path)
	}
	if err != nil {
		return 0, errors.Join(err, os.Remove(path+".new"))
	}
	return n, nil
}

// Exported is one line of an outbox that was exported.
type Exported struct {
	Device string `json:"device"`
	User   string `json:"user"`
	Portal string `json:"portal"`
	cache.Entry
}

// ExportOutbox writes what the portal has not decided, or what nobody has decided since, as JSON lines: what a CSR did
// must not be lost with a computer. It says how many lines these are.
func (b *Backend) ExportOutbox(ctx context.Context, to io.Writer) (int, error) {
	u, err := b.signedIn()
	if err != nil {
		return 0, err
	}
	var all []cache.Entry
	for _, list := range []func(context.Context) ([]cache.Entry, error){u.cache.Outbox, u.cache.Attention} {
		some, err := list(ctx)
		if err != nil {
			return 0, err
		}
		all = append(all, some...)
	}
	out := bufio.NewWriter(to)
	lines := json.NewEncoder(out)
	for _, e := range all {
		if err := lines.Encode(Exported{u.cache.Device(), u.session.User.ID, u.session.Portal, e}); err != nil {
			return 0, fmt.Errorf("exporting the outbox: %w", err)
		}
	}
	if err := out.Flush(); err != nil {
		return 0, fmt.Errorf("exporting the outbox: %w", err)
	}
	return len(all), nil
}
