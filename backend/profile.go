package backend

import (
	"context"

	"meterside/care"
)

// Profile asks what the utility's service for web users says of one (R5). Nothing here keeps it: what it said last is not what is so now.
func (b *Backend) Profile(ctx context.Context, q care.AskProfile) (care.ProfileFacts, error) {
	return b.askProfile(ctx, &q)
}

// UnlockProfile has that service lift a password lock.
func (b *Backend) UnlockProfile(ctx context.Context, q care.UnlockProfile) (care.ProfileFacts, error) {
	return b.askProfile(ctx, &q)
}

func (b *Backend) askProfile(ctx context.Context, q care.Question) (facts care.ProfileFacts, err error) {
	u, err := b.signedIn()
	if err != nil {
		return facts, err
	}
	return facts, u.ask(ctx, q, &facts)
}
