package demo

// part is what the owner of a flat at 2172 Main Street is there to show. With these in one building, one search for
// "2172" lays out every state that a portal user can be in.
type part struct {
	unenrolled bool
	pending    bool
	hidden     bool
	unused     bool
	locks      string
	second     string // relationship of a second portal user
}

var cast = map[int]part{
	2:  {locks: "csr"},
	3:  {locks: "password"},
	4:  {locks: "permanent"},
	5:  {locks: "password;csr"},
	6:  {hidden: true},
	7:  {pending: true},
	8:  {unused: true},
	9:  {unenrolled: true},
	10: {second: "spouse"},
	11: {second: "caregiver"},
	12: {locks: "password;csr;permanent"},
}

// castName gives the last flats the odd names, and leaves the others to chance.
func castName(n int) [2]string {
	if k := n - (flats - len(oddNames)) - 1; k >= 0 {
		return oddNames[k]
	}
	return [2]string{}
}

// partOf is the part of an account's owner: the cast's, none for other residents of 2172 Main Street and for the property
// manager, else drawn.
func (t *town) partOf(n int, owner person, fresh bool) part {
	if n <= flats+court {
		return cast[n]
	}
	p := part{pending: t.hit(.08), unused: t.hit(.04), unenrolled: owner.email == "" || !t.hit(.62)}
	switch x := t.Float64(); {
	case x < .02:
		p.locks = "password"
	case x < .03:
		p.locks = "csr"
	case x < .045:
		p.locks = "permanent"
	case x < .05:
		p.locks = "password;csr"
	case x < .065:
		p.hidden = true
	}
	if fresh && t.hit(.07) {
		p.second = t.pick([]string{"spouse", "spouse", "roommate", "property manager", "caregiver"})
	}
	return p
}
