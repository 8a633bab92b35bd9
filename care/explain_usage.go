package care

import "math"

// split says what the change in usage is likely to come from: a longer period, an estimate before, the weather, and how much
// was used, which is what the others leave.
func (e *Explanation) split(now, before Bill, main, mainBefore charge, usage []Usage) {
	if e.Usage == 0 && e.Quantity == 0 {
		return
	}
	here, known := periodOf(usage, now)
	there, knownBefore := periodOf(usage, before)
	model, fits := learn(usage, now.Unit)
	fits = fits && known && knownBefore && here.HDD != nil && here.CDD != nil && there.HDD != nil && there.CDD != nil

	perDay := 0.0
	if n := daysOf(before); n > 0 {
		perDay = float64(mainBefore.quantity) / float64(n)
	}
	if fits {
		perDay = model.base
	}
	e.part("days", perDay*float64(e.Days), main, e.Days != 0)
	if before.Estimated && !now.Estimated {
		// What the estimate missed is on this bill, and missing on the one before.
		real := float64(main.quantity+mainBefore.quantity) * float64(daysOf(before)) / float64(max(daysOf(before)+daysOf(now), 1))
		if fits {
			real = model.of(there)
		}
		e.part("estimate", 2*(real-float64(mainBefore.quantity)), main, true)
	}
	if fits {
		e.part("weather", model.of(here)-model.of(there)-model.base*float64(daysBetween(here.From, here.To)-daysBetween(there.From, there.To)), main, true)
	}
	rest := UsagePart{Why: "use", Quantity: e.Quantity, Cents: e.Usage, About: len(e.Parts) > 0}
	for _, p := range e.Parts {
		rest.Quantity, rest.Cents = rest.Quantity-p.Quantity, rest.Cents-p.Cents
	}
	e.Parts = append(e.Parts, rest)
}

// part adds a cause, in whole units and in cents at the price of now.
func (e *Explanation) part(why string, quantity float64, now charge, there bool) {
	whole := int64(math.Round(quantity))
	if !there || whole == 0 || now.quantity <= 0 {
		return
	}
	e.Parts = append(e.Parts, UsagePart{Why: why, Quantity: whole, Cents: halfEven(whole*now.cents, now.quantity), About: true})
}

// periodOf is the usage that a bill is about.
func periodOf(usage []Usage, b Bill) (Usage, bool) {
	for _, u := range usage {
		if u.From == b.PeriodStart && u.Unit == b.Unit {
			return u, true
		}
	}
	return Usage{}, false
}

// habits are how much an account uses in a day, and for each degree day of heating and of cooling.
type habits struct{ base, heat, cool float64 }

func (h habits) of(u Usage) float64 {
	return h.base*float64(daysBetween(u.From, u.To)) + h.heat*float64(*u.HDD) + h.cool*float64(*u.CDD)
}

// fewestPeriods are needed before the weather is spoken of.
const fewestPeriods = 8

// learn fits habits to the periods that were measured, by least squares. ok is false where there are too few, or where they
// do not say it well.
func learn(usage []Usage, unit string) (h habits, ok bool) {
	skewed := map[string]bool{} // what follows an estimate makes up for it
	for _, u := range usage {
		if u.Quality == "estimated" {
			skewed[u.From], skewed[u.To] = true, true
		}
	}
	var m [3][4]float64
	var known []Usage
	for _, u := range usage {
		if u.Unit != unit || u.HDD == nil || u.CDD == nil || skewed[u.From] || daysBetween(u.From, u.To) <= 0 {
			continue
		}
		known = append(known, u)
		row := [4]float64{float64(daysBetween(u.From, u.To)), float64(*u.HDD), float64(*u.CDD), float64(u.Quantity)}
		for i := range 3 {
			for j := range 4 {
				m[i][j] += row[i] * row[j]
			}
		}
	}
	if len(known) < fewestPeriods {
		return habits{}, false
	}
	x, ok := solve(m)
	if !ok || x[0] < 0 || x[1] < 0 || x[2] < 0 {
		return habits{}, false // less in the cold or in the heat is something else than weather
	}
	h = habits{x[0], x[1], x[2]}
	var off, all float64
	for _, u := range known {
		off += math.Abs(h.of(u) - float64(u.Quantity))
		all += float64(u.Quantity)
	}
	return h, off < all/5
}

// solve eliminates; ok is false where the equations do not tell three numbers apart.
func solve(m [3][4]float64) (x [3]float64, ok bool) {
	for i := range 3 {
		best := i
		for r := i + 1; r < 3; r++ {
			if math.Abs(m[r][i]) > math.Abs(m[best][i]) {
				best = r
			}
		}
		m[i], m[best] = m[best], m[i]
		if math.Abs(m[i][i]) < 1e-6 {
			return x, false
		}
		for r := i + 1; r < 3; r++ {
			f := m[r][i] / m[i][i]
			for c := i; c < 4; c++ {
				m[r][c] -= f * m[i][c]
			}
		}
	}
	for i := 2; i >= 0; i-- {
		x[i] = m[i][3]
		for c := i + 1; c < 3; c++ {
			x[i] -= m[i][c] * x[c]
		}
		x[i] /= m[i][i]
	}
	return x, true
}
