package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fxamacker/cbor/v2"
	"github.com/google/uuid"
	"github.com/klauspost/compress/zstd"

	"meterside/care"
	"meterside/records"
)

// Restore puts a backup in the place of everything that the store holds, in one transaction: until it is committed, and
// where the backup is damaged, everything stays as it was. It begins another epoch, so that every desk takes its replica
// anew and hands in again what the portal no longer knows. A store that is not empty is refused unless replace is set; of
// such a one, if it is the same installation, those who are signed in stay so. Nodes that serve meanwhile go on with it.
func (s *Store) Restore(ctx context.Context, file io.ReaderAt, size int64, replace bool) (*Backup, error) {
	packed, err := unsealed(file, size)
	if err != nil {
		return nil, err
	}
	head, err := s.Head(ctx)
	if err != nil {
		return nil, err
	}
	if head > 0 && !replace {
		return nil, care.Err(care.CodeStoreFilled, "database", "the database")
	}
	b, pages, err := opened(packed)
	if err != nil {
		return nil, err
	}
	defer pages.close()
	records, portal, err := s.db.versions(ctx)
	if err != nil {
		return nil, err
	}
	if b.Records > records || b.Portal > portal {
		return nil, unusable("it was made by a newer version")
	}
	if b.Records < records || b.Portal < portal {
		file, size, done, err := upgraded(ctx, b, pages.next)
		if err != nil {
			return nil, err
		}
		defer done()
		return s.Restore(ctx, file, size, replace)
	}
	if err := s.replace(ctx, b, pages.next); err != nil {
		return nil, err
	}
	if err := s.fillScopes(ctx); err != nil {
		return nil, err
	}
	s.wake(b.Seq)
	return b, nil
}

// replace is the transaction of Restore.
func (s *Store) replace(ctx context.Context, b *Backup, next func() (*page, error)) (err error) {
	tx, err := s.db.Write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("beginning to restore: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	ctx = context.WithoutCancel(ctx)
	var server, line string
	if err := tx.QueryRowContext(ctx, "UPDATE sync_clock SET seq = seq RETURNING server, line").Scan(&server, &line); err != nil {
		return fmt.Errorf("taking the clock: %w", err)
	}
	keep, err := remember(ctx, tx, server == b.Server)
	if err != nil {
		return err
	}
	tables, err := keptTables()
	if err != nil {
		return err
	}
	for _, table := range slices.Concat(tables, notKept) {
		if table == clock {
			continue // its row is what every writer waits for
		}
		if _, err := tx.ExecContext(ctx, "DELETE FROM "+table); err != nil {
			return fmt.Errorf("emptying %s: %w", table, err)
		}
	}
	if b.Rows, err = load(ctx, tx, next); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "UPDATE sync_clock SET epoch = $1, line = $2", uuid.NewString(), line); err != nil {
		return fmt.Errorf("beginning another epoch: %w", err)
	}
	if err := keep(ctx, tx); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("restoring: %w", err)
	}
	return nil
}

// clock is the table of the one row that every writer takes first.
const clock = "sync_clock"

// remember reads who is signed in, and what devices are known by, and gives the function that writes it again beside what
// was restored: a device of which the backup knows nothing begins with no commands, one that it knows keeps its count. A
// device that was revoked since stays so.
func remember(ctx context.Context, tx *sql.Tx, same bool) (func(context.Context, *sql.Tx) error, error) {
	if !same {
		return func(context.Context, *sql.Tx) error { return nil }, nil
	}
	devices, err := all(ctx, tx, "SELECT device_id, csr_id, seen_at, revoked_at, key FROM device")
	if err != nil {
		return nil, fmt.Errorf("reading the devices: %w", err)
	}
	sessions, err := all(ctx, tx, "SELECT token_hash, csr_id, device_id, created_at, expires_at FROM desk_session")
	if err != nil {
		return nil, fmt.Errorf("reading the sessions: %w", err)
	}
	return func(ctx context.Context, tx *sql.Tx) error {
		for _, d := range devices {
			if _, err := tx.ExecContext(ctx, `INSERT INTO device (device_id, csr_id, last_n, cursor, seen_at, revoked_at, key) VALUES ($1, $2, 0, 0, $3, $4, $5)
				ON CONFLICT (device_id) DO UPDATE SET revoked_at = excluded.revoked_at, key = coalesce(excluded.key, device.key)`, d...); err != nil {
				return fmt.Errorf("keeping a device: %w", err)
			}
		}
		for _, d := range sessions {
			if _, err := tx.ExecContext(ctx, "INSERT INTO desk_session (token_hash, csr_id, device_id, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)", d...); err != nil {
				return fmt.Errorf("keeping a session: %w", err)
			}
		}
		// What a desk said it has, it had of another epoch.
		if _, err := tx.ExecContext(ctx, "UPDATE device SET cursor = 0"); err != nil {
			return fmt.Errorf("keeping the devices: %w", err)
		}
		return nil
	}, nil
}

// all reads the rows of a small query.
func all(ctx context.Context, db records.Conn, query string) ([][]any, error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	var found [][]any
	for rows.Next() {
		row, err := scanned(rows, len(columns))
		if err != nil {
			return nil, err
		}
		found = append(found, row)
	}
	return found, rows.Err()
}

// load inserts pages until the last, which says how many rows there should have been.
func load(ctx context.Context, tx *sql.Tx, next func() (*page, error)) (map[string]int64, error) {
	tables, err := keptTables()
	if err != nil {
		return nil, err
	}
	rows := batches{conn: tx, known: map[string]*batch{}}
	counts := map[string]int64{}
	for {
		p, err := next()
		if err != nil {
			return nil, err
		}
		if p.Table == "" {
			if !maps.Equal(counts, p.Counts) {
				return nil, unusable("rows are missing from it")
			}
			return counts, rows.send(ctx)
		}
		if !slices.Contains(tables, p.Table) || len(p.Columns) == 0 {
			return nil, unusable("it holds a table that is not known here")
		}
		insert, err := insertSQL(p)
		if err != nil {
			return nil, err
		}
		for _, row := range p.Rows {
			if len(row) != len(p.Columns) {
				return nil, unusable("a row in it is not whole")
			}
			if p.Table == clock {
				_, err = tx.ExecContext(ctx, insert, row...)
			} else {
				err = rows.insert(ctx, insert, row...)
			}
			if err != nil {
				return nil, fmt.Errorf("restoring %s: %w", p.Table, err)
			}
		}
		counts[p.Table] += int64(len(p.Rows))
	}
}

func insertSQL(p *page) (string, error) {
	params, sets := make([]string, len(p.Columns)), make([]string, len(p.Columns))
	for i, c := range p.Columns {
		if strings.Trim(c, "abcdefghijklmnopqrstuvwxyz_0123456789") != "" {
			return "", unusable("it holds a column that is not known here")
		}
		params[i] = fmt.Sprintf("$%d", i+1)
		sets[i] = c + " = " + params[i]
	}
	if p.Table == clock {
		return "UPDATE " + p.Table + " SET " + strings.Join(sets, ", "), nil
	}
	return "INSERT INTO " + p.Table + " (" + strings.Join(p.Columns, ", ") + ") VALUES (" + strings.Join(params, ", ") + ")", nil
}

// versions are the last migrations of both sets.
func (d *database) versions(ctx context.Context) (records, portal int64, err error) {
	for table, version := range map[string]*int64{recordsSteps: &records, portalSteps: &portal} {
		if err := d.Read.QueryRowContext(ctx, "SELECT max(version_id) FROM "+table).Scan(version); err != nil {
			return 0, 0, fmt.Errorf("reading the version of the tables: %w", err)
		}
	}
	return records, portal, nil
}

// pages reads a backup.
type pages struct {
	zip *zstd.Decoder
	in  *cbor.Decoder
}

var backupDecoder = func() cbor.DecMode {
	mode, err := cbor.DecOptions{IntDec: cbor.IntDecConvertSignedOrFail, MaxNestedLevels: 8}.DecMode()
	if err != nil {
		panic(err)
	}
	return mode
}()

func opened(packed io.Reader) (*Backup, *pages, error) {
	zip, err := zstd.NewReader(packed)
	if err != nil {
		return nil, nil, fmt.Errorf("reading the backup: %w", err)
	}
	p := &pages{zip: zip, in: backupDecoder.NewDecoder(zip)}
	var b Backup
	if err := p.in.Decode(&b); err != nil {
		p.close()
		return nil, nil, unusable("its header cannot be read")
	}
	return &b, p, nil
}

func (p *pages) next() (*page, error) {
	var one page
	if err := p.in.Decode(&one); err != nil {
		return nil, errors.Join(unusable("it cannot be read to its end"), err)
	}
	return &one, nil
}

func (p *pages) close() { p.zip.Close() }

// upgraded brings a backup of an earlier version to this one: its rows are put into tables of its time, which are then
// migrated, and backed up again. done removes what that took.
func upgraded(ctx context.Context, b *Backup, next func() (*page, error)) (file *os.File, size int64, done func(), err error) {
	dir, err := os.MkdirTemp("", "meterside-restore-")
	if err != nil {
		return nil, 0, nil, fmt.Errorf("making a folder for an earlier backup: %w", err)
	}
	done = func() { _ = os.RemoveAll(dir) }
	defer func() {
		if err != nil {
			done()
		}
	}()
	if err := earlier(ctx, dir, b, next); err != nil {
		return nil, 0, nil, err
	}
	s, err := Open(ctx, dir, func(int64) {})
	if err != nil {
		return nil, 0, nil, err
	}
	defer func() { _ = s.Close() }()
	if file, err = os.Create(filepath.Join(dir, "upgraded")); err != nil {
		return nil, 0, nil, fmt.Errorf("writing an earlier backup anew: %w", err)
	}
	done = func() { _ = file.Close(); _ = os.RemoveAll(dir) }
	if _, err := s.Backup(ctx, file, time.UnixMilli(b.MadeAt)); err != nil {
		return nil, 0, nil, err
	}
	if size, err = file.Seek(0, io.SeekEnd); err != nil {
		return nil, 0, nil, fmt.Errorf("writing an earlier backup anew: %w", err)
	}
	return file, size, done, nil
}

// earlier makes a database of the version of a backup, and puts the backup into it.
func earlier(ctx context.Context, dir string, b *Backup, next func() (*page, error)) error {
	db, err := openSQLite(dir)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	if err := records.MigrateTo(ctx, db.Write, recordsSteps, records.Migrations(), b.Records); err != nil {
		return err
	}
	if err := records.MigrateTo(ctx, db.Write, portalSteps, migrations, b.Portal); err != nil {
		return err
	}
	tx, err := db.Write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("restoring an earlier version: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.ExecContext(ctx, "INSERT INTO sync_clock (only_row, server, epoch, seq) VALUES (1, '', '', 0)"); err != nil {
		return fmt.Errorf("restoring an earlier version: %w", err)
	}
	if _, err := load(ctx, tx, next); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("restoring an earlier version: %w", err)
	}
	return nil
}
