package backend

import (
	"context"

	"meterside/care"
	"meterside/records"
)

// PolicyBook is the whole policy for administrators: what there is to set, what is set, by whom and when.
type PolicyBook struct {
	Keys    []care.PolicyKey       `json:"keys"`
	Entries []care.PolicyEntry     `json:"entries"` // what the utility set; the rest is at its default
	Presets map[string]care.Policy `json:"presets"`
	Staff   []care.Staff           `json:"staff"`
	Reasons []care.Reason          `json:"reasons"`
	// What permissions, entitlements and levels of verification can be said of.
	Permissions  []care.Permission `json:"permissions"`
	Entitlements []string          `json:"entitlements"`
	Verifiable   []string          `json:"verifiable"` // kinds of commands and questions
}

// PolicyBook reads the policy from the replica: it can be read offline, and changed online only.
func (b *Backend) PolicyBook(ctx context.Context) (PolicyBook, error) {
	u, err := b.signedIn()
	if err != nil {
		return PolicyBook{}, err
	}
	book := PolicyBook{
		Keys: care.PolicyKeys(), Presets: care.PolicyPresets(), Permissions: care.Permissions(), Entitlements: care.Entitlements(),
		Verifiable: append([]string{"account.view"}, append(care.CommandKinds(), care.QuestionKinds()...)...),
	}
	db := u.cache.Reader()
	if book.Entries, err = records.Select[care.PolicyEntry](ctx, db, "ORDER BY policy_key"); err != nil {
		return PolicyBook{}, err
	}
	if book.Staff, err = records.Select[care.Staff](ctx, db, "ORDER BY csr_id"); err != nil {
		return PolicyBook{}, err
	}
	book.Reasons, err = u.storedReasons(ctx)
	return book, err
}

// DryRun says what a change of the policy would change for whom, without changing anything.
func (b *Backend) DryRun(ctx context.Context, q care.ChangePolicy) ([]care.Effect, error) {
	staff, policy, err := b.policyAndStaff(ctx)
	if err != nil {
		return nil, err
	}
	if err := q.Validate(); err != nil {
		return nil, err
	}
	return policy.DryRun(q.Changes, staff), nil
}

// Explain says what a member of staff may and why.
func (b *Backend) Explain(ctx context.Context, id string) ([]care.Standing, error) {
	all, policy, err := b.policyAndStaff(ctx)
	if err != nil {
		return nil, err
	}
	for _, s := range all {
		if s.ID == id {
			return policy.Explain(s), nil
		}
	}
	return nil, care.Err(care.CodeNotFound, "what", "staff", "id", id)
}

func (b *Backend) policyAndStaff(ctx context.Context) ([]care.Staff, care.Policy, error) {
	u, err := b.signedIn()
	if err != nil {
		return nil, nil, err
	}
	policy, err := b.Policy(ctx)
	if err != nil {
		return nil, nil, err
	}
	staff, err := records.Select[care.Staff](ctx, u.cache.Reader(), "ORDER BY csr_id")
	return staff, policy, err
}

// Administer asks the portal one of the administrators' questions; the change comes back by the sync.
func (b *Backend) Administer(ctx context.Context, q care.Question) error {
	u, err := b.signedIn()
	if err != nil {
		return err
	}
	return u.ask(ctx, q, nil)
}

// Devices asks the portal for every desk that somebody has signed in at.
func (b *Backend) Devices(ctx context.Context) ([]care.Device, error) {
	u, err := b.signedIn()
	if err != nil {
		return nil, err
	}
	devices := []care.Device{}
	err = u.ask(ctx, &care.Devices{}, &devices)
	return devices, err
}

// DistrictBoard asks the portal how the districts stand.
func (b *Backend) DistrictBoard(ctx context.Context) (board care.DistrictBoard, err error) {
	u, err := b.signedIn()
	if err != nil {
		return board, err
	}
	err = u.ask(ctx, &care.Districts{}, &board)
	return board, err
}

// TryDepth asks the portal what a change of the depth would do to the desks, without changing anything.
func (b *Backend) TryDepth(ctx context.Context, q care.TryDepth) ([]care.DepthEffect, error) {
	u, err := b.signedIn()
	if err != nil {
		return nil, err
	}
	effects := []care.DepthEffect{}
	err = u.ask(ctx, &q, &effects)
	return effects, err
}

// TryLetter asks the portal how a message would read after a change of the policy, without changing anything.
func (b *Backend) TryLetter(ctx context.Context, q care.TryLetter) (l care.Letter, err error) {
	u, err := b.signedIn()
	if err != nil {
		return l, err
	}
	err = u.ask(ctx, &q, &l)
	return l, err
}

// PolicyHistory asks the portal who changed what before a time in ms, the newest first; 0 is now.
func (b *Backend) PolicyHistory(ctx context.Context, before int64) ([]care.Activity, error) {
	u, err := b.signedIn()
	if err != nil {
		return nil, err
	}
	history := []care.Activity{}
	err = u.ask(ctx, &care.PolicyHistory{Before: before}, &history)
	return history, err
}
