package cache

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Erase closes the cache and takes away everything that came from the portal, written over first: the replica, what was
// fetched beside it, and what the outbox copied for people. The outbox stays, with what the CSR did and typed.
func (c *Cache) Erase(ctx context.Context) error {
	_, err := c.outbox.Write.ExecContext(ctx, forgetCopy)
	if err == nil {
		_, err = c.outbox.Write.ExecContext(ctx, forgetOpened)
	}
	if err == nil {
		_, err = truncate(ctx, c.outbox, truncateWithin)
	}
	return errors.Join(err, c.Close(), erase(c.dir))
}

// erase writes over and removes whatever stands in a user's folder, but for the outbox.
func erase(dir string) error {
	var all error
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() || strings.HasPrefix(entry.Name(), "outbox.db") {
			return err
		}
		all = errors.Join(all, wipe(path)) // one file that cannot be had must not save the others
		return nil
	})
	return errors.Join(all, err)
}

// wipe fills a file with zeros, waits until they are on the disk, and removes it.
func wipe(path string) error {
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("erasing: %w", err)
	}
	info, err := file.Stat()
	if err == nil {
		_, err = io.CopyN(file, zeros{}, info.Size())
	}
	if err := errors.Join(err, file.Sync(), file.Close(), os.Remove(path)); err != nil {
		return fmt.Errorf("erasing %s: %w", filepath.Base(path), err)
	}
	return nil
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}
