package e2e

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"meterside/backend"
	"meterside/care"
	"meterside/sync/hub"
	"meterside/sync/snapshot"
	"meterside/sync/wire"
)

// plans are those that a connected desk was told.
type plans struct {
	mu  sync.Mutex
	all []string // guarded by mu
}

func (p *plans) trace(up bool, frame []byte) {
	f, err := wire.Decode(frame)
	if plan, ok := f.(*wire.Plan); err == nil && ok && !up {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.all = append(p.all, plan.Plan)
	}
}

func (p *plans) told() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.all...)
}

// I2, I5: a desk that is connected when more comes than is worth sending row by row is told to fetch a file over that very
// connection, which goes on taking its commands; in the end it is the portal's view, and what it said was answered.
//
// Seen to fail when the desk takes no notice of a plan, and when the hub sends rows whatever their number.
func TestAConnectedDeskIsToldToFetchAFile(t *testing.T) {
	s := &stage{t: t, dir: t.TempDir()}
	s.files = func(shelf *snapshot.Shelf) { shelf.Few, shelf.Far, shelf.Again = 0, 100, 20*time.Millisecond }
	s.options = func(o *hub.Options) { o.FileAbove = 100 }
	s.start()
	t.Cleanup(func() { s.stop() })
	s.town()
	profile := t.TempDir()
	told := &plans{}
	ann := s.deskWith("CSR001", backend.Options{Profile: profile, Trace: told.trace})
	before := len(told.told())
	ann.Connect()
	until(t, "the desk is live", func() bool {
		status, err := ann.Status(t.Context())
		return err == nil && status.Phase == "live"
	})
	chance := rand.New(rand.NewPCG(1, 1)) //nolint:gosec // what does not compress
	var many []care.Record
	for i := range 400 {
		text := make([]rune, 24<<10)
		for j := range text {
			text[j] = rune(' ' + chance.IntN(90))
		}
		many = append(many, &care.Note{ID: fmt.Sprint("M", i), Account: "030000013", Text: string(text), By: "CSR001"})
	}
	s.put(many...)
	said := s.do(ann, "note.write", `{"account":"030000013","text":"meanwhile"}`)
	until(t, "the desk is told", func() bool { return len(told.told()) > before })
	untilWithin(t, time.Minute, "the desk has it all, and its answer", func() bool {
		q, err := ann.Answer(t.Context(), said.CommandID)
		status, err2 := ann.Status(t.Context())
		return err == nil && err2 == nil && q.State == "applied" && status.Cursor == head(t, s)
	})
	p, err := ann.Progress(0)
	if err != nil || p.Plan != "snapshot" {
		t.Errorf("it came by %s, %v; the desk was told %v", p.Plan, err, told.told())
	}
	// The answer was there before the replica forgot that it brought it.
	until(t, "the replica is the portal's view", func() bool { return s.isView(profile, "CSR001") == "" })
}
