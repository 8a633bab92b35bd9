package backend

import (
	"context"

	"meterside/care"
	"meterside/records"
)

// Revealed is what Reveal brought. It is shown and forgotten.
type Revealed struct {
	Field string `json:"field"`             // identifier or born
	Sort  string `json:"id_type,omitempty"` // of an identifier
	Value string `json:"value"`
}

// Reveal asks the portal for what is shown masked. It is logged there before it comes; here nothing keeps it.
func (b *Backend) Reveal(ctx context.Context, q care.RevealIdentifier) (Revealed, error) {
	u, err := b.signedIn()
	if err != nil {
		return Revealed{}, err
	}
	var given care.Revealed
	if err := u.ask(ctx, &q, &given); err != nil {
		return Revealed{}, err
	}
	return Revealed{given.Field, given.Sort, string(given.Value)}, nil
}

// FindIdentifier asks the portal whose a full identifier is.
func (b *Backend) FindIdentifier(ctx context.Context, value care.Secret) (records.Result, error) {
	return b.elsewhere(ctx, &care.FindIdentifier{Value: value})
}

// SearchAll asks the portal for customers in every district, also those that the desk does not hold.
func (b *Backend) SearchAll(ctx context.Context, text string) (records.Result, error) {
	return b.elsewhere(ctx, &care.SearchPortal{Text: text})
}

func (b *Backend) elsewhere(ctx context.Context, q care.Question) (records.Result, error) {
	u, err := b.signedIn()
	if err != nil {
		return records.Result{}, err
	}
	var found records.Result
	if err := u.ask(ctx, q, &found); err != nil {
		return records.Result{}, err
	}
	found.Sections = some(found.Sections)
	return found, nil
}
