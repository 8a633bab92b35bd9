package app

import (
	"context"
	"fmt"

	"github.com/wailsapp/wails/v2/pkg/runtime"
)

// chooseFile has the user choose where a file goes; "" where they chose nowhere. The dialog stands above the window's pages, the
// lock's too: a desk that was locked, or signed out, meanwhile writes nothing.
func (d *Desk) chooseFile(name string) (string, error) {
	if err := d.backend.Locked(); err != nil {
		return "", err
	}
	before, err := d.backend.Session()
	if err != nil {
		return "", err
	}
	dialog := d.saveDialog
	if dialog == nil {
		dialog = runtime.SaveFileDialog
	}
	path, err := dialog(d.ctx, runtime.SaveDialogOptions{DefaultFilename: name})
	if err != nil {
		return "", fmt.Errorf("choosing a file: %w", err)
	}
	if after, err := d.backend.Session(); err != nil || after.SignedIn != before.SignedIn || after.Since != before.Since {
		return "", err
	}
	return path, d.backend.Locked()
}

// saveDialog asks for a file as the operating system does.
type saveDialog func(ctx context.Context, o runtime.SaveDialogOptions) (string, error)
