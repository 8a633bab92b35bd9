package records

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"os"

	"github.com/mattn/go-sqlite3"

	"meterside/care"
)

const (
	// PageSize is that of every replica, bytes.
	PageSize = 4096
	// PageReserve is how much of each page a ready-made replica leaves free, so that a layer below can seal it page by page.
	PageReserve = 32

	fcntlReserveBytes = 38 // SQLITE_FCNTL_RESERVE_BYTES
)

// Stand is where a replica stands: the one row of its table replica.
type Stand struct {
	Server string
	Epoch  string
	Cursor int64
	Scopes care.List
	User   string
	Time   int64 // portal time when Cursor was true, ms
}

// Fresh is the file of a replica that is being filled and that nobody reads yet: nothing is kept for a way back, and indices
// come last, so a file whose filling failed is of no use. It is used by one goroutine.
type Fresh struct {
	path  string
	db    *sql.DB
	raw   *sqlite3.SQLiteConn // the only connection of db
	put   map[care.Kind]*freshPut
	open  bool              // a transaction
	tally Tally             // of what was put; nil where only the file can say
	again map[care.Ref]bool // rows of several scopes, which come once with each
	Rows  int64             // put so far, those that came twice counted twice
	Bytes int64             // of their bodies
}

type freshPut struct {
	kind *kind
	stmt driver.StmtExecContext
	args []driver.NamedValue
}

// NewFresh makes the file, which must not be there, with the tables of a replica and without their indices.
func NewFresh(ctx context.Context, path string) (*Fresh, error) {
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		return nil, errors.Join(fmt.Errorf("%s is there already", path), err)
	}
	f, err := OpenFresh(ctx, path)
	if err != nil {
		return nil, err
	}
	f.tally, f.again = Tally{}, map[care.Ref]bool{}
	err = f.raw.SetFileControlInt("main", fcntlReserveBytes, PageReserve)
	if err == nil {
		err = Migrate(ctx, f.db)
	}
	if err == nil {
		err = PrepareReplica(ctx, f.db)
	}
	if err == nil {
		err = f.strip(ctx)
	}
	if err == nil {
		_, err = f.db.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", ReplicaVersion()))
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("making %s: %w", path, err), f.Close())
	}
	return f, nil
}

// OpenFresh opens a file that NewFresh made, or one with indices, to put more into it.
func OpenFresh(ctx context.Context, path string) (*Fresh, error) {
	query := url.Values{
		"_journal_mode": {"OFF"}, "_synchronous": {"OFF"}, "_locking_mode": {"EXCLUSIVE"}, "_secure_delete": {"true"},
		"_cache_size": {"-32000"}, "_stmt_cache_size": {"128"},
	}
	f := &Fresh{path: path, put: map[care.Kind]*freshPut{}}
	f.db = sql.OpenDB(connecting(func() (driver.Conn, error) {
		if f.raw != nil {
			return nil, errors.New("the connection to a new replica was lost")
		}
		conn, err := (&sqlite3.SQLiteDriver{}).Open("file:" + (&url.URL{Path: path}).EscapedPath() + "?" + query.Encode())
		if err != nil {
			return nil, fmt.Errorf("opening %s: %w", path, err)
		}
		f.raw = conn.(*sqlite3.SQLiteConn) //nolint:errcheck // the driver gives no other
		return f.raw, nil
	}))
	f.db.SetMaxOpenConns(1)
	if err := f.db.PingContext(ctx); err != nil {
		return nil, errors.Join(err, f.db.Close())
	}
	return f, nil
}

// DB gives the file's one connection for statements of other kinds.
func (f *Fresh) DB() *sql.DB { return f.db }

// Path is the file's.
func (f *Fresh) Path() string { return f.path }

// begin opens the transaction that Commit ends.
func (f *Fresh) begin() error {
	if f.open {
		return nil
	}
	f.open = true
	return f.exec("BEGIN IMMEDIATE")
}

func (f *Fresh) exec(statement string) error {
	if _, err := f.raw.ExecContext(context.Background(), statement, nil); err != nil {
		return fmt.Errorf("filling a new replica: %.60s: %w", statement, err)
	}
	return nil
}

// Commit ends the transaction that the first row began.
func (f *Fresh) Commit() error {
	if !f.open {
		return nil
	}
	f.open = false
	return f.exec("COMMIT")
}

// Recount lets Count read the file instead of adding up what is put: for rows that this program would encode in another way.
func (f *Fresh) Recount() { f.tally = nil }

// Put writes an encoded row as it is at rv, over the one that may be there. A kind that is not known here is left out.
func (f *Fresh) Put(k care.Kind, id string, body []byte, rv int64) error {
	p := f.put[k]
	if p == nil {
		known := kinds[k]
		if known == nil {
			return nil
		}
		stmt, err := f.raw.Prepare(known.put)
		if err != nil {
			return fmt.Errorf("preparing to write %s: %w", known.table, err)
		}
		p = &freshPut{kind: known, stmt: stmt.(driver.StmtExecContext), args: make([]driver.NamedValue, len(known.columns))} //nolint:errcheck // the driver's is one
		for i := range p.args {
			p.args[i].Ordinal = i + 1
		}
		f.put[k] = p
	}
	if err := f.begin(); err != nil {
		return err
	}
	if err := p.kind.read(k, body, p.args); err != nil {
		return err
	}
	p.args[len(p.args)-2].Value = rv
	// A context that can end costs the driver a goroutine for each row.
	if _, err := p.stmt.ExecContext(context.Background(), p.args); err != nil {
		return fmt.Errorf("writing %s: %w", p.kind.table, err)
	}
	f.Rows++
	f.Bytes += int64(len(body))
	f.count(care.Ref{Kind: k, ID: id}, p, body, rv)
	return nil
}

// count adds a row up, once.
func (f *Fresh) count(ref care.Ref, p *freshPut, body []byte, rv int64) {
	if f.tally == nil {
		return
	}
	text, _ := p.args[len(p.args)-1].Value.(string)
	scopes := care.Split(text)
	if len(scopes) > 1 {
		if f.again[ref] {
			return
		}
		f.again[ref] = true
	}
	f.tally.Put(scopes, RowDigest(ref.Kind, ref.ID, rv, body))
}

// Remove deletes a row of which no scope is held any more: left are the scopes that it left. Others keep it.
func (f *Fresh) Remove(ctx context.Context, ref care.Ref, held care.List, left ...string) error {
	rec := care.New(ref.Kind)
	if rec == nil {
		return nil
	}
	if err := f.begin(); err != nil {
		return err
	}
	f.tally = nil
	ok, err := Load(ctx, f.db, rec, care.IDParts(ref.ID)...)
	if err != nil || !ok || rec.RecordMeta().Stands(held, left) {
		return err
	}
	return Remove(ctx, f.db, ref)
}

// SetStand writes where the replica stands.
func (f *Fresh) SetStand(ctx context.Context, s Stand) error { return SetStand(ctx, f.db, s) }

// SetStand writes where a replica stands. Whose it is stays once it is said.
func SetStand(ctx context.Context, db Conn, s Stand) error {
	_, err := db.ExecContext(ctx, `INSERT INTO replica (only, server, epoch, cursor, scopes, user, portal_time) VALUES (1, $1, $2, $3, $4, $5, $6)
		ON CONFLICT (only) DO UPDATE SET server = excluded.server, epoch = excluded.epoch, cursor = excluded.cursor, scopes = excluded.scopes,
			user = CASE WHEN replica.user = '' THEN excluded.user ELSE replica.user END, portal_time = excluded.portal_time`,
		s.Server, s.Epoch, s.Cursor, s.Scopes, s.User, s.Time)
	if err != nil {
		return fmt.Errorf("moving the cursor: %w", err)
	}
	return nil
}

// ReadStand reads where a replica stands; the zero Stand before its first rows.
func ReadStand(ctx context.Context, db Conn) (Stand, error) {
	var s Stand
	err := db.QueryRowContext(ctx, "SELECT server, epoch, cursor, scopes, user, portal_time FROM replica").Scan(&s.Server, &s.Epoch, &s.Cursor, &s.Scopes, &s.User, &s.Time)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return s, fmt.Errorf("reading where the replica stands: %w", err)
	}
	return s, nil
}

// Dress makes the indices, the search and the digests, which a file has that is read.
func (f *Fresh) Dress(ctx context.Context) error {
	if err := f.begin(); err != nil {
		return err
	}
	all, err := dresses(ctx)
	if err != nil {
		return err
	}
	for _, d := range all {
		if d.sort != "index" {
			continue
		}
		if _, err := f.db.ExecContext(ctx, d.statement); err != nil {
			return fmt.Errorf("making the index %s: %w", d.name, err)
		}
	}
	if err := Reindex(ctx, f.db); err != nil {
		return err
	}
	for _, d := range all { // triggers last: they follow changes, and these were none
		if d.sort != "trigger" {
			continue
		}
		if _, err := f.db.ExecContext(ctx, d.statement); err != nil {
			return fmt.Errorf("making the trigger %s: %w", d.name, err)
		}
	}
	return f.Commit()
}

// Count keeps what the rows of each scope come to, so that what comes later can be proved.
func (f *Fresh) Count(ctx context.Context) error {
	if err := f.begin(); err != nil {
		return err
	}
	if f.tally == nil {
		if err := KeepDigests(ctx, f.db); err != nil {
			return err
		}
		return f.Commit()
	}
	for scope, d := range f.tally {
		if err := KeepDigest(ctx, f.db, scope, KeptDigest{Digest: d}); err != nil {
			return err
		}
	}
	return f.Commit()
}

// Save ends the filling: everything is on the disk when it returns, and the file may be opened by others.
func (f *Fresh) Save() error {
	if err := f.Commit(); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := f.Close(); err != nil {
		return err
	}
	return SyncFile(f.path)
}

// Close gives up a file that is not finished, or ends work on one that needs not be on the disk. It leaves the file.
func (f *Fresh) Close() error {
	var err error
	for _, p := range f.put {
		err = errors.Join(err, p.stmt.(driver.Stmt).Close()) //nolint:errcheck // it was prepared as one
	}
	f.put = map[care.Kind]*freshPut{}
	if err = errors.Join(err, f.db.Close()); err != nil {
		return fmt.Errorf("closing %s: %w", f.path, err)
	}
	return nil
}

// SyncFile waits until a file is on the disk.
func SyncFile(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("writing to the disk: %w", err)
	}
	if err := errors.Join(file.Sync(), file.Close()); err != nil {
		return fmt.Errorf("writing %s to the disk: %w", path, err)
	}
	return nil
}

// dress is an index or a trigger of a replica, which its rows do not need.
type dress struct{ sort, name, statement string }

// strip takes off what Dress puts on.
func (f *Fresh) strip(ctx context.Context) error {
	all, err := dressesOf(ctx, f.db)
	if err != nil {
		return err
	}
	for _, d := range all {
		if _, err := f.db.ExecContext(ctx, "DROP "+d.sort+" "+d.name); err != nil {
			return fmt.Errorf("dropping %s: %w", d.name, err)
		}
	}
	return nil
}

// dresses are those that the schema of this program gives a replica.
func dresses(ctx context.Context) ([]dress, error) {
	db, err := sql.Open("sqlite3", ":memory:")
	if err != nil {
		return nil, fmt.Errorf("reading the schema: %w", err)
	}
	defer func() { _ = db.Close() }()
	db.SetMaxOpenConns(1)
	if err := Migrate(ctx, db); err != nil {
		return nil, err
	}
	if err := PrepareReplica(ctx, db); err != nil {
		return nil, err
	}
	return dressesOf(ctx, db)
}

func dressesOf(ctx context.Context, db Conn) ([]dress, error) {
	rows, err := db.QueryContext(ctx, "SELECT type, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY rowid")
	if err != nil {
		return nil, fmt.Errorf("reading the schema: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var all []dress
	for rows.Next() {
		var d dress
		if err := rows.Scan(&d.sort, &d.name, &d.statement); err != nil {
			return nil, fmt.Errorf("reading the schema: %w", err)
		}
		all = append(all, d)
	}
	return all, rows.Err()
}
