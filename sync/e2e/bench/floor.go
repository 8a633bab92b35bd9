package main

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"

	"github.com/mattn/go-sqlite3"

	"meterside/records"
)

// bareDB is a database as the driver gives it: one connection, prepared statements, nothing between.
type bareDB struct {
	conn  driver.Conn
	known map[string]driver.Stmt
}

// cacheKB is the page cache of a connection, as much as those of desk and portal have.
const cacheKB = 32_000

// openBare opens a database file with a page cache of so many KB.
func openBare(path string, synchronous records.Durability, cache int) (*bareDB, error) {
	query := url.Values{"_journal_mode": {"WAL"}, "_synchronous": {string(synchronous)}, "_busy_timeout": {"10000"}, "_cache_size": {strconv.Itoa(-cache)}}
	conn, err := (&sqlite3.SQLiteDriver{}).Open("file:" + (&url.URL{Path: path}).EscapedPath() + "?" + query.Encode())
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", path, err)
	}
	return &bareDB{conn: conn, known: map[string]driver.Stmt{}}, nil
}

func (db *bareDB) prepare(query string) (driver.Stmt, error) {
	if s := db.known[query]; s != nil {
		return s, nil
	}
	s, err := db.conn.Prepare(query)
	if err != nil {
		return nil, fmt.Errorf("preparing %.60s: %w", query, err)
	}
	db.known[query] = s
	return s, nil
}

func (db *bareDB) exec(query string, args ...driver.Value) error {
	s, err := db.prepare(query)
	if err != nil {
		return err
	}
	if _, err := s.Exec(args); err != nil { //nolint:staticcheck // a context costs a goroutine for each statement
		return fmt.Errorf("running %.60s: %w", query, err)
	}
	return nil
}

// each calls fn with each row; fn must not keep it.
func (db *bareDB) each(query string, fn func(row []driver.Value) error, args ...driver.Value) error {
	s, err := db.prepare(query)
	if err != nil {
		return err
	}
	rows, err := s.Query(args) //nolint:staticcheck // as above
	if err != nil {
		return fmt.Errorf("asking %.60s: %w", query, err)
	}
	defer func() { _ = rows.Close() }()
	row := make([]driver.Value, len(rows.Columns()))
	for {
		err := rows.Next(row)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = fn(row)
		}
		if err != nil {
			return err
		}
	}
}

func (db *bareDB) close() error {
	var all error
	for _, s := range db.known {
		all = errors.Join(all, s.Close())
	}
	return errors.Join(all, db.conn.Close())
}

// makeTables makes a database file with the records' tables, and those of a replica if need be, as they are at the desk
// or the portal.
func makeTables(ctx context.Context, path string, replica bool) error {
	db, err := records.OpenSQLite(path, records.Disposable)
	if err != nil {
		return err
	}
	err = records.Migrate(ctx, db.Write)
	if err == nil && replica {
		err = errors.Join(records.PrepareReplica(ctx, db.Write), records.Unwatch(ctx, db.Write))
	}
	return errors.Join(err, db.Close())
}

// plainValues turns a record's values into those of the driver, as database/sql does.
func plainValues(values []any) ([]driver.Value, error) {
	plain := make([]driver.Value, len(values))
	for i, v := range values {
		var err error
		if plain[i], err = driver.DefaultParameterConverter.ConvertValue(v); err != nil {
			return nil, fmt.Errorf("storing a value: %w", err)
		}
	}
	return plain, nil
}
