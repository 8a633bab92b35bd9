package demo

import "fmt"

// flats is the number of flats in the building at 2172 Main Street, and court that of the property manager's building.
const flats, court = 24, 30

// place is one premise before it is written.
type place struct {
	premise, district, address, unit, city, postal, kind string
	latitude, longitude                                  float64
	vacant                                               bool
}

const state = "VT"

// places hands out addresses, none of them twice.
type places struct {
	chance
	districts int
	numbers   map[string]int // the last house number given out in a street of a village
	block     place          // the apartment building being handed out
	left      int            // flats of it that are still free
	flat      int
	made      int
}

func newPlaces(c chance, districts int) *places {
	return &places{chance: c, districts: districts, numbers: map[string]int{}}
}

// next is a free address. The two buildings that every town has come first.
func (p *places) next() place {
	p.made++
	switch {
	case p.made == 1:
		p.building("2172 MAIN ST", 0, flats)
	case p.made == flats+1:
		p.building("40 LIMEKILN CT", 1, court)
	case p.left == 0 && p.hit(.02):
		village := p.IntN(len(villages))
		p.building(p.street(village), village, p.within(4, 21))
	}
	if p.left > 0 {
		p.left--
		p.flat++
		one := p.block
		one.unit = fmt.Sprintf("APT %d", p.flat)
		return p.numbered(one)
	}
	village := p.IntN(len(villages))
	one := p.at(village, p.street(village))
	one.kind = "single family dwelling"
	if p.hit(.05) {
		one.kind = "commercial"
	}
	one.vacant = p.made > smallest && p.hit(.02)
	return p.numbered(one)
}

func (p *places) building(address string, village, units int) {
	p.block = p.at(village, address)
	p.block.kind = "multi-family dwelling"
	p.left, p.flat = units, 0
}

func (p *places) at(village int, address string) place {
	district := village % len(districtNames) % p.districts
	return place{
		district: districtID(district), address: address, city: villages[village], postal: fmt.Sprintf("%05d", 11+village),
		latitude:  44.1 + .05*float64(village) + p.scale(0, .04),
		longitude: -73.1 + .07*float64(village%8) + p.scale(0, .06),
	}
}

// street gives the next free number in a street of the village. Its numbers are odd, those of the two buildings that
// every town has are even.
func (p *places) street(village int) string {
	name := p.pick(streetNames)
	kind := streetKinds[(len(name)+village)%len(streetKinds)]
	key := fmt.Sprintf("%d %s", village, name)
	if p.numbers[key] == 0 {
		p.numbers[key] = 2*p.IntN(150) + 1
	} else {
		p.numbers[key] += 2 * p.within(1, 9)
	}
	return fmt.Sprintf("%d %s %s", p.numbers[key], name, kind)
}

func (p *places) numbered(one place) place {
	one.premise = id("P", 8, p.made)
	return one
}

func (t *town) writePremise(p place) {
	t.out.put("premises", p.premise, p.district, p.address, p.unit, p.city, state, p.postal,
		fmt.Sprintf("%.5f", p.latitude), fmt.Sprintf("%.5f", p.longitude), p.kind, bit(p.vacant))
}

// mailing is the address as it stands on an envelope.
func (p place) mailing() string {
	street := p.address
	if p.unit != "" {
		street += " " + p.unit
	}
	return p.envelope(street)
}

func (p place) envelope(street string) string {
	return fmt.Sprintf("%s, %s, %s %s", street, p.city, state, p.postal)
}
