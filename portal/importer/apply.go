package importer

import (
	"bytes"
	"slices"
	"strings"

	"meterside/care"
	"meterside/portal"
)

// shared are the columns that the portal changes too. An export's value is written only where it differs from the one
// that the last import brought, and only where nobody changed it here since.
var shared = sharedColumns(map[string][]string{
	"accounts.csv":          {"autopay", "paperless", "nickname"},
	"web_users.csv":         nil, // every one
	"web_user_accounts.csv": nil,
	"payments.csv":          {"status"},
	"tasks.csv":             nil,
})

func sharedColumns(names map[string][]string) map[string][]int {
	all := map[string][]int{}
	for file, some := range names {
		t := table(file)
		for i, c := range t.Columns {
			if some == nil && !slices.Contains(t.Key, c.Name) || slices.Contains(some, c.Name) {
				all[file] = append(all[file], i)
			}
		}
	}
	return all
}

// brought are the values of an entry's shared columns, as they are remembered. No value holds a NUL.
func (e *entry) brought() []byte {
	var all []string
	for _, i := range shared[e.table.File] {
		all = append(all, e.text(i))
	}
	return []byte(strings.Join(all, "\x00"))
}

// put brings one row into the store, and counts what became of it.
func (r *run) put(c *portal.Chunk, e *entry) error {
	file := e.table.File
	if r.fresh[file] {
		return r.add(c, e)
	}
	ours := newEntry(file)
	dest := ours.fields
	if ours.segments != nil {
		dest = append(slices.Clip(dest), ours.segments)
	}
	found, err := c.Find(dest, one[file], e.key()...)
	if err != nil {
		return err
	}
	if !found {
		return r.add(c, e)
	}
	return r.update(c, ours, e)
}

// one holds the query for one row, by file.
var one = func() map[string]string {
	all := map[string]string{}
	for file := range sources {
		all[file] = table(file).selectOne()
	}
	return all
}()

// key is the entry's key, column by column.
func (e *entry) key() []any {
	all := make([]any, len(e.table.Key))
	for i, name := range e.table.Key {
		all[i] = e.text(e.table.column(name))
	}
	return all
}

func (r *run) add(c *portal.Chunk, e *entry) error {
	r.tallies[e.table.File].Added++
	if e.segments != nil {
		r.tallies[segmentsFile].Added += len(*e.segments)
	}
	if r.options.DryRun {
		return nil
	}
	if err := r.derive(e); err != nil {
		return err
	}
	if err := r.addRecord(c, e); err != nil {
		return err
	}
	if e.person != nil && *e.person != (private{}) {
		if err := c.SetPrivate(e.record.RecordID(), e.person.born, e.person.idValue); err != nil {
			return err
		}
	}
	if e.signIn != nil {
		if err := addSignIn(c, e.record.RecordID(), e.signIn); err != nil {
			return err
		}
	}
	if len(shared[e.table.File]) == 0 {
		return nil
	}
	return c.SetImported(e.record.RecordKind(), e.record.RecordID(), e.brought())
}

// addRecord writes a record that is not there. A new link may move somebody who is, so it is put like any change.
func (r *run) addRecord(c *portal.Chunk, e *entry) error {
	switch e.record.(type) {
	case *care.AccountPerson, *care.WebUserAccount:
		if !r.fresh[e.table.File] {
			return c.Put(e.record)
		}
	}
	return c.Add(e.record)
}

// update brings a row to one that is there.
func (r *run) update(c *portal.Chunk, ours, theirs *entry) error {
	file, kind, id := theirs.table.File, theirs.record.RecordKind(), theirs.record.RecordID()
	var last []byte
	if len(shared[file]) > 0 {
		var err error
		if last, err = c.Imported(kind, id); err != nil {
			return err
		}
	}
	merged := newEntry(file)
	changed, kept := merged.merge(ours, theirs, last)
	if ours.segments != nil {
		compare(r.tallies[segmentsFile], *ours.segments, *theirs.segments)
		total := merged.record.(*care.Bill).TotalCents
		*merged.segments = corrected(*ours.segments, *theirs.segments, total)
		changed = changed || !sameSegments(*ours.segments, *merged.segments)
	}
	switch tally := r.tallies[file]; {
	case kept:
		tally.Kept++
	case changed:
		tally.Changed++
	default:
		tally.Unchanged++
	}
	if r.options.DryRun {
		return nil
	}
	if now := theirs.brought(); len(shared[file]) > 0 && (last == nil || !bytes.Equal(last, now)) {
		if err := c.SetImported(kind, id, now); err != nil {
			return err
		}
	}
	if !changed {
		return nil
	}
	return r.change(c, ours, merged)
}

// merge makes the entry of ours with what theirs changes. Kept says that ours has a value that theirs would change, and
// that somebody changed here.
func (e *entry) merge(ours, theirs *entry, last []byte) (changed, kept bool) {
	var base []string
	if last != nil {
		base = strings.Split(string(last), "\x00")
	}
	for i := range e.fields {
		e.take(ours, i)
		if ours.same(theirs, i) {
			continue
		}
		if at := slices.Index(shared[e.table.File], i); at >= 0 {
			if at < len(base) && base[at] == theirs.text(i) {
				continue // said before, and changed here since
			}
			if at >= len(base) || base[at] != ours.text(i) {
				kept = true
				continue
			}
		}
		e.take(theirs, i)
		changed = true
	}
	return changed, kept
}

// change writes a row that is there. What its file does not tell of it stays.
func (r *run) change(c *portal.Chunk, before, after *entry) error {
	whole := newEntry(after.table.File)
	if err := c.Get(whole.record, care.IDParts(after.record.RecordID())...); err != nil {
		return err
	}
	for i := range whole.fields {
		whole.take(after, i)
	}
	if whole.segments != nil {
		*whole.segments = *after.segments
	}
	whole.forgetDerived(before)
	if err := r.derive(whole); err != nil {
		return err
	}
	if err := c.Put(whole.record); err != nil {
		return err
	}
	id := whole.record.RecordID()
	if after.person != nil && *after.person != *before.person {
		if err := c.SetPrivate(id, after.person.born, after.person.idValue); err != nil {
			return err
		}
	}
	if after.signIn == nil {
		return nil
	}
	return changeSignIn(c, id, before.signIn, after.signIn)
}
