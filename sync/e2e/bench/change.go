package main

import (
	"context"
	"database/sql/driver"
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

const (
	changesMade  = 300
	changeWithin = time.Minute
)

// changes measures a change's way: from the portal's commit to the desk's, beside a bare websocket message of the same size
// that is written to a table at the other end. One of these and one of those, by turns.
func (b *bench) changes(ctx context.Context, t town, s *stage, d *desk) error {
	b.progress("%s town: %d changes, one by one", t.name, changesMade)
	numbers, err := someAccounts(d, changesMade)
	if err != nil {
		return err
	}
	d.Connect()
	if err := live(ctx, d); err != nil {
		return err
	}
	path := filepath.Join(filepath.Dir(d.dir), "bare-change.db")
	if err := makeTables(ctx, path, true); err != nil {
		return err
	}
	db, err := openBare(path, records.Disposable, cacheKB)
	if err != nil {
		return err
	}
	var took, floor samples
	size := 0
	written := make(chan error, 1)
	send := func(ws *websocket.Conn) error {
		for i := range changesMade {
			account, spent, err := change(ctx, s, d, numbers[i%len(numbers)], i)
			if err != nil {
				return err
			}
			took.add(spent, time.Millisecond)
			frame, err := frameOf(account)
			if err != nil {
				return err
			}
			size = len(frame)
			began := time.Now()
			if err := ws.WriteMessage(websocket.BinaryMessage, frame); err != nil {
				return err
			}
			if err := <-written; err != nil {
				return err
			}
			floor.add(time.Since(began), time.Millisecond)
		}
		return nil
	}
	err = b.profiled("change", func() error {
		return throughWebsocket(ctx, send, func(ws *websocket.Conn) error { return writeEach(ws, db, written) })
	})
	if err := errors.Join(err, db.close(), removeDB(path)); err != nil {
		return err
	}
	about := fmt.Sprintf("%d accounts at the desk, one account's row in a frame of %d bytes", t.accounts, size)
	b.report.add(t.figure("change_p50"), "ms", took.at(.5), floor.at(.5), changesMade, about)
	b.report.add(t.figure("change_p99"), "ms", took.at(.99), floor.at(.99), changesMade, about)
	return nil
}

// someAccounts are from all over the desk's.
func someAccounts(d *desk, many int) ([]string, error) {
	path, err := d.replica()
	if err != nil {
		return nil, err
	}
	db, err := openBare(path, records.Disposable, cacheKB)
	if err != nil {
		return nil, err
	}
	var numbers []string
	err = db.each("SELECT account_number FROM accounts WHERE rowid % max(1, (SELECT count(*) FROM accounts) / ?1) = 0 LIMIT ?1", func(row []driver.Value) error {
		numbers = append(numbers, fmt.Sprint(row[0]))
		return nil
	}, int64(many))
	if len(numbers) < many && err == nil {
		err = errors.New("there are too few accounts to change")
	}
	return numbers, errors.Join(err, db.close())
}

// live waits until the desk is connected and has nothing to catch up.
func live(ctx context.Context, d *desk) error {
	deadline := time.Now().Add(changeWithin)
	for {
		s, err := d.Status(ctx)
		if err != nil || s.Phase == "live" {
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("the desk is %s, not live", s.Phase)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// change changes an account at the portal and waits until the desk has committed it.
func change(ctx context.Context, s *stage, d *desk, number string, i int) (*care.Account, time.Duration, error) {
	select {
	case <-d.changed:
	default:
	}
	account, err := renamed(ctx, s, number, i)
	committed := time.Now()
	if err != nil {
		return nil, 0, err
	}
	select {
	case at := <-d.changed:
		return account, at.Sub(committed), nil
	case <-time.After(changeWithin):
		return nil, 0, errors.New("a change did not arrive")
	}
}

// renamed gives an account another nickname at the portal.
func renamed(ctx context.Context, s *stage, number string, i int) (*care.Account, error) {
	account := &care.Account{}
	o := store.Options{Actor: portal.System("bench"), Now: time.Now(), Command: uuid.NewString()}
	_, err := s.portal.Store.Update(ctx, o, func(tx *store.Tx) error {
		if err := tx.Get(account, number); err != nil {
			return err
		}
		account.Nickname = "Home " + strconv.Itoa(i)
		return tx.Put(account)
	})
	return account, err
}

// frameOf is the frame in which an account's change travels.
func frameOf(account *care.Account) ([]byte, error) {
	body, err := records.Encode(account)
	if err != nil {
		return nil, err
	}
	rv := account.RecordMeta().RV
	one := wire.Change{Kind: uint8(account.RecordKind()), ID: account.RecordID(), Seq: rv, Body: body}
	return wire.Encode(&wire.Rows{Scope: "d:" + account.DistrictID, From: rv - 1, To: rv, Changes: []wire.Change{one}})
}

// writeEach writes a row for each message, in a transaction of its own, until there are no more.
func writeEach(ws *websocket.Conn, db *bareDB, written chan<- error) error {
	for n := int64(1); ; n++ {
		_, b, err := ws.ReadMessage()
		if websocket.IsUnexpectedCloseError(err) || err != nil && n > changesMade {
			return nil
		}
		if err == nil {
			err = db.exec("INSERT INTO originals (kind, id, body, rv) VALUES (1, ?, ?, ?)", strconv.FormatInt(n, 10), b, n)
		}
		written <- err
		if err != nil {
			return err
		}
	}
}
