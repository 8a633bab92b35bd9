package espi

import (
	"cmp"
	"math/big"
	"slices"
	"strings"

	"meterside/care"
)

const blockTail = "/IntervalBlock"

// meterOf names the meter reading that a block belongs to: the one that it stands under, or the one that names it.
func (p *parser) meterOf(block entry) string {
	if name, ok := strings.CutSuffix(block.up, blockTail); ok {
		return name
	}
	if at := strings.LastIndex(block.self, blockTail); at >= 0 {
		return block.self[:at]
	}
	return block.up
}

// settle joins what the file says in different places, and looks at each series as a whole.
func (p *parser) settle() {
	for _, g := range p.order {
		s := &Series{Name: g.name, Count: len(g.readings), Sum: new(big.Int), Cost: new(big.Int), Readings: g.readings}
		s.Type = p.typeOf(g.name)
		s.Service = p.serviceAt(g.name)
		if s.Service == "" {
			s.Service = s.Type.guessed()
		}
		for i, r := range s.Readings {
			s.Sum.Add(s.Sum, big.NewInt(r.Value))
			s.Cost.Add(s.Cost, big.NewInt(r.Cost))
			s.Seconds += r.Seconds
			if r.Quality < 0 && s.Type != nil {
				s.Readings[i].Quality = s.Type.Quality
			}
		}
		switch {
		case s.Type == nil:
			p.file.warn(0, s.Name, care.Err("meter_untyped"))
		case s.UnitName() == "":
			p.file.warn(0, s.Name, care.Err("meter_unit_unknown"))
		}
		p.file.once(s)
		p.file.inspect(s)
		p.file.Series = append(p.file.Series, s)
	}
	if len(p.order) == 0 {
		p.file.warn(0, "", care.Err("meter_no_readings"))
	}
}

// typeOf finds a meter reading's type by its links, or the only one there is where the file has no links.
func (p *parser) typeOf(meter string) *Type {
	for i, m := range p.meters {
		if m.self != meter {
			continue
		}
		for j := range p.types {
			if slices.Contains(p.meters[i].related, p.types[j].self) {
				return &p.types[j].kind
			}
		}
	}
	if len(p.types) == 1 {
		return &p.types[0].kind
	}
	return nil
}

// serviceAt is the service of the usage point that a meter reading stands at.
func (p *parser) serviceAt(meter string) string {
	for _, u := range p.points {
		if slices.Contains(u.related, meter) || under(meter, u.self) || len(p.points) == 1 {
			return serviceOf(u.category)
		}
	}
	return ""
}

// once sorts a series and keeps each reading once. Of two that differ over one time the later in the file stands: vendors
// issue a reading again when it was corrected.
func (f *File) once(s *Series) {
	slices.SortStableFunc(s.Readings, func(a, b Reading) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.Seconds, b.Seconds))
	})
	kept := s.Readings[:0]
	for _, r := range s.Readings {
		if last := len(kept) - 1; last >= 0 && kept[last].Start == r.Start && kept[last].Seconds == r.Seconds {
			if kept[last].Value != r.Value || kept[last].Cost != r.Cost {
				f.warn(r.line, s.Name, care.Err("meter_corrected"))
			} else {
				f.warn(r.line, s.Name, care.Err("meter_again"))
			}
			kept[last] = r
			continue
		}
		kept = append(kept, r)
	}
	s.Readings = kept
	if len(kept) > 0 {
		s.First, s.Last = kept[0].Start, kept[len(kept)-1].Start
	}
}

// inspect tells of times that are missing, that are counted twice, and that have no length.
func (f *File) inspect(s *Series) {
	var end int64
	for i, r := range s.Readings {
		length := s.Length(r)
		switch {
		case i > 0 && r.Start > end:
			f.warn(r.line, s.Name, care.Err("meter_gap"))
		case i > 0 && r.Start < end:
			f.warn(r.line, s.Name, care.Err("meter_overlap"))
		}
		if r.Seconds == 0 {
			f.warn(r.line, s.Name, care.Err("meter_no_length"))
		}
		end = max(end, r.Start+length)
	}
}
