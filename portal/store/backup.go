package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/fxamacker/cbor/v2"
	"github.com/klauspost/compress/zstd"

	"meterside/care"
	"meterside/records"
)

// A backup is one file of the portal's own, the same from SQLite and from PostgreSQL, so that either is restored into
// either: a line that names the format; then, compressed, a header, every table's rows in batches, and an end; then the
// SHA-256 of everything before it.
const (
	backupFormat = "meterside backup 1\n"
	backupBatch  = 256 // rows
)

// Backup says what a backup holds.
type Backup struct {
	MadeAt  int64            `cbor:"1,keyasint"` // ms
	Server  string           `cbor:"2,keyasint"`
	Epoch   string           `cbor:"3,keyasint"`
	Seq     int64            `cbor:"4,keyasint"` // where the clock stood
	Records int64            `cbor:"5,keyasint"` // the last migration of the records' tables
	Portal  int64            `cbor:"6,keyasint"` // and of the portal's own
	Rows    map[string]int64 `cbor:"7,keyasint,omitempty"`
}

// page is some rows of a table. The end of a backup is a page of no table, with the rows that each table should have.
type page struct {
	Table   string           `cbor:"1,keyasint"`
	Columns []string         `cbor:"2,keyasint,omitempty"`
	Rows    [][]any          `cbor:"3,keyasint,omitempty"`
	Counts  map[string]int64 `cbor:"4,keyasint,omitempty"`
}

// notKept are the tables that no backup holds: who is signed in and what is being opened belong to the moment, and must
// not come back from the past; and whoever reads a backup must not sign in the portal's name.
var notKept = []string{"desk_session", "web_session", "masquerade_ticket", "masquerade_credential", "recovery_secret", "lease", "mail_told", "signing_key"}

// Backup writes everything that the portal keeps at one moment, while it serves.
func (s *Store) Backup(ctx context.Context, w io.Writer, now time.Time) (*Backup, error) {
	var b *Backup
	err := sealed(w, func(out *cbor.Encoder) error {
		return s.View(ctx, func(v *View) (err error) {
			b, err = v.backup(ctx, out, s.Server(), now)
			return err
		})
	})
	return b, err
}

// sealed writes what a backup stands in: its format before, its hash behind.
func sealed(w io.Writer, write func(*cbor.Encoder) error) error {
	sum := sha256.New()
	out := io.MultiWriter(w, sum)
	if _, err := io.WriteString(out, backupFormat); err != nil {
		return fmt.Errorf("writing the backup: %w", err)
	}
	packed, err := zstd.NewWriter(out)
	if err != nil {
		return fmt.Errorf("writing the backup: %w", err)
	}
	if err := errors.Join(write(cbor.NewEncoder(packed)), packed.Close()); err != nil {
		return err
	}
	if _, err := w.Write(sum.Sum(nil)); err != nil {
		return fmt.Errorf("writing the backup: %w", err)
	}
	return nil
}

func (v *View) backup(ctx context.Context, out *cbor.Encoder, server string, now time.Time) (*Backup, error) {
	b := &Backup{MadeAt: now.UnixMilli(), Server: server, Epoch: v.Epoch, Seq: v.Head}
	for table, version := range map[string]*int64{recordsSteps: &b.Records, portalSteps: &b.Portal} {
		if err := v.tx.QueryRowContext(ctx, "SELECT max(version_id) FROM "+table).Scan(version); err != nil {
			return nil, fmt.Errorf("reading the version of the tables: %w", err)
		}
	}
	if err := out.Encode(b); err != nil {
		return nil, fmt.Errorf("writing the backup: %w", err)
	}
	tables, err := keptTables()
	if err != nil {
		return nil, err
	}
	b.Rows = map[string]int64{}
	for _, table := range tables {
		if b.Rows[table], err = v.backupTable(ctx, out, table); err != nil {
			return nil, err
		}
	}
	if err := out.Encode(page{Counts: b.Rows}); err != nil {
		return nil, fmt.Errorf("writing the backup: %w", err)
	}
	return b, nil
}

func (v *View) backupTable(ctx context.Context, out *cbor.Encoder, table string) (count int64, err error) {
	rows, err := v.tx.QueryContext(ctx, "SELECT * FROM "+table)
	if err != nil {
		return 0, fmt.Errorf("reading %s: %w", table, err)
	}
	defer func() { _ = rows.Close() }()
	p := page{Table: table}
	if p.Columns, err = rows.Columns(); err != nil {
		return 0, fmt.Errorf("reading %s: %w", table, err)
	}
	write := func() error {
		count += int64(len(p.Rows))
		if err := out.Encode(p); err != nil {
			return fmt.Errorf("writing the backup: %w", err)
		}
		p.Rows = p.Rows[:0]
		return nil
	}
	for rows.Next() {
		row, err := scanned(rows, len(p.Columns))
		if err != nil {
			return 0, fmt.Errorf("reading %s: %w", table, err)
		}
		if p.Rows = append(p.Rows, row); len(p.Rows) == backupBatch {
			if err := write(); err != nil {
				return 0, err
			}
		}
	}
	if err := rows.Err(); err != nil {
		return 0, fmt.Errorf("reading %s: %w", table, err)
	}
	return count, write() // one of no rows too: it names the table
}

// scanned reads a row into values of its own.
func scanned(rows *sql.Rows, columns int) ([]any, error) {
	row, dest := make([]any, columns), make([]any, columns)
	for i := range row {
		dest[i] = &row[i]
	}
	return row, rows.Scan(dest...)
}

var made = regexp.MustCompile(`(?m)^CREATE TABLE (\w+)`)

// keptTables are the tables that a backup holds, in the order in which the migrations make them.
func keptTables() ([]string, error) {
	var all []string
	for _, set := range []fs.FS{records.Migrations(), migrations} {
		names, err := fs.Glob(set, "migrations/*.sql")
		if err != nil {
			return nil, fmt.Errorf("finding the migrations: %w", err)
		}
		for _, name := range names {
			source, err := fs.ReadFile(set, name)
			if err != nil {
				return nil, fmt.Errorf("finding the migrations: %w", err)
			}
			for _, m := range made.FindAllStringSubmatch(string(source), -1) {
				if !slices.Contains(notKept, m[1]) {
					all = append(all, m[1])
				}
			}
		}
	}
	return all, nil
}

// unusable says why a backup cannot be restored.
func unusable(problem string) error { return care.Err(care.CodeBackupUnusable, "problem", problem) }

// unsealed checks a whole backup against its hash and gives its compressed part.
func unsealed(file io.ReaderAt, size int64) (*io.SectionReader, error) {
	body := size - sha256.Size
	if body < int64(len(backupFormat)) {
		return nil, unusable("it is too short")
	}
	begin := make([]byte, len(backupFormat))
	if _, err := file.ReadAt(begin, 0); err != nil {
		return nil, fmt.Errorf("reading the backup: %w", err)
	}
	if string(begin) != backupFormat {
		if strings.HasPrefix(string(begin), "meterside backup ") {
			return nil, unusable("it was made by a newer version")
		}
		return nil, unusable("it is not one of a portal")
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, io.NewSectionReader(file, 0, body)); err != nil {
		return nil, fmt.Errorf("reading the backup: %w", err)
	}
	want := make([]byte, sha256.Size)
	if _, err := file.ReadAt(want, body); err != nil {
		return nil, fmt.Errorf("reading the backup: %w", err)
	}
	if !slices.Equal(sum.Sum(nil), want) {
		return nil, unusable("it is damaged, or not whole")
	}
	return io.NewSectionReader(file, int64(len(backupFormat)), body-int64(len(backupFormat))), nil
}
