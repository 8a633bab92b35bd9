package main

import (
	"context"
	"database/sql/driver"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"meterside/care"
	"meterside/records"
)

// bareImportCommand makes this program the floor of the import, in a process of its own.
const bareImportCommand = "bare-import"

// chunkRows is how many rows are written in one transaction, as the import does.
const chunkRows = 5000

// bareImport reads each file of an export by encoding/csv and does nothing with it; then writes the rows of a filled
// store into an empty one with the same record tables: prepared statements, chunkRows to a transaction, each waited for
// until it is on the disk. It prints the seconds of both, and the rows; reading the filled store is not counted.
func bareImport(ctx context.Context, args []string, out io.Writer) (err error) {
	if len(args) != 3 {
		return fmt.Errorf("usage: %s STORE EXPORT NEW", bareImportCommand)
	}
	began := time.Now()
	if err := readFiles(args[1]); err != nil {
		return err
	}
	took := time.Since(began)
	if err := makeTables(ctx, args[2], false); err != nil {
		return err
	}
	from, err := openBare(args[0], records.Durable, 1000) // little: what reading takes is not the floor's
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.close()) }()
	to, err := openBare(args[2], records.Durable, cacheKB)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, to.close()) }()
	rows := 0
	for _, k := range care.Kinds() {
		spent, n, err := copyTable(from, to, records.Table(k), len(records.Columns(k)))
		if err != nil {
			return err
		}
		took += spent
		rows += n
	}
	_, err = fmt.Fprintln(out, took.Seconds(), rows)
	return err
}

func readFiles(export string) error {
	files, err := filepath.Glob(filepath.Join(export, "*.csv"))
	if err != nil || len(files) == 0 {
		return fmt.Errorf("there is no export in %s: %w", export, err)
	}
	for _, path := range files {
		if err := readFile(path); err != nil {
			return fmt.Errorf("reading %s: %w", path, err)
		}
	}
	return nil
}

func readFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	r := csv.NewReader(f)
	r.ReuseRecord = true
	for {
		if _, err := r.Read(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// copyTable writes one table's rows, and says how long the writing took.
func copyTable(from, to *bareDB, table string, columns int) (took time.Duration, rows int, err error) {
	insert := "INSERT INTO " + table + " VALUES (?" + strings.Repeat(", ?", columns-1) + ")"
	chunk := make([]driver.Value, 0, chunkRows*columns)
	write := func() error {
		began := time.Now()
		defer func() { took += time.Since(began); chunk = chunk[:0] }()
		if err := to.exec("BEGIN IMMEDIATE"); err != nil {
			return err
		}
		for at := 0; at < len(chunk); at += columns {
			if err := to.exec(insert, chunk[at:at+columns]...); err != nil {
				return err
			}
		}
		return to.exec("COMMIT")
	}
	err = from.each("SELECT * FROM "+table+" ORDER BY rowid", func(row []driver.Value) error {
		rows++
		chunk = append(chunk, row...)
		if len(chunk) < chunkRows*columns {
			return nil
		}
		return write()
	})
	if err == nil && len(chunk) > 0 {
		err = write()
	}
	return took, rows, err
}
