package demo

import (
	"math/rand/v2"
	"time"

	"github.com/brianvoe/gofakeit/v7"
)

// chance is the town's only source of accidents. All draws come from one generator, in one order.
type chance struct {
	*rand.Rand
	names *gofakeit.Faker
}

func newChance(seed uint64) chance {
	source := rand.NewPCG(seed, 0x6d65746572736964)
	return chance{Rand: rand.New(source), names: gofakeit.NewFaker(source, false)}
}

// hit is true in that share of all cases.
func (c chance) hit(share float64) bool { return c.Float64() < share }

// within draws a whole number from low up to and without high.
func (c chance) within(low, high int) int { return low + c.IntN(high-low) }

// scale draws a factor from low up to high.
func (c chance) scale(low, high float64) float64 { return low + c.Float64()*(high-low) }

func (c chance) pick(values []string) string { return values[c.IntN(len(values))] }

// moment draws a second between two instants; with recent set, later ones are likelier.
func (c chance) moment(from, to time.Time, recent bool) time.Time {
	x := c.Float64()
	if recent {
		x = 1 - x*x
	}
	return from.Add(time.Duration(x * float64(to.Sub(from)))).Truncate(time.Second)
}

// weighted is a list of values, some likelier than others.
type weighted []struct {
	value  string
	weight int
}

func (w weighted) pick(c chance) string {
	total := 0
	for _, v := range w {
		total += v.weight
	}
	at := c.IntN(total)
	for _, v := range w {
		if at -= v.weight; at < 0 {
			return v.value
		}
	}
	return ""
}
