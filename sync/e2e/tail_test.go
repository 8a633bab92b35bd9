package e2e

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"meterside/backend"
	"meterside/backend/keyring"
	"meterside/care"
)

// I6: the replica's commits do not wait for the disk, the outbox's do. A power cut may so leave an answer without the rows
// that it brought: the CSR still sees what they did, once, and again once the rows have come.
//
// It fails when the overlay is made of the unanswered commands only.
func TestAPowerCutTakesNothingThatTheCSRDidFromTheScreen(t *testing.T) {
	s := newStage(t)
	s.town()
	profile := t.TempDir()
	secrets := &keyring.Memory{}
	open := func(profile string) *backend.Backend {
		b, err := backend.Open(t.Context(), backend.Options{Profile: profile, Secrets: secrets, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	ann := open(profile)
	if _, err := ann.SignIn(t.Context(), "http://"+s.address, "CSR001", password); err != nil {
		t.Fatal(err)
	}
	s.sync(ann)
	if err := ann.Close(); err != nil { // what is in the replica now has reached its file
		t.Fatal(err)
	}
	ann = open(profile)
	note := s.do(ann, "note.write", `{"account":"030000013","text":"seen"}`)
	s.sync(ann)
	if a, err := ann.Answer(t.Context(), note.CommandID); err != nil || a.State != string(care.Applied) {
		t.Fatal(a, err)
	}
	cut := filepath.Join(t.TempDir(), "cut")
	if err := copyAsCut(t.Context(), profile, cut); err != nil {
		t.Fatal(err)
	}
	if err := ann.Close(); err != nil {
		t.Fatal(err)
	}
	logs, err := filepath.Glob(filepath.Join(cut, "users", "*", "replica*-wal"))
	if err != nil || len(logs) != 1 {
		t.Fatal(logs, err)
	}
	if err := os.Truncate(logs[0], 0); err != nil {
		t.Fatal(err)
	}
	ann = open(cut)
	defer func() { _ = ann.Close() }()
	for _, when := range []string{"after the power cut", "after the next sync"} {
		if c := s.show(ann, "030000013"); len(c.Notes) != 1 || c.Notes[0].Text != "seen" {
			t.Errorf("%s the notes are %+v", when, c.Notes)
		}
		s.sync(ann)
	}
}
