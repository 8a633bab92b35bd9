package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"meterside/care"
	"meterside/portal"
)

type backupCommand struct {
	place
	File string `arg:"" help:"The file to write. It must not be there yet." type:"path"`
}

// Run writes a backup, whole or not at all. The portal may serve meanwhile.
func (c *backupCommand) Run(p *program) error {
	if filled, err := c.filled(p.ctx); err != nil {
		return err
	} else if !filled {
		return fmt.Errorf("there is no store in %s: give the one that portald serves", c)
	}
	if _, err := os.Lstat(c.File); err == nil {
		return fmt.Errorf("%s is there already: give another name, or remove it first", c.File)
	}
	return c.with(p.ctx, func(records *portal.Portal) (err error) {
		// Who reads a backup reads everything: it is its owner's alone, from its first byte.
		f, err := os.CreateTemp(filepath.Dir(c.File), filepath.Base(c.File)+".part-*")
		if err != nil {
			return fmt.Errorf("writing the backup: %w", err)
		}
		defer func() {
			if err != nil {
				_ = f.Close()
				_ = os.Remove(f.Name())
			}
		}()
		b, err := records.Store.Backup(p.ctx, f, time.Now())
		if err != nil {
			return err
		}
		if err := errors.Join(f.Sync(), f.Close()); err != nil {
			return fmt.Errorf("writing the backup: %w", err)
		}
		if err := os.Rename(f.Name(), c.File); err != nil {
			return fmt.Errorf("writing the backup: %w", err)
		}
		_, _ = fmt.Fprintf(p.out, "%s holds %d rows as they were at change %d\n", c.File, sum(b.Rows), b.Seq)
		return nil
	})
}

type restoreCommand struct {
	place
	File    string `arg:"" help:"The backup." type:"existingfile"`
	Replace bool   `help:"Put the backup in the place of a store that is not empty. What came after the backup is lost, but for what the desks still know."`
}

// Run puts a backup into a store. Every desk takes its replica anew, and hands in again what the backup does not know.
func (c *restoreCommand) Run(p *program) error {
	f, err := os.Open(c.File)
	if err != nil {
		return fmt.Errorf("reading the backup: %w", err)
	}
	defer func() { _ = f.Close() }()
	is, err := f.Stat()
	if err != nil {
		return fmt.Errorf("reading the backup: %w", err)
	}
	return c.with(p.ctx, func(records *portal.Portal) error {
		b, err := records.Store.Restore(p.ctx, f, is.Size(), c.Replace)
		var said care.Error
		if errors.As(err, &said) && said.Code == care.CodeStoreFilled {
			return care.Err(care.CodeStoreFilled, "database", c.String())
		}
		if err != nil {
			return err
		}
		_, _ = fmt.Fprintf(p.out, "%s holds %d rows as they were at change %d, on %s\n", c, sum(b.Rows), b.Seq, time.UnixMilli(b.MadeAt).UTC().Format(time.RFC3339))
		return nil
	})
}

func sum(rows map[string]int64) (all int64) {
	for _, n := range rows {
		all += n
	}
	return all
}
