package backend

import (
	"context"

	"meterside/care"
	"meterside/records"
)

// Search finds customers, prospects, contacts and vacant premises in the replica.
func (b *Backend) Search(ctx context.Context, q records.Query) (records.Result, error) {
	u, err := b.signedIn()
	if err != nil {
		return records.Result{}, err
	}
	return records.Search(ctx, u.cache.Reader(), q)
}

// Districts lists the districts by name.
func (b *Backend) Districts(ctx context.Context) ([]care.District, error) {
	u, err := b.signedIn()
	if err != nil {
		return nil, err
	}
	return records.Select[care.District](ctx, u.cache.Reader(), "ORDER BY name")
}

// Policy is the utility's policy as the desk has it.
func (b *Backend) Policy(ctx context.Context) (care.Policy, error) {
	u, err := b.signedIn()
	if err != nil {
		return nil, err
	}
	return records.LoadPolicy(ctx, u.cache.Reader())
}

// Counts says how many rows each table of the replica holds.
func (b *Backend) Counts(ctx context.Context) (map[string]int, error) {
	u, err := b.signedIn()
	if err != nil {
		return nil, err
	}
	return u.cache.Counts(ctx)
}
