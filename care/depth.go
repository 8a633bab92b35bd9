package care

import "slices"

// DepthKeys are the keys of the policy that say how far back desks keep what happened. There is none for how large a district may be
// that a desk keeps: search was measured among a million documents (docs/performance.md), and without its district a desk could do
// nothing offline.
var DepthKeys = []string{"replica.bills", "replica.activity"}

// DistrictStanding is a district as administrators see it.
type DistrictStanding struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Accounts int    `json:"accounts"`
	Rows     int64  `json:"rows"`  // that a desk with this district keeps of it
	Staff    List   `json:"staff"` // active members of staff who hold it by name, by their IDs
	Desks    int    `json:"desks"` // that keep it: of active staff, and not revoked
}

// DistrictBoard answers Districts.
type DistrictBoard struct {
	Districts  []DistrictStanding `json:"districts"`
	Everywhere List               `json:"everywhere"` // active members of staff who hold every district
	Desks      int                `json:"desks"`      // of all districts together
}

// Districts asks how the districts stand: how large each is, who holds it, and at how many desks.
type Districts struct{}

// Kind is district.list.
func (*Districts) Kind() string { return "district.list" }

// Permission is MayAdminister.
func (*Districts) Permission() Permission { return MayAdminister }

// Targets are none: districts stand in every scope.
func (*Districts) Targets() []Ref { return nil }

// Validate refuses nothing.
func (*Districts) Validate() error { return nil }

// TryDepth asks what a change of the depth would do to the desks, and changes nothing. ChangePolicy makes the change.
type TryDepth struct {
	Changes map[string]string `json:"changes"` // by key, of DepthKeys; "" takes back to the default
}

// DepthEffect is what a change of the depth does to the desks of one district. A row counts once, at however many desks.
type DepthEffect struct {
	District string `json:"district_id"` // "" for what belongs to no account
	Leaves   int    `json:"leaves"`      // rows that desks keep no longer, and ask for from then on
	Comes    int    `json:"comes"`       // rows that desks get
	Desks    int    `json:"desks"`       // that it is about
}

// Kind is depth.try.
func (*TryDepth) Kind() string { return "depth.try" }

// Permission is MayAdminister.
func (*TryDepth) Permission() Permission { return MayAdminister }

// Targets are none.
func (*TryDepth) Targets() []Ref { return nil }

// Validate wants changes of the depth, and of nothing else.
func (q *TryDepth) Validate() error {
	for key := range q.Changes {
		if !slices.Contains(DepthKeys, key) {
			return Err(CodeNoChoice, "field", "changes", "choices", List(DepthKeys).String())
		}
	}
	return (&ChangePolicy{Changes: q.Changes}).Validate()
}
