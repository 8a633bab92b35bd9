package e2e

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"meterside/backend"
	"meterside/backend/keyring"
)

// draftsEnv names the profile in which this program, started again, types drafts until it is killed.
const draftsEnv = "METERSIDE_E2E_DRAFTS"

// typeDrafts saves drafts without end, and prints the number of each that was saved.
func typeDrafts(profile string) int {
	ctx := context.Background()
	b, err := openDrafts(ctx, profile)
	for i := 1; err == nil; i++ {
		if err = b.SaveDraft(ctx, "030000013", fmt.Sprint(i)); err == nil {
			fmt.Println(i)
		}
	}
	fmt.Fprintln(os.Stderr, err)
	return 1
}

func openDrafts(ctx context.Context, profile string) (*backend.Backend, error) {
	return backend.Open(ctx, backend.Options{
		Profile: profile, Secrets: &keyring.File{Path: filepath.Join(profile, "secrets")}, Log: slog.New(slog.DiscardHandler),
	})
}

// I13: what a CSR typed is there after a kill: the last draft that was saved, or the one that was being saved.
//
// It fails when SaveDraft keeps drafts in memory and writes every tenth.
func TestADraftSurvivesAKill(t *testing.T) {
	s := newStage(t)
	s.town()
	profile := t.TempDir()
	b, err := openDrafts(t.Context(), profile)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.SignIn(t.Context(), "http://"+s.address, "CSR001", password); err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	s.stop()
	for range 10 {
		last := typeAndKill(t, profile)
		b, err := openDrafts(t.Context(), profile)
		if err != nil {
			t.Fatalf("after a kill the desk does not open: %v", err)
		}
		text, err := b.Draft(t.Context(), "030000013")
		if err != nil || text != fmt.Sprint(last) && text != fmt.Sprint(last+1) {
			t.Errorf("draft %d was saved, %q is kept, %v", last, text, err)
		}
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// typeAndKill gives the number of the last draft that was acknowledged.
func typeAndKill(t *testing.T, profile string) (last int) {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	typist := exec.Command(program)
	typist.Env = append(os.Environ(), draftsEnv+"="+profile)
	typist.Stderr = os.Stderr
	out, err := typist.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := typist.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadString('\n')
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := fmt.Sscanln(line, &last); err != nil {
			t.Fatalf("the typist says %q", line)
		}
		if last == 1 { // it has begun
			time.AfterFunc(rand.N(60*time.Millisecond), func() { _ = typist.Process.Kill() })
		}
	}
	_ = typist.Wait() // it was killed
	if last == 0 {
		t.Fatal("the typist saved nothing")
	}
	return last
}
