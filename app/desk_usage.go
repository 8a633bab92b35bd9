package app

import (
	"fmt"

	"github.com/wailsapp/wails/v2/pkg/runtime"

	"meterside/backend"
)

// ExportTable writes a table of the window into a file that the user chooses, and says how many rows it has; -1 where they
// chose none.
func (d *Desk) ExportTable(t backend.Table) (int, error) {
	if err := d.backend.Locked(); err != nil {
		return 0, err
	}
	path, err := runtime.SaveFileDialog(d.ctx, runtime.SaveDialogOptions{DefaultFilename: t.FileName()})
	if err != nil {
		return 0, fmt.Errorf("choosing a file: %w", err)
	}
	if path == "" {
		return -1, nil
	}
	return d.backend.ExportTableTo(d.ctx, t, path)
}
