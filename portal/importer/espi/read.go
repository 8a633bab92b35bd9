package espi

import (
	"bufio"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"meterside/care"
)

// The two languages of a file: Atom carries, ESPI says.
const (
	atomSpace = "http://www.w3.org/2005/Atom"
	espiSpace = "http://naesb.org/espi"
)

// Read reads a file, also one that is packed by gzip. now tells what lies in the future. A file that is damaged, hostile or no
// Green Button file at all is refused as a whole, with a *Damaged. Entities are never expanded and nothing else is opened.
func Read(r io.Reader, now time.Time) (*File, error) {
	in, err := unpacked(r)
	if err != nil {
		return nil, &Damaged{Line: 1, What: care.Err("meter_not_whole", "said", err.Error())}
	}
	if head, _ := in.Peek(2); utf16(head) {
		return nil, &Damaged{Line: 1, What: care.Err("meter_utf16")}
	}
	guard := &bounded{from: in}
	text := bufio.NewReaderSize(guard, 4096)
	if head, _ := text.Peek(3); string(head) == "\ufeff" {
		_, _ = text.Discard(3)
	}
	p := &parser{xml: xml.NewDecoder(text), guard: guard, now: now, file: &File{Series: []*Series{}, Warnings: []Warning{}, warned: map[about]int{}}, groups: map[string]*group{}}
	if err := p.run(); err != nil {
		return nil, p.damaged(err)
	}
	p.settle()
	return p.file, nil
}

// parser is one reading of a file.
type parser struct {
	xml   *xml.Decoder
	guard *bounded
	now   time.Time
	file  *File
	path  []xml.Name
	ended bool // the document element
	value *strings.Builder
	count int // readings

	entries int
	entry   entry
	reading Reading
	inside  bool // a reading's own time period, not its block's

	points []entry
	meters []entry
	types  []entry
	groups map[string]*group
	order  []*group
}

// entry is one Atom entry: its links, and what its content says.
type entry struct {
	self, up string
	related  []string
	what     string // the content's element: UsagePoint, MeterReading and so on
	category int    // of a usage point
	kind     Type   // of a reading type
	readings []Reading
}

// group is the blocks of one meter reading.
type group struct {
	name     string
	readings []Reading
}

func (p *parser) run() error {
	for {
		p.guard.part = 0
		token, err := p.xml.Token()
		if errors.Is(err, io.EOF) && p.guard.failed == nil {
			if !p.ended {
				return p.wrong("", care.Err("meter_cut_off"))
			}
			return nil
		}
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.Directive:
			return p.wrong("", care.Err("meter_doctype"))
		case xml.StartElement:
			err = p.start(t)
		case xml.EndElement:
			err = p.end(t)
		case xml.CharData:
			err = p.text(t)
		}
		if err != nil {
			return err
		}
	}
}

func (p *parser) wrong(field string, problem care.Error) error {
	line, _ := p.xml.InputPos()
	return &Damaged{line, field, problem}
}

// damaged is a *Damaged of whatever ended the reading.
func (p *parser) damaged(err error) error {
	var said *Damaged
	if errors.As(err, &said) {
		return said
	}
	line, _ := p.xml.InputPos()
	if bound := (care.Error{}); errors.As(p.guard.failed, &bound) {
		return &Damaged{Line: line, What: bound}
	}
	var syntax *xml.SyntaxError
	if errors.As(err, &syntax) {
		return &Damaged{Line: syntax.Line, What: care.Err("meter_not_xml", "said", syntax.Msg)}
	}
	return &Damaged{Line: line, What: care.Err("meter_unread", "said", err.Error())}
}

func (p *parser) text(t xml.CharData) error {
	if p.value == nil {
		if len(p.path) == 0 && strings.TrimSpace(string(t)) != "" {
			return p.wrong("", care.Err("meter_text_outside"))
		}
		return nil
	}
	if p.value.Len()+len(t) > mostText {
		return p.wrong(p.path[len(p.path)-1].Local, care.Err("meter_long", "most", "256"))
	}
	_, _ = p.value.Write(t)
	return nil
}

// start begins an element. Only those whose text matters gather it.
func (p *parser) start(e xml.StartElement) error {
	if problem := wellFormed(e); problem.Code != "" {
		return p.wrong("", problem)
	}
	if len(p.path) == 0 {
		if p.ended {
			return p.wrong("", care.Err("meter_after_end"))
		}
		if e.Name.Space != atomSpace || e.Name.Local != "feed" && e.Name.Local != "entry" {
			return p.wrong("", care.Err("meter_not_green_button", "tag", shortened(e.Name.Local)))
		}
	}
	if len(p.path) == mostDepth {
		return p.wrong("", care.Err("meter_deep"))
	}
	p.path = append(p.path, e.Name)
	p.value = nil
	if e.Name.Space == atomSpace {
		return p.startAtom(e)
	}
	if e.Name.Space != espiSpace || p.entries == 0 {
		return nil
	}
	switch e.Name.Local {
	case "UsagePoint", "MeterReading", "ReadingType", "IntervalBlock", "LocalTimeParameters", "UsageSummary", "ElectricPowerUsageSummary":
		if p.above("content") {
			p.entry.what = e.Name.Local
			p.entry.kind = Type{Unit: -1, Kind: -1, Flow: -1, Interval: -1, Quality: -1, Accumulates: -1}
			p.entry.category = -1
		}
	case "IntervalReading":
		line, _ := p.xml.InputPos()
		p.reading = Reading{Quality: -1, Start: unset, Value: unset, line: line}
		p.inside = true
	default:
		if p.wanted(e.Name.Local) {
			p.value = &strings.Builder{}
		}
	}
	return nil
}

func (p *parser) startAtom(e xml.StartElement) error {
	switch e.Name.Local {
	case "entry":
		if p.entries++; p.entries > mostEntries {
			return p.wrong("", care.Err("meter_entries"))
		}
		p.entry = entry{}
	case "link":
		rel, href := "", ""
		for _, a := range e.Attr {
			switch a.Name.Local {
			case "rel":
				rel = a.Value
			case "href":
				href = a.Value
			}
		}
		if len(href) > mostLink {
			return p.wrong("link", care.Err("meter_long", "most", "500"))
		}
		switch {
		case rel == "self":
			p.entry.self = href
		case rel == "up":
			p.entry.up = href
		case rel == "related" && len(p.entry.related) < mostAttributes:
			p.entry.related = append(p.entry.related, href)
		}
	}
	return nil
}

// above says that the element stands directly in another.
func (p *parser) above(local string) bool {
	return len(p.path) > 1 && p.path[len(p.path)-2].Local == local
}

// wanted says whether an element's text is looked at, by where it stands.
func (p *parser) wanted(local string) bool {
	switch p.entry.what {
	case "UsagePoint":
		return local == "kind" && p.above("ServiceCategory")
	case "LocalTimeParameters":
		return local == "tzOffset" || local == "dstOffset"
	case "ReadingType":
		if !p.above("ReadingType") {
			return false
		}
		switch local {
		case "uom", "powerOfTenMultiplier", "commodity", "flowDirection", "intervalLength", "defaultQuality", "accumulationBehaviour":
			return true
		}
	case "IntervalBlock":
		if !p.inside {
			return false
		}
		switch local {
		case "start", "duration":
			return p.above("timePeriod")
		case "value", "cost":
			return p.above("IntervalReading")
		case "quality":
			return p.above("ReadingQuality")
		}
	}
	return false
}

func (p *parser) end(e xml.EndElement) error {
	if p.value != nil {
		local, text := e.Name.Local, strings.TrimSpace(p.value.String())
		p.value = nil
		if err := p.set(local, text); err != nil {
			return err
		}
	}
	p.path = p.path[:len(p.path)-1]
	p.ended = p.ended || len(p.path) == 0
	switch {
	case e.Name.Space == espiSpace && e.Name.Local == "IntervalReading" && p.inside:
		p.inside = false
		return p.endReading()
	case e.Name.Space == atomSpace && e.Name.Local == "entry":
		return p.endEntry()
	}
	return nil
}

// set takes the text of an element that was wanted.
func (p *parser) set(local, text string) error {
	if local == "cost" && p.inside {
		text = strings.TrimSuffix(text, ".0") // as some vendors write it
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		if text == "" && p.entry.what == "ReadingType" {
			return nil
		}
		return p.wrong(local, care.Err("meter_no_number"))
	}
	small := int(max(min(n, 1<<31-1), -1<<31))
	switch p.entry.what {
	case "UsagePoint":
		p.entry.category = small
	case "LocalTimeParameters":
		if small < -14*3600 || small > 14*3600 {
			return p.wrong(local, care.Err("meter_no_offset"))
		}
		if local == "dstOffset" {
			p.file.Summer = small > 0
		} else {
			p.file.Offset = &small
		}
	case "ReadingType":
		return p.setType(local, small)
	case "IntervalBlock":
		switch local {
		case "start":
			p.reading.Start = n
		case "duration":
			p.reading.Seconds = n
		case "value":
			p.reading.Value = n
		case "cost":
			p.reading.Cost = n
		case "quality":
			p.reading.Quality = small
		}
	}
	return nil
}

func (p *parser) setType(local string, n int) error {
	t := &p.entry.kind
	switch local {
	case "uom":
		t.Unit = n
	case "powerOfTenMultiplier":
		if n < -12 || n > 12 {
			return p.wrong(local, care.Err("meter_no_power"))
		}
		t.Power = n
	case "commodity":
		t.Kind = n
	case "flowDirection":
		t.Flow = n
	case "intervalLength":
		t.Interval = n
	case "defaultQuality":
		t.Quality = n
	case "accumulationBehaviour":
		t.Accumulates = n
	}
	return nil
}

func shortened(s string) string {
	if len(s) > 40 {
		return strings.ToValidUTF8(s[:40], "") + "…"
	}
	return s
}
