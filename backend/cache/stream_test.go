package cache

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"meterside/care"
	"meterside/records"
)

// source is a portal's index of notes, and the stream that a desk gets of it.
type source struct {
	seq   int64
	lines map[line]Change // the last change of each row in each scope
	notes map[string]*care.Note
	from  int64 // the end of the last frames
}

type line struct{ id, scope string }

// moves brings a note to some scopes, as one change of its own.
func (s *source) moves(t *rapid.T, id string, scopes care.List) {
	s.seq++
	note := &care.Note{ID: id, Account: "A1", Text: fmt.Sprint("at ", s.seq), Meta: care.Meta{RV: s.seq, Scopes: scopes}}
	body, err := records.Encode(note)
	if err != nil {
		t.Fatal(err)
	}
	for key := range s.lines {
		if key.id == id && !slices.Contains(scopes, key.scope) && s.lines[key].Body != nil {
			s.lines[key] = Change{Scope: key.scope, Kind: care.KindNote, ID: id, Seq: s.seq}
		}
	}
	for _, scope := range scopes {
		s.lines[line{id, scope}] = Change{Scope: scope, Kind: care.KindNote, ID: id, Seq: s.seq, Body: body}
	}
	s.notes[id] = note
}

// frames are what changed in some scopes after a number, by scope, in the order of the numbers.
func (s *source) frames(from int64, scopes care.List) (all [][]Change) {
	for _, scope := range scopes {
		var frame []Change
		for _, c := range s.lines {
			if c.Scope == scope && c.Seq > from {
				frame = append(frame, c)
			}
		}
		if len(frame) > 0 {
			slices.SortFunc(frame, func(a, b Change) int { return int(a.Seq - b.Seq) })
			all = append(all, frame)
		}
	}
	return all
}

// digests are what the rows of scopes come to.
func (s *source) digests(t *rapid.T, scopes care.List) (all []ScopeDigest) {
	tally := records.Tally{}
	for _, n := range s.notes {
		d, err := records.RecordDigest(n)
		if err != nil {
			t.Fatal(err)
		}
		tally.Put(n.Scopes, d)
	}
	for _, scope := range scopes {
		all = append(all, ScopeDigest{Scope: scope, Digest: tally[scope]})
	}
	return all
}

// view is what a desk with some scopes has to hold.
func (s *source) view(scopes care.List) map[string]string {
	all := map[string]string{}
	for id, n := range s.notes {
		if slices.ContainsFunc(n.Scopes, func(scope string) bool { return slices.Contains(scopes, scope) }) {
			all[id] = n.Text
		}
	}
	return all
}

// I2, I10: whatever comes twice, or late, in a first sync as well as later, a replica is the portal's view after each commit,
// and its digests agree; so they do where a row leaves a scope and is back before the desk gets both changes at once.
//
// Seen to fail when a row that is back counts as gone, when a frame that comes twice in a first sync is added up twice, when a
// late frame brings back what left or an older row, and when a late commit moves the cursor back.
func TestWhatComesTwiceOrLateChangesNothing(t *testing.T) {
	if f := flag.Lookup("rapid.checks"); f.Value.String() == f.DefValue { // a cache is made on the disk for each
		if err := f.Value.Set("30"); err != nil {
			t.Fatal(err)
		}
	}
	held, scopes := care.List{"d:1", "d:2"}, []string{"d:1", "d:2", "d:3"}
	rapid.Check(t, func(rt *rapid.T) {
		c, err := Open(t.Context(), t.TempDir(), ann)
		if err != nil {
			rt.Fatal(err)
		}
		defer func() { _ = c.Close() }()
		s := &source{lines: map[line]Change{}, notes: map[string]*care.Note{}}
		chance := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "mischief"), 0)) //nolint:gosec // the same seed must give the same faults
		var told [][]Change
		take := func(frames [][]Change) {
			for _, f := range frames {
				told = append(told, f)
				for _, again := range [][]Change{told[chance.IntN(len(told))], f, f, told[chance.IntN(len(told))]}[chance.IntN(2):][:1+chance.IntN(3)] {
					if err := c.Take(t.Context(), again); err != nil {
						rt.Fatal(err)
					}
				}
				if err := c.Take(t.Context(), f); err != nil {
					rt.Fatal(err)
				}
			}
		}
		var last Commit
		commit := func(m Commit) {
			for _, m := range []Commit{m, m, last}[:1+chance.IntN(3)] {
				if m.To == 0 {
					continue
				}
				if _, err := c.Commit(t.Context(), "server", "epoch", m); err != nil {
					rt.Fatal(err)
				}
			}
			last = m
			got := map[string]string{}
			notes, err := records.Select[care.Note](t.Context(), c.Reader(), "")
			if err != nil {
				rt.Fatal(err)
			}
			for _, n := range notes {
				got[n.ID] = n.Text
			}
			if want := s.view(held); !maps.Equal(got, want) || c.Stand().Cursor != m.To {
				rt.Fatalf("at %d of %d it holds\n%v, not\n%v", c.Stand().Cursor, m.To, got, want)
			}
			if p := c.Proof(); p.Doubt != "" || p.Cursor != m.To {
				rt.Fatalf("at %d it is proved to %d, in doubt: %q", m.To, p.Cursor, p.Doubt)
			}
		}
		change := func(*rapid.T) {
			id := fmt.Sprint("N", rapid.IntRange(0, 3).Draw(rt, "note"))
			s.moves(rt, id, rapid.SliceOfDistinct(rapid.SampledFrom(scopes), rapid.ID[string]).Draw(rt, "scopes"))
		}
		for range rapid.IntRange(1, 8).Draw(rt, "notes at first") {
			change(rt)
		}
		if err := c.Anew(t.Context()); err != nil {
			rt.Fatal(err)
		}
		take(s.frames(0, held))
		s.from = s.seq
		commit(Commit{To: s.seq, Time: 1, Granted: held, Digests: s.digests(rt, held)})
		batch := func(*rapid.T) {
			take(s.frames(s.from, held))
			s.from = s.seq
		}
		rt.Repeat(map[string]func(*rapid.T){
			"a change": change, "another change": change,
			"a batch": batch,
			"a batch and a commit": func(rt *rapid.T) {
				batch(rt)
				commit(Commit{To: s.seq, Time: time.Now().UnixMilli(), Digests: s.digests(rt, held)})
			},
		})
	})
}

// I6: a beat speaks of the replica that waits for its rows, not of the one in use, whose cursor stays with its rows.
//
// Seen to fail when a beat moves the cursor of the one in use: a power cut before the swap then left it with rows that were
// older than it said.
func TestABeatDoesNotMoveTheReplicaThatIsBeingReplaced(t *testing.T) {
	dir := t.TempDir()
	c := openIn(t, dir)
	if err := came(c, version(t, 10), 10); err != nil {
		t.Fatal(err)
	}
	if err := c.Install(t.Context(), filed(t, dir, 20, "server")); err != nil {
		t.Fatal(err)
	}
	if err := c.Beat(t.Context(), 20, 20); err != nil {
		t.Fatal(err)
	}
	if got := c.Stand().Cursor; got != 10 {
		t.Errorf("the replica in use holds the rows of 10 and says it is at %d", got)
	}
	if err := came(c, nil, 20); err != nil || c.Stand().Cursor != 20 {
		t.Errorf("after the swap it is at %d, %v", c.Stand().Cursor, err)
	}
}
