package importer

import (
	"encoding/binary"
	"strings"

	"meterside/care"
)

// Report is what became of an export's rows. Read fills what was read and refused; the rest is for who applies the rows.
type Report struct {
	Files   map[string]*Tally `json:"files"`
	Refused []Refusal         `json:"refused"`
}

// Tally counts the rows of one file.
type Tally = care.ImportTally

// Refusal says why one row is not imported.
type Refusal care.RefusedRow

// Sum is what all files together came to.
func (r Report) Sum() (sum Tally) {
	for _, t := range r.Files {
		sum.Add(*t)
	}
	return sum
}

// kept is the report as the portal keeps it.
func (r Report) kept() care.ImportReport {
	all := care.ImportReport{Files: map[string]care.ImportTally{}}
	for file, t := range r.Files {
		all.Files[file] = *t
	}
	for _, refused := range r.Refused {
		all.Refused = append(all.Refused, care.RefusedRow(refused))
	}
	return all
}

// Sink takes one row that may be imported; its parents were given before it. A bill comes with its segments, and no
// segment comes alone. Rows are valid only until the sink returns.
type Sink func(file string, row Row, segments []Row) error

// Read reads an export, gives each row that may be imported to sink, and reports the others. It looks over all files first,
// so that an export with an unreadable file never reaches the sink: the error is then an *Unreadable. Of several rows
// with one key the first that is right is taken. A row that names a refused one is refused with it.
func Read(dir string, sink Sink) (Report, error) {
	s, err := lookOver(dir)
	if err != nil {
		return Report{}, err
	}
	g := &reading{dir: dir, sink: sink, sets: map[string]*keySet{billsFile: s.bills}, report: Report{Files: map[string]*Tally{}, Refused: []Refusal{}}}
	for _, t := range Tables {
		g.report.Files[t.File] = &Tally{}
	}
	for i := range Tables {
		switch t := &Tables[i]; t.File {
		case segmentsFile: // came with the bills
		case billsFile:
			err = g.readBills(s)
		default:
			err = g.readTable(t)
		}
		if err != nil {
			return Report{}, err
		}
		g.release(i)
	}
	return g.report, nil
}

// reading is one export being read.
type reading struct {
	dir    string
	sink   Sink
	sets   map[string]*keySet // by file, as long as a later file needs them
	report Report
}

// release forgets the keys that no table after this one names.
func (g *reading) release(done int) {
	for file := range g.sets {
		needed := false
		for _, t := range Tables[done+1:] {
			for _, c := range t.Columns {
				needed = needed || c.Parent == file
			}
		}
		if !needed {
			delete(g.sets, file)
		}
	}
}

func (g *reading) readTable(t *Table) error {
	f, err := open(g.dir, t)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	j := g.judgeOf(t)
	return t.Scan(f, func(row Row, bad *Refusal) error {
		_, bad, err := j.judge(row, bad)
		if err != nil || g.count(row, bad) {
			return err
		}
		return g.sink(t.File, row, nil)
	})
}

// count notes that a row was read, and whether it was refused.
func (g *reading) count(row Row, bad *Refusal) (isRefused bool) {
	tally := g.report.Files[row.File]
	tally.Read++
	if bad == nil {
		return false
	}
	tally.Refused++
	g.report.Refused = append(g.report.Refused, *bad)
	return true
}

// judge holds a table's rows against the keys read so far.
type judge struct {
	table   *Table
	parents []parent // by column; those without a parent have no set
	named   []ref    // by column: the parent that the row being judged names
	keys    []int    // columns of the key
	own     *keySet
	unique  int // column, or -1
	taken   *keySet
	key     []byte
}

type parent struct {
	set               *keySet
	missing, rejected care.Code
}

func (g *reading) judgeOf(t *Table) *judge {
	if g.sets[t.File] == nil {
		g.sets[t.File] = newKeySet()
	}
	j := &judge{table: t, parents: make([]parent, len(t.Columns)), named: make([]ref, len(t.Columns)), own: g.sets[t.File], unique: -1}
	for i, c := range t.Columns {
		if c.Parent != "" {
			noun := strings.ReplaceAll(table(c.Parent).Noun, " ", "_")
			j.parents[i] = parent{g.sets[c.Parent], care.Code("row_no_" + noun), care.Code("row_refused_" + noun)}
		}
	}
	for _, k := range t.Key {
		j.keys = append(j.keys, t.column(k))
	}
	if t.Unique != "" {
		j.unique, j.taken = t.column(t.Unique), newKeySet()
	}
	return j
}

// judge adds to what a row shows by itself whether its parents are there and its key is free, and remembers its key as
// accepted or refused. It returns the ref of an accepted row's key.
func (j *judge) judge(row Row, bad *Refusal) (ref, *Refusal, error) {
	if bad == nil {
		bad = j.orphan(row)
	}
	if bad != nil {
		return 0, bad, j.remember(row)
	}
	at, _, err := j.own.add(j.keyOf(row))
	if err != nil {
		return 0, nil, err
	}
	if j.own.state(at) == accepted {
		return 0, row.refuse(j.table.Key[len(j.table.Key)-1], care.Err("row_twice")), nil
	}
	if j.unique >= 0 {
		_, free, err := j.taken.add([]byte(strings.ToLower(string(row.Fields[j.unique]))))
		if err != nil {
			return 0, nil, err
		}
		if !free {
			j.own.setState(at, refused)
			return 0, row.refuse(j.table.Unique, care.Err("row_twice")), nil
		}
	}
	j.own.setState(at, accepted)
	return at, nil, nil
}

// orphan refuses a row that names a parent which was refused or never there.
func (j *judge) orphan(row Row) *Refusal {
	for i := range j.parents {
		p := &j.parents[i]
		if p.set == nil || len(row.Fields[i]) == 0 {
			continue
		}
		at := p.set.find(row.Fields[i])
		if at == 0 || p.set.state(at) == unread {
			return row.refuse(j.table.Columns[i].Name, care.Err(p.missing))
		}
		if p.set.state(at) == refused {
			return row.refuse(j.table.Columns[i].Name, care.Err(p.rejected))
		}
		j.named[i] = at
	}
	return nil
}

// remember marks the key of a refused row, so that its children are refused with it rather than called orphans.
func (j *judge) remember(row Row) error {
	if len(j.keys) != 1 || !memorable(row.Fields[j.keys[0]]) {
		return nil // no other row can name it
	}
	at, _, err := j.own.add(row.Fields[j.keys[0]])
	if err == nil && j.own.state(at) != accepted {
		j.own.setState(at, refused)
	}
	return err
}

// keyOf is the bytes that stand for the row's key: the value itself where the key is one column, so that other tables find
// it; else a compact form of all parts.
func (j *judge) keyOf(row Row) []byte {
	if len(j.keys) == 1 {
		return row.Fields[j.keys[0]]
	}
	j.key = j.key[:0]
	for _, i := range j.keys {
		value := row.Fields[i]
		switch c := &j.table.Columns[i]; {
		case c.Parent != "":
			j.key = binary.LittleEndian.AppendUint32(j.key, uint32(j.named[i]))
		case c.Kind == Date:
			n, _ := parseDate(value)
			j.key = append(j.key, byte(n>>16), byte(n>>8), byte(n))
		default:
			j.key = binary.AppendUvarint(j.key, uint64(len(value)))
			j.key = append(j.key, value...)
		}
	}
	return j.key
}
