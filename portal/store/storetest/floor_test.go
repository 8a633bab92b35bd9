package storetest

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"meterside/care"
	"meterside/portal/store"
)

// holder is a desk as the store sees it: what it has, up to where, of two districts.
type holder struct {
	cursor int64
	rows   map[care.Ref]string
}

var held = []string{care.ScopeDistrict("D01"), care.ScopeDistrict("D02")}

// catchUp takes what came after the cursor, or everything where the cursor is below the floor. It says which.
func (h *holder) catchUp(ctx context.Context, s *store.Store) (anew bool, err error) {
	return anew, s.View(ctx, func(v *store.View) error {
		floor, err := v.Floor(ctx)
		if err != nil {
			return err
		}
		if anew = h.cursor < floor; anew || h.rows == nil {
			h.cursor, h.rows = 0, map[care.Ref]string{}
		}
		put, gone := map[care.Ref]string{}, map[care.Ref]bool{}
		for _, scope := range held {
			err := v.Changes(ctx, scope, h.cursor, func(c store.Change) error {
				if ref := (care.Ref{Kind: c.Kind, ID: c.ID}); c.Body == nil {
					gone[ref] = true
				} else {
					put[ref] = fmt.Sprint(c.Seq, string(c.Body))
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
		for ref := range gone {
			delete(h.rows, ref)
		}
		maps.Copy(h.rows, put)
		h.cursor = v.Head
		return nil
	})
}

// I9: dropping tombstones is invisible to cursors at or above the floor: whatever is forgotten in between, a desk that need
// not begin anew comes to the same rows as one that does, and no desk that was seen in the last fourteen days need.
//
// It fails when RaiseFloor leaves out the slowest desk, when it leaves out the file that is given out, and when the floor is
// not raised with what is forgotten.
func TestForgettingDeletionsIsInvisibleAboveTheFloor(t *testing.T) {
	if f := flag.Lookup("rapid.checks"); f.Value.String() == f.DefValue {
		if err := f.Value.Set("25"); err != nil {
			t.Fatal(err)
		}
		defer func() { _ = f.Value.Set(f.DefValue) }()
	}
	Databases(t, func(t *testing.T, database string) {
		ctx := t.Context()
		s := open(t, database, deaf)
		put(t, s, &care.District{ID: "D01"}, &care.District{ID: "D02"}, &care.District{ID: "D03"})
		writes := 0
		write := func(rt *rapid.T, fn func(*store.Tx) error) {
			writes++
			if _, err := update(s, fmt.Sprint("write ", writes), fn); err != nil {
				rt.Fatal(err)
			}
		}
		now := noon
		rapid.Check(t, func(rt *rapid.T) {
			desks := map[string]*holder{}
			for n := range 2 {
				writes++
				id := fmt.Sprint("desk ", writes)
				desks[id] = &holder{}
				write(rt, func(tx *store.Tx) error { return tx.Enrol(id, fmt.Sprint("CSR", n), nil, now) })
			}
			seen := map[string]time.Time{}
			var file *holder // a ready-made replica
			var offered time.Time
			least := func() int64 {
				if file == nil || now.Sub(offered) > 24*time.Hour {
					return 0
				}
				return file.cursor
			}
			sync := func(rt *rapid.T, name string, h *holder, mayBeAnew bool) {
				before := h.cursor
				anew, err := h.catchUp(ctx, s)
				if err != nil {
					rt.Fatal(err)
				}
				if anew && !mayBeAnew {
					rt.Fatalf("%s at %d must begin anew", name, before)
				}
				fresh := &holder{}
				if _, err := fresh.catchUp(ctx, s); err != nil {
					rt.Fatal(err)
				}
				if !maps.Equal(h.rows, fresh.rows) {
					rt.Fatalf("%s, which was at %d, has %d rows, a new one %d; or they differ", name, before, len(h.rows), len(fresh.rows))
				}
			}
			rt.Repeat(map[string]func(*rapid.T){
				"a row comes or moves": func(rt *rapid.T) {
					p := care.Premise{ID: fmt.Sprint("P", rapid.IntRange(0, 5).Draw(rt, "premise")), DistrictID: fmt.Sprint("D0", rapid.IntRange(1, 3).Draw(rt, "district"))}
					write(rt, func(tx *store.Tx) error { return tx.Put(&p) })
				},
				"another row comes or moves": func(rt *rapid.T) {
					p := care.Premise{ID: fmt.Sprint("P", rapid.IntRange(0, 5).Draw(rt, "premise")), DistrictID: fmt.Sprint("D0", rapid.IntRange(1, 3).Draw(rt, "district"))}
					write(rt, func(tx *store.Tx) error { return tx.Put(&p) })
				},
				"a row goes": func(rt *rapid.T) {
					p := care.Premise{ID: fmt.Sprint("P", rapid.IntRange(0, 5).Draw(rt, "premise"))}
					write(rt, func(tx *store.Tx) error { return tx.Delete(&p) })
				},
				"a file is built": func(rt *rapid.T) {
					file, offered = &holder{}, now
					if _, err := file.catchUp(ctx, s); err != nil {
						rt.Fatal(err)
					}
				},
				"the file is fetched": func(rt *rapid.T) {
					if least() == 0 {
						rt.Skip("none is given out")
					}
					offered = now
					sync(rt, "the file", &holder{cursor: file.cursor, rows: maps.Clone(file.rows)}, false)
				},
				"nights pass": func(rt *rapid.T) {
					asked := rapid.Bool().Draw(rt, "the file is asked for every day")
					for range rapid.IntRange(1, 6).Draw(rt, "nights") {
						if asked && least() > 0 {
							offered = now
						}
						now = now.AddDate(0, 0, 1)
						before, err := s.Floor(ctx)
						if err != nil {
							rt.Fatal(err)
						}
						_, err = s.RaiseFloor(ctx, now, least())
						after, err2 := s.Floor(ctx)
						if err := errors.Join(err, err2); err != nil || after < before {
							rt.Fatalf("the floor went from %d to %d, %v", before, after, err)
						}
					}
				},
				"a desk": func(rt *rapid.T) {
					name := rapid.SampledFrom(slices.Sorted(maps.Keys(desks))).Draw(rt, "which")
					h := desks[name]
					sync(rt, name, h, h.cursor == 0 || now.Sub(seen[name]) > 14*24*time.Hour)
					seen[name] = now
					if err := s.KeepAcks(ctx, map[string]store.Ack{name: {Cursor: h.cursor, At: now}}); err != nil {
						rt.Fatal(err)
					}
				},
			})
		})
	})
}
