package mail

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"meterside/care"
	"meterside/portal"
)

// Folder stands in for a mail server: each message becomes a file of the name of its notification, which any mail program
// opens. A message that is written twice is one file.
type Folder string

// Carry writes a message into the folder, whole or not at all.
func (f Folder) Carry(_ context.Context, e Envelope) portal.Fate {
	if err := f.write(e); err != nil {
		return portal.Fate{Status: care.NotificationDeferred, Why: care.WhyUnreachable, Words: err.Error()}
	}
	return portal.Fate{Status: care.NotificationAccepted, Why: care.WhyFolder}
}

func (f Folder) write(e Envelope) (err error) {
	if err := os.MkdirAll(string(f), 0o700); err != nil {
		return fmt.Errorf("making the folder for mail: %w", err)
	}
	file, err := os.CreateTemp(string(f), ".part-")
	if err != nil {
		return fmt.Errorf("writing a message: %w", err)
	}
	_, err = file.Write(e.Message)
	if err = errors.Join(err, file.Sync(), file.Close()); err == nil {
		err = os.Rename(file.Name(), filepath.Join(string(f), fileName(e.ID)))
	}
	if err != nil {
		return errors.Join(fmt.Errorf("writing a message: %w", err), os.Remove(file.Name()))
	}
	return nil
}

// fileName names the file of a message. An ID that is no plain word is written in hexadecimal.
func fileName(id string) string {
	if id == "" || strings.Trim(id, "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") != "" {
		id = "x" + hex.EncodeToString([]byte(id))
	}
	return id + ".eml"
}

// Close does nothing.
func (Folder) Close() {}
