package portal

import (
	"context"
	"maps"
	"slices"

	"meterside/care"
	"meterside/records"
)

func logDistricts(_ context.Context, a *asked, _ *care.Districts) (any, error) {
	return nil, care.Log(a.tx, care.Activity{Sort: "districts.read"})
}

// listDistricts says how large each district is, who holds it, and at how many desks.
func listDistricts(ctx context.Context, a *asked, _ *care.Districts) (any, error) {
	board := care.DistrictBoard{Districts: []care.DistrictStanding{}, Everywhere: care.List{}}
	districts, err := records.Select[care.District](ctx, a.Store.Reader(), "ORDER BY district_id")
	if err != nil {
		return nil, err
	}
	accounts, rows, err := a.Store.DistrictSizes(ctx)
	if err != nil {
		return nil, err
	}
	held, err := a.holders(ctx)
	if err != nil {
		return nil, err
	}
	for _, d := range districts {
		board.Districts = append(board.Districts, care.DistrictStanding{
			ID: d.ID, Name: d.Name, Accounts: accounts[d.ID], Rows: int64(rows[d.ID]), Staff: held.byName(d.ID), Desks: held.desksOf(d.ID),
		})
	}
	board.Everywhere, board.Desks = held.everywhere(), held.desksOf("")
	return board, nil
}

// holders are the active staff, and how many desks each has that are not revoked.
type holders struct {
	staff []care.Staff
	desks map[string]int
}

func (p *Portal) holders(ctx context.Context) (holders, error) {
	h := holders{desks: map[string]int{}}
	devices, err := p.Devices(ctx)
	if err != nil {
		return h, err
	}
	for _, d := range devices {
		if d.Revoked == 0 {
			h.desks[d.CSR]++
		}
	}
	h.staff, err = records.Select[care.Staff](ctx, p.Store.Reader(), "ORDER BY csr_id")
	h.staff = slices.DeleteFunc(h.staff, func(s care.Staff) bool { return !s.Active })
	return h, err
}

func (h holders) byName(district string) care.List {
	ids := care.List{}
	for _, s := range h.staff {
		if !s.AllDistricts() && slices.Contains(s.Districts, district) {
			ids = append(ids, s.ID)
		}
	}
	return ids
}

func (h holders) everywhere() care.List {
	ids := care.List{}
	for _, s := range h.staff {
		if s.AllDistricts() {
			ids = append(ids, s.ID)
		}
	}
	return ids
}

// desksOf counts the desks that keep a district; "" is any.
func (h holders) desksOf(district string) (n int) {
	for _, s := range h.staff {
		if district == "" || s.AllDistricts() || slices.Contains(s.Districts, district) {
			n += h.desks[s.ID]
		}
	}
	return n
}

func logDepth(_ context.Context, a *asked, q *care.TryDepth) (any, error) {
	return nil, care.Log(a.tx, care.Activity{Sort: "depth.tried", Detail: care.Detail(q)})
}

// tryDepth counts what the night after a change of the depth would move. It reads whole tables, outside of the clock.
func tryDepth(ctx context.Context, a *asked, q *care.TryDepth) (any, error) {
	policy, err := a.Policy(ctx)
	if err != nil {
		return nil, err
	}
	moved, err := a.Store.TryDepth(ctx, policy.With(q.Changes), a.now)
	if err != nil {
		return nil, err
	}
	held, err := a.holders(ctx)
	if err != nil {
		return nil, err
	}
	effects := []care.DepthEffect{}
	for _, district := range slices.Sorted(maps.Keys(moved)) {
		effects = append(effects, care.DepthEffect{
			District: district, Leaves: moved[district].Leaves, Comes: moved[district].Comes, Desks: held.desksOf(district),
		})
	}
	return effects, nil
}
