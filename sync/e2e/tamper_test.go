package e2e

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"meterside/backend"
	"meterside/care"
	"meterside/portal"
	"meterside/portal/store"
	"meterside/records"
	"meterside/sync/e2e/faultnet"
	"meterside/sync/wire"
)

// forger is a relay that changes one row of what passes down to desks, once it is told to.
type forger struct {
	mu    sync.Mutex
	forge func(scope string, changes []wire.Change) []wire.Change // guarded by mu; nil for nothing to do
	first map[string]wire.Change                                  // guarded by mu: the first that was seen of each row with a body
}

// rows passes a frame on, changed where there is something to do.
func (f *forger) rows(b []byte) ([]byte, error) {
	frame, err := wire.Decode(b)
	r, ok := frame.(*wire.Rows)
	if err != nil || !ok || len(r.Changes) == 0 {
		return b, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.forge != nil {
		r.Changes, f.forge = f.forge(r.Scope, slices.Clone(r.Changes)), nil
		return wire.Encode(r)
	}
	for _, c := range r.Changes {
		if key := fmt.Sprint(c.Kind, c.ID); c.Body != nil && f.first[key].Body == nil {
			f.first[key] = c
		}
	}
	return b, nil
}

// old is how a row was when it was first seen.
func (f *forger) old(c wire.Change) wire.Change { return f.first[fmt.Sprint(c.Kind, c.ID)] }

// I10: a row that is lost, put in the place of another, out of date or added on the way from the portal is found at the commit that
// ends its page, in a first sync, a later one or on a connection that stays; the desk fetches its replica anew by itself and
// is the portal's view, proved, with what was queued handed in. Where nothing is changed there is no alarm.
//
// Seen to fail when prove compares nothing, and when a doubt does not end the connection.
func TestARowThatIsForgedOnItsWayIsFound(t *testing.T) {
	s := newStage(t)
	s.town()
	f := &forger{first: map[string]wire.Change{}}
	near := faultnet.New(1)
	relay := faultnet.NewRelay(1, (&net.Dialer{}).DialContext, faultnet.Mischief{}, faultnet.Mischief{})
	relay.Down = f.rows
	ln, err := near.Listen()
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: relay, ReadHeaderTimeout: time.Second}
	go func() { _ = server.Serve(ln) }() // always ends with ErrServerClosed
	t.Cleanup(func() { _ = server.Close() })

	checks(t, 15)
	found, tried := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		s.ahead.Add(int64(61 * time.Minute)) // a second recovery within the hour is not made unasked
		when := rapid.SampledFrom([]string{"first sync", "sync", "connected"}).Draw(rt, "when")
		how := rapid.SampledFrom([]string{"not at all", "lost", "doubled", "stale", "extra", "another's"}).Draw(rt, "how")
		at := rapid.IntRange(0, 100).Draw(rt, "row")
		forge := func(scope string, all []wire.Change) []wire.Change {
			i := at % len(all)
			c := all[i]
			switch how {
			case "lost":
				return slices.Delete(all, i, i+1)
			case "doubled":
				return append(all, c)
			case "stale":
				if old := f.old(c); old.Body != nil {
					old.Seq = c.Seq
					all[i] = old
				}
			case "extra":
				note := &care.Note{ID: "forged", Account: "030000013", Text: "by nobody", Meta: care.Meta{Scopes: care.List{scope}}}
				if c.Body, err = records.Encode(note); err != nil {
					t.Error(err)
				}
				c.Kind, c.ID = uint8(care.KindNote), note.ID
				return append(all, c)
			case "another's":
				if j := (i + 1) % len(all); all[j].Kind == c.Kind {
					all[i].Body = all[j].Body
				}
			}
			return all
		}
		told := func() {
			f.mu.Lock()
			defer f.mu.Unlock()
			f.forge = forge
		}
		profile := t.TempDir()
		desk := s.signedIn("CSR001", backend.Options{Profile: profile, Dial: near.Line("ann").Dial})
		defer func() { _ = desk.Close() }()
		if when == "first sync" {
			told()
		}
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		if _, err := desk.SyncOnce(ctx); err != nil {
			rt.Fatal(err)
		}
		s.do(desk, "note.write", `{"account":"030000013","text":"queued"}`)
		if when == "connected" {
			desk.Connect()
			until(t, "the desk is live", func() bool {
				status, err := desk.Status(t.Context())
				return err == nil && status.Phase == "live" && status.Unsent == 0
			})
		}
		if when != "first sync" {
			told()
		}
		if _, err := s.portal.Store.Update(t.Context(), store.Options{Actor: portal.System("test"), Now: time.Now(), Command: fmt.Sprint(time.Now().UnixNano())}, func(tx *store.Tx) error {
			for _, id := range []string{"1", "2"} {
				if err := tx.Put(&care.Person{ID: id, FirstName: "José", LastName: fmt.Sprint("at ", s.ahead.Load())}); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			rt.Fatal(err)
		}
		if when != "connected" {
			if _, err := desk.SyncOnce(ctx); err != nil {
				rt.Fatal(err)
			}
		}
		until(t, "the desk is proved", func() bool {
			e, err := desk.Examine(t.Context())
			return err == nil && e.Problem == nil && e.Proof.Cursor == e.Cursor && e.Cursor == head(t, s) && e.Unsent == 0
		})
		if d := s.isView(profile, "CSR001"); d != "" {
			rt.Fatalf("%s in a %s: %s", how, when, d)
		}
		e, err := desk.Examine(t.Context())
		if err != nil {
			rt.Fatal(err)
		}
		if (how == "not at all" || how == "doubled") && len(e.Recoveries) > 0 {
			rt.Fatalf("a false alarm: %+v", e.Recoveries)
		}
		found, tried = found+len(e.Recoveries), tried+1
	})
	if found == 0 {
		t.Error("nothing that was forged was found: the test looks for nothing")
	}
	t.Logf("found %d times in %d", found, tried)
}
