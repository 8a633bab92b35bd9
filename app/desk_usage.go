package app

import (
	"meterside/backend"
)

// ExportTable writes a table of the window into a file that the user chooses, and says how many rows it has; -1 where they
// chose none.
func (d *Desk) ExportTable(t backend.Table) (int, error) {
	path, err := d.chooseFile(t.FileName())
	if err != nil || path == "" {
		return -1, err
	}
	return d.backend.ExportTableTo(d.ctx, t, path)
}
