package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/google/uuid"

	"meterside/care"
	"meterside/portal"
	"meterside/portal/store"
)

const (
	// writers is how many send commands at the same time, each waiting for one answer before the next.
	writers = 64
	// rounds is how often portal and floor take turns.
	rounds = 4
)

// commands measures how many commands the portal decides in a second, and how many a desk hands in, beside the same rows
// written by raw statements in transactions of as many commands, all durable.
func (b *bench) commands(ctx context.Context, quick bool) error {
	for _, open := range []func(context.Context) (*ground, error){b.onSQLite, onPostgres} {
		g, err := open(ctx)
		if err != nil {
			return err
		}
		if g.missing != "" {
			b.report.skip("portal_commands"+g.suffix, g.missing)
			b.report.skip("outbox_upload"+g.suffix, g.missing)
			continue
		}
		err = b.decide(ctx, g, quick)
		if err == nil {
			err = b.upload(ctx, g, quick)
		}
		if err := g.end(err); err != nil {
			return fmt.Errorf("commands%s: %w", g.suffix, err)
		}
	}
	return nil
}

// contest is a figure in commands a second: those of the portal beside those of the floor.
type contest struct {
	done        int
	commits     int64
	took, floor time.Duration
}

// size is how many commands there were to a commit.
func (c contest) size() int { return max(1, c.done/int(max(1, c.commits))) }

func (b *bench) decide(ctx context.Context, g *ground, quick bool) error {
	each := 80 // of a writer in a round
	if quick {
		each = 20
	}
	b.progress("portal_commands%s: %d writers, %d commands each", g.suffix, writers, rounds*each)
	p, err := portal.Open(ctx, g.portal)
	if err != nil {
		return err
	}
	defer func() { _ = p.Close() }() // nothing is lost: every command was waited for
	var c contest
	for round := range rounds {
		envelopes, work, err := envelopesOf(round*each, each)
		if err != nil {
			return err
		}
		before, err := p.Store.Head(ctx)
		if err != nil {
			return err
		}
		err = b.profiled(fmt.Sprintf("commands%s-%d", g.suffix, round), func() error {
			spent, err := sendCommands(ctx, p, envelopes)
			c.took += spent
			return err
		})
		if err != nil {
			return err
		}
		after, err := p.Store.Head(ctx)
		if err != nil {
			return err
		}
		c.done += len(work)
		c.commits += after - before
		spent, err := g.raw(ctx, work, max(1, len(work)/int(after-before)))
		if err != nil {
			return err
		}
		c.floor += spent
	}
	b.contest("portal_commands"+g.suffix, c, fmt.Sprintf("preferences.change with change index, task, activity and verdict, %d writers", writers))
	return nil
}

func (b *bench) contest(name string, c contest, about string) {
	perSecond := func(d time.Duration) float64 { return float64(c.done) / d.Seconds() }
	b.report.add(name, "1/s", perSecond(c.took), perSecond(c.floor), c.done, fmt.Sprintf("%s, %d commands to a commit", about, c.size()))
}

const commandAccounts = 2000

func commandNumber(i int) string { return fmt.Sprintf("%09d", i%commandAccounts) }

// commandTown is what commands need: accounts with a web user each, a CSR, and a device for each writer.
func commandTown(ctx context.Context, p *portal.Portal) error {
	_, err := p.Store.Update(ctx, store.Options{Actor: portal.System("bench"), Now: time.Now(), Command: uuid.NewString()}, func(tx *store.Tx) error {
		all := []care.Record{
			&care.District{ID: "D01", Name: "One"},
			&care.Staff{ID: commandCSR, Name: "Ann", Role: care.RoleCSR, Team: "T1", Districts: care.List{"all"}, Active: true},
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
			if err := tx.Enrol(deviceName(i), commandCSR, nil, time.Now()); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}

const commandCSR = "CSR001"

func deviceName(i int) string { return fmt.Sprintf("0190b1f2-0000-7000-8000-%012d", i) }

func benchActor(i int) care.Actor {
	return care.Actor{ID: commandCSR, Name: "Ann", Origin: care.OriginDesk, Role: care.RoleCSR, Team: "T1", IP: "127.0.0.1", Desk: deviceName(i), Scopes: care.List{"d:D01", "g", "t:T1", "u:" + commandCSR}}
}

// changePreferences is a command that gives an account a name that it never had.
func changePreferences(i int) (care.Envelope, error) {
	return portal.NewEnvelope("preferences.change", fmt.Appendf(nil, `{"account":%q,"nickname":%q}`, commandNumber(i), commandNickname(i)), time.Now())
}

func commandNickname(i int) string { return fmt.Sprintf("Home %d", i) }

// envelopesOf are each writer's commands from a number on, and what the floor writes for all of them.
func envelopesOf(from, each int) (all [][]care.Envelope, work [][]rawWrite, err error) {
	all = make([][]care.Envelope, writers)
	for i := range each * writers {
		w, n := i%writers, from+i/writers
		env, err := changePreferences(from*writers + i)
		if err != nil {
			return nil, nil, err
		}
		env.N = int64(n + 1)
		all[w] = append(all[w], env)
		writes, err := rawCommand(from*writers+i, env, deviceName(w))
		if err != nil {
			return nil, nil, err
		}
		work = append(work, writes)
	}
	return all, work, nil
}

// sendCommands lets every writer send its commands, and says how long it took.
func sendCommands(ctx context.Context, p *portal.Portal, envelopes [][]care.Envelope) (time.Duration, error) {
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
		return 0, err
	default:
		return took, nil
	}
}
