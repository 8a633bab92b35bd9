package backend

import (
	"cmp"
	"context"
	"slices"
	"time"

	"meterside/care"
)

// UsageView is an account's usage, service by service: what this computer holds, with what was asked of the portal before.
type UsageView struct {
	Services []ServiceUsage `json:"services"`
}

// ServiceUsage is the usage of one service, the newest period first.
type ServiceUsage struct {
	Service string       `json:"service"`
	Unit    string       `json:"unit"`
	Rows    []UsedPeriod `json:"rows"`
}

// UsedPeriod is one period with what it is compared with. Before and YearBefore are the first days of other rows, or "".
type UsedPeriod struct {
	care.Usage
	Days       int      `json:"days"`
	PerDay     float64  `json:"per_day"`
	Before     string   `json:"before"`
	YearBefore string   `json:"year_before"`
	Flags      []string `json:"flags"` // estimated, catching_up, gap_before, unusual
}

// unusual is by how much a day's usage differs from that of a year before, either way, to be pointed out.
const unusual = 0.5

// Usage is an account's usage. It asks nobody.
func (b *Backend) Usage(ctx context.Context, number string) (UsageView, error) {
	view := UsageView{Services: []ServiceUsage{}}
	u, _, err := b.forAccount(ctx, number)
	if err != nil {
		return view, err
	}
	all, err := u.usageOf(ctx, number)
	if err != nil {
		return view, err
	}
	for _, row := range all {
		at := slices.IndexFunc(view.Services, func(s ServiceUsage) bool { return s.Service == row.Service && s.Unit == row.Unit })
		if at < 0 {
			at = len(view.Services)
			view.Services = append(view.Services, ServiceUsage{Service: row.Service, Unit: row.Unit})
		}
		p := UsedPeriod{Usage: row, Days: daysIn(row), Flags: []string{}}
		if p.Days > 0 {
			p.PerDay = float64(row.Quantity) / float64(p.Days)
		}
		view.Services[at].Rows = append(view.Services[at].Rows, p)
	}
	for _, s := range view.Services {
		compare(s.Rows)
	}
	return view, nil
}

// usageOf are the rows of usage that this computer has of an account, the newest first.
func (u *user) usageOf(ctx context.Context, number string) ([]care.Usage, error) {
	all, err := hereAndKept[care.Usage](ctx, u, number, "WHERE account_number = $1 ORDER BY to_date DESC, service, from_date DESC")
	slices.SortStableFunc(all, func(a, b care.Usage) int {
		return cmp.Or(cmp.Compare(b.To, a.To), cmp.Compare(a.Service, b.Service))
	})
	return all, err
}

func daysIn(u care.Usage) int { return int(day(u.To).Sub(day(u.From)).Hours() / 24) }

// compare finds for each period the one before and the one a year before, and says what is odd about it.
func compare(rows []UsedPeriod) {
	for i := range rows {
		p := &rows[i]
		if p.Quality != "" && p.Quality != "measured" {
			p.Flags = append(p.Flags, p.Quality)
		}
		if i+1 < len(rows) {
			before := rows[i+1]
			switch {
			case before.To == p.From:
				p.Before = before.From
				if before.Quality == "estimated" && p.Quality == "measured" {
					p.Flags = append(p.Flags, "catching_up")
				}
			case before.To < p.From:
				p.Flags = append(p.Flags, "gap_before")
			}
		}
		then := day(p.From).AddDate(-1, 0, 0)
		for _, other := range rows[i+1:] {
			if day(other.From).Sub(then).Abs() <= 10*24*time.Hour {
				p.YearBefore = other.From
				if other.PerDay > 0 && (p.PerDay > other.PerDay*(1+unusual) || p.PerDay < other.PerDay*(1-unusual)) {
					p.Flags = append(p.Flags, "unusual")
				}
				break
			}
		}
	}
}
