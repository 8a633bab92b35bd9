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

// District is a district for the window's lists.
type District struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Districts lists the districts by name.
func (b *Backend) Districts(ctx context.Context) ([]District, error) {
	u, err := b.signedIn()
	if err != nil {
		return nil, err
	}
	found, err := records.Select[care.District](ctx, u.cache.Reader(), "ORDER BY name")
	all := make([]District, len(found))
	for i, d := range found {
		all[i] = District{d.ID, d.Name}
	}
	return all, err
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

// PolicyView is what a window shows of the policy, for who is signed in.
type PolicyView struct {
	Masquerade MasqueradePolicy `json:"masquerade"`
	Timezone   string           `json:"timezone"`
	Currency   string           `json:"currency"`
}

// MasqueradePolicy is how a masquerade begins.
type MasqueradePolicy struct {
	Mode        care.Mode `json:"mode"` // the most
	Acknowledge string    `json:"acknowledge"`
	Reason      string    `json:"reason"`
	AckText     string    `json:"ack_text"`
	Banner      string    `json:"banner"`
}

// PolicyView gathers what a window shows of the policy, in a language.
func (b *Backend) PolicyView(ctx context.Context, language string) (PolicyView, error) {
	u, err := b.signedIn()
	if err != nil {
		return PolicyView{}, err
	}
	p, err := b.Policy(ctx)
	if err != nil {
		return PolicyView{}, err
	}
	return PolicyView{
		Masquerade: MasqueradePolicy{
			Mode: p.MasqueradeMode(u.session.User.Role), Acknowledge: p.Get("masquerade.acknowledge"), Reason: p.Get("masquerade.reason"),
			AckText: p.Get("masquerade.ack_text." + language), Banner: p.Get("masquerade.banner." + language),
		},
		Timezone: p.Get("utility.timezone"), Currency: p.Get("utility.currency"),
	}, nil
}
