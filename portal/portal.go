// Package portal is the system of record. Do is the one way in, the store's change index the one way out. Beside Do stands what no
// command may carry: what is asked while somebody waits (Ask), and what customers prove or keep secret; portal/web/ways_test.go lists it.
package portal

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"meterside/care"
	"meterside/portal/bus"
	"meterside/portal/external"
	"meterside/portal/store"
	"meterside/records"
)

// Portal runs commands over a store.
type Portal struct {
	Store *store.Store
	Bus   *bus.Local
	Now   func() time.Time
	// Figures are what is counted; they are shown at /metrics.
	Figures *Figures
	// LeastFile is the least number at which a ready-made replica stands that is being given out; 0 for none. It may be nil.
	LeastFile func() int64
	// Letters writes a message of a template as it would go out in a language under a policy, to nobody in particular. It may be nil.
	Letters func(policy care.Policy, template, language string, now time.Time) care.Letter
	// Paper writes a bill of an account in a language as the customer can print it, and says what the file may be called; CodeNotFound
	// where there is no such bill. The customers' pages bring it; it may be nil.
	Paper func(ctx context.Context, account, bill, language string) (name string, file []byte, err error)
	// ProfilesWithin is how long the service for web users has to answer, where the utility names one.
	ProfilesWithin time.Duration

	acks      acks
	hashing   chan struct{} // bounds the memory of password hashing
	inside    inside
	signin    throttle
	allowance *allowance
	commits   *committer
	keys      deviceKeys
}

// Open opens the portal in a database: a folder, or the address of a PostgreSQL database, as store.Open has it.
func Open(ctx context.Context, database string) (*Portal, error) {
	p := &Portal{Bus: bus.NewLocal(), Now: time.Now, Figures: newFigures(), hashing: make(chan struct{}, 2), allowance: newAllowance(), ProfilesWithin: external.Within}
	s, err := store.Open(ctx, database, func(int64) { p.Bus.Ring() })
	if err != nil {
		return nil, err
	}
	p.Store = s
	p.startCommitter()
	return p, nil
}

// Close ends what is being decided, and closes the store.
func (p *Portal) Close() error {
	p.commits.close()
	return p.Store.Close()
}

// System is the actor of what the portal does by itself.
func System(name string) care.Actor {
	return care.Actor{ID: name, Name: name, Origin: care.OriginSystem}
}

// Do runs one command for an actor: permission, idempotency, effect, activity, task, verdict and clock number in one
// transaction, which it may share with other commands. A refusal is a verdict, not an error; an error means that nothing
// was decided and the command may be sent again. CodeBusy means that too many wait, and CodeClonedDesk that the device's
// number was given to another command.
func (p *Portal) Do(ctx context.Context, actor care.Actor, env care.Envelope) (care.Verdict, error) {
	type answer struct {
		verdict care.Verdict
		err     error
	}
	answered := make(chan answer, 1)
	if err := p.Submit(ctx, actor, env, func(v care.Verdict, err error) { answered <- answer{v, err} }); err != nil {
		return care.Verdict{}, err
	}
	select {
	case a := <-answered:
		return a.verdict, a.err
	case <-ctx.Done():
		return care.Verdict{}, ctx.Err()
	}
}

// Submit is Do for who does not wait: the command has its place in the queue when it returns, so that the commands of one
// device keep their order though nobody waits for one before the next. done is told what Do gives, once; it is called
// while others wait for the database and must not wait itself. After an error from Submit it is not called.
func (p *Portal) Submit(ctx context.Context, actor care.Actor, env care.Envelope, done func(care.Verdict, error)) error {
	if err := wellFormed(env.ID); err != nil {
		return err
	}
	w := &waiting{ctx: ctx, actor: actor, env: env, now: p.Now(), done: done}
	w.read() // here, where others do not wait for it
	return p.commits.join(w)
}

// wellFormed wants a UUID in its one usual form: everything that a command makes is named after it, so two ways to write
// one ID would be two commands that make the same records.
func wellFormed(commandID string) error {
	if id, err := uuid.Parse(commandID); err != nil || id.String() != commandID {
		return care.Err(care.CodeInvalid, "field", "command_id", "problem", "is not a UUID in lower case with dashes")
	}
	return nil
}

// mostAhead is how far a desk's idea of the portal's time may run ahead before an expiring command lapses.
const mostAhead = 2 * time.Minute

// madeAt is the portal time at which a command was made: never in the future, and never before all time.
func madeAt(env care.Envelope, now time.Time) time.Time {
	at := time.UnixMilli(env.CreatedAt)
	if env.CreatedAt <= 0 || at.After(now) {
		return now
	}
	return at
}

// apply judges a command and does it, for who asks it now.
func apply(tx *store.Tx, cmd care.Command) error {
	if err := cmd.Validate(); err != nil {
		return err
	}
	if err := care.Authorise(tx, cmd); err != nil {
		return err
	}
	if err := inScope(tx, cmd); err != nil {
		return err
	}
	if err := cmd.Check(tx); err != nil {
		return err
	}
	_, err := care.Do(tx, cmd)
	return err
}

// inScope refuses staff a command or question that names a record outside their scopes, unless it serves a conversation about an
// account of elsewhere.
func inScope(tx *store.Tx, cmd interface{ Targets() []care.Ref }) error {
	actor := tx.Actor()
	if !actor.IsStaff() {
		return nil
	}
	for _, ref := range cmd.Targets() {
		rec := care.New(ref.Kind)
		if err := tx.Get(rec, care.IDParts(ref.ID)...); err != nil {
			return err
		}
		if slices.ContainsFunc(rec.RecordMeta().Scopes, func(s string) bool { return slices.Contains(actor.Scopes, s) }) {
			continue
		}
		beyond := false
		if ref.Kind == care.KindAccount {
			var err error
			if beyond, err = care.Beyond(tx, cmd, ref.ID); err != nil {
				return err
			}
		}
		if !beyond {
			return care.Err(care.CodeOutOfScope, "what", records.Name(ref.Kind), "id", ref.ID)
		}
	}
	return nil
}

// NewEnvelope wraps a command that is made here, on a page or by the portal itself.
func NewEnvelope(kind string, args []byte, now time.Time) (care.Envelope, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return care.Envelope{}, fmt.Errorf("making a command's ID: %w", err)
	}
	return care.Envelope{ID: id.String(), Kind: kind, Version: care.CommandVersion, Args: args, CreatedAt: now.UnixMilli()}, nil
}
