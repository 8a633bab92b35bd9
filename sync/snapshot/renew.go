package snapshot

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"meterside/records"
)

// renew begins to build a title's next file, unless that is being done. It says whether a file is to be expected.
func (s *Shelf) renew(t *title) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t.building {
		return true
	}
	if s.running.Err() != nil || s.source.Now().Sub(t.failed) < failedPause {
		return false
	}
	t.building = true
	s.builds.Go(func() {
		offer, err := s.make(s.running, t)
		s.mu.Lock()
		defer s.mu.Unlock()
		t.building = false
		if err != nil {
			t.forget()
			if s.running.Err() == nil {
				t.failed = s.source.Now()
				s.log.Error("a ready-made replica could not be built", "scopes", len(t.scopes), "error", err)
			}
			return
		}
		t.newest = offer
		s.offers[filepath.Base(offer.File.Path)] = offer
	})
	return true
}

// make builds the next file of a title, from what the last build left where that is of use.
func (s *Shelf) make(ctx context.Context, t *title) (*Offer, error) {
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-s.turn }()
	began := time.Now()
	offer, err := s.makeNow(ctx, t)
	s.Built(time.Since(began), err)
	return offer, err
}

func (s *Shelf) makeNow(ctx context.Context, t *title) (*Offer, error) {
	s.mu.Lock()
	path, last := t.bare, t.stand
	s.mu.Unlock()
	stand, err := records.Stand{}, errRewound
	if path != "" {
		stand, err = build(ctx, s.source, path, t.scopes, last)
	}
	if errors.Is(err, errRewound) {
		path, stand, err = s.anew(ctx, t)
	}
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	t.bare, t.stand = path, stand
	s.mu.Unlock()
	file, err := publish(ctx, path, stand, filepath.Dir(path), s.dir)
	if err != nil {
		return nil, err
	}
	now := s.source.Now()
	offer := &Offer{File: file, Server: stand.Server, Epoch: stand.Epoch, Schema: records.ReplicaVersion(), Built: now, Offered: now}
	return offer, s.keep(offer)
}

// anew builds a title's database from the beginning.
func (s *Shelf) anew(ctx context.Context, t *title) (path string, stand records.Stand, err error) {
	s.mu.Lock()
	t.forget()
	s.mu.Unlock()
	dir, err := os.MkdirTemp(s.work, "set-")
	if err != nil {
		return "", stand, err
	}
	path = filepath.Join(dir, "bare.db")
	if stand, err = build(ctx, s.source, path, t.scopes, stand); err != nil {
		return "", stand, errors.Join(err, os.RemoveAll(dir))
	}
	return path, stand, nil
}
