package cache

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"meterside/care"
	"meterside/records"
)

var ann = care.Actor{ID: "CSR001", Name: "Ann", Origin: care.OriginDesk, Role: care.RoleCSR}

func openIn(t *testing.T, dir string) *Cache {
	t.Helper()
	c, err := Open(t.Context(), dir, ann)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

const noteCount = 20

// version is every row of a town as it is at a number, each telling which.
func version(t *testing.T, seq int64) []Change {
	t.Helper()
	scopes := care.Meta{Scopes: care.List{"d:1"}}
	all := []care.Record{&care.Account{Number: "A1", DistrictID: "1", Nickname: fmt.Sprint("at ", seq), Meta: scopes}}
	for i := range noteCount {
		all = append(all, &care.Note{ID: fmt.Sprint("N", i), Account: "A1", Text: fmt.Sprint("at ", seq), Meta: scopes})
	}
	var changes []Change
	for _, rec := range all {
		body, err := records.Encode(rec)
		if err != nil {
			t.Fatal(err)
		}
		changes = append(changes, Change{Scope: "d:1", Kind: rec.RecordKind(), ID: rec.RecordID(), Seq: seq, Body: body})
	}
	return changes
}

// came lets a cache have a version by rows.
func came(c *Cache, changes []Change, to int64, verdicts ...care.Verdict) error {
	if err := c.Take(context.Background(), changes); err != nil {
		return err
	}
	_, err := c.Commit(context.Background(), "server", "epoch", Commit{To: to, Time: to, Granted: []string{"d:1"}, Verdicts: verdicts})
	return err
}

// filed makes a whole database of a version, as it comes out of a download.
func filed(t *testing.T, dir string, seq int64, server string) string {
	t.Helper()
	path := filepath.Join(dir, "fetch-1.db")
	f, err := records.NewFresh(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range version(t, seq) {
		if err := f.Put(c.Kind, c.ID, c.Body, c.Seq); err != nil {
			t.Fatal(err)
		}
	}
	for _, err := range []error{
		f.SetStand(t.Context(), Stand{Server: server, Epoch: "epoch", Cursor: seq, Scopes: care.List{"d:1"}}), f.Dress(t.Context()), f.Count(t.Context()), f.Save(),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return path
}

// wrote enqueues a note of the CSR's own and lays it on.
func wrote(t *testing.T, c *Cache, text string) string {
	t.Helper()
	args, err := json.Marshal(care.WriteNote{Account: "A1", Text: text})
	if err != nil {
		t.Fatal(err)
	}
	env := care.Envelope{ID: uuid.NewString(), Kind: "note.write", Version: care.CommandVersion, Args: args, CreatedAt: 1}
	if err := c.Enqueue(context.Background(), env, Entering{Account: "A1"}); err != nil {
		t.Error(err)
	}
	if err := c.Lay(context.Background()); err != nil {
		t.Error(err)
	}
	return env.ID
}

// seen is what a reader of the replica sees: the version of every row, or that they are mixed, and the CSR's own notes.
func seen(t *testing.T, db records.Conn) string {
	t.Helper()
	notes, err := records.Select[care.Note](t.Context(), db, "ORDER BY text, note_id")
	if err != nil {
		t.Fatal(err)
	}
	accounts, err := records.Select[care.Account](t.Context(), db, "")
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, a := range accounts {
		count[a.Nickname]++
	}
	var own []string
	for _, n := range notes {
		if strings.HasPrefix(n.Text, "at ") {
			count[n.Text]++
		} else {
			own = append(own, n.Text)
		}
	}
	if len(count) > 1 {
		return fmt.Sprintf("a mixture: %v", count)
	}
	for text, n := range count {
		if n != noteCount+1 {
			return fmt.Sprintf("%d rows %s", n, text)
		}
		return text + " with " + strings.Join(own, ", ")
	}
	return "nothing"
}

// copied copies a folder as it is on the disk: what a desk finds that is started after this one was killed.
func copied(t *testing.T, dir string) string {
	t.Helper()
	to := t.TempDir()
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	return to
}

// Invariant I13: killed at any step of a swap, the desk has the old replica or the new one, whole, with the CSR's own changes
// laid on; its outbox is whole, and the next connection brings it to the newest state. Seen to fail with the pointer written
// as soon as a file is installed, and with the old file removed before the pointer is written.
func TestADeskKilledInASwapHasTheOldOrTheNew(t *testing.T) {
	for _, way := range []string{"file", "rows"} {
		t.Run(way, func(t *testing.T) {
			dir := t.TempDir()
			c := openIn(t, dir)
			if err := c.Anew(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := came(c, version(t, 10), 10); err != nil {
				t.Fatal(err)
			}
			answered := wrote(t, c, "mine, answered")
			wrote(t, c, "mine")
			if _, err := c.Unsent(t.Context(), 0, 0); err != nil {
				t.Fatal(err)
			}
			const before = "at 10 with mine, mine, answered"
			const after = "at 30 with mine"
			if got := seen(t, c.Reader()); got != before {
				t.Fatalf("before anything: %s", got)
			}
			verdict := care.Verdict{CommandID: answered, N: 1, Outcome: care.Applied, Seq: 25}
			newer := func(c *Cache) error {
				if way == "file" {
					if c.HelloStand().Cursor == 10 {
						if err := c.Install(context.Background(), filed(t, c.Folder(), 20, "server")); err != nil {
							return err
						}
					}
				} else if c.HelloStand().Cursor == 10 {
					if err := c.Anew(context.Background()); err != nil {
						return err
					}
				}
				return came(c, version(t, 30), 30, verdict)
			}
			var killed []string
			var names []string
			c.steps = func(step string) {
				names = append(names, step)
				killed = append(killed, copied(t, dir))
				if got := seen(t, c.Reader()); got != before {
					t.Errorf("at %q a reader sees %s", step, got)
				}
			}
			if err := newer(c); err != nil {
				t.Fatal(err)
			}
			if got := seen(t, c.Reader()); got != after {
				t.Errorf("after it: %s", got)
			}
			names, killed = append(names, "done"), append(killed, copied(t, dir))
			if len(names) < 5 {
				t.Errorf("the steps were %v", names)
			}
			for i, dir := range killed {
				k := openIn(t, dir)
				got := seen(t, k.Reader())
				if got != before && got != after {
					t.Errorf("killed at %q it has %s", names[i], got)
				}
				if err := newer(k); err != nil {
					t.Errorf("killed at %q, then connected: %v", names[i], err)
				}
				if got := seen(t, k.Reader()); got != after {
					t.Errorf("killed at %q, then connected, it has %s", names[i], got)
				}
				e, err := k.Entry(t.Context(), answered)
				if unsent, _, countErr := k.OutboxCounts(t.Context()); err != nil || countErr != nil || e.State != string(care.Applied) || unsent != 1 {
					t.Errorf("killed at %q: the answered command is %s, %d are not answered, %v", names[i], e.State, unsent, err)
				}
			}
		})
	}
}

// Who reads goes on reading what they began with; what is enqueued meanwhile is seen before and after; the old files go.
// Seen to fail with the writer of the old replica not held, with the old file removed at once, and with it never removed.
func TestASwapDisturbsNobody(t *testing.T) {
	dir := t.TempDir()
	c := openIn(t, dir)
	if err := came(c, version(t, 10), 10); err != nil {
		t.Fatal(err)
	}
	reader, err := c.replica.Read.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := seen(t, reader); got != "at 10 with " {
		t.Fatal(got)
	}
	old := c.replica.Path()
	if err := c.Install(t.Context(), filed(t, dir, 20, "server")); err != nil {
		t.Fatal(err)
	}
	if got := c.HelloStand(); got.Cursor != 20 || c.Stand().Cursor != 10 {
		t.Errorf("hello speaks of %d, the screen of %d", got.Cursor, c.Stand().Cursor)
	}
	laid := make(chan struct{})
	c.steps = func(step string) {
		if step != "laid on" {
			return
		}
		go func() {
			defer close(laid)
			wrote(t, c, "meanwhile")
			if got := seen(t, c.Reader()); got != "at 20 with meanwhile" {
				t.Errorf("the CSR's own note was kept, and they see %s", got)
			}
		}()
		select {
		case <-laid:
			t.Error("an effect was laid on the old replica when the new one had its own already")
		case <-time.After(20 * time.Millisecond): // it waits for the swap
		}
	}
	if err := came(c, nil, 20); err != nil {
		t.Fatal(err)
	}
	<-laid
	if got := seen(t, reader); got != "at 10 with " {
		t.Errorf("a reader who began before sees %s", got)
	}
	if _, err := os.Stat(old); err != nil {
		t.Errorf("the old file: %v", err)
	}
	if err := reader.Commit(); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	found, err := fs.Glob(os.DirFS(dir), "*replica*")
	if err != nil || strings.Join(found, " ") != "replica-1.db replica.current" {
		t.Errorf("the folder holds %v, %v", found, err)
	}
}

// Invariant I15: another server's data never becomes this one's replica, and the desk's own stays. Seen to fail with the
// server of the file not looked at.
func TestAnotherServersFileIsNotInstalled(t *testing.T) {
	dir := t.TempDir()
	c := openIn(t, dir)
	if err := came(c, version(t, 10), 10); err != nil {
		t.Fatal(err)
	}
	if err := c.Install(t.Context(), filed(t, dir, 20, "another")); care.CodeOf(err) != care.CodeOtherServer {
		t.Errorf("it was installed: %v", err)
	}
	if got := c.HelloStand(); got.Cursor != 10 || got.Server != "server" {
		t.Errorf("it stands at %+v", got)
	}
	if found, err := fs.Glob(os.DirFS(dir), "replica-*"); err != nil || len(found) != 0 {
		t.Errorf("left: %v, %v", found, err)
	}
}

// A pointer that nobody can have written, a file of another version, and what is no database: the desk begins anew, and keeps
// its outbox.
func TestAFolderThatIsNotAsItShouldBe(t *testing.T) {
	for _, c := range []struct {
		name  string
		spoil func(dir string) error
		want  string
	}{
		{"nothing spoilt", func(string) error { return nil }, "at 20 with mine"},
		{"a pointer to nowhere", func(dir string) error {
			return os.WriteFile(filepath.Join(dir, pointer), []byte("replica-7.db\n"), 0o600)
		}, "nothing"},
		{"a pointer out of the folder", func(dir string) error {
			return os.WriteFile(filepath.Join(dir, pointer), []byte("../../outbox.db\n"), 0o600)
		}, "nothing"},
		{"no database", func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "replica-1.db"), []byte(strings.Repeat("junk", 5000)), 0o600)
		}, "nothing"},
		{"something else beside", func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "replica-9.db"), []byte(strings.Repeat("junk", 5000)), 0o600)
		}, "at 20 with mine"},
		{"a filling that was cut off", func(dir string) error { return os.WriteFile(filepath.Join(dir, "filling.db"), []byte("x"), 0o600) }, "at 20 with mine"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			made, err := Open(t.Context(), dir, ann)
			if err != nil {
				t.Fatal(err)
			}
			if err := made.Anew(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := came(made, version(t, 20), 20); err != nil {
				t.Fatal(err)
			}
			wrote(t, made, "mine")
			if err := made.Close(); err != nil {
				t.Fatal(err)
			}
			if err := c.spoil(dir); err != nil {
				t.Fatal(err)
			}
			again := openIn(t, dir)
			if got := seen(t, again.Reader()); got != c.want {
				t.Errorf("it has %s, want %s", got, c.want)
			}
			if unsent, _, err := again.OutboxCounts(t.Context()); err != nil || unsent != 1 {
				t.Errorf("%d commands are in the outbox, %v", unsent, err)
			}
			if found, err := filepath.Glob(filepath.Join(dir, "filling*")); err != nil || len(found) != 0 {
				t.Errorf("left: %v", found)
			}
		})
	}
}
