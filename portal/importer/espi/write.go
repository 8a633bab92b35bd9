package espi

import (
	"bufio"
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"
)

// blockOf is how many readings stand in one block.
const blockOf = 1000

// The numbers of ESPI that a file is written with.
const (
	flowForward = 1
	deltaData   = 4 // what was counted in the interval
	estimated   = 8
	validated   = 17
)

var categories = map[string]int{"electric": 0, "gas": 1, "water": 2}

// UnitOf is ESPI's number of a unit by its name; ok is false for one that is not known here.
func UnitOf(name string) (number int, ok bool) {
	for n, each := range units {
		if each == name {
			return n, true
		}
	}
	return 0, false
}

// Flow is ESPI's number for where what is counted goes: to the customer, or into the grid.
func Flow(reversed bool) int {
	if reversed {
		return flowReverse
	}
	return flowForward
}

// Quality is ESPI's number for a reading that was estimated, or measured.
func Quality(guessed bool) int {
	if guessed {
		return estimated
	}
	return validated
}

// Write writes series as a Green Button file that Read reads back as it was. The names of the series are its links; about
// stands in its title.
func Write(w io.Writer, about string, now time.Time, all []*Series) error {
	out := &writer{w: bufio.NewWriter(w), now: now.UTC().Format(time.RFC3339), about: about}
	out.say(xml.Header + `<feed xmlns="http://www.w3.org/2005/Atom">` + "\n")
	out.head("feed", about)
	for i, s := range all {
		out.series(fmt.Sprintf("ReadingType/%d", i+1), s)
	}
	out.say("</feed>\n")
	return cmp.Or(out.err, out.w.Flush())
}

// writer remembers the first thing that went wrong.
type writer struct {
	w          *bufio.Writer
	now, about string
	err        error
}

func (o *writer) say(format string, args ...any) {
	if o.err != nil {
		return
	}
	if len(args) == 0 {
		_, o.err = o.w.WriteString(format)
		return
	}
	_, o.err = fmt.Fprintf(o.w, format, args...)
}

// text writes what may hold anything.
func (o *writer) text(s string) {
	if o.err == nil {
		o.err = xml.EscapeText(o.w, []byte(s))
	}
}

// head is what Atom wants of a feed and of an entry: an ID that is the same each time, a title and a date.
func (o *writer) head(what, title string) {
	o.say("<id>urn:uuid:%s</id><title>", uuid.NewSHA1(uuid.NameSpaceURL, []byte(o.about+"\n"+what)))
	o.text(title)
	o.say("</title><updated>%s</updated>\n", o.now)
}

func (o *writer) link(rel, href string) {
	o.say(`<link rel="%s" href="`, rel)
	o.text(href)
	o.say(`"/>` + "\n")
}

// entry begins an entry with its links, as rel, href, rel, href.
func (o *writer) entry(what, title string, links ...string) {
	o.say("<entry>")
	o.head(what, title)
	for i := 0; i+1 < len(links); i += 2 {
		o.link(links[i], links[i+1])
	}
	o.say("<content>")
}

func (o *writer) end() { o.say("</content></entry>\n") }

func (o *writer) series(kind string, s *Series) {
	if category, known := categories[s.Service]; known {
		o.entry(s.Name+" point", s.Service, "self", "UsagePoint/"+kind, "related", s.Name)
		o.say(`<UsagePoint xmlns="http://naesb.org/espi"><ServiceCategory><kind>%d</kind></ServiceCategory></UsagePoint>`, category)
		o.end()
	}
	o.entry(s.Name, s.Service, "self", s.Name, "related", kind)
	o.say(`<MeterReading xmlns="http://naesb.org/espi"/>`)
	o.end()
	if t := s.Type; t != nil {
		o.entry(s.Name+" type", s.UnitName(), "self", kind)
		o.say(`<ReadingType xmlns="http://naesb.org/espi"><accumulationBehaviour>%d</accumulationBehaviour><flowDirection>%d</flowDirection>`, deltaData, t.Flow)
		if t.Interval > 0 {
			o.say("<intervalLength>%d</intervalLength>", t.Interval)
		}
		o.say("<powerOfTenMultiplier>%d</powerOfTenMultiplier><uom>%d</uom></ReadingType>", t.Power, t.Unit)
		o.end()
	}
	for from := 0; from < len(s.Readings); from += blockOf {
		o.block(s, from, s.Readings[from:min(from+blockOf, len(s.Readings))])
	}
}

func (o *writer) block(s *Series, from int, part []Reading) {
	first, last := part[0], part[len(part)-1]
	o.entry(fmt.Sprint(s.Name, " ", from), s.Service, "self", fmt.Sprint(s.Name, blockTail, "/", from/blockOf+1), "up", s.Name+blockTail)
	o.say(`<IntervalBlock xmlns="http://naesb.org/espi"><interval><duration>%d</duration><start>%d</start></interval>`+"\n", last.Start+s.Length(last)-first.Start, first.Start)
	for _, r := range part {
		o.say("<IntervalReading>")
		if r.Cost != 0 {
			o.say("<cost>%d</cost>", r.Cost)
		}
		o.say("<ReadingQuality><quality>%d</quality></ReadingQuality><timePeriod><duration>%d</duration><start>%d</start></timePeriod><value>%d</value></IntervalReading>\n",
			r.Quality, r.Seconds, r.Start, r.Value)
	}
	o.say("</IntervalBlock>")
	o.end()
}
