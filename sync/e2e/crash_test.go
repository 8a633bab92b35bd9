package e2e

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"meterside/care"
	"meterside/records"
)

// moments is how often each of the two is killed in one run: runs differ, and add up.
const moments = 25

// I4, I5, I13: deskctl is killed at any moment of signing in, first sync, sync, reading, and making commands with and
// without the network. What it acknowledged is there once, and its two databases are as if it had never been killed.
//
// It fails when the cursor is committed before the page that it stands for.
func TestAKilledDeskLosesNothing(t *testing.T) {
	c := newCrew(t)
	c.serve()
	ann, sue := c.desk("ann", "CSR001"), c.desk("sue", "SUP01")
	usual := map[string]time.Duration{}
	for i := 0; c.killed+c.late < moments; i++ {
		s, args := ann, c.somethingToDo(i, ann, true)
		what := args[0]
		if what == "do" {
			what = strings.Join(args[:len(args)-1], " ")
		}
		if i%7 == 6 { // one whose sign-in or first sync is cut
			s = c.newDesk("ann"+strconv.Itoa(i), "CSR001")
			what, args = "login", []string{"login"}
			if c.chance.IntN(3) > 0 {
				c.must(s, args...)
				what, args = "first sync", []string{"sync", "--once"}
			}
		}
		if i%5 == 4 { // something for the others to fetch
			c.must(sue, "do", "--wait", "note.write", c.note(sue))
		}
		moment := time.Minute // the first of each kind runs to its end, which says how long the others may take
		if usual[what] > 0 {
			moment = c.within(usual[what])
		}
		began := time.Now()
		died := c.run(s, moment, args...)
		switch {
		case died:
			c.killed++
		case usual[what] > 0:
			c.late++
		}
		if !died {
			usual[what] = time.Since(began)
		}
		if died && what == "login" {
			c.must(s, args...)
		}
		c.must(s, "outbox") // the desk opens again
	}
	c.reckon()
}

// I4, I5, I13: portald is killed at any moment while one or two desks hand in and fetch. What a desk was told stays true,
// what it was not told is told once the portal is back.
//
// It fails when a command is counted as answered in a transaction before the one that answers it.
func TestAKilledPortalLosesNothing(t *testing.T) {
	c := newCrew(t)
	c.serve()
	desks := []*crashDesk{c.desk("ann", "CSR001"), c.desk("sue", "SUP01")}
	began := time.Now()
	c.must(desks[0], "do", "--wait", "note.write", c.note(desks[0]))
	usual := time.Since(began)
	for i := range moments {
		done := make(chan struct{})
		busy := 1 + c.chance.IntN(2)
		for _, s := range desks[:busy] {
			args := c.somethingToDo(i, s, false)
			go func() {
				c.run(s, time.Minute, args...)
				done <- struct{}{}
			}()
		}
		time.Sleep(c.within(usual)) // the moment
		c.portal.end(os.Kill)
		c.killed++
		c.serve()
		for range busy {
			<-done
		}
		slices.Reverse(desks)
	}
	c.reckon()
}

// crew is a portal and desks as processes, and what they said.
type crew struct {
	t       *testing.T
	chance  *rand.Rand
	dir     string
	address string
	portal  served
	desks   []*crashDesk
	notes   int
	killed  int
	late    int // had ended before
}

// crashDesk is one desk's profile. What it said belongs to the one process that runs on it.
type crashDesk struct {
	profile, user string
	said          map[string]string // command ID -> the state that was printed
}

// touched are the accounts that the story is about.
var touched = []string{"030000013", "030000026", "030000039"}

func newCrew(t *testing.T) *crew {
	t.Helper()
	seed, err := strconv.ParseUint(os.Getenv("METERSIDE_SEED"), 10, 64)
	if err != nil {
		seed = rand.Uint64()
	}
	t.Logf("METERSIDE_SEED=%d", seed)
	c := &crew{t: t, chance: rand.New(rand.NewPCG(seed, 0)), dir: t.TempDir()}
	if c.address, err = freeAddress(); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(filepath.Join(programs, "portald"), "demo", "--data", c.data(), "--accounts", "100").CombinedOutput(); err != nil {
		t.Fatalf("making the town: %v\n%s", err, out)
	}
	t.Cleanup(func() { c.portal.end(os.Kill) })
	return c
}

func (c *crew) data() string { return filepath.Join(c.dir, "portal") }

// serve starts the portal, again if need be.
func (c *crew) serve() {
	c.t.Helper()
	var log bytes.Buffer
	c.portal.process = exec.Command(filepath.Join(programs, "portald"), "serve", "--data", c.data(), "--listen", c.address)
	c.portal.process.Stderr = &log
	out, err := c.portal.process.StdoutPipe()
	if err != nil {
		c.t.Fatal(err)
	}
	if err := c.portal.process.Start(); err != nil {
		c.t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || !strings.HasPrefix(line, "listening") {
		c.t.Fatalf("portald says %q, %v: %s", line, err, log.String())
	}
}

func (c *crew) newDesk(name, user string) *crashDesk {
	s := &crashDesk{profile: filepath.Join(c.dir, name), user: user, said: map[string]string{}}
	c.desks = append(c.desks, s)
	return s
}

func (c *crew) desk(name, user string) *crashDesk {
	c.t.Helper()
	s := c.newDesk(name, user)
	c.must(s, "login")
	c.must(s, "sync", "--once")
	return s
}

// somethingToDo draws what a desk does next; reads only where they are wanted.
func (c *crew) somethingToDo(i int, s *crashDesk, reads bool) []string {
	account := touched[c.chance.IntN(len(touched))]
	deeds := [][]string{
		{"do", "note.write", c.note(s)},
		{"do", "--wait", "note.write", c.note(s)},
		{"do", "--wait", "note.write", c.note(s)},
		{"do", "--wait", "preferences.change", fmt.Sprintf(`{"account":%q,"paperless":%t,"nickname":"%d"}`, account, c.chance.IntN(2) == 0, i)},
		{"do", "preferences.change", fmt.Sprintf(`{"account":%q,"autopay":%t}`, account, c.chance.IntN(2) == 0)},
		{"do", "--wait", "web_user.lock", `{"web_user_id":"W00000001","reason":"compromised"}`},
		{"do", "--wait", "web_user.unlock", `{"web_user_id":"W00000001","lock":"csr"}`},
		{"sync", "--once"},
		{"sync", "--once"},
		{"show", account},
		{"search", "2172"},
	}
	if !reads {
		deeds = deeds[:len(deeds)-2]
	}
	return deeds[c.chance.IntN(len(deeds))]
}

func (c *crew) note(s *crashDesk) string {
	c.notes++
	return fmt.Sprintf(`{"account":%q,"text":"note %d by %s"}`, touched[c.notes%len(touched)], c.notes, filepath.Base(s.profile))
}

func (c *crew) command(ctx context.Context, s *crashDesk, args ...string) *exec.Cmd {
	if args[0] == "login" {
		args = append(args, "--user", s.user, "--password-stdin")
	}
	args = append([]string{"--profile", s.profile, "--secret-file", s.profile + ".secrets", "--portal", "http://" + c.address, "--json"}, args...)
	cmd := exec.CommandContext(ctx, filepath.Join(programs, "deskctl"), args...)
	cmd.Stdin = strings.NewReader("password\n")
	return cmd
}

// within draws a moment of something that usually takes so long, or a little after it.
func (c *crew) within(usual time.Duration) time.Duration {
	return time.Duration(c.chance.Float64() * 1.2 * float64(usual))
}

// run lets deskctl run until it ends or is killed, and remembers what it acknowledged.
func (c *crew) run(s *crashDesk, within time.Duration, args ...string) (killed bool) {
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	out, err := c.command(ctx, s, args...).Output()
	var said struct {
		ID    string `json:"command_id"`
		State string `json:"state"`
	}
	if args[0] == "do" && json.Unmarshal(out, &said) == nil && said.ID != "" {
		s.said[said.ID] = said.State
	}
	return err != nil && ctx.Err() != nil
}

// must runs deskctl to its end, and gives what it printed.
func (c *crew) must(s *crashDesk, args ...string) []byte {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := c.command(ctx, s, args...)
	var log bytes.Buffer
	cmd.Stderr = &log
	out, err := cmd.Output()
	if err != nil {
		c.t.Fatalf("deskctl %s at %s: %v: %s", strings.Join(args, " "), filepath.Base(s.profile), err, log.String())
	}
	var said []struct {
		ID    string `json:"command_id"`
		State string `json:"state"`
	}
	if args[0] == "outbox" {
		if err := json.Unmarshal(out, &said); err != nil {
			c.t.Fatalf("the outbox of %s: %v: %s", filepath.Base(s.profile), err, out)
		}
	}
	for _, e := range said { // what is shown as waiting is as good as acknowledged
		if s.said[e.ID] == "" {
			s.said[e.ID] = e.State
		}
	}
	return out
}

// reckon says how often something was killed, then looks for what was lost, doubled or mixed.
func (c *crew) reckon() {
	c.t.Helper()
	c.t.Logf("killed %d times, too late %d times", c.killed, c.late)
	if c.killed < moments/4 {
		c.t.Errorf("it was killed only %d times of %d", c.killed, moments)
	}
	c.settle()
}

// settle lets a crew whose portal runs come to rest, and ends the portal.
func (c *crew) settle() {
	c.t.Helper()
	fresh := map[string]*crashDesk{"CSR001": c.newDesk("fresh CSR", "CSR001"), "SUP01": c.newDesk("fresh supervisor", "SUP01")}
	for _, s := range fresh {
		c.must(s, "login")
	}
	for range 2 { // what the first round hands in, the second one fetches everywhere
		for _, s := range c.desks {
			c.must(s, "sync", "--once")
		}
	}
	for _, s := range c.desks {
		for _, account := range touched {
			if a, b := c.must(s, "show", account), c.must(fresh[s.user], "show", account); !bytes.Equal(a, b) {
				c.t.Errorf("%s shows %s otherwise than a fresh desk:\n%s\n%s", filepath.Base(s.profile), account, a, b)
			}
		}
	}
	c.portal.end(os.Interrupt)
	if out, err := exec.Command(filepath.Join(programs, "portald"), "doctor", "--data", c.data()).CombinedOutput(); err != nil {
		c.t.Errorf("the doctor says %v:\n%s", err, out)
	}
	store, err := records.OpenSQLite(filepath.Join(c.data(), "portal.db"), records.Durable)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	verdicts, err := verdictsOf(c.t.Context(), store.Read)
	if err != nil {
		c.t.Fatal(err)
	}
	answers, notes := len(verdicts), map[string]int{}
	for _, s := range c.desks {
		c.examine(s, store.Read, verdicts, notes)
	}
	for id := range verdicts {
		c.t.Errorf("the portal answered %s, which is in no outbox", id)
	}
	all, err := records.Select[care.Note](c.t.Context(), store.Read, "WHERE text LIKE 'note % by %'")
	if err != nil {
		c.t.Fatal(err)
	}
	kept := map[string]int{}
	for _, n := range all {
		kept[n.Text]++
	}
	if !maps.Equal(notes, kept) {
		c.t.Errorf("the notes that were answered with applied are %v, the portal has %v", notes, kept)
	}
	c.t.Logf("%d notes, %d answers, %d desks", len(notes), answers, len(c.desks))
}

// examine holds a desk's outbox against the portal's answers, which it takes away, and its replica against the portal's
// view; the notes that were applied are counted by their text.
func (c *crew) examine(s *crashDesk, portal records.Conn, verdicts map[string]care.Verdict, notes map[string]int) {
	c.t.Helper()
	name := filepath.Base(s.profile)
	outbox, replica := inProfile(c.t, s.profile, "outbox.db"), inProfile(c.t, s.profile, "replica.db")
	defer func() { _, _ = outbox.Close(), replica.Close() }()
	for file, db := range map[string]*records.SQLite{"outbox": outbox, "replica": replica} {
		var whole string
		if err := db.Read.QueryRowContext(c.t.Context(), "PRAGMA integrity_check").Scan(&whole); err != nil || whole != "ok" {
			c.t.Errorf("the %s of %s is damaged: %s, %v", file, name, whole, err)
		}
	}
	if d, err := whatDiffers(c.t.Context(), portal, replica, s.user); err != nil || d != "" {
		c.t.Errorf("the replica of %s is not the portal's view: %v\n%s", name, err, d)
	}
	rows, err := outbox.Read.QueryContext(c.t.Context(), "SELECT command_id, state, kind, args FROM command")
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id, state, kind, args string
		if err := rows.Scan(&id, &state, &kind, &args); err != nil {
			c.t.Fatal(err)
		}
		v, ok := verdicts[id]
		if !ok || state != string(v.Outcome) {
			c.t.Errorf("%s: the %s %s is %s here and %q at the portal", name, kind, id, state, v.Outcome)
		}
		if was := s.said[id]; was != "" && was != "queued" && was != "sent" && was != string(v.Outcome) {
			c.t.Errorf("%s: the %s %s was answered with %s, and is %q", name, kind, id, was, v.Outcome)
		}
		var note care.WriteNote
		if kind == "note.write" && v.Outcome == care.Applied {
			if err := json.Unmarshal([]byte(args), &note); err != nil {
				c.t.Fatal(err)
			}
			notes[note.Text]++
		}
		delete(verdicts, id)
		delete(s.said, id)
	}
	if err := rows.Err(); err != nil {
		c.t.Fatal(err)
	}
	for id, state := range s.said {
		c.t.Errorf("%s acknowledged %s as %s, and has lost it", name, id, state)
	}
}
