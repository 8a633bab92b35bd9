package portal

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"meterside/care"
	"meterside/portal/store"
	"meterside/portal/store/storetest"
	"meterside/portal/store/storetest/pgtest"
	"meterside/records"
)

// I16: the same history gives the same view from SQLite and from PostgreSQL: every line of the change index and every
// other row, in the same order, and the same answer to every command.
//
// It fails when the tables of PostgreSQL are made without COLLATE "C", and when the driver trims text.
func TestBothDatabasesGiveTheSameView(t *testing.T) {
	few(t, "8")
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	var both [2]*Portal
	for i, database := range []string{t.TempDir(), pgtest.Database(t)} {
		p, err := Open(t.Context(), database)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = p.Close() }()
		p.Now = func() time.Time { return now }
		write(t, p, &care.District{ID: "D01", Name: "One"})
		both[i] = p
	}
	var empty bytes.Buffer
	if _, err := both[0].Store.Backup(t.Context(), &empty, now); err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(rt *rapid.T) {
		for _, p := range both {
			if _, err := p.Store.Restore(context.Background(), bytes.NewReader(empty.Bytes()), int64(empty.Len()), true); err != nil {
				rt.Fatal(err)
			}
		}
		h := &twoHistories{rt: rt, both: both, next: map[string]int64{}}
		rt.Repeat(map[string]func(*rapid.T){"rows": h.rows, "more rows": h.rows, "a command": h.command, "another command": h.command, "": h.compare})
	})
}

// twoHistories writes the same into two portals.
type twoHistories struct {
	rt    *rapid.T
	both  [2]*Portal
	made  int
	next  map[string]int64 // by device
	moves int
}

// id is a command's ID: the same in both, and in another run with the same seed.
func (h *twoHistories) id() string {
	h.made++
	return uuid.NewSHA1(uuid.NameSpaceOID, fmt.Append(nil, h.made)).String()
}

// Names that a language orders otherwise than bytes do.
var (
	accountIDs = []string{"a-1", "A-2", "B1", "b2", "Å3", "é 4"}
	personIDs  = []string{"p", "P", "Ö", "_p"}
	userIDs    = []string{"w", "W", "ü"}
	words      = []string{"", "x", "O'Brien", "\"王小明\" 🙂", "a\tb\\c", "%_;", " y\n"}
)

func pick[T any](rt *rapid.T, from []T) T { return rapid.SampledFrom(from).Draw(rt, "pick") }

// record is any record, which may refer to what is not there.
func (h *twoHistories) record(rt *rapid.T) care.Record {
	account, person, user, word := pick(rt, accountIDs), pick(rt, personIDs), pick(rt, userIDs), pick(rt, words)
	cents := rapid.Int64().Draw(rt, "cents")
	var days *int64
	if cents%2 == 0 {
		days = &cents
	}
	return pick(rt, []care.Record{
		&care.District{ID: pick(rt, []string{"D01", "D02", "d03"}), Name: word},
		&care.Account{Number: account, DistrictID: pick(rt, []string{"D01", "D02"}), Status: "active", Nickname: word, AutoPay: cents < 0, BalanceCents: cents},
		&care.Account{Number: account, DistrictID: "D01", Status: "closed", MainPersonID: person},
		&care.Person{ID: person, LastName: word, Prospect: cents < 0},
		&care.AccountPerson{Account: account, PersonID: person, EndedOn: word},
		&care.WebUser{ID: user, Username: word, Enrolment: care.Enrolled, CreatedAt: cents},
		&care.WebUserAccount{WebUserID: user, Account: account, Role: "owner", DefaultProfile: cents > 0},
		&care.Bill{ID: "b" + account, Account: account, TotalCents: cents, Segments: slices.Repeat(care.Segments{{Line: 1, Description: word}}, int(uint64(cents)%3))},
		&care.Usage{Account: account, Service: word, From: "2026-10-01", Quantity: cents, HDD: days},
		&care.Payment{ID: "y" + account, Account: account, CreatedAt: 1793534400000, AmountCents: cents, Status: word},
		&care.Staff{ID: "CSR001", Name: word, Role: care.RoleCSR, Team: pick(rt, []string{"T1", "t2"}), Districts: care.List{"all"}, Active: true},
	})
}

// rows writes and deletes records in one transaction, some of it in an attempt that may be refused.
func (h *twoHistories) rows(rt *rapid.T) {
	type step struct {
		rec    care.Record
		remove bool
	}
	var steps []step
	for range rapid.IntRange(1, 4).Draw(rt, "steps") {
		steps = append(steps, step{h.record(rt), rapid.IntRange(0, 4).Draw(rt, "remove") == 0})
	}
	refuse, command := rapid.Bool().Draw(rt, "refuse"), h.id()
	var said [2]string
	for i, p := range h.both {
		_, err := p.Store.Update(context.Background(), store.Options{Actor: System("test"), Now: p.Now(), Command: command}, func(tx *store.Tx) error {
			for _, s := range steps {
				refused, err := tx.Try(func() error {
					if s.remove {
						return tx.Delete(s.rec)
					}
					if err := tx.Put(s.rec); err != nil {
						return err
					}
					if refuse && s == steps[len(steps)-1] {
						return care.Err(care.CodeNothingToChange)
					}
					return nil
				})
				if err != nil {
					return err
				}
				said[i] += fmt.Sprint(refused, " ")
			}
			return nil
		})
		said[i] += fmt.Sprint(err)
	}
	if said[0] != said[1] {
		rt.Fatalf("SQLite said %q, PostgreSQL %q", said[0], said[1])
	}
}

// command has a desk do something, which may be refused.
func (h *twoHistories) command(rt *rapid.T) {
	device := pick(rt, []string{"desk 1", "desk 2"})
	user, account := pick(rt, userIDs), pick(rt, accountIDs)
	cmd := pick(rt, []care.Command{
		&care.WriteNote{Account: account, Text: pick(rt, words)},
		&care.LockWebUser{WebUserID: user, Account: account, Reason: "compromised"},
		&care.UnlockWebUser{WebUserID: user, Account: account},
		&care.ChangePreferences{Account: account, Nickname: &words[3]},
	})
	n := h.next[device] + 1
	env := care.Envelope{ID: h.id(), N: n, Kind: cmd.Kind(), Version: care.CommandVersion, Args: []byte(care.Detail(cmd)), CreatedAt: h.both[0].Now().UnixMilli()}
	actor := at(care.RoleCSR, "CSR001", "d:D01", "d:D02")
	actor.Desk = device
	var said [2]string
	for i, p := range h.both {
		v, err := p.Do(context.Background(), actor, env)
		if err == nil {
			h.next[device] = n
		}
		said[i] = fmt.Sprintf("%+v %v", v, err)
	}
	if said[0] != said[1] {
		rt.Fatalf("%s %s: SQLite said %s, PostgreSQL %s", env.Kind, env.Args, said[0], said[1])
	}
}

// compare looks at everything there is.
func (h *twoHistories) compare(rt *rapid.T) {
	h.moves++
	var seen [2][]string
	for i, p := range h.both {
		seen[i] = all(rt, p)
	}
	for i, line := range seen[0] {
		if i >= len(seen[1]) || seen[1][i] != line {
			rt.Fatalf("line %d of SQLite is\n%s\nand of PostgreSQL\n%s", i, line, strings.Join(seen[1][i:min(i+1, len(seen[1]))], ""))
		}
	}
	if len(seen[0]) != len(seen[1]) {
		rt.Fatalf("%d lines in SQLite, %d in PostgreSQL", len(seen[0]), len(seen[1]))
	}
}

// all are the rows of what desks see, and of what stands behind their commands, in the order of their keys.
func all(rt *rapid.T, p *Portal) []string {
	var lines []string
	take := func(format string, dest []any, query string) func(v *store.View) error {
		return func(v *store.View) error {
			return v.Rows(context.Background(), dest, func() error {
				var values []any
				for _, d := range dest {
					switch d := d.(type) {
					case *string:
						values = append(values, *d)
					case *int64:
						values = append(values, *d)
					case *[]byte:
						values = append(values, hex.EncodeToString(*d))
					}
				}
				lines = append(lines, fmt.Sprintf(format, values...))
				return nil
			}, query)
		}
	}
	text := func() any { return new(string) }
	number := func() any { return new(int64) }
	err := p.View(context.Background(), func(v *View) error {
		lines = append(lines, fmt.Sprint("head ", v.Head))
		for _, read := range []func(*store.View) error{
			take("change %d %q %s %d %s", []any{number(), text(), text(), number(), new([]byte)}, "SELECT kind, id, scope, seq, body FROM sync_change ORDER BY kind, id, scope"),
			take("scope %s %d %d %d %d", []any{text(), number(), number(), number(), number()}, "SELECT scope, rows, digest0, digest1, head FROM sync_scope ORDER BY scope"),
			take("verdict %s %s %d %s %s %s %d", []any{text(), text(), number(), text(), text(), text(), number()}, "SELECT command_id, device_id, n, outcome, code, params, at_seq FROM verdict ORDER BY at_seq, command_id"),
			take("device %s %d", []any{text(), number()}, "SELECT device_id, last_n FROM device ORDER BY device_id"),
		} {
			if err := read(v); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		rt.Fatal(err)
	}
	for _, kind := range care.Kinds() {
		found, err := records.LoadAll(context.Background(), p.Store.Reader(), kind, "ORDER BY 1, 2")
		if err != nil {
			rt.Fatal(err)
		}
		for _, rec := range found {
			lines = append(lines, fmt.Sprintf("%s %q %q", records.Name(kind), rec.RecordID(), care.Detail(rec)))
		}
	}
	return lines
}

// few sets how many histories are tried, unless whoever runs the test asks for another number.
func few(t *testing.T, checks string) {
	t.Helper()
	for name, value := range map[string]string{"rapid.checks": checks, "rapid.nofailfile": "true"} {
		f := flag.Lookup(name)
		if before := f.Value.String(); before == f.DefValue {
			if err := f.Value.Set(value); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = f.Value.Set(before) })
		}
	}
}

// M3: of a hundred who redeem one ticket at once, at two nodes, one gets a credential.
//
// It fails when the ticket is marked as used whoever used it before.
func TestATicketIsRedeemedOnce(t *testing.T) {
	storetest.Databases(t, func(t *testing.T, database string) {
		p := askTown(t, database)
		other, err := Open(t.Context(), database)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = other.Close() }()
		if err := p.AddStaff(t.Context(), care.Staff{ID: "CSR001", Name: "Ann", Role: care.RoleCSR, Districts: care.List{"all"}, Active: true}, ""); err != nil {
			t.Fatal(err)
		}
		actor := at(care.RoleCSR, "CSR001", "d:D01")
		_, actor.Credential = seat(t, p, actor, time.Now().Add(time.Hour))
		const verifier = "only the asker knows"
		hash := sha256.Sum256([]byte(verifier))
		q := question(t, "masquerade.start", ofEachKind["masquerade.start"])
		grant, err := p.AskMasquerade(t.Context(), actor, q.Envelope, hex.EncodeToString(hash[:]), "en")
		if err != nil {
			t.Fatal(err)
		}
		var everybody sync.WaitGroup
		results := make(chan error, 100)
		for i := range cap(results) {
			everybody.Go(func() {
				_, err := []*Portal{p, other}[i%2].RedeemTicket(context.Background(), grant.Ticket, verifier, actor.Desk, "127.0.0.1")
				results <- err
			})
		}
		everybody.Wait()
		close(results)
		said := map[care.Code]int{}
		for err := range results {
			said[care.CodeOf(err)]++
		}
		if said[""] != 1 || said[care.CodeTicketUsed] != cap(results)-1 {
			t.Errorf("a hundred heard %v", said)
		}
		if n := countOf(t, p, "SELECT count(*) FROM masquerade_credential"); n != 1 {
			t.Errorf("%d credentials are kept", n)
		}
	})
}

// M2: where what was asked and granted cannot be committed, no ticket leaves, and there is no session.
func TestM2WithoutARecordThereIsNoSession(t *testing.T) {
	storetest.Databases(t, func(t *testing.T, database string) {
		p := askTown(t, database)
		q := question(t, "masquerade.start", ofEachKind["masquerade.start"])
		actor := at(care.RoleCSR, "CSR001", "d:D01")
		grant, err := p.AskMasquerade(store.Viewing(t.Context()), actor, q.Envelope, strings.Repeat("0", 64), "en") // the database refuses to write
		if err == nil || grant.Ticket != "" || grant.SessionID != "" {
			t.Errorf("a ticket left: %v", err)
		}
		for _, table := range []string{"masquerades", "masquerade_ticket"} {
			if n := countOf(t, p, "SELECT count(*) FROM "+table); n != 0 {
				t.Errorf("%d rows in %s", n, table)
			}
		}
		if grant, err = p.AskMasquerade(t.Context(), actor, q.Envelope, strings.Repeat("0", 64), "en"); err != nil || grant.Ticket == "" {
			t.Errorf("asked again: %v", err)
		}
	})
}
