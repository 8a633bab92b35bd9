package records

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"meterside/care"
)

// Commands that share what they read and write leave the same rows, and read the same, as commands that do not: whatever
// they change, delete, link and look at in whichever order.
func TestCommandsThatShareLeaveWhatOthersLeave(t *testing.T) {
	db := openTown(t)
	rapid.Check(t, func(rt *rapid.T) {
		deeds := rapid.SliceOfN(rapid.SliceOfN(rapid.SampledFrom([]string{
			"name A1", "name A2", "move A1", "move A2", "link W1 A1", "link W1 A2", "link W2 A1", "cut W1 A1", "cut W2 A1", "user W1", "lock W1", "open W1", "task A1", "task A2", "look",
		}), 1, 4), 1, 80).Draw(rt, "commands")
		var said [2][]string
		var left [2][]care.Record
		for way := range said {
			said[way], left[way] = doAll(rt, db, deeds, way == 1)
		}
		if diff := cmp.Diff(said[0], said[1]); diff != "" {
			rt.Fatalf("they read something else (-alone +shared):\n%s", diff)
		}
		if diff := cmp.Diff(left[0], left[1]); diff != "" {
			rt.Fatalf("they left something else (-alone +shared):\n%s", diff)
		}
	})
}

// openTown is a database with two accounts.
func openTown(t *testing.T) *SQLite {
	t.Helper()
	db := open(t)
	for _, n := range []string{"A1", "A2"} {
		if err := Store(t.Context(), db.Write, &care.Account{Number: n, DistrictID: "D1"}); err != nil {
			t.Fatal(err)
		}
	}
	return db
}

// doAll does commands in one transaction, gives what they saw and what is left then, and takes it all back.
func doAll(rt *rapid.T, db *SQLite, deeds [][]string, share bool) (said []string, left []care.Record) {
	ctx := rt.Context()
	must := func(err error) {
		if err != nil {
			rt.Helper()
			rt.Fatal(err)
		}
	}
	conn, err := db.Write.BeginTx(ctx, nil)
	must(err)
	defer func() { _ = conn.Rollback() }()
	o := TxOptions{Now: time.UnixMilli(1000), Seq: 1, Fresh: true}
	if share {
		o.Shared = NewShared(conn)
		must(o.Shared.Ahead(ctx, []care.Ref{{Kind: care.KindAccount, ID: "A1"}, {Kind: care.KindAccount, ID: "A2"}, {Kind: care.KindWebUser, ID: "W1"}}))
	}
	for i, command := range deeds {
		o.Command = uuid.NewSHA1(uuid.NameSpaceOID, fmt.Append(nil, i)).String()
		tx := NewTx(ctx, conn, &noOwner{}, o)
		for _, deed := range command {
			seen, err := do(tx, strings.Fields(deed), i)
			must(err)
			said = append(said, seen)
		}
		must(tx.Settle())
	}
	if share {
		must(o.Shared.Write(ctx))
	}
	for _, k := range care.Kinds() {
		all, err := LoadAll(ctx, conn, k, "ORDER BY 1, 2")
		must(err)
		left = append(left, all...)
	}
	return said, left
}

func do(tx *Tx, deed []string, i int) (said string, err error) {
	account := func(number string, change func(*care.Account)) error {
		a := &care.Account{}
		if err := tx.Get(a, number); err != nil {
			return err
		}
		change(a)
		return tx.Put(a)
	}
	switch deed[0] {
	case "name":
		return "", account(deed[1], func(a *care.Account) { a.Nickname = fmt.Sprint(i / 3) })
	case "move":
		return "", account(deed[1], func(a *care.Account) { a.DistrictID = fmt.Sprint("D", i%2) })
	case "link":
		return "", tx.Put(&care.WebUserAccount{WebUserID: deed[1], Account: deed[2], DefaultProfile: i%2 == 0})
	case "cut":
		return "", tx.Delete(&care.WebUserAccount{WebUserID: deed[1], Account: deed[2]})
	case "user":
		return "", tx.Put(&care.WebUser{ID: deed[1], Username: fmt.Sprint("ann", i/2)})
	case "lock":
		return "", tx.Put(&care.WebUserLock{WebUserID: deed[1], Lock: "manual", Reason: fmt.Sprint(i)})
	case "open":
		return "", tx.Delete(&care.WebUserLock{WebUserID: deed[1], Lock: "manual"})
	case "task":
		return "", tx.Put(&care.Task{ID: tx.NewID("T"), Account: deed[1], CreatedBy: care.ByCSR, CSRID: "C", Status: "complete", Origin: care.OriginDesk, Detail: fmt.Sprint(i)})
	}
	links, err := tx.LinksOfAccount("A1")
	if err != nil {
		return "", err
	}
	profiles, err := tx.LinksOfWebUser("W1")
	if err != nil {
		return "", err
	}
	locks, err := tx.Locks("W1")
	if err != nil {
		return "", err
	}
	districts, err := tx.DistrictsOfWebUser("W1")
	return fmt.Sprint(links, profiles, locks, len(districts)), err
}

func TestWhatWasTakenForNewAndIsNotEndsTheGroup(t *testing.T) {
	db := openTown(t)
	o := TxOptions{Now: time.UnixMilli(1000), Seq: 1, Command: uuid.NewString(), Fresh: true}
	task := func(tx *Tx) error {
		return tx.Put(&care.Task{ID: tx.NewID("T"), Account: "A1", CreatedBy: care.ByCSR, CSRID: "C", Status: "complete", Origin: care.OriginDesk})
	}
	if err := task(NewTx(t.Context(), db.Write, &noOwner{}, o)); err != nil {
		t.Fatal(err)
	}
	if err := task(NewTx(t.Context(), db.Write, &noOwner{}, o)); care.CodeOf(err) != care.CodeInvalid {
		t.Errorf("the same command alone: %v", err)
	}
	o.Shared = NewShared(db.Write)
	if err := task(NewTx(t.Context(), db.Write, &noOwner{}, o)); err != nil {
		t.Fatal(err)
	}
	if err := task(NewTx(t.Context(), db.Write, &noOwner{}, o)); care.CodeOf(err) != care.CodeInvalid {
		t.Errorf("the same command twice in a group: %v", err)
	}
	if err := o.Shared.Write(t.Context()); !errors.Is(err, ErrThere) {
		t.Errorf("got %v, want %v", err, ErrThere)
	}
}

// What one command makes after another stands after it in an index, though nobody can guess it.
func TestNewIDsComeInTheOrderOfTheirCommands(t *testing.T) {
	before := ""
	for range 50 {
		command := uuid.Must(uuid.NewV7())
		tx := NewTx(t.Context(), nil, &noOwner{}, TxOptions{Command: command.String()})
		one, two := tx.NewID("T"), tx.NewID("T")
		if one == two || one == "T-"+command.String() {
			t.Fatalf("%s made %s and %s", command, one, two)
		}
		now := one[:len("T-")+13]
		if now < before {
			t.Fatalf("%s came before %s", now, before)
		}
		before = now
	}
}
