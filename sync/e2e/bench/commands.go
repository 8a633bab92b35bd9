package main

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/google/uuid"

	"meterside/care"
	"meterside/portal"
	"meterside/portal/store"
	"meterside/records"
)

// writers is how many send commands at the same time, each waiting for one answer before the next.
const writers = 64

// commands measures how many commands the portal decides in a second, beside the same rows written by raw statements in
// transactions of as many commands, both durable.
func (b *bench) commands(ctx context.Context, quick bool) error {
	each := 300
	if quick {
		each = 80
	}
	dir := filepath.Join(b.dir, "commands")
	b.progress("commands: %d writers, %d commands each", writers, each)
	p, err := portal.Open(ctx, dir)
	if err != nil {
		return err
	}
	if err := commandTown(ctx, p); err != nil {
		return errors.Join(err, p.Close())
	}
	// The floor writes into the same tables, as full as they are for the portal.
	bare := filepath.Join(b.dir, "commands-bare.db")
	if err := p.Close(); err != nil {
		return err
	}
	if err := copyFile(filepath.Join(dir, "portal.db"), bare); err != nil {
		return err
	}
	if p, err = portal.Open(ctx, dir); err != nil {
		return err
	}
	var took, floor time.Duration
	groups := 0
	err = b.profiled("commands", func() error {
		took, groups, err = sendCommands(ctx, p, each)
		return err
	})
	if err := errors.Join(err, p.Close()); err != nil {
		return err
	}
	all := writers * each
	size := max(1, all/groups)
	if floor, err = rawCommands(bare, all, size); err != nil {
		return err
	}
	perSecond := func(d time.Duration) float64 { return float64(all) / d.Seconds() }
	b.report.add("portal_commands", "1/s", perSecond(took), perSecond(floor), all, fmt.Sprintf("preferences.change with change index, task, activity and verdict, %d writers, %d commands to a commit", writers, size))
	return errors.Join(os.RemoveAll(dir), removeDB(bare))
}

const commandAccounts = 2000

func commandNumber(i int) string { return fmt.Sprintf("%09d", i%commandAccounts) }

// commandTown is what commands need: accounts with a web user each, a CSR, and a device for each writer.
func commandTown(ctx context.Context, p *portal.Portal) error {
	_, err := p.Store.Update(ctx, store.Options{Actor: portal.System("bench"), Now: time.Now(), Command: uuid.NewString()}, func(tx *store.Tx) error {
		all := []care.Record{
			&care.District{ID: "D01", Name: "One"},
			&care.Staff{ID: "CSR001", Name: "Ann", Role: care.RoleCSR, Team: "T1", Districts: care.List{"all"}, Active: true},
		}
		for i := range commandAccounts {
			n := commandNumber(i)
			all = append(all,
				&care.Account{Number: n, DistrictID: "D01", MainPersonID: "P" + n, PremiseID: "S" + n, CustomerClass: "residential", Status: "active", OpenedOn: "2020-01-01", BillingAddress: "12 Main St, Barre"},
				&care.WebUserAccount{WebUserID: "W" + n, Account: n, Role: "owner", DefaultProfile: true})
		}
		for _, rec := range all {
			if err := tx.Put(rec); err != nil {
				return err
			}
		}
		for i := range writers {
			if err := tx.Enrol(deviceName(i), "CSR001", nil, time.Now()); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}

func deviceName(i int) string { return fmt.Sprintf("0190b1f2-0000-7000-8000-%012d", i) }

func benchActor(i int) care.Actor {
	return care.Actor{ID: "CSR001", Name: "Ann", Origin: care.OriginDesk, Role: care.RoleCSR, Team: "T1", IP: "127.0.0.1", Desk: deviceName(i), Scopes: care.List{"d:D01", "g", "t:T1", "u:CSR001"}}
}

// sendCommands lets every writer send its commands, and says how long it took and how many commits it came to.
func sendCommands(ctx context.Context, p *portal.Portal, each int) (time.Duration, int, error) {
	envelopes := make([][]care.Envelope, writers)
	for w := range writers {
		for i := range each {
			env, err := portal.NewEnvelope("preferences.change", fmt.Appendf(nil, `{"account":%q,"paperless":%t}`, commandNumber(i*writers+w), i*writers/commandAccounts%2 == 0), time.Now())
			if err != nil {
				return 0, 0, err
			}
			env.N = int64(i + 1)
			envelopes[w] = append(envelopes[w], env)
		}
	}
	before, err := p.Store.Head(ctx)
	if err != nil {
		return 0, 0, err
	}
	failed := make(chan error, writers)
	var all sync.WaitGroup
	began := time.Now()
	for w := range writers {
		all.Go(func() {
			for _, env := range envelopes[w] {
				v, err := p.Do(ctx, benchActor(w), env)
				if err == nil && v.Outcome != care.Applied {
					err = fmt.Errorf("a command was %s: %s", v.Outcome, v.Code)
				}
				if err != nil {
					failed <- err
					return
				}
			}
		})
	}
	all.Wait()
	took := time.Since(began)
	select {
	case err := <-failed:
		return 0, 0, err
	default:
	}
	after, err := p.Store.Head(ctx)
	return took, int(after - before), err
}

// rawCommands writes what as many commands write, by prepared statements on the bare driver, size of them to a transaction.
// Nothing is looked up, checked or encoded: the rows are ready before the clock runs.
func rawCommands(path string, all, size int) (time.Duration, error) {
	db, err := openBare(path, records.Durable, cacheKB)
	if err != nil {
		return 0, err
	}
	work := make([][]rawWrite, all)
	for i := range all {
		if work[i], err = rawCommand(i); err != nil {
			return 0, errors.Join(err, db.close())
		}
	}
	began := time.Now()
	for from := 0; from < all && err == nil; from += size {
		err = db.exec("BEGIN IMMEDIATE")
		if err == nil {
			err = db.exec("UPDATE sync_clock SET seq = seq + 1")
		}
		for _, writes := range work[from:min(from+size, all)] {
			for _, w := range writes {
				if err == nil {
					err = db.exec(w.statement, w.args...)
				}
			}
		}
		if err == nil {
			err = db.exec("COMMIT")
		}
	}
	took := time.Since(began)
	return took, errors.Join(err, db.close())
}

type rawWrite struct {
	statement string
	args      []driver.Value
}

const (
	rawChange = `INSERT INTO sync_change (kind, id, scope, seq, body) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (kind, id, scope) DO UPDATE SET seq = excluded.seq, body = excluded.body`
	rawVerdict = `INSERT INTO verdict (command_id, device_id, n, kind, outcome, code, params, at_seq, at_time) VALUES (?, ?, ?, ?, ?, '', '', ?, ?)`
)

// rawCommand is what one change of preferences writes: the device's count, the account, its task and its activity, a line
// of the change index for each scope that they stand in, and the verdict.
func rawCommand(i int) ([]rawWrite, error) {
	seq, n := int64(i/writers+2), commandNumber(i)
	id := uuid.NewString()
	task, activity := "T-"+uuid.NewString(), "A-"+uuid.NewString()
	detail := `{"paperless":{"before":false,"after":true}}`
	inDistrict := care.Meta{RV: seq, Scopes: care.List{"d:D01"}}
	all := []rawWrite{{"UPDATE device SET last_n = ? WHERE device_id = ? AND last_n = ?", []driver.Value{int64(i/writers + 1), deviceName(i % writers), int64(i / writers)}}}
	for _, rec := range []care.Record{
		&care.Account{Number: n, DistrictID: "D01", MainPersonID: "P" + n, PremiseID: "S" + n, CustomerClass: "residential", Status: "active", OpenedOn: "2020-01-01", BillingAddress: "12 Main St, Barre", Paperless: i/commandAccounts%2 == 0, Meta: inDistrict},
		&care.Task{ID: task, Sort: "paperless.enrolled", Status: "complete", Account: n, WebUserID: "W" + n, CreatedAt: today.UnixMilli(), CreatedBy: care.ByCSR, Origin: care.OriginDesk, CSRID: "CSR001", IP: "127.0.0.1", Detail: detail, Meta: care.Meta{RV: seq, Scopes: care.List{"d:D01", "t:T1"}}},
		&care.Activity{ID: activity, Account: n, WebUserID: "W" + n, At: today.UnixMilli(), Sort: "preferences.changed", Actor: "CSR001", ActorKind: care.ByCSR, IP: "127.0.0.1", Desk: deviceName(i % writers), Detail: detail, Meta: inDistrict},
	} {
		values, err := plainValues(records.Values(rec))
		if err != nil {
			return nil, err
		}
		body, err := records.Encode(rec)
		if err != nil {
			return nil, err
		}
		all = append(all, rawWrite{records.PutSQL(rec.RecordKind()), values})
		for _, scope := range rec.RecordMeta().Scopes {
			all = append(all, rawWrite{rawChange, []driver.Value{int64(rec.RecordKind()), rec.RecordID(), scope, seq, body}})
		}
	}
	return append(all, rawWrite{rawVerdict, []driver.Value{id, deviceName(i % writers), int64(i/writers + 1), "preferences.change", "applied", seq, today.UnixMilli()}}), nil
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return fmt.Errorf("copying a database: %w", err)
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return fmt.Errorf("copying a database: %w", err)
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
