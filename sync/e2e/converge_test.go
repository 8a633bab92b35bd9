package e2e

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"meterside/backend"
	"meterside/backend/keyring"
	"meterside/care"
	"meterside/portal"
	"meterside/portal/store"
	"meterside/portal/store/storetest"
	"meterside/records"
	"meterside/sync/e2e/faultnet"
	"meterside/sync/snapshot"
)

// I2: after every commit a replica is the portal's view of its scopes. I3: when things are quiet, all are. I4: each command
// takes effect once. I5: each ends answered or discarded.
//
// It fails, mostly within a few checks, when cache.leave passes over deletions, records.Docs forgets the locks, a catch-up
// leaves the verdicts out, restoring an original forgets that there was none or its rv, and when what is sent twice is
// done twice.
func TestDesksConverge(t *testing.T) {
	storetest.Databases(t, func(t *testing.T, database string) {
		made := buildFloor(t, database)
		if checks(t, 20); made.postgres() {
			checks(t, 5)
		}
		rapid.Check(t, func(rt *rapid.T) { convergence(t, rt, made) })
	})
}

func convergence(t *testing.T, rt *rapid.T, made *floor) {
	f := made.again(t, rt, nil, nil, nil)
	defer f.close()
	rt.Repeat(map[string]func(*rapid.T){
		"a command": f.command, "another command": f.command, "discard": f.discard,
		"sync": f.sync, "connect": f.connect, "open again": f.reopen, "the portal stops or starts": f.power,
		"staff": f.staff, "an account moves": f.move, "a lock by the portal": f.portalLock,
		"a person": f.rename, "a link": f.link, "a district": f.district,
	})
	f.quiet()
}

// I2: what left one district while that one was granted and its other district taken is not left behind.
//
// It fails when hub.sendScope passes over every deletion in a scope that is granted just now.
func TestARowThatLeftTheGrantedScopeLeavesWithTheTakenOne(t *testing.T) {
	s := newStage(t)
	s.town()
	both := &care.AccountPerson{Account: "030000026", PersonID: "1", Relationship: "tenant"}
	s.put(both)
	bob := s.desk("CSR002")
	s.put(&care.Staff{ID: "CSR002", Name: "Bob", Role: care.RoleCSR, Team: "T1", Districts: care.List{"D02"}, Active: true})
	if _, err := s.portal.Store.Update(t.Context(), store.Options{Actor: portal.System("test"), Now: time.Now(), Command: "unlink"}, func(tx *store.Tx) error {
		return tx.Delete(both)
	}); err != nil {
		t.Fatal(err)
	}
	s.sync(bob)
	r, err := bob.Search(t.Context(), records.Query{Text: "müller"})
	if err != nil || r.Total != 0 {
		t.Errorf("a person of the taken district is still found: %d, %v", r.Total, err)
	}
	counts, err := bob.Counts(t.Context())
	if err != nil || counts["persons"] != 1 {
		t.Errorf("the desk of one district with one person holds %d, %v", counts["persons"], err)
	}
}

// I2: a main person whom no link names stands in the account's search document all the same, and follows a change of name.
//
// It fails when records.Docs looks for a person's accounts among the links only.
func TestTheSearchFollowsAMainPersonWithoutALink(t *testing.T) {
	s := newStage(t)
	s.town()
	if _, err := s.portal.Store.Update(t.Context(), store.Options{Actor: portal.System("test"), Now: time.Now(), Command: "unlink"}, func(tx *store.Tx) error {
		return tx.Delete(&care.AccountPerson{Account: "030000013", PersonID: "1"})
	}); err != nil {
		t.Fatal(err)
	}
	ann := s.desk("CSR001")
	s.put(&care.Person{ID: "1", FirstName: "José", LastName: "Quiñones"})
	s.sync(ann)
	for text, want := range map[string]string{"quinones": "030000013", "muller": ""} {
		r, err := ann.Search(t.Context(), records.Query{Text: text, Limit: 10})
		var found string
		for _, section := range r.Sections {
			for _, hit := range section.Rows {
				found += hit.AccountNumber
			}
		}
		if err != nil || found != want {
			t.Errorf("%s finds %q, not %q: %v", text, found, want, err)
		}
	}
}

// floor is a portal and desks that stand as they were built, with the model of what they should come to.
type floor struct {
	t     *testing.T
	rt    *rapid.T
	dir   string
	stage *stage
	drop  func() // the copy of a database, which stands in no folder
	up    bool
	seats []*seat

	said   map[string]*said // by command ID
	locks  []lockChange     // by the portal itself
	writes int
}

// seat is a desk that can be closed, and opened again where it stood.
type seat struct {
	user, profile string
	secrets       keyring.Memory
	line          *faultnet.Line // nil for the network of this computer
	desk          *backend.Backend
	live          bool
}

// said is a command that a desk accepted.
type said struct {
	seat      *seat
	cmd       care.Command
	discarded bool
}

type lockChange struct {
	seq  int64
	lock care.WebUserLock
	set  bool
}

var (
	accounts = []string{"030000013", "030000026", "030000039"}
	webUsers = []string{"W1", "W2"}
)

// buildFloor makes the town once, its portal in a folder or a PostgreSQL database; each check begins with a copy of it.
func buildFloor(t *testing.T, database string) *floor {
	t.Helper()
	made := &floor{t: t, dir: t.TempDir()}
	made.stage = &stage{t: t, dir: filepath.Join(made.dir, "portal")}
	if isPostgres(database) {
		made.stage.dir = database
	}
	made.stage.start()
	made.stage.town()
	made.stage.put(
		&care.Staff{ID: "SUP01", Name: "Sue", Role: care.RoleSupervisor, Team: "T2", Districts: care.List{"D02"}, Active: true},
		&care.Premise{ID: "P3", DistrictID: "D01", Address1: "5 OAK ST", City: "BARTON", Vacant: true},
		&care.Person{ID: "3", FirstName: "Ida", LastName: "Holm"},
		&care.Account{Number: "030000039", MainPersonID: "3", PremiseID: "P3", DistrictID: "D01", CustomerClass: "residential", Status: "active", OpenedOn: "2021-01-01"},
		&care.AccountPerson{Account: "030000039", PersonID: "3", Relationship: "main"},
		&care.AccountPerson{Account: "030000013", PersonID: "2", Relationship: "spouse"},
		&care.AccountPerson{Account: "030000026", PersonID: "1", Relationship: "tenant", EndedOn: "2022-01-01"},
		&care.WebUser{ID: "W2", Username: "ada", Email: "ada@example.com", PersonID: "2", Enrolment: care.Enrolled, CreatedAt: 1},
		&care.WebUserAccount{WebUserID: "W2", Account: "030000013", Role: "manager"},
		&care.WebUserAccount{WebUserID: "W2", Account: "030000026", Role: "owner", DefaultProfile: true},
	)
	for i, user := range []string{"CSR001", "CSR002", "SUP01"} {
		s := &seat{user: user, profile: fmt.Sprintf("desk%d", i)}
		made.seats = append(made.seats, s)
		b, err := backend.Open(t.Context(), backend.Options{Profile: filepath.Join(made.dir, s.profile), Secrets: &s.secrets, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.SignIn(t.Context(), "http://"+made.stage.address, user, password); err != nil {
			t.Fatal(err)
		}
		if i > 0 { // the first one begins with nothing
			made.stage.sync(b)
		}
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
	}
	made.stage.stop()
	return made
}

// again starts a copy of the floor; over networks in memory, the desks' and the portal's, where they are given.
func (f *floor) again(t *testing.T, rt *rapid.T, desks, portal *faultnet.Network, files func(*snapshot.Shelf)) *floor {
	dir := filepath.Join(t.TempDir(), "floor")
	if err := os.CopyFS(dir, os.DirFS(f.dir)); err != nil {
		rt.Fatal(err)
	}
	next := &floor{t: t, rt: rt, dir: dir, said: map[string]*said{}, stage: &stage{t: t, dir: filepath.Join(dir, "portal"), address: f.stage.address}}
	if portal != nil {
		next.stage.listen = portal.Listen
	}
	if f.postgres() {
		next.stage.dir, next.drop = copyPostgres(rt, f.stage.dir)
	}
	next.stage.files = files
	next.stage.start()
	next.up = true
	for _, s := range f.seats {
		seat := &seat{user: s.user, profile: filepath.Join(dir, s.profile)}
		s.secrets.Range(func(name, secret any) bool {
			seat.secrets.Store(name, secret)
			return true
		})
		if desks != nil {
			seat.line = desks.Line(s.user)
		}
		next.open(seat)
		next.seats = append(next.seats, seat)
	}
	return next
}

func (f *floor) open(s *seat) {
	o := backend.Options{Profile: s.profile, Secrets: &s.secrets, Log: slog.New(slog.DiscardHandler)}
	if s.line != nil {
		o.Dial = s.line.Dial
	}
	b, err := backend.Open(f.t.Context(), o)
	if err != nil {
		f.rt.Fatalf("opening the desk of %s: %v", s.user, err)
	}
	s.desk, s.live = b, false
}

func (f *floor) close() {
	for _, s := range f.seats {
		if err := s.desk.Close(); err != nil {
			f.rt.Errorf("closing the desk of %s: %v", s.user, err)
		}
	}
	f.stage.stop()
	if f.drop != nil {
		f.drop()
	}
	if err := os.RemoveAll(f.dir); err != nil {
		f.rt.Error(err)
	}
}

func (f *floor) postgres() bool { return isPostgres(f.stage.dir) }

func (f *floor) seat(rt *rapid.T) *seat {
	return f.seats[rapid.IntRange(0, len(f.seats)-1).Draw(rt, "desk")]
}

func (f *floor) command(rt *rapid.T) { f.commandAt(rt, f.seat(rt)) }

func (f *floor) commandAt(rt *rapid.T, s *seat) {
	account, user := rapid.SampledFrom(accounts).Draw(rt, "account"), rapid.SampledFrom(webUsers).Draw(rt, "web user")
	flag := rapid.Bool().Draw(rt, "on")
	f.writes++
	var cmd care.Command
	switch rapid.SampledFrom([]string{"note", "lock", "unlock", "paperless", "autopay"}).Draw(rt, "kind") {
	case "note":
		cmd = &care.WriteNote{Account: account, Text: fmt.Sprintf("note %d", f.writes)}
	case "lock":
		cmd = &care.LockWebUser{WebUserID: user, Account: account, Reason: "compromised"}
	case "unlock":
		cmd = &care.UnlockWebUser{WebUserID: user, Lock: care.LockCSR}
	case "paperless":
		cmd = &care.ChangePreferences{Account: account, Paperless: &flag}
	case "autopay":
		cmd = &care.ChangePreferences{Account: account, AutoPay: &flag}
	}
	f.do(rt, s, cmd)
}

// do makes a command. What the desk's own rules refuse was never said.
func (f *floor) do(rt *rapid.T, s *seat, cmd care.Command) {
	q, err := s.desk.Do(f.t.Context(), cmd)
	switch care.CodeOf(err) {
	case "":
		f.said[q.CommandID] = &said{seat: s, cmd: cmd}
	case care.CodeAlreadyLocked, care.CodeNotLocked:
	default:
		rt.Fatalf("%s at the desk of %s: %v", cmd.Kind(), s.user, err)
	}
}

// discard takes back a command that was not sent.
func (f *floor) discard(rt *rapid.T) {
	s := f.seat(rt)
	waiting, err := s.desk.Outbox(f.t.Context())
	if err != nil {
		rt.Fatal(err)
	}
	if s.live || len(waiting) == 0 {
		return
	}
	e := rapid.SampledFrom(waiting).Draw(rt, "command")
	err = s.desk.Discard(f.t.Context(), e.CommandID)
	if (err == nil) != (e.State == "queued") {
		rt.Fatalf("discarding what is %s: %v", e.State, err)
	}
	f.said[e.CommandID].discarded = err == nil
}

func (f *floor) sync(rt *rapid.T) {
	s := f.seat(rt)
	if s.live {
		return
	}
	err := f.syncOnce(s)
	switch {
	case !f.up && care.CodeOf(err) != care.CodeOffline:
		rt.Fatalf("without a portal the sync of %s says %v", s.user, err)
	case f.up && err != nil:
		rt.Fatalf("the sync of %s: %v", s.user, err)
	case f.up && !slices.ContainsFunc(f.seats, func(s *seat) bool { return s.live }): // else the portal may have moved on
		if d := f.differs(s); d != "" {
			rt.Fatalf("after its sync the replica of %s is not the portal's view:\n%s", s.user, d)
		}
	}
}

func (f *floor) syncOnce(s *seat) error {
	ctx, cancel := context.WithTimeout(f.t.Context(), 15*time.Second)
	defer cancel()
	_, err := s.desk.SyncOnce(ctx)
	return err
}

func (f *floor) connect(rt *rapid.T) {
	s := f.seat(rt)
	s.desk.Connect()
	s.live = true
}

func (f *floor) reopen(rt *rapid.T) {
	s := f.seat(rt)
	if err := s.desk.Close(); err != nil {
		rt.Fatal(err)
	}
	f.open(s)
}

func (f *floor) power(*rapid.T) {
	if f.up {
		f.stage.stop()
	} else {
		f.stage.start()
	}
	f.up = !f.up
}

// update changes something at the portal, as its own pages or an import do.
func (f *floor) update(rt *rapid.T, fn func(*store.Tx) error) (seq int64) {
	if !f.up {
		rt.Skip("the portal is stopped")
	}
	f.writes++
	seq, err := f.stage.portal.Store.Update(f.t.Context(), store.Options{Actor: portal.System("test"), Now: time.Now(), Command: fmt.Sprint("portal ", f.writes)}, fn)
	if err != nil {
		rt.Fatal(err)
	}
	return seq
}

func (f *floor) staff(rt *rapid.T) {
	id := rapid.SampledFrom([]string{"CSR002", "SUP01"}).Draw(rt, "who")
	districts := rapid.SampledFrom([]care.List{{"D01"}, {"D02"}, {"D01", "D02"}, {"all"}, {}}).Draw(rt, "districts")
	f.update(rt, func(tx *store.Tx) error {
		staff, err := care.Find[care.Staff](tx, id)
		staff.Districts = districts
		if err != nil {
			return err
		}
		return tx.Put(&staff)
	})
}

func (f *floor) move(rt *rapid.T) {
	number := rapid.SampledFrom(accounts).Draw(rt, "account")
	to := rapid.SampledFrom([]string{"D01", "D02", "D03"}).Draw(rt, "to")
	f.update(rt, func(tx *store.Tx) error {
		account, err := care.Find[care.Account](tx, number)
		account.DistrictID = to
		if err != nil {
			return err
		}
		return tx.Put(&account)
	})
}

func (f *floor) portalLock(rt *rapid.T) {
	lock := care.WebUserLock{
		WebUserID: rapid.SampledFrom(webUsers).Draw(rt, "web user"), Lock: rapid.SampledFrom([]care.Lock{care.LockPassword, care.LockCSR}).Draw(rt, "lock"),
	}
	set := rapid.Bool().Draw(rt, "set")
	seq := f.update(rt, func(tx *store.Tx) error {
		if set {
			return tx.Put(&lock)
		}
		return tx.Delete(&lock)
	})
	f.locks = append(f.locks, lockChange{seq, lock, set})
}

func (f *floor) rename(rt *rapid.T) {
	id := rapid.SampledFrom([]string{"1", "2", "3"}).Draw(rt, "person")
	name := rapid.SampledFrom([]string{"Ada", "Bo", "Cleo"}).Draw(rt, "name")
	f.update(rt, func(tx *store.Tx) error {
		person, err := care.Find[care.Person](tx, id)
		person.FirstName = name
		if err != nil {
			return err
		}
		return tx.Put(&person)
	})
}

func (f *floor) link(rt *rapid.T) {
	user := care.WebUserAccount{WebUserID: "W2", Account: rapid.SampledFrom(accounts).Draw(rt, "account"), Role: "viewer"}
	person := care.AccountPerson{Account: user.Account, PersonID: "1", Relationship: "tenant"}
	set, of := rapid.Bool().Draw(rt, "set"), rapid.SampledFrom([]care.Record{&user, &person}).Draw(rt, "link")
	f.update(rt, func(tx *store.Tx) error {
		if set {
			return tx.Put(of)
		}
		return tx.Delete(of)
	})
}

func (f *floor) district(rt *rapid.T) {
	name := rapid.SampledFrom([]string{"Essex", "Orleans"}).Draw(rt, "name")
	f.update(rt, func(tx *store.Tx) error { return tx.Put(&care.District{ID: "D03", Name: name}) })
}

// differs compares a desk with the portal.
func (f *floor) differs(s *seat) string {
	replica := inProfile(f.t, s.profile, "replica.db")
	defer func() { _ = replica.Close() }()
	d, err := whatDiffers(f.t.Context(), f.stage.portal.Store.Reader(), replica, s.user)
	if err != nil {
		return err.Error()
	}
	return d
}

// quiet lets every desk hand in and fetch what there is, then holds everything against the portal and the model.
func (f *floor) quiet() {
	if !f.up {
		f.power(f.rt)
	}
	for _, s := range f.seats {
		if s.live {
			f.do(f.rt, s, &care.WriteNote{Account: accounts[0], Text: "goodbye from " + s.user}) // it need not wait to try again
			f.await("the outbox of "+s.user, func() string {
				status, err := s.desk.Status(f.t.Context())
				if err != nil || status.Unsent > 0 {
					return fmt.Sprintf("%d unsent, %s, %v, %v", status.Unsent, status.Phase, status.Problem, err)
				}
				return ""
			})
		} else if err := f.syncOnce(s); err != nil {
			f.rt.Fatalf("the last sync of %s: %v", s.user, err)
		}
	}
	for _, s := range f.seats {
		if s.live {
			f.await("the replica of "+s.user, func() string { return f.differs(s) })
			continue
		}
		if err := f.syncOnce(s); err != nil {
			f.rt.Fatalf("the very last sync of %s: %v", s.user, err)
		}
		if d := f.differs(s); d != "" {
			f.rt.Fatalf("in the end the replica of %s is not the portal's view:\n%s", s.user, d)
		}
	}
	f.holdAgainstTheModel()
}

func (f *floor) await(what string, wrong func() string) {
	deadline := time.Now().Add(15 * time.Second)
	for {
		problem := wrong()
		if problem == "" {
			return
		}
		if time.Now().After(deadline) {
			f.rt.Fatalf("%s does not come to rest:\n%s", what, problem)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// inOrderOfWriting numbers the answers as they were written: several may be of one transaction, and so of one seq.
func (f *floor) inOrderOfWriting() (map[string]int, error) {
	place := "rowid"
	if f.postgres() {
		place = "ctid" // nothing was removed that a later one could have taken the place of
	}
	rows, err := f.stage.portal.Store.Reader().QueryContext(f.t.Context(), "SELECT command_id FROM verdict ORDER BY at_seq, "+place)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	all := map[string]int{}
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		all[id] = len(all)
	}
	return all, rows.Err()
}

// holdAgainstTheModel plays what was answered, in the portal's order, and wants the portal to be the same.
func (f *floor) holdAgainstTheModel() {
	verdicts, err := verdictsOf(f.t.Context(), f.stage.portal.Store.Reader())
	if err != nil {
		f.rt.Fatal(err)
	}
	for id, c := range f.said {
		q, err := c.seat.desk.Answer(f.t.Context(), id)
		if err != nil {
			f.rt.Fatal(err)
		}
		v, answered := verdicts[id]
		switch {
		case c.discarded && (answered || q.State != "discarded"):
			f.rt.Errorf("a %s was discarded, and is %s at the desk and %q at the portal", c.cmd.Kind(), q.State, v.Outcome)
		case !c.discarded && (!answered || q.State != string(v.Outcome)):
			f.rt.Errorf("a %s is %s at the desk and %q at the portal", c.cmd.Kind(), q.State, v.Outcome)
		}
	}
	m := model{locks: map[string]bool{}, prefs: map[string]bool{}, notes: map[string]string{}, activities: map[string]int{}}
	var order []care.Verdict
	for id, v := range verdicts {
		if f.said[id] == nil {
			f.rt.Errorf("the portal answered %s, which nobody said", id)
			continue
		}
		order = append(order, v)
	}
	written, err := f.inOrderOfWriting()
	if err != nil {
		f.rt.Fatal(err)
	}
	slices.SortFunc(order, func(a, b care.Verdict) int { return written[a.CommandID] - written[b.CommandID] })
	portals := f.locks
	for _, v := range order {
		for len(portals) > 0 && portals[0].seq < v.Seq {
			m.portal(portals[0])
			portals = portals[1:]
		}
		if problem := m.play(v, f.said[v.CommandID].cmd); problem != "" {
			f.rt.Error(problem)
		}
	}
	for _, l := range portals {
		m.portal(l)
	}
	got, err := asModel(f.t.Context(), f.stage.portal.Store.Reader())
	if err != nil {
		f.rt.Fatal(err)
	}
	if d := firstDifferences(m.text(), got.text()); d != "" {
		f.rt.Errorf("the portal is not what its answers make it:\n%s", d)
	}
}
