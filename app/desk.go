package app

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"time"

	"github.com/wailsapp/wails/v2/pkg/runtime"

	"meterside/backend"
	"meterside/care"
)

// Desk is what the window may call. Its methods only pass on: rules are in care, work is in backend. A refusal reaches the
// window as {"code", "params"}.
type Desk struct {
	flags      flags
	log        *slog.Logger
	events     *events
	masquerade *masqueradeHost
	backend    *backend.Backend
	pops       pops
	idle       idle
	kept       kept
	saveDialog saveDialog // nil for the operating system's
	ctx        context.Context
	listens    bool      // the profile is this desk's, so it hears those started later
	others     io.Closer // the end of that; nil where it does not
}

func (d *Desk) started(ctx context.Context) {
	d.ctx = ctx
	d.events.begin(ctx)
	go d.lockWhenIdle(ctx, time.Tick(looksAgain))
	if !d.listens {
		return
	}
	others, err := hearOthers(d.flags.Profile, d.hear)
	if err != nil {
		d.log.Warn("calls cannot be handed over to this desk", "error", err)
		return
	}
	d.others = others
}

func (d *Desk) close() {
	if d.others != nil {
		_ = d.others.Close()
	}
	d.masquerade.bar("desk_closed") // for good
	if err := d.backend.Close(); err != nil {
		d.log.Error("closing the desk", "error", err)
	}
}

// Hint says who can sign in to a demo town.
type Hint struct {
	Portal   string `json:"portal"`
	User     string `json:"user"`
	Password string `json:"password"`
}

// Session is who is signed in, for the window.
type Session struct {
	backend.Session
	Hint *Hint `json:"hint,omitempty"`
}

// Session says who is signed in.
func (d *Desk) Session() (Session, error) {
	s, err := d.backend.Session()
	if err != nil {
		return Session{}, err
	}
	return d.session(s), nil
}

func (d *Desk) session(s backend.Session) Session {
	if s.Portal == "" || !s.SignedIn && d.flags.Portal != "" {
		s.Portal = d.flags.Portal
	}
	shown := Session{Session: s}
	if d.flags.Demo {
		shown.Hint = &Hint{Portal: d.flags.Portal, User: "CSR001", Password: "password"}
	}
	return shown
}

// SignIn signs a member of staff in.
func (d *Desk) SignIn(portal, user, password string) (Session, error) {
	s, err := d.backend.SignIn(d.ctx, portal, user, password)
	if err != nil {
		return Session{}, err
	}
	d.idle.use()
	d.backend.Connect()
	return d.session(s), nil
}

// SignOut signs out; with commands that were not sent only where evenWithUnsent says so.
func (d *Desk) SignOut(evenWithUnsent bool) error {
	defer d.masquerade.bar("signed_out")()
	if err := d.backend.SignOut(d.ctx, evenWithUnsent); err != nil {
		return err
	}
	d.forget()
	return nil
}

// Status is what the status strip shows.
func (d *Desk) Status() (backend.Status, error) {
	return d.backend.Status(d.ctx)
}

// Districts lists the districts.
func (d *Desk) Districts() ([]backend.DistrictOfList, error) { return d.backend.Districts(d.ctx) }

// Policy is what the window shows of the policy, in a language.
func (d *Desk) Policy(language string) (backend.PolicyView, error) {
	return d.backend.PolicyView(d.ctx, language)
}

// LockWebUser locks a web user.
func (d *Desk) LockWebUser(c care.LockWebUser) (backend.Queued, error) {
	return d.backend.Do(d.ctx, &c)
}

// UnlockWebUser lifts a lock of a web user.
func (d *Desk) UnlockWebUser(c care.UnlockWebUser) (backend.Queued, error) {
	return d.backend.Do(d.ctx, &c)
}

// ChangePreferences changes an account's preferences.
func (d *Desk) ChangePreferences(c care.ChangePreferences) (backend.Queued, error) {
	return d.backend.Do(d.ctx, &c)
}

// WriteNote writes a note, and drops the draft that it was.
func (d *Desk) WriteNote(c care.WriteNote) (backend.Queued, error) {
	q, err := d.backend.Do(d.ctx, &c)
	if err != nil {
		return q, err
	}
	return q, d.backend.SaveDraft(d.ctx, c.Account, "")
}

// Why says whether a command is allowed, and if not, why.
func (d *Desk) Why(kind string, args map[string]any) (backend.Reason, error) {
	b, err := json.Marshal(args)
	if err != nil {
		return backend.Reason{}, err
	}
	return d.backend.Why(d.ctx, kind, b)
}

// Draft is what was typed about an account and not saved as a note.
func (d *Desk) Draft(account string) (string, error) { return d.backend.Draft(d.ctx, account) }

// SaveDraft keeps what is being typed.
func (d *Desk) SaveDraft(account, text string) error {
	return d.backend.SaveDraft(d.ctx, account, text)
}

// Outbox lists what the portal has not answered.
func (d *Desk) Outbox() ([]backend.Waiting, error) { return d.backend.Outbox(d.ctx) }

// Attention lists what was refused or lapsed.
func (d *Desk) Attention() ([]backend.Waiting, error) { return d.backend.Attention(d.ctx) }

// Recover fetches the replica anew, because the CSR said so.
func (d *Desk) Recover() error { return d.backend.Recover(d.ctx) }

// Discard takes a command off the outbox or off what needs attention.
func (d *Desk) Discard(commandID string) error { return d.backend.Discard(d.ctx, commandID) }

// Repeat makes a command once more.
func (d *Desk) Repeat(commandID string) (backend.Queued, error) {
	return d.backend.Repeat(d.ctx, commandID)
}

// Confirm sends a draft.
func (d *Desk) Confirm(commandID string) (backend.Queued, error) {
	return d.backend.Confirm(d.ctx, commandID)
}

// HandOver gives a command that needs attention to a supervisor.
func (d *Desk) HandOver(commandID string) (backend.Queued, error) {
	return d.backend.HandOver(d.ctx, commandID)
}

// ExportOutbox writes what is not decided into a file that the user chooses, and says how many commands these are; -1
// where they chose none.
func (d *Desk) ExportOutbox() (int, error) {
	path, err := d.chooseFile("outbox.jsonl")
	if err != nil || path == "" {
		return -1, err
	}
	return d.backend.ExportOutboxTo(d.ctx, path)
}

// CopyText puts text on the clipboard.
func (d *Desk) CopyText(text string) error {
	if err := d.backend.Locked(); err != nil {
		return err
	}
	return runtime.ClipboardSetText(d.ctx, text)
}
