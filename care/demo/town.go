package demo

import (
	"math"
	"time"
)

// accountsPerDistrict is how far a district fills before the town grows by another; there are never fewer than four.
const accountsPerDistrict = 1250

// town is what must be remembered while its rows go out: who may own a further account, and the web users, whose last
// sign-in is known only at the end.
type town struct {
	chance
	out   *export
	opt   Options
	guide Guide

	districts int
	places    *places
	csrs      []string
	people    []person
	persons   int
	manager   *person
	users     map[string]*webUser // by person
	order     []*webUser          // as they registered
	serial    int                 // numbers bills, payments, tasks and the like
}

func newTown(out *export, o Options) *town {
	t := &town{chance: newChance(o.Seed), out: out, opt: o, users: map[string]*webUser{}}
	t.districts = min(max(4, (o.Accounts+accountsPerDistrict-1)/accountsPerDistrict), len(districtNames))
	t.places = newPlaces(t.chance, t.districts)
	return t
}

// next gives a key that no other row of its kind has.
func (t *town) next(prefix string, digits int) string {
	t.serial++
	return id(prefix, digits, t.serial)
}

func (t *town) writeDistricts() {
	for d := range t.districts {
		t.out.put("districts", districtID(d), districtNames[d])
	}
}

func districtID(index int) string { return id("D", 2, index+1) }

// today is the last instant of which anything is told.
func (t *town) today() time.Time { return t.opt.Today }

func (t *town) daysAgo(n int) time.Time { return t.today().AddDate(0, 0, -n) }

// share is a part of a whole amount, rounded to the nearest.
func share(amount int, part float64) int { return int(math.Round(float64(amount) * part)) }
