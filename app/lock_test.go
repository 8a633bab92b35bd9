package app

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wailsapp/wails/v2/pkg/runtime"

	"meterside/backend"
	"meterside/care"
)

// deskOf is a desk at which somebody is signed in, whose portal is not there; locked as its session says.
func deskOf(t *testing.T, locked *backend.Locked) *Desk {
	t.Helper()
	const portal = "http://127.0.0.1:9"
	profile := t.TempDir()
	session := backend.Session{SignedIn: true, User: &backend.User{ID: "CSR001", Name: "Ann", Role: care.RoleCSR}, Portal: portal, Since: 1_790_000_000_000, Locked: locked}
	for file, content := range map[string]any{"session.json": session, "secrets.json": map[string]string{"CSR001 at " + portal: "a token"}} {
		b, err := json.Marshal(content)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(profile, file), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	d := &Desk{flags: flags{Profile: profile, SecretFile: filepath.Join(profile, "secrets.json")}, log: slog.New(slog.DiscardHandler), events: newEvents(), pops: pops{now: time.Now}, ctx: t.Context()}
	d.masquerade = newMasqueradeHost(d)
	var err error
	if d.backend, err = backend.Open(t.Context(), d.options()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.close)
	return d
}

// answersLocked are the methods of a locked desk, each with why.
var answersLocked = map[string]string{
	"Session": "says who is signed in, and that the desk is locked",
	"Status":  "says whether the portal is there, and how much is unsent",
	"Lock":    "leaves a locked desk as it is",
	"Keep":    "takes, and gives nothing",
	"Unlock":  "wants the password",
	"SignOut": "is how another user gets to the sign-in page",
}

// M5: whatever is asked of a locked desk is refused, also by a method that was added yesterday, but for the few that the lock's
// own page needs. What these answer names no customer.
//
// Seen to fail with a method that did not ask, with the clipboard's, and with the backend's refusal taken out.
func TestM5ALockedDeskAnswersNothing(t *testing.T) {
	d := deskOf(t, &backend.Locked{At: 1})
	d.popped("meterside://pop?phone=8025550114")
	for name, m := range methods() {
		if answersLocked[name] != "" {
			continue
		}
		in := []reflect.Value{reflect.ValueOf(d)}
		for i := 1; i < m.Type.NumIn(); i++ {
			in = append(in, reflect.Zero(m.Type.In(i)))
		}
		out := m.Func.Call(in)
		err, _ := out[len(out)-1].Interface().(error)
		if care.CodeOf(err) != care.CodeDeskLocked {
			t.Errorf("%s of a locked desk: %v", name, err)
		}
	}
	for name := range answersLocked {
		if _, ok := methods()[name]; !ok {
			t.Errorf("%s is let through, and there is none", name)
		}
	}
	if got := d.pops.waiting(); got.Phone == "" {
		t.Error("the call that came in is lost")
	}
	s, err := d.Session()
	if err != nil || !s.SignedIn || s.User.Name != "Ann" || s.Since == 0 || s.Locked == nil {
		t.Errorf("the lock's page is told %+v, %v", s, err)
	}
	if _, err := d.Status(); err != nil {
		t.Error(err)
	}
}

// M5: nothing that the window reads by an address is read at a locked desk. Seen to fail where reading does not look whether the
// desk was locked meanwhile.
func TestM5ALockedDeskServesNoAddress(t *testing.T) {
	d := deskOf(t, &backend.Locked{At: 1})
	get := func(h http.Handler, path string) string {
		said := httptest.NewRecorder()
		h.ServeHTTP(said, httptest.NewRequest(http.MethodGet, path, nil))
		return said.Body.String()
	}
	for _, path := range addresses(t) {
		if got := get(d.reads(), path); got != `{"code":"desk_locked"}` {
			t.Errorf("%s of a locked desk: %s", path, got)
		}
	}
	open := deskOf(t, nil)
	slow := open.answer(func(*http.Request) (any, error) {
		return "Jane Doe", open.Lock()
	})
	if got := get(slow, "/api/slow"); strings.Contains(got, "Jane") {
		t.Errorf("what was being read while the desk was locked is told: %s", got)
	}
}

// M5: the desk's lock ends a masquerade, whose window goes, and its end is on its way in the lock's own name.
//
// Seen to fail with the masquerade left open, and with a report that the lock refuses.
func TestM5TheLockEndsAMasquerade(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	t.Setenv(obeys, "yes")
	d := deskOf(t, nil)
	d.masquerade.over = stays
	o, err := d.masquerade.begin(func() {})
	if err != nil {
		t.Fatal(err)
	}
	c, err := d.masquerade.spawn(o, sound(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.open(); err != nil {
		t.Fatal(err)
	}
	d.masquerade.settle(o)
	if err := d.Lock(); err != nil {
		t.Fatal(err)
	}
	select {
	case <-c.gone:
	case <-time.After(closesWithin):
		t.Fatal("the masquerade's window stayed")
	}
	if got := d.masquerade.now(); got.Open || got.Ended == nil || got.Ended.Reason != lockedDesk {
		t.Errorf("the desk knows of %+v", got)
	}
	status, err := d.Status()
	if err != nil || status.Unsent != 1 {
		t.Errorf("of %d ends the portal will hear, %v", status.Unsent, err)
	}
	if _, err := d.StartMasquerade(StartArgs{}); care.CodeOf(err) != care.CodeDeskLocked {
		t.Errorf("another one: %v", err)
	}
}

// What the window kept is taken while the desk is locked, once, and is nobody else's. Seen to fail with a second word that
// replaces the first, and with one that outlives the sign-out.
func TestWhatTheWindowKeepsIsItsUsersAlone(t *testing.T) {
	d := deskOf(t, nil)
	if err := d.Keep("while it is open"); err != nil || d.kept.what != "" {
		t.Errorf("%q is kept, %v", d.kept.what, err)
	}
	if err := d.Lock(); err != nil {
		t.Fatal(err)
	}
	for _, what := range []string{"/account/030000013", "something else"} {
		if err := d.Keep(what); err != nil {
			t.Fatal(err)
		}
	}
	if d.kept.what != "/account/030000013" {
		t.Errorf("%q is kept", d.kept.what)
	}
	if err := d.Keep(strings.Repeat("x", mostKept+1)); care.CodeOf(err) != care.CodeTooLong {
		t.Errorf("more than a window has: %v", err)
	}
	if _, err := d.Unlock("whatever"); err == nil {
		t.Error("any password opens the desk")
	}
	if err := d.SignOut(true); err != nil {
		t.Fatal(err)
	}
	if d.kept.what != "" {
		t.Errorf("the next user gets %q", d.kept.what)
	}
}

// The desk locks itself when nobody used it for as long as policy says, by the clock on the wall. Seen to fail with a minute more,
// with the use forgotten, and with a clock that was set back and not noticed.
func TestADeskThatNobodyUsesLocksItself(t *testing.T) {
	d := deskOf(t, nil)
	now := time.Now()
	d.idle.useAt(now)
	ticks := make(chan time.Time)
	go d.lockWhenIdle(t.Context(), ticks)
	after := func(left time.Duration) bool {
		for range 2 { // the second is taken when the first was dealt with
			ticks <- now.Add(left)
		}
		s, err := d.backend.Session()
		if err != nil {
			t.Fatal(err)
		}
		return s.Locked != nil && s.Locked.Idle
	}
	if after(15*time.Minute - time.Second) {
		t.Fatal("it was locked too soon")
	}
	d.idle.useAt(now.Add(10 * time.Minute))
	if after(24 * time.Minute) {
		t.Fatal("it was locked though somebody was there")
	}
	d.idle.useAt(now)
	if !after(15 * time.Minute) {
		t.Fatal("it was not locked")
	}
	var i idle
	i.useAt(now.Add(time.Hour))
	if i.is(now, time.Minute) || !i.is(now.Add(time.Minute), time.Minute) {
		t.Error("a clock that was set back keeps the desk open, or locks it")
	}
	if i.is(now.Add(1000*time.Hour), 0) {
		t.Error("it locks itself where the utility wants none of it")
	}
}

// addresses are all that the window reads, filled in.
func addresses(t *testing.T) []string {
	t.Helper()
	var all []string
	eachAddress(t, func(_, path string) { all = append(all, path) })
	if slices.Sort(all); len(all) < 20 {
		t.Fatalf("only %d addresses were found", len(all))
	}
	return slices.Compact(all)
}

// M5: the dialog that asks where a file goes stands above the lock's page. What is chosen there once the desk is locked, or nobody is
// signed in any more, is written nowhere.
//
// Seen to fail when only what stands before the dialog is asked.
func TestM5NoFileIsChosenAtALockedDesk(t *testing.T) {
	for name, c := range map[string]struct {
		meanwhile func(*Desk) error
		path      string
		code      care.Code
	}{
		"nothing happens": {func(*Desk) error { return nil }, "there", ""},
		"it is locked":    {(*Desk).Lock, "", care.CodeDeskLocked},
		"they sign out":   {func(d *Desk) error { return d.SignOut(true) }, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			d := deskOf(t, nil)
			d.saveDialog = func(context.Context, runtime.SaveDialogOptions) (string, error) { return "there", c.meanwhile(d) }
			path, err := d.chooseFile("bill.pdf")
			if care.CodeOf(err) != c.code || err == nil && path != c.path {
				t.Errorf("%q is chosen, %v", path, err)
			}
		})
	}
}
