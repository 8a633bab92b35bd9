package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"meterside/backend"
	"meterside/backend/keyring"
	"meterside/care"
)

// locked is a desk that its user left, with a note that the portal has not heard of.
func (s *stage) locked(o backend.Options) *backend.Backend {
	s.t.Helper()
	b := s.deskWith("CSR001", o)
	s.do(b, "note.write", `{"account":"030000013","text":"moves out on Friday"}`)
	check(s.t, b.Lock(false))
	return b
}

// unlocks tries a password, and says what came of it.
func unlocks(b *backend.Backend, password string) care.Code {
	return care.CodeOf(b.Unlock(context.Background(), password))
}

func told(t *testing.T, b *backend.Backend) backend.Session {
	t.Helper()
	session, err := b.Session()
	check(t, err)
	return session
}

// M5: a desk that its user left tells nothing until they are back, online and off, and nothing of theirs is lost. Seen to fail
// with a desk that stays open, with any password that is right offline, and without a verifier.
func TestM5ALockedDeskOpensToItsUserAlone(t *testing.T) {
	s := newStage(t)
	s.town()
	b := s.locked(backend.Options{Profile: t.TempDir()})
	for _, away := range []bool{false, true} {
		if away {
			check(t, b.Lock(true))
			s.stop()
		}
		if session := told(t, b); session.Locked == nil || session.Locked.Idle != away || session.User.Name != "Ann" || session.Since == 0 {
			t.Fatalf("the lock's page is told %+v", session)
		}
		_, shown := b.Show(t.Context(), "030000013")
		_, done := b.Do(t.Context(), &care.WriteNote{Account: "030000013", Text: "x"})
		_, signedIn := b.SignIn(t.Context(), "http://"+s.address, "CSR002", password)
		for what, err := range map[string]error{"shows": shown, "takes": done, "signs in": signedIn} {
			if care.CodeOf(err) != care.CodeDeskLocked {
				t.Errorf("a locked desk %s: %v", what, err)
			}
		}
		if status, err := b.Status(t.Context()); err != nil || status.Unsent != 1 {
			t.Errorf("%d changes are unsent, %v", status.Unsent, err)
		}
		if got := unlocks(b, "a bad password"); got != care.CodeUnlockFailed {
			t.Errorf("a wrong password: %q", got)
		}
		if got := unlocks(b, password); got != "" || told(t, b).Locked != nil {
			t.Fatalf("the right password: %q", got)
		}
		if c := s.show(b, "030000013"); len(c.Notes) != 1 {
			t.Errorf("the note is lost: %+v", c.Notes)
		}
	}
}

// M5: another user takes a locked desk over: whom it is locked for is signed out, which holds their changes back until somebody says
// to leave them, and the next one is told nothing of them. What was unsent waits for who made it. Seen to fail where signing out wants
// the lock opened first.
func TestM5ADeskChangesHandsWhileLocked(t *testing.T) {
	s := newStage(t)
	s.town()
	b := s.locked(backend.Options{Profile: t.TempDir()})
	unsent := func() int {
		status, err := b.Status(t.Context())
		check(t, err)
		return status.Unsent
	}
	if err := b.SignOut(t.Context(), false); care.CodeOf(err) != care.CodeSignOutUnsent || told(t, b).Locked == nil {
		t.Fatalf("with a note unsent: %v, %+v", err, told(t, b))
	}
	check(t, b.SignOut(t.Context(), true))
	if session := told(t, b); session.SignedIn || session.Locked != nil {
		t.Errorf("signed out, the window is told %+v", session)
	}
	if got := unlocks(b, password); got != care.CodeNotSignedIn {
		t.Errorf("the password of before: %q", got)
	}
	for _, next := range []struct {
		id     string
		unsent int
	}{{"CSR002", 0}, {"CSR001", 1}} {
		_, err := b.SignIn(t.Context(), "http://"+s.address, next.id, password)
		check(t, err)
		if session := told(t, b); session.User.ID != next.id || session.Locked != nil || unsent() != next.unsent {
			t.Errorf("%s finds %d changes unsent, and %+v", next.id, unsent(), session)
		}
		if next.unsent == 0 {
			check(t, b.SignOut(t.Context(), false))
		}
	}
	s.sync(b)
	if notes := s.notesAtPortal(); len(notes) != 1 {
		t.Errorf("the portal has %q", notes)
	}
}

// The portal's word counts where it can be had: a new password opens the desk and goes on with the session that it ended, the
// old one does not. Seen to fail with the desk's own comparison asked first, and without signing in again.
func TestAPasswordThatWasChangedMeanwhile(t *testing.T) {
	s := newStage(t)
	s.town()
	b := s.locked(backend.Options{Profile: t.TempDir()})
	check(t, s.portal.SetStaffPassword(t.Context(), "CSR001", "another password"))
	if got := unlocks(b, password); got != care.CodeUnlockFailed {
		t.Errorf("the old password: %q", got)
	}
	if got := unlocks(b, "another password"); got != "" {
		t.Fatalf("the new password: %q", got)
	}
	s.sync(b)
	if notes := s.notesAtPortal(); len(notes) != 1 {
		t.Errorf("the portal has %q", notes)
	}
	check(t, b.Lock(false))
	s.stop()
	if got := unlocks(b, password); got != care.CodeUnlockFailed {
		t.Errorf("the old password offline: %q", got)
	}
	if got := unlocks(b, "another password"); got != "" {
		t.Errorf("the new password offline: %q", got)
	}
}

// Whose right was taken away meanwhile is signed out by their own password, and told why. Seen to fail with a desk that only says so.
func TestADeskThatWasRevokedWhileLocked(t *testing.T) {
	s := newStage(t)
	s.town()
	b := s.locked(backend.Options{Profile: t.TempDir()})
	var device string
	check(t, s.portal.Store.Reader().QueryRowContext(t.Context(), "SELECT device_id FROM device").Scan(&device))
	check(t, s.portal.RevokeDevice(t.Context(), device))
	if got := unlocks(b, password); got != care.CodeDeviceRevoked {
		t.Errorf("got %q", got)
	}
	if session := told(t, b); session.SignedIn || session.Problem == nil || session.Problem.Code != care.CodeDeviceRevoked {
		t.Errorf("the sign-in page is told %+v", session)
	}
}

// A desk without a verifier, as one has that an earlier version signed in at, is opened online alone.
func TestADeskThatKeptNothingToCompareWith(t *testing.T) {
	s := newStage(t)
	s.town()
	secrets := &keyring.Memory{}
	b := s.locked(backend.Options{Profile: t.TempDir(), Secrets: secrets})
	secrets.Range(func(name, _ any) bool {
		if name, ok := name.(string); ok && strings.HasPrefix(name, "unlocks ") {
			check(t, secrets.Delete(name))
		}
		return true
	})
	s.stop()
	if got := unlocks(b, password); got != care.CodeUnlockOnline {
		t.Errorf("offline: %q", got)
	}
	s.start()
	if got := unlocks(b, password); got != "" {
		t.Errorf("online: %q", got)
	}
}

// Wrong passwords cost time, which starting the program again does not save, and the tenth signs out. What was not sent waits for
// the same user; nothing is left in the keyring to guess at. Seen to fail with tries that a restart forgets, with the right password taken
// before its time, and with a sign-out that leaves the verifier.
func TestWrongPasswordsSignOut(t *testing.T) {
	s := newStage(t)
	s.town()
	profile, secrets := t.TempDir(), &keyring.Memory{}
	o := backend.Options{Profile: profile, Secrets: secrets, Log: slog.New(slog.DiscardHandler)}
	b := s.signedIn("CSR001", o)
	s.sync(b)
	s.do(b, "note.write", `{"account":"030000013","text":"moves out on Friday"}`)
	check(t, b.Lock(false))
	s.stop()
	for left := 9; left > 4; left-- {
		if err := b.Unlock(t.Context(), "a bad password"); care.CodeOf(err) != care.CodeUnlockFailed || care.AsError(err).Params["left"] != string(rune('0'+left)) {
			t.Errorf("with %d left: %v", left, err)
		}
	}
	if got := unlocks(b, password); got != care.CodeUnlockWait {
		t.Errorf("the sixth try at once: %q", got)
	}
	check(t, b.Close())

	rewritten(t, filepath.Join(profile, "session.json"), func(session *backend.Session) {
		if session.Locked == nil || session.Locked.Wrong != 5 || session.Locked.Next <= time.Now().UnixMilli() {
			t.Errorf("a restart would know of %+v", session.Locked)
		}
		session.Locked.Wrong, session.Locked.Next = 9, 0
	})
	b, err := backend.Open(t.Context(), o)
	check(t, err)
	t.Cleanup(func() { check(t, b.Close()) })
	if _, err := b.Show(t.Context(), "030000013"); care.CodeOf(err) != care.CodeDeskLocked {
		t.Errorf("a restart opens the desk: %v", err)
	}
	if got := unlocks(b, "a bad password"); got != care.CodeUnlockTries {
		t.Errorf("the tenth wrong password: %q", got)
	}
	if session := told(t, b); session.SignedIn || session.Problem == nil || session.Problem.Code != care.CodeUnlockTries {
		t.Errorf("the sign-in page is told %+v", session)
	}
	secrets.Range(func(name, _ any) bool {
		if name, ok := name.(string); ok && !strings.HasPrefix(name, "key of ") {
			t.Errorf("the keyring still holds %q", name)
		}
		return true
	})

	s.start()
	if _, err := b.SignIn(t.Context(), "http://"+s.address, "CSR001", password); err != nil {
		t.Fatal(err)
	}
	if told(t, b).Locked != nil {
		t.Error("the desk is locked after a sign-in")
	}
	s.sync(b)
	if notes := s.notesAtPortal(); len(notes) != 1 {
		t.Errorf("the portal has %q", notes)
	}
}

// Tries at a locked desk count where those to sign in do.
func TestUnlockingIsThrottledAsSigningInIs(t *testing.T) {
	s := newStage(t)
	s.town()
	session, err := s.portal.SignInStaff(t.Context(), "CSR001", password, "d1", "127.0.0.1")
	check(t, err)
	for range 5 {
		if err := s.portal.UnlockDesk(t.Context(), session.Token, "a bad password", "127.0.0.1"); care.CodeOf(err) != care.CodeSignInFailed {
			t.Fatal(err)
		}
		if _, err := s.portal.SignInStaff(t.Context(), "CSR001", "a bad password", "d1", "127.0.0.1"); care.CodeOf(err) != care.CodeSignInFailed {
			t.Fatal(err)
		}
	}
	if err := s.portal.UnlockDesk(t.Context(), session.Token, password, "127.0.0.1"); care.CodeOf(err) != care.CodeSignInThrottled {
		t.Errorf("the eleventh try: %v", err)
	}
}

// M5: a masquerade that the lock ends is on record in the lock's name, also where the portal hears of it later.
func TestM5TheRecordSaysThatTheLockEndedIt(t *testing.T) {
	for name, away := range map[string]bool{"online": false, "offline": true} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			s.town()
			grant, err := s.portal.AskMasquerade(t.Context(), csr("d1"), ask("0190b1f2-0000-7000-8000-00000000000e"), verifierHash, "en")
			check(t, err)
			b := s.desk("CSR001")
			if away {
				s.stop()
			}
			check(t, b.Lock(false))
			check(t, b.EndMasquerade(t.Context(), grant.SessionID, "desk_locked"))
			if away {
				s.start()
			}
			s.sync(b)
			check(t, b.Unlock(t.Context(), password))
			r, err := b.Receipt(t.Context(), grant.SessionID)
			if check(t, err); r.EndedAt == 0 || r.EndReason != "desk_locked" {
				t.Errorf("the receipt says %+v", r.Masquerade)
			}
		})
	}
}

// rewritten changes a file of JSON.
func rewritten[T any](t *testing.T, path string, change func(*T)) {
	t.Helper()
	b, err := os.ReadFile(path)
	check(t, err)
	var v T
	check(t, json.Unmarshal(b, &v))
	change(&v)
	next, err := json.Marshal(v)
	check(t, errors.Join(err, os.WriteFile(path, next, 0o600)))
}
