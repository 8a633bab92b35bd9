package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/gorilla/websocket"

	"meterside/care"
	"meterside/portal"
	"meterside/portal/store"
	"meterside/records"
	"meterside/sync/wire"
)

// catchUps measures a desk that was away: from its dialling until nothing, or a thousand changed rows that the search
// knows, are committed, and until they are found. Beside it stands a bare websocket whose one message of the same rows is
// written in one transaction.
func (b *bench) catchUps(ctx context.Context, t town, s *stage, d *desk) error {
	numbers, err := someAccounts(d, 1000)
	if err != nil {
		return err
	}
	rounds := 9
	if b.report.Quick {
		rounds = 5
	}
	for _, changes := range []int{0, 1000} {
		b.progress("%s town: catching up %d changes, %d times", t.name, changes, rounds)
		var committed, found, floor samples
		name := t.figure(fmt.Sprint("catch_up_", changes))
		err := b.profiled(name, func() error {
			for round := range rounds {
				changed, err := rename(ctx, s, numbers, changes, round)
				if err != nil {
					return err
				}
				first, all, err := catchUp(ctx, d, changes)
				if err != nil {
					return err
				}
				committed.add(first, time.Millisecond)
				found.add(all, time.Millisecond)
				took, err := bareCatchUp(ctx, filepath.Join(filepath.Dir(d.dir), "bare-catch-up.db"), changed)
				if err != nil {
					return err
				}
				floor.add(took, time.Millisecond)
			}
			return nil
		})
		if err != nil {
			return err
		}
		about := fmt.Sprintf("%d accounts at the desk, %d rows changed", t.accounts, changes)
		b.report.add(name, "ms", committed.at(.5), floor.at(.5), rounds, about)
		if changes > 0 {
			b.report.add(name+"_searchable", "ms", found.at(.5), floor.at(.5), rounds, about+", until all are found")
		}
	}
	return nil
}

// catchUp says how long it takes a desk to have committed what it missed, and until all of that is found.
func catchUp(ctx context.Context, d *desk, changes int) (committed, found time.Duration, err error) {
	select {
	case <-d.changed:
	default:
	}
	began := time.Now()
	if _, err := d.SyncOnce(ctx); err != nil {
		return 0, 0, err
	}
	found = time.Since(began)
	if changes == 0 {
		return found, found, nil
	}
	select {
	case at := <-d.changed:
		return at.Sub(began), found, nil
	default:
		return 0, 0, errors.New("the desk was not told of what it caught up")
	}
}

// rename gives accounts another nickname, a hundred to a commit.
func rename(ctx context.Context, s *stage, numbers []string, changes, round int) ([]care.Record, error) {
	var all []care.Record
	for len(all) < changes {
		o := store.Options{Actor: portal.System("bench"), Now: time.Now(), Command: uuid.NewString()}
		_, err := s.portal.Store.Update(ctx, o, func(tx *store.Tx) error {
			for range 100 {
				account := &care.Account{}
				if err := tx.Get(account, numbers[len(all)%len(numbers)]); err != nil {
					return err
				}
				account.Nickname = "Away " + strconv.Itoa(round) + " " + strconv.Itoa(len(all))
				if err := tx.Put(account); err != nil {
					return err
				}
				all = append(all, account)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// bareCatchUp sends rows through a bare websocket and writes them at its other end.
func bareCatchUp(ctx context.Context, path string, changed []care.Record) (time.Duration, error) {
	if err := makeTables(ctx, path, true); err != nil {
		return 0, err
	}
	db, err := openBare(path, records.Disposable, cacheKB)
	if err != nil {
		return 0, err
	}
	rows := &wire.Rows{Scope: "d:D01", To: 1}
	for _, rec := range changed {
		body, err := records.Encode(rec)
		if err != nil {
			return 0, errors.Join(err, db.close())
		}
		rows.Changes = append(rows.Changes, wire.Change{Kind: uint8(rec.RecordKind()), ID: rec.RecordID(), Seq: 1, Body: body})
	}
	frame, err := wire.Encode(rows)
	if err != nil {
		return 0, errors.Join(err, db.close())
	}
	began := time.Now()
	err = throughWebsocket(ctx, func(ws *websocket.Conn) error {
		return ws.WriteMessage(websocket.BinaryMessage, frame)
	}, func(ws *websocket.Conn) error {
		if _, _, err := ws.ReadMessage(); err != nil {
			return fmt.Errorf("receiving: %w", err)
		}
		err := db.exec("BEGIN IMMEDIATE")
		for _, c := range rows.Changes {
			err = errors.Join(err, writeChange(db, c))
		}
		return errors.Join(err, db.exec("COMMIT"))
	})
	took := time.Since(began)
	return took, errors.Join(err, db.close(), removeDB(path))
}
