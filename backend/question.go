package backend

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"meterside/care"
)

// ask asks the portal a question and reads the answer. What a role may not ask is refused here; the portal refuses it too.
func (u *user) ask(ctx context.Context, q care.Question, answer any) error {
	return u.askWith(ctx, q, envelope{}, answer)
}

// envelope is a question on its way. What it carries is kept nowhere: it has no place in the outbox.
type envelope struct {
	ID           string          `json:"command_id"`
	Kind         string          `json:"kind"`
	Version      int             `json:"version"`
	Args         json.RawMessage `json:"args"`
	CreatedAt    int64           `json:"created_at"`
	Contact      string          `json:"contact_id,omitempty"`
	VerifierHash string          `json:"verifier_hash,omitempty"` // of masquerade.start
	Language     string          `json:"language,omitempty"`      // of masquerade.start
}

func (u *user) askWith(ctx context.Context, q care.Question, e envelope, answer any) error {
	if err := q.Validate(); err != nil {
		return err
	}
	contact, err := u.mayAsk(ctx, q)
	if err != nil {
		return err
	}
	args, err := care.Disclose(q)
	if err != nil {
		return fmt.Errorf("asking the portal: %w", err)
	}
	id, err := uuid.NewV7()
	if err != nil {
		return fmt.Errorf("asking the portal: %w", err)
	}
	e.Contact = contact
	e.ID, e.Kind, e.Version, e.Args, e.CreatedAt = id.String(), q.Kind(), care.CommandVersion, args, u.sink.now().UnixMilli()
	return post(ctx, u.session.Portal, "/ask", u.token.get(), e, answer)
}

// mayAsk refuses what the user may not ask, and gives the contact under which they ask.
func (u *user) mayAsk(ctx context.Context, q care.Question) (string, error) {
	contact, err := u.contactFor(ctx, q.Targets())
	if err != nil {
		return "", err
	}
	r := u.cache.ReadUnder(ctx, u.sink.now(), contact, false)
	if err := care.AuthoriseQuestion(r, q); err != nil {
		return contact, err
	}
	if checked, ok := q.(interface{ Check(care.Reader) error }); ok {
		if err := checked.Check(r); err != nil && !errors.Is(err, care.ErrNotHere) {
			return contact, err
		}
	}
	return contact, nil
}

// whyNot is the refusal that a question would meet now, as far as the desk knows, or nil.
func (b *Backend) whyNot(ctx context.Context, u *user, q care.Question) error {
	if _, err := u.mayAsk(ctx, q); err != nil {
		return err
	}
	if !b.live() {
		return care.Err(care.CodeOnlineOnly)
	}
	return nil
}
