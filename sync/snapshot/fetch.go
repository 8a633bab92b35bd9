package snapshot

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"meterside/care"
	"meterside/records"
	"meterside/sync/wire"
)

// Doer asks over the network: an http.Client that follows no redirects, or the desk's line to its portal.
type Doer interface {
	Do(r *http.Request) (*http.Response, error)
}

// Fetch brings one ready-made replica to a desk.
type Fetch struct {
	Client Doer
	Portal string // its address
	Server string // who the portal says it is; "" where nobody has said so yet
	Epoch  string
	Dir    string // where the replica is to stand; what was fetched of it before is in there
	// Progress is told how much of the file is here, in bytes as they travel, and how much that will be.
	Progress func(done, total int64)
	// Patience is how long the line may stand still.
	Patience time.Duration

	write func(file *os.File, b []byte, at int64) error // for tests: nil is WriteAt
	slow  func(speed float64) bool                      // for tests: nil is by cost
}

const (
	partPrefix  = "fetch-"
	partSuffix  = ".part"
	wholeSuffix = ".db"
	// attempts is how often a line may break without a frame having come.
	attempts = 4
	// ContentType is that of a file.
	ContentType = "application/vnd.meterside.snapshot"

	// The line is judged once so much has come, or so long has passed.
	judgeBytes = 1 << 20
	judgeAfter = 4 * time.Second
	// buildSpeed is how many bytes of a bare replica a desk indexes in a second: slow machines make half of what was measured.
	buildSpeed = 12 << 20
)

// Run downloads the file, going on where an earlier try was cut off, and checks every frame of it. The path is that of a
// whole database, on the disk; the caller takes it away by renaming it, or the next Run does. A file that turns out to come too slowly is given
// up for its bare variant, whose indices are made here.
func (f *Fetch) Run(ctx context.Context, file *wire.File) (path string, head *Head, err error) {
	if f.Progress == nil {
		f.Progress = func(int64, int64) {}
	}
	if f.Patience == 0 {
		f.Patience = 20 * time.Second
	}
	if !strings.HasPrefix(file.Path, PathPrefix) {
		return "", nil, f.named(damaged("its path is %q", file.Path))
	}
	f.clear(file)
	path, head, err = f.whole(ctx, file)
	if errors.Is(err, errSlow) {
		path, head, err = f.whole(ctx, file.Bare)
	}
	if err != nil {
		return "", nil, f.named(err)
	}
	if head.Bare {
		err = dress(ctx, path)
	}
	return path, head, f.named(err)
}

// errSlow gives a file up for its bare variant.
var errSlow = errors.New("the line is slow")

// dress makes the indices of a bare file. Its bytes are no longer those that were sent, so what fails here is fetched anew.
func dress(ctx context.Context, path string) error {
	fresh, err := records.OpenFresh(ctx, path)
	if err != nil {
		return err
	}
	if err := fresh.Dress(context.WithoutCancel(ctx)); err != nil {
		return errors.Join(err, fresh.Close())
	}
	return fresh.Save()
}

// part is where a file is put together: under its own name, so that another file never goes on in it.
func (f *Fetch) part(file *wire.File) string {
	return filepath.Join(f.Dir, partPrefix+hex.EncodeToString(file.Hash[:min(len(file.Hash), 16)])+partSuffix)
}

// clear takes away what was fetched of other files; of this one its whole database counts as a part again.
func (f *Fetch) clear(file *wire.File) {
	for _, suffix := range []string{partSuffix, wholeSuffix} {
		found, _ := filepath.Glob(filepath.Join(f.Dir, partPrefix+"*"+suffix)) // the pattern is right
		for _, path := range found {
			part := strings.TrimSuffix(path, suffix) + partSuffix
			if part != f.part(file) && (file.Bare == nil || part != f.part(file.Bare)) {
				_ = os.Remove(path)
			} else if suffix == wholeSuffix {
				_ = os.Rename(path, part)
			}
		}
	}
}

// whole gets one file, by as many requests as it takes.
func (f *Fetch) whole(ctx context.Context, file *wire.File) (path string, head *Head, err error) {
	part := f.part(file)
	d := &download{Fetch: f, file: file}
	if d.out, err = os.OpenFile(part, os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return "", nil, err
	}
	defer func() { _ = d.out.Close() }()
	for failures := 0; ; {
		before := d.done
		err := d.request(ctx)
		if err == nil {
			break
		}
		if ctx.Err() != nil {
			return "", nil, ctx.Err()
		}
		if d.done > before {
			failures = 0
		}
		if failures++; failures >= attempts || !passing(err) || errors.Is(err, ErrDamaged) && d.fresh {
			return "", nil, err
		}
		d.fresh = d.fresh || errors.Is(err, ErrDamaged)
		select {
		case <-ctx.Done():
			return "", nil, ctx.Err()
		case <-time.After(time.Duration(failures) * 100 * time.Millisecond):
		}
	}
	if err := d.out.Truncate(d.head.Unpacked); err != nil {
		return "", nil, err
	}
	if err := d.out.Sync(); err != nil {
		return "", nil, err
	}
	if err := d.out.Close(); err != nil {
		return "", nil, err
	}
	path = strings.TrimSuffix(part, partSuffix) + wholeSuffix
	return path, d.head, os.Rename(part, path)
}

// passing says whether the same request may go better the next time.
func passing(err error) bool {
	var said care.Error
	return (!errors.As(err, &said) || said.Code == care.CodeOffline) && !errors.Is(err, errSlow) && !errors.Is(err, syscall.ENOSPC) && !errors.Is(err, errOther)
}

// errOther is a file that is whole and right, but not of this portal or not for this desk.
var errOther = errors.New("the ready-made replica is another one")

// agrees holds the head to what the portal said of the file.
func (f *Fetch) agrees(h *Head, file *wire.File) error {
	switch {
	case f.Server != "" && h.Server != f.Server || f.Epoch != "" && h.Epoch != f.Epoch:
		return fmt.Errorf("%w: it is of server %s in epoch %s", errOther, h.Server, h.Epoch)
	case h.Schema != records.ReplicaVersion():
		return fmt.Errorf("%w: its schema is %d", errOther, h.Schema)
	case h.Seq != file.Seq || strings.Join(h.Scopes, ";") != strings.Join(file.Scopes, ";"):
		return fmt.Errorf("%w: it stands at %d in %v", errOther, h.Seq, h.Scopes)
	}
	return nil
}

// named gives a failure the code by which people are told of it.
func (f *Fetch) named(err error) error {
	var said care.Error
	switch {
	case err == nil || errors.As(err, &said) || errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, syscall.ENOSPC):
		return errors.Join(care.Err(care.CodeDiskFull, "folder", f.Dir), err)
	case errors.Is(err, ErrDamaged), errors.Is(err, errOther):
		return errors.Join(care.Err(care.CodeFileDamaged), err)
	}
	return errors.Join(care.Err(care.CodeOffline, "address", f.Portal), err)
}
