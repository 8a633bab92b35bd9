package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"meterside/care"
	"meterside/records"
)

// late is what commands that share a transaction leave beside the records: lines of the change index, verdicts and the
// devices' counts. They go out together, many rows to a statement. The zero value of its pointer holds nothing.
type late struct {
	lines    []line
	at       map[lineKey]int // where a line stands in lines: a row that changes twice has one
	verdicts []any           // arguments of putVerdict, one after the other
	given    map[string]care.Verdict
	counts   map[string]count // by device
}

type lineKey struct {
	kind      care.Kind
	id, scope string
}

// count is a device's last number.
type count struct {
	last    int64
	csr     string
	seen    int64
	changed bool
}

// Together has the commands of a group share what they read, and write it together at the end of the group. It is called
// before any of them, and reads ahead what they will ask for: the counts of devices, and records. None of them may have
// been done before, and each but the last has to stay: nothing can be taken back alone.
func (g *Group) Together(devices []string, refs []care.Ref) error {
	g.shared = records.NewShared(g.conn)
	g.late = &late{at: map[lineKey]int{}, given: map[string]care.Verdict{}, counts: map[string]count{}}
	if err := g.late.countAhead(g.ctx, g.conn, devices); err != nil {
		return err
	}
	return g.shared.Ahead(g.ctx, refs)
}

// write writes what the commands of a group left.
func (g *Group) write() error {
	if g.shared == nil {
		return nil
	}
	if err := g.shared.Write(g.ctx); err != nil {
		return err
	}
	return g.late.write(g.ctx, g.conn, g.Seq)
}

// index takes lines of the change index.
func (l *late) index(all []line) {
	for _, one := range all {
		key := lineKey{one.kind, one.id, one.scope}
		if at, there := l.at[key]; there {
			l.lines[at] = one
			continue
		}
		l.at[key] = len(l.lines)
		l.lines = append(l.lines, one)
	}
}

// answered is a verdict that was given in this transaction and is not written yet.
func (l *late) answered(commandID string) (care.Verdict, bool) {
	if l == nil {
		return care.Verdict{}, false
	}
	v, known := l.given[commandID]
	return v, known
}

// answer takes a verdict; false where the command has one already.
func (l *late) answer(v care.Verdict, args []any) bool {
	if _, known := l.given[v.CommandID]; known {
		return false
	}
	l.given[v.CommandID] = v
	l.verdicts = append(l.verdicts, args...)
	return true
}

// told forgets a verdict that was written and changed since.
func (l *late) told(commandID string) {
	if l != nil {
		delete(l.given, commandID)
	}
}

// count is a device's last number, where it is known.
func (l *late) count(device string) (int64, bool) {
	if l == nil {
		return 0, false
	}
	c, known := l.counts[device]
	return c.last, known
}

// take takes a device's next number; false where n is not the next one.
func (l *late) take(ctx context.Context, db records.Conn, device, csr string, n int64, at time.Time) (bool, error) {
	c, known := l.counts[device]
	if !known {
		var err error
		if c.last, err = lastN(ctx, db, device); err != nil {
			return false, fmt.Errorf("counting a device's command: %w", err)
		}
	}
	next := n == c.last+1
	if next {
		c = count{n, csr, at.UnixMilli(), true}
	}
	l.counts[device] = c
	return next, nil
}

// countAhead reads the counts of devices.
func (l *late) countAhead(ctx context.Context, db records.Conn, devices []string) error {
	devices = slices.Compact(slices.Sorted(slices.Values(devices)))
	if len(devices) == 0 {
		return nil
	}
	for _, device := range devices {
		l.counts[device] = count{} // a device that is not there has sent nothing yet
	}
	where, args := records.Among("device_id", devices)
	rows, err := db.QueryContext(ctx, "SELECT device_id, last_n FROM device WHERE "+where, args...)
	if err != nil {
		return fmt.Errorf("reading the devices' counts: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var device string
		var n int64
		if err := rows.Scan(&device, &n); err != nil {
			return fmt.Errorf("reading the devices' counts: %w", err)
		}
		l.counts[device] = count{last: n}
	}
	return rows.Err()
}

const putCount = `INSERT INTO device (device_id, csr_id, last_n, cursor, seen_at) VALUES ($1, $2, $3, $4, $5)
	ON CONFLICT (device_id) DO UPDATE SET last_n = excluded.last_n`

// write writes all of it. records.ErrThere means that a command was answered before, and that nothing may stay.
func (l *late) write(ctx context.Context, db records.Conn, seq int64) error {
	if l == nil {
		return nil
	}
	var lines, counts []any
	for _, one := range l.lines {
		lines = append(lines, one.args(seq)...)
	}
	if _, err := records.Many(ctx, db, putChange, 5, lines); err != nil {
		return fmt.Errorf("indexing changes: %w", err)
	}
	for _, device := range slices.Sorted(maps.Keys(l.counts)) { // in one order, so that no two nodes wait for each other
		if c := l.counts[device]; c.changed {
			counts = append(counts, device, c.csr, c.last, 0, c.seen)
		}
	}
	if _, err := records.Many(ctx, db, putCount, 5, counts); err != nil {
		return fmt.Errorf("counting the devices' commands: %w", err)
	}
	written, err := records.Many(ctx, db, putVerdict, verdictArgs, l.verdicts)
	if err != nil {
		return fmt.Errorf("writing verdicts: %w", err)
	}
	if written != int64(len(l.verdicts)/verdictArgs) {
		return fmt.Errorf("writing verdicts: %w", records.ErrThere)
	}
	l.lines, l.verdicts = nil, nil
	clear(l.at)
	for device, c := range l.counts {
		c.changed = false
		l.counts[device] = c
	}
	return nil
}
