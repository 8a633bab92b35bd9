//go:build !windows

package cache

import (
	"errors"
	"fmt"
	"os"
)

// syncFolder waits until the names in a folder are on the disk.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("swapping the replica: %w", err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("swapping the replica: %w", err)
	}
	return nil
}
