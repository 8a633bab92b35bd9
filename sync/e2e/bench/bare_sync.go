package main

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/fxamacker/cbor/v2"
	"github.com/gorilla/websocket"

	"meterside/care"
	"meterside/portal/store"
	"meterside/records"
	"meterside/sync/wire"
)

// docTables are those of the search documents, and docTexts their full-text tables.
var (
	docTables = []string{"search_doc", "search_words", "search_place"}
	docTexts  = []string{"search_all", "search_address", "search_name", "search_billing"}
)

// load is what a first sync brings: the encoded rows in messages of the portal's size, and the documents made of them.
type load struct {
	messages    [][]byte
	rows, bytes int
	docs        map[string][][]driver.Value // by table
}

// gather takes the load of a desk that is up to date: its rows from the portal, its documents from its replica.
func gather(ctx context.Context, s *stage, d *desk) (*load, error) {
	path, err := d.replica()
	if err != nil {
		return nil, err
	}
	replica, err := openBare(path, records.Disposable, cacheKB)
	if err != nil {
		return nil, err
	}
	l := &load{docs: map[string][][]driver.Value{}}
	var scopes []string
	err = replica.each("SELECT scopes FROM replica", func(row []driver.Value) error {
		scopes = strings.Split(fmt.Sprint(row[0]), ";")
		return nil
	})
	for _, table := range docTables {
		err = errors.Join(err, replica.each("SELECT * FROM "+table, func(row []driver.Value) error {
			l.docs[table] = append(l.docs[table], slices.Clone(row))
			return nil
		}))
	}
	if err := errors.Join(err, replica.close()); err != nil {
		return nil, err
	}
	return l, s.portal.View(ctx, func(v *store.View) error {
		for _, scope := range scopes {
			if err := l.take(ctx, v, scope); err != nil {
				return err
			}
		}
		return nil
	})
}

func (l *load) take(ctx context.Context, v *store.View, scope string) error {
	var message []wire.Change
	size := 0
	flush := func() error {
		b, err := cbor.Marshal(message)
		if err != nil {
			return fmt.Errorf("encoding a message: %w", err)
		}
		l.messages = append(l.messages, b)
		message, size = message[:0], 0
		return nil
	}
	err := v.Changes(ctx, scope, 0, func(c store.Change) error {
		if c.Body == nil {
			return nil
		}
		message = append(message, wire.Change{Kind: uint8(c.Kind), ID: c.ID, Seq: c.Seq, Body: c.Body})
		l.rows++
		l.bytes += len(c.Body)
		if size += len(c.Body) + len(c.ID); size > wire.RowsTarget {
			return flush()
		}
		return nil
	})
	if err != nil {
		return err
	}
	return flush()
}

// bareSync sends the load through a websocket, and decodes and writes it at the other end: rows, documents ready-made, and
// the full-text index built at the end, in one transaction. size is that of the database, bytes.
func (l *load) bareSync(ctx context.Context, path string) (took time.Duration, size int64, err error) {
	if err := makeTables(ctx, path, true); err != nil {
		return 0, 0, err
	}
	db, err := openBare(path, records.Disposable, cacheKB)
	if err != nil {
		return 0, 0, err
	}
	began := time.Now()
	err = throughWebsocket(ctx, func(ws *websocket.Conn) error {
		for _, m := range l.messages {
			if err := ws.WriteMessage(websocket.BinaryMessage, m); err != nil {
				return err
			}
		}
		return nil
	}, func(ws *websocket.Conn) error { return l.write(ws, db) })
	took = time.Since(began)
	if err := errors.Join(err, db.close()); err != nil {
		return 0, 0, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return 0, 0, fmt.Errorf("measuring the floor's database: %w", err)
	}
	return took, info.Size(), removeDB(path)
}

func (l *load) write(ws *websocket.Conn, db *bareDB) error {
	if err := db.exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	for range l.messages {
		_, b, err := ws.ReadMessage()
		if err != nil {
			return fmt.Errorf("receiving: %w", err)
		}
		var changes []wire.Change
		if err := cbor.Unmarshal(b, &changes); err != nil {
			return fmt.Errorf("decoding a message: %w", err)
		}
		for _, c := range changes {
			if err := writeChange(db, c); err != nil {
				return err
			}
		}
	}
	for _, table := range docTables {
		for _, doc := range l.docs[table] {
			if err := db.exec("INSERT INTO "+table+" VALUES (?"+strings.Repeat(", ?", len(doc)-1)+")", doc...); err != nil {
				return err
			}
		}
	}
	for _, texts := range docTexts {
		if err := db.exec("INSERT INTO " + texts + " (" + texts + ") VALUES ('rebuild')"); err != nil {
			return err
		}
	}
	return db.exec("COMMIT")
}

func writeChange(db *bareDB, c wire.Change) error {
	rec, err := records.Decode(care.Kind(c.Kind), c.Body)
	if err != nil {
		return err
	}
	rec.RecordMeta().RV = c.Seq
	values, err := plainValues(records.Values(rec))
	if err != nil {
		return err
	}
	return db.exec(records.PutSQL(care.Kind(c.Kind)), values...)
}

// throughWebsocket joins two ends by a bare websocket on loopback and runs both until they are done.
func throughWebsocket(ctx context.Context, send, receive func(*websocket.Conn) error) error {
	return servingWebsocket(func(address string) error {
		ws, err := dialBare(ctx, address)
		if err != nil {
			return err
		}
		return errors.Join(receive(ws), ws.Close())
	}, send)
}

// servingWebsocket serves one bare websocket on loopback while others run, and waits for both.
func servingWebsocket(others func(address string) error, send func(*websocket.Conn) error) error {
	sent := make(chan error, 1)
	upgrader := websocket.Upgrader{ReadBufferSize: 1024, WriteBufferSize: 1024}
	url, hangUp, err := serveOn(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ws, err := upgrader.Upgrade(w, r, nil)
		if err == nil {
			err = errors.Join(send(ws), ws.Close())
		}
		sent <- err
	}))
	if err != nil {
		return err
	}
	defer func() { _ = hangUp() }()
	if err := others("ws" + strings.TrimPrefix(url, "http")); err != nil {
		return err // the sender may never have begun
	}
	return <-sent
}

func dialBare(ctx context.Context, address string) (*websocket.Conn, error) {
	dialer := websocket.Dialer{ReadBufferSize: 32 << 10, WriteBufferSize: 1024, HandshakeTimeout: 10 * time.Second}
	ws, res, err := dialer.DialContext(ctx, address, nil)
	if err != nil {
		return nil, fmt.Errorf("dialling: %w", err)
	}
	_ = res.Body.Close()
	return ws, nil
}
