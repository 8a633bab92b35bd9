package e2e

import (
	"context"
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"meterside/care"
	"meterside/portal"
	"meterside/portal/store"
)

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
