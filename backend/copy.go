package backend

import (
	"context"
	"time"

	"meterside/sync/client"
	"meterside/sync/snapshot"
	"meterside/sync/wire"
)

// filesLine is the way to a portal's files.
var filesLine client.Line

// Copied is how much of a ready-made replica is here, in bytes as they travel; the zero Copied while none is fetched.
type Copied struct {
	Done  int64
	Total int64
}

// Fetch brings a ready-made replica and installs it as the one that the next hello speaks of.
func (s *sink) Fetch(ctx context.Context, portal string, f *wire.File) error {
	defer func() {
		s.copied.Store(nil)
		s.changed("status")
	}()
	var told time.Time
	fetch := snapshot.Fetch{
		Client: s.files, Portal: portal, Server: s.server, Epoch: s.epoch, Dir: s.cache.Folder(),
		Progress: func(done, total int64) {
			s.copied.Store(&Copied{done, total})
			if time.Since(told) > 250*time.Millisecond {
				told = time.Now()
				s.changed("status")
			}
		},
	}
	path, head, err := fetch.Run(ctx, f)
	if err != nil {
		return err
	}
	if err := s.cache.Install(ctx, path); err != nil {
		return err
	}
	s.bytes.Add(f.Bytes)
	s.file.Store(head.Seq)
	return nil
}
