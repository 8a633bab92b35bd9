package snapshot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"meterside/care"
	"meterside/records"
	"meterside/sync/wire"
)

// Moment is one moment of the portal's store.
type Moment interface {
	Head() int64
	// Epoch is the history that the moment belongs to.
	Epoch() string
	// Changes calls fn with each change of a scope after from, in order.
	Changes(ctx context.Context, scope string, from int64, fn func(wire.Change) error) error
	// Count counts the changes of a scope after from, and stops counting at most.
	Count(ctx context.Context, scope string, from int64, most int) (int, error)
}

// Source is the portal's store as builds read it.
type Source interface {
	Server() string
	Epoch() string // as it was last seen
	Now() time.Time
	View(ctx context.Context, fn func(Moment) error) error
}

// errRewound is a database that stands in another history than the store: it is to be made anew.
var errRewound = errors.New("the store was rewound since the last build")

// build makes, or brings up to date, a bare database at path: what the scopes hold at one moment. last is where the database
// stands, the zero Stand for one that is not there.
func build(ctx context.Context, src Source, path string, scopes []string, last records.Stand) (stand records.Stand, err error) {
	from := last.Cursor
	var f *records.Fresh
	if from == 0 {
		f, err = records.NewFresh(ctx, path)
	} else {
		f, err = records.OpenFresh(ctx, path)
	}
	if err != nil {
		return stand, err
	}
	stand = records.Stand{Server: src.Server(), Scopes: scopes, Time: src.Now().UnixMilli()}
	err = src.View(ctx, func(m Moment) error {
		stand.Cursor, stand.Epoch = m.Head(), m.Epoch()
		if from > 0 && (stand.Epoch != last.Epoch || stand.Cursor < from) {
			return errRewound
		}
		return fill(ctx, m, f, stand.Scopes, from)
	})
	if err == nil {
		err = f.SetStand(ctx, stand)
	}
	if err == nil {
		err = f.Count(ctx)
	}
	return stand, errors.Join(err, f.Close())
}

// fill puts what the scopes hold after from, then takes away what left them.
func fill(ctx context.Context, m Moment, f *records.Fresh, scopes []string, from int64) error {
	gone := map[care.Ref][]string{}
	for _, scope := range scopes {
		err := m.Changes(ctx, scope, from, func(c wire.Change) error {
			if c.Body != nil {
				return f.Put(care.Kind(c.Kind), c.ID, c.Body, c.Seq)
			}
			if from > 0 { // what left before that is not in the database
				ref := care.Ref{Kind: care.Kind(c.Kind), ID: c.ID}
				gone[ref] = append(gone[ref], scope)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	for ref, left := range gone {
		if err := f.Remove(ctx, ref, scopes, left...); err != nil {
			return err
		}
	}
	return nil
}

// publish packs a bare database, and the same with indices and search, into a folder. work is where the latter is made.
func publish(ctx context.Context, bare string, stand records.Stand, work, dir string) (*wire.File, error) {
	head := Head{
		Server: stand.Server, Epoch: stand.Epoch, Seq: stand.Cursor, Scopes: slices.Clone(stand.Scopes), Schema: records.ReplicaVersion(),
	}
	full := filepath.Join(work, "full.db")
	defer func() { _ = os.Remove(full) }()
	if err := copyFile(bare, full); err != nil {
		return nil, fmt.Errorf("copying a replica: %w", err)
	}
	f, err := records.OpenFresh(ctx, full)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(f.Dress(ctx), f.Close()); err != nil {
		return nil, err
	}
	file, err := pack(ctx, full, dir, head)
	if err != nil {
		return nil, err
	}
	head.Bare = true
	if file.Bare, err = pack(ctx, bare, dir, head); err != nil {
		return nil, errors.Join(err, os.Remove(filepath.Join(dir, filepath.Base(file.Path))))
	}
	return file, nil
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
