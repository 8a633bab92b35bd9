package backend

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"

	"meterside/backend/cache"
	"meterside/care"
	"meterside/records"
	"meterside/sync/client"
)

// Queued says what became of a command at the desk.
type Queued struct {
	CommandID string            `json:"command_id"`
	N         int64             `json:"n"`
	State     string            `json:"state"` // draft, queued, sent, applied, rejected, held, lapsed or discarded
	Code      care.Code         `json:"code,omitempty"`
	Params    map[string]string `json:"params,omitempty"`
}

// Do checks a command, keeps it in the outbox and shows its effect. The portal decides, when it is reached. What has to be
// confirmed online stays a draft while the desk is offline.
func (b *Backend) Do(ctx context.Context, cmd care.Command) (Queued, error) {
	u, err := b.signedIn()
	if err != nil {
		return Queued{}, err
	}
	return b.do(ctx, u, cmd)
}

func (b *Backend) do(ctx context.Context, u *user, cmd care.Command) (Queued, error) {
	class, live := care.OfflineOf(cmd), b.live()
	if class == care.OfflineNever {
		return Queued{}, care.Err(care.CodeOnlineOnly)
	}
	if err := cmd.Validate(); err != nil {
		return Queued{}, err
	}
	now := u.sink.now()
	contact, err := u.contactFor(ctx, cmd.Targets())
	if err != nil {
		return Queued{}, err
	}
	if err := u.check(ctx, cmd, now, contact, !live); err != nil {
		return Queued{}, err
	}
	args, err := json.Marshal(cmd)
	if err != nil {
		return Queued{}, fmt.Errorf("keeping a command: %w", err)
	}
	id, err := uuid.NewV7()
	if err != nil {
		return Queued{}, fmt.Errorf("naming a command: %w", err)
	}
	env := care.Envelope{ID: id.String(), Kind: cmd.Kind(), Version: care.CommandVersion, Args: args, CreatedAt: now.UnixMilli(), Offline: !live, Contact: contact}
	entering := cache.Entering{Account: spokenOf(args).Account, ClockOffset: u.sink.offset.Load(), Draft: class == care.OfflineDraft && !live}
	if err := u.expecting(ctx, cmd, now, &env, &entering); err != nil {
		return Queued{}, err
	}
	if err := u.cache.Enqueue(ctx, env, entering); err != nil {
		return Queued{}, err
	}
	b.shown(ctx, u, env.ID)
	return u.queued(ctx, env.ID)
}

// shown lays a command's effect over the replica and wakes whoever is to send it.
func (b *Backend) shown(ctx context.Context, u *user, commandID string) {
	if err := u.cache.Lay(ctx); err != nil {
		b.opts.Log.Warn("a command is kept, and shown later", "command", commandID, "error", err)
	}
	u.client.Wake()
	b.opts.Changed("accounts", "outbox", "tasks", "status")
}

// expecting notes what the CSR sees in the fields that a command writes, their own earlier commands included, and which of
// these it goes after. What the desk does not hold it cannot have shown.
func (u *user) expecting(ctx context.Context, cmd care.Command, now time.Time, env *care.Envelope, e *cache.Entering) error {
	edit, ok := cmd.(care.Expecting)
	if !ok {
		return nil
	}
	seen, _, err := edit.Fields(u.cache.Read(ctx, now))
	if errors.Is(err, care.ErrNotHere) {
		return nil
	}
	if err != nil {
		return err
	}
	env.Expect, e.Record = seen, edit.Targets()[0]
	env.After, err = u.cache.Before(ctx, e.Record, seen)
	return err
}

// check asks the command's own rules over the replica. What the desk does not hold, the portal decides.
func (u *user) check(ctx context.Context, cmd care.Command, now time.Time, contact string, offline bool) error {
	r := u.cache.ReadUnder(ctx, now, contact, offline)
	if err := care.Authorise(r, cmd); err != nil {
		return err
	}
	if err := cmd.Check(r); err != nil && !errors.Is(err, care.ErrNotHere) {
		return err
	}
	return nil
}

// Answer says what became of a command.
func (b *Backend) Answer(ctx context.Context, commandID string) (Queued, error) {
	u, err := b.signedIn()
	if err != nil {
		return Queued{}, err
	}
	return u.queued(ctx, commandID)
}

func (u *user) queued(ctx context.Context, commandID string) (Queued, error) {
	e, err := u.cache.Entry(ctx, commandID)
	if err != nil {
		return Queued{}, err
	}
	return Queued{CommandID: e.CommandID, N: e.N, State: e.State, Code: e.Code, Params: e.Params}, nil
}

// Reason says whether a command is allowed, and if not, why: it is what a disabled button shows.
type Reason struct {
	Allowed bool              `json:"allowed"`
	Code    care.Code         `json:"code,omitempty"`
	Params  map[string]string `json:"params,omitempty"`
}

// Why runs a command's own rules over the replica, and nothing else. Of a question it says whether it may be asked now.
func (b *Backend) Why(ctx context.Context, kind string, args []byte) (Reason, error) {
	u, err := b.signedIn()
	if err != nil {
		return Reason{}, err
	}
	cmd, err := care.Decode(kind, args)
	if care.CodeOf(err) == care.CodeUnknownCommand {
		q, err := care.DecodeQuestion(kind, args)
		if err != nil {
			return Reason{}, err
		}
		return reason(b.whyNot(ctx, u, q))
	}
	if err != nil {
		return Reason{}, err
	}
	err = b.allowed(ctx, u, cmd)
	if err == nil && care.OfflineOf(cmd) == care.OfflineNever && !b.live() {
		err = care.Err(care.CodeOnlineOnly)
	}
	return reason(err)
}

// reason is a refusal for people; what is none is an error.
func reason(err error) (Reason, error) {
	var said care.Error
	switch {
	case err == nil:
		return Reason{Allowed: true}, nil
	case errors.As(err, &said):
		return Reason{Code: said.Code, Params: said.Params}, nil
	}
	return Reason{}, err
}

func (b *Backend) live() bool {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.state.Phase == client.Live
}

// spoken is whom and what a command's arguments speak of; empty where it names none.
type spoken struct {
	Account   string `json:"account"`
	WebUserID string `json:"web_user_id"`
}

func spokenOf(args []byte) (s spoken) {
	_ = json.Unmarshal(args, &s) // what names neither has neither
	return s
}

// Waiting is a command of the outbox, with whose it is: the identity stands on every queued action.
type Waiting struct {
	cache.Entry
	Named
	Username string `json:"username,omitempty"`
}

// Outbox lists the commands that the portal has not answered.
func (b *Backend) Outbox(ctx context.Context) ([]Waiting, error) {
	u, err := b.signedIn()
	if err != nil {
		return nil, err
	}
	entries, err := u.cache.Outbox(ctx)
	if err != nil {
		return nil, err
	}
	return u.identified(ctx, entries)
}

// Attention lists the commands that were refused, held or lapsed, with what stands now where others changed the same.
func (b *Backend) Attention(ctx context.Context) ([]Waiting, error) {
	u, err := b.signedIn()
	if err != nil {
		return nil, err
	}
	entries, err := u.cache.Attention(ctx)
	if err != nil {
		return nil, err
	}
	for i := range entries {
		if err := u.theirs(ctx, &entries[i]); err != nil {
			return nil, err
		}
	}
	return u.identified(ctx, entries)
}

func (u *user) identified(ctx context.Context, entries []cache.Entry) ([]Waiting, error) {
	all := []Waiting{}
	for _, e := range entries {
		named, err := u.named(ctx, e.Account)
		if err != nil {
			return nil, err
		}
		var web care.WebUser
		if _, err := records.Load(ctx, u.cache.Reader(), &web, spokenOf(e.Args).WebUserID); err != nil {
			return nil, err
		}
		all = append(all, Waiting{Entry: e, Named: named, Username: web.Username})
	}
	return all, nil
}

// Discard takes a command off the outbox or off the list of what needs attention.
func (b *Backend) Discard(ctx context.Context, commandID string) error {
	u, err := b.signedIn()
	if err != nil {
		return err
	}
	if err := u.cache.Discard(ctx, commandID); err != nil {
		return err
	}
	b.opts.Changed("accounts", "outbox", "status")
	return nil
}

// Repeat makes a command that was refused, held or lapsed once more, on the data as it is now.
func (b *Backend) Repeat(ctx context.Context, commandID string) (Queued, error) {
	return b.instead(ctx, commandID, func(_ *user, e cache.Entry) (Queued, error) {
		cmd, err := care.Decode(e.Kind, e.Args)
		if err != nil {
			return Queued{}, err
		}
		return b.Do(ctx, cmd)
	})
}

// instead takes a command off the list of what needs attention for another that is made of it, and puts it back where that
// cannot be made.
func (b *Backend) instead(ctx context.Context, commandID string, another func(*user, cache.Entry) (Queued, error)) (Queued, error) {
	u, err := b.signedIn()
	if err != nil {
		return Queued{}, err
	}
	e, err := u.cache.Claim(ctx, commandID)
	if err != nil {
		return Queued{}, err
	}
	q, err := another(u, e)
	if err != nil {
		return Queued{}, errors.Join(err, u.cache.Return(ctx, e))
	}
	return q, nil
}

// Draft is what the CSR typed about an account and did not save.
func (b *Backend) Draft(ctx context.Context, account string) (string, error) {
	u, err := b.signedIn()
	if err != nil {
		return "", err
	}
	return u.cache.Draft(ctx, account)
}

// mostDraft is more than anybody leaves unsent, bytes: what was typed into all forms of the window is one draft.
const mostDraft = 1 << 20

// SaveDraft keeps what the CSR typed; it survives the end of the program.
func (b *Backend) SaveDraft(ctx context.Context, account, text string) error {
	if len(text) > mostDraft {
		return care.Err(care.CodeTooLong, "field", "text", "most", strconv.Itoa(mostDraft))
	}
	u, err := b.signedIn()
	if err != nil {
		return err
	}
	return u.cache.SaveDraft(ctx, account, text)
}
