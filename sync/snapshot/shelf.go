package snapshot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"meterside/records"
	"meterside/sync/wire"
)

// Shelf keeps the ready-made replicas of a portal: it builds one for a set of scopes when it is first asked for, once for
// all who ask, keeps it fresh, and takes it away when nobody has been offered it for a day. Several nodes may share its
// folder: each offers and serves what another one made.
type Shelf struct {
	dir    string
	source Source
	log    *slog.Logger

	// Few is up to how many rows are better sent one by one; Stale after how many changes a file is made anew beside being
	// offered; Far after how many it is not offered any more. Fresh and Kept are for how long it counts as fresh, and for
	// how long a file is kept that nobody was offered; Again is when a desk is to ask again for one that is being built.
	Few, Stale, Far    int
	Fresh, Kept, Again time.Duration

	// Built is told of every build that ended, for metrics.
	Built func(took time.Duration, err error)

	running context.Context //nolint:containedctx // builds outlive the request that began them, and end with the shelf
	end     context.CancelFunc
	builds  sync.WaitGroup
	turn    chan struct{} // one build at a time
	work    string

	mu     sync.Mutex
	titles map[string]*title // guarded by mu: by scopes
	offers map[string]*Offer // guarded by mu: by hash; all that are kept
}

// title is what is known of one set of scopes. Its fields are guarded by the shelf's mu, but for those of the build, which
// belong to whoever set building.
type title struct {
	scopes   []string
	newest   *Offer
	building bool
	failed   time.Time // when a build last failed

	bare  string // a database that a build left, to be brought up to date
	stand records.Stand
}

// Offer is a file that was offered, as it stands beside the file on the disk.
type Offer struct {
	File    *wire.File `json:"file"`
	Server  string     `json:"server"`
	Epoch   string     `json:"epoch"`
	Schema  int64      `json:"schema"`
	Built   time.Time  `json:"built"`
	Offered time.Time  `json:"offered"`
}

const (
	failedPause = 30 * time.Second // after a build that failed, desks get rows
	noteEvery   = time.Minute      // how exact Offered is on the disk
)

// NewShelf opens the folder of a shelf, and makes it where there is none. Close ends its builds.
func NewShelf(dir string, source Source, log *slog.Logger) (*Shelf, error) {
	s := &Shelf{
		dir: dir, source: source, log: log, Few: 5_000, Stale: 5_000, Far: 50_000, Fresh: time.Hour, Kept: 24 * time.Hour, Again: time.Second,
		Built: func(time.Duration, error) {}, turn: make(chan struct{}, 1), titles: map[string]*title{}, offers: map[string]*Offer{},
	}
	s.running, s.end = context.WithCancel(context.Background())
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the folder of ready-made replicas: %w", err)
	}
	var err error
	if s.work, err = os.MkdirTemp(dir, "work-"); err != nil {
		return nil, fmt.Errorf("making the folder of ready-made replicas: %w", err)
	}
	return s, s.scan()
}

// Close ends the builds, and takes away what only they need.
func (s *Shelf) Close() error {
	s.end()
	s.builds.Wait()
	return os.RemoveAll(s.work)
}

// File offers a ready-made replica of scopes. nil and 0: rows are to be sent; nil and more: come again after that.
func (s *Shelf) File(ctx context.Context, scopes []string, schema int64) (*wire.File, time.Duration, error) {
	if schema != records.ReplicaVersion() || len(scopes) == 0 {
		return nil, 0, nil
	}
	scopes = slices.Compact(slices.Sorted(slices.Values(scopes)))
	t := s.title(scopes)
	newest := s.newest(t)
	from, most := int64(0), s.Few+1
	if newest != nil {
		from, most = newest.File.Seq, s.Far+1
	}
	changes := 0
	err := s.source.View(ctx, func(m Moment) error {
		for _, scope := range scopes {
			n, err := m.Count(ctx, scope, from, most-changes)
			if changes += n; err != nil || changes >= most {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, 0, err
	}
	now := s.source.Now()
	switch {
	case newest == nil && changes <= s.Few:
		return nil, 0, nil
	case newest == nil || changes > s.Far:
		if !s.renew(t) {
			return nil, 0, nil
		}
		return nil, s.Again, nil
	case changes > s.Stale || changes > 0 && now.Sub(newest.Built) > s.Fresh:
		s.renew(t)
	}
	return newest.File, 0, s.note(newest, now)
}

func (s *Shelf) title(scopes []string) *title {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := strings.Join(scopes, ";")
	t := s.titles[name]
	if t == nil {
		t = &title{scopes: scopes}
		s.titles[name] = t
	}
	return t
}

// newest is the last file of a title that is of use today, or nil. Where this node has none, another may.
func (s *Shelf) newest(t *title) *Offer {
	if o := s.known(t); o != nil {
		return o
	}
	if err := s.scan(); err != nil {
		s.log.Error("the folder of ready-made replicas cannot be read", "error", err)
	}
	return s.known(t)
}

func (s *Shelf) known(t *title) *Offer {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range s.offers {
		if slices.Equal(o.File.Scopes, t.scopes) && (t.newest == nil || o.File.Seq > t.newest.File.Seq) {
			t.newest = o
		}
	}
	if t.newest != nil && !s.useful(t.newest) {
		t.newest = nil
	}
	return t.newest
}

func (s *Shelf) useful(o *Offer) bool {
	return o.Server == s.source.Server() && o.Epoch == s.source.Epoch() && o.Schema == records.ReplicaVersion()
}

// note remembers when a file was offered: what a desk may be downloading is not taken away.
func (s *Shelf) note(o *Offer, now time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now.Sub(o.Offered) < noteEvery {
		return nil
	}
	o.Offered = now
	return s.keep(o)
}

// keep writes an offer beside its file.
func (s *Shelf) keep(o *Offer) error {
	b, err := json.MarshalIndent(o, "", "  ")
	if err != nil {
		return fmt.Errorf("keeping an offer: %w", err)
	}
	path := filepath.Join(s.dir, filepath.Base(o.File.Path)+".json")
	if err := os.WriteFile(path+".new", append(b, '\n'), 0o600); err != nil {
		return fmt.Errorf("keeping an offer: %w", err)
	}
	return os.Rename(path+".new", path)
}

// scan reads the offers of the folder that are not known yet.
func (s *Shelf) scan() error {
	found, err := filepath.Glob(filepath.Join(s.dir, "*.json"))
	if err != nil {
		return fmt.Errorf("reading the offers: %w", err)
	}
	for _, path := range found {
		hash := strings.TrimSuffix(filepath.Base(path), ".json")
		s.mu.Lock()
		known := s.offers[hash] != nil
		s.mu.Unlock()
		if known {
			continue
		}
		o := &Offer{}
		b, err := os.ReadFile(path)
		if err != nil || json.Unmarshal(b, o) != nil || o.File == nil || filepath.Base(o.File.Path) != hash {
			continue // it was taken away just now, or is none of ours
		}
		if _, err := os.Stat(filepath.Join(s.dir, hash)); errors.Is(err, os.ErrNotExist) {
			_ = os.Remove(path)
			continue
		}
		s.mu.Lock()
		s.offers[hash] = o
		s.mu.Unlock()
	}
	return nil
}

// Floor is the least seq at which a file stands that a desk may be downloading or a build goes on from: what left the scopes
// after it must still be told. ok is false where there is none.
func (s *Shelf) Floor() (seq int64, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	least := func(n int64) {
		if !ok || n < seq {
			seq, ok = n, true
		}
	}
	for _, o := range s.offers {
		if s.useful(o) {
			least(o.File.Seq)
		}
	}
	for _, t := range s.titles {
		if t.bare != "" && t.stand.Epoch == s.source.Epoch() {
			least(t.stand.Cursor)
		}
	}
	return seq, ok
}

// Sweep takes away the files that nobody was offered for a while. It is to be called now and then.
func (s *Shelf) Sweep() error {
	if err := s.scan(); err != nil {
		return err
	}
	now := s.source.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	var all error
	for hash, o := range s.offers {
		if now.Sub(o.Offered) <= s.Kept && s.useful(o) {
			continue
		}
		if again := s.reread(hash); again != nil && now.Sub(again.Offered) <= s.Kept && s.useful(again) {
			o.Offered = again.Offered // another node offered it
			continue
		}
		delete(s.offers, hash)
		paths := []string{hash, hash + ".json"}
		if o.File.Bare != nil {
			paths = append(paths, filepath.Base(o.File.Bare.Path))
		}
		for _, path := range paths {
			if err := os.Remove(filepath.Join(s.dir, path)); err != nil && !errors.Is(err, os.ErrNotExist) {
				all = errors.Join(all, err)
			}
		}
		for _, t := range s.titles {
			if t.newest != o {
				continue
			}
			t.newest = nil
			if !t.building {
				t.forget()
			}
		}
	}
	return all
}

func (s *Shelf) reread(hash string) *Offer {
	o := &Offer{}
	b, err := os.ReadFile(filepath.Join(s.dir, hash+".json"))
	if err != nil || json.Unmarshal(b, o) != nil || o.File == nil {
		return nil
	}
	return o
}

// forget drops the database that a title's next build would go on from.
func (t *title) forget() {
	if t.bare != "" {
		_ = os.RemoveAll(filepath.Dir(t.bare))
	}
	t.bare, t.stand = "", records.Stand{}
}
