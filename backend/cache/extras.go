package cache

import (
	"context"
	"database/sql"
	_ "embed" // the schema of what is kept beside the replica
	"errors"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"meterside/care"
	"meterside/records"
)

//go:embed extras.sql
var extrasSchema string

// How long and how much is kept. An account of a district that is not the desk's own is there for a contact.
const (
	extrasKept  = 7 * 24 * time.Hour
	contactKept = time.Hour
	extrasBytes = 32 << 20
	// forgetWithin is how long what is forgotten may stay in the log because somebody reads.
	forgetWithin = 10 * time.Second
)

// Extras is what was asked of the portal and is kept for a while, in extras.db: older history, and accounts of other
// districts. It stands outside the replica, its cursor and its digest; a file that is damaged is made anew, empty. Secrets
// never come here.
type Extras struct {
	path string
	now  func() time.Time

	mu sync.Mutex      // held while anything is written, so that nobody renews the file under another
	db *records.SQLite // guarded by mu; nil until it is needed
}

func newExtras(dir string) *Extras {
	return &Extras{path: filepath.Join(dir, "extras.db"), now: time.Now}
}

// tidy forgets what is too old, where anything was kept before.
func (e *Extras) tidy(ctx context.Context) error {
	if !e.There() {
		return nil
	}
	return e.with(ctx, e.trim)
}

// There says whether anything may be kept: it costs no more than a look into the folder.
func (e *Extras) There() bool {
	_, err := os.Stat(e.path)
	return err == nil
}

// extrasVersion is a number for the schema of the file.
func extrasVersion() int64 {
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(extrasSchema))
	return (records.ReplicaVersion() ^ int64(sum.Sum32()>>1)) | 1
}

// with runs fn over the file, which is opened or made where it must be. One that turns out to be damaged is thrown away, and
// fn runs over an empty one.
func (e *Extras) with(ctx context.Context, fn func(context.Context, *records.SQLite) error) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	var err error
	for range 2 {
		if e.db == nil {
			if e.db, err = openExtras(ctx, e.path); err != nil {
				if e.db, err = renewExtras(ctx, e.path); err != nil {
					return err
				}
			}
		}
		if err = fn(ctx, e.db); !records.Damaged(err) {
			return err
		}
		_ = e.db.Close()
		if e.db, err = renewExtras(ctx, e.path); err != nil {
			return err
		}
	}
	return err
}

// openExtras opens the file, or makes it. It is small, and looked through before it is used.
func openExtras(ctx context.Context, path string) (*records.SQLite, error) {
	db, err := openVersion(ctx, path, extrasVersion(), func(ctx context.Context, db records.Conn) error {
		_, err := db.ExecContext(ctx, extrasSchema)
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := whole(ctx, db.Write, "quick_check"); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

func renewExtras(ctx context.Context, path string) (*records.SQLite, error) {
	if err := removeReplica(path); err != nil {
		return nil, err
	}
	return openExtras(ctx, path)
}

// Close closes the file.
func (e *Extras) Close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.db == nil {
		return nil
	}
	err := e.db.Close()
	e.db = nil
	return err
}

// Clear throws everything away: at sign-out, or where the desk lost its right to hold anything.
func (e *Extras) Clear() error {
	return errors.Join(e.Close(), removeReplica(e.path))
}

// Purge forgets every account that stands in one of the scopes, to the last byte: the scopes are no longer the desk's.
func (e *Extras) Purge(ctx context.Context, scopes []string) error {
	if !e.There() {
		return nil
	}
	return e.with(ctx, func(ctx context.Context, db *records.SQLite) error {
		return e.forget(ctx, db, func(h holding) bool {
			for _, s := range scopes {
				if strings.Contains(";"+h.scopes+";", ";"+s+";") {
					return true
				}
			}
			return false
		})
	})
}

// PurgeAccounts forgets some accounts, to the last byte: they left the desk's scopes.
func (e *Extras) PurgeAccounts(ctx context.Context, accounts map[string]bool) error {
	if len(accounts) == 0 || !e.There() {
		return nil
	}
	return e.with(ctx, func(ctx context.Context, db *records.SQLite) error {
		return e.forget(ctx, db, func(h holding) bool { return accounts[h.account] })
	})
}

// PurgeFetched forgets every account that was fetched for a contact, to the last byte.
func (e *Extras) PurgeFetched(ctx context.Context) error {
	if !e.There() {
		return nil
	}
	return e.with(ctx, func(ctx context.Context, db *records.SQLite) error {
		return e.forget(ctx, db, func(h holding) bool { return h.whole })
	})
}

// holding is one account of the file.
type holding struct {
	account, scopes string
	whole           bool
	at, used, bytes int64
}

// trim forgets what is too old, and what is too much, the longest unused first.
func (e *Extras) trim(ctx context.Context, db *records.SQLite) error {
	now, kept := e.now().UnixMilli(), int64(0)
	return e.forget(ctx, db, func(h holding) bool {
		age := extrasKept
		if h.whole {
			age = contactKept
		}
		// Of the future is what a clock that was put back says: nobody knows how old it is.
		if now-h.at > age.Milliseconds() || h.at > now+time.Hour.Milliseconds() || kept+h.bytes > extrasBytes {
			return true
		}
		kept += h.bytes
		return false
	})
}

// forget drops the accounts that drop names, asked from the one used last, with the rows that no other account brought. What
// is dropped is written over in the file, and does not stay in its log.
func (e *Extras) forget(ctx context.Context, db *records.SQLite, drop func(holding) bool) error {
	tx, err := db.Write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("beginning to forget: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	all, err := holdings(ctx, tx)
	if err != nil {
		return err
	}
	dropped := false
	for _, h := range all {
		if !drop(h) {
			continue
		}
		dropped = true
		if err := dropAccount(ctx, tx, h.account); err != nil {
			return err
		}
	}
	if !dropped {
		return nil
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("forgetting: %w", err)
	}
	emptied, err := truncate(ctx, db, forgetWithin)
	if err != nil {
		return err
	}
	if !emptied {
		return errors.New("the log of what was forgotten is in use")
	}
	return nil
}

func holdings(ctx context.Context, tx *sql.Tx) ([]holding, error) {
	rows, err := tx.QueryContext(ctx, `SELECT account, scopes, whole, at, used, (SELECT coalesce(sum(bytes), 0) FROM held_row r WHERE r.account = held.account)
		+ (SELECT coalesce(sum(length(body)), 0) FROM held_interval i WHERE i.account = held.account)
		FROM held ORDER BY used DESC, account`)
	if err != nil {
		return nil, fmt.Errorf("reading what is kept: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var all []holding
	for rows.Next() {
		var h holding
		if err := rows.Scan(&h.account, &h.scopes, &h.whole, &h.at, &h.used, &h.bytes); err != nil {
			return nil, fmt.Errorf("reading what is kept: %w", err)
		}
		all = append(all, h)
	}
	return all, rows.Err()
}

func dropAccount(ctx context.Context, tx *sql.Tx, account string) error {
	rows, err := tx.QueryContext(ctx, `SELECT kind, id FROM held_row h WHERE account = $1
		AND NOT EXISTS (SELECT 1 FROM held_row o WHERE o.kind = h.kind AND o.id = h.id AND o.account <> $1)`, account)
	if err != nil {
		return fmt.Errorf("reading what goes: %w", err)
	}
	var gone []care.Ref
	for rows.Next() {
		var ref care.Ref
		if err := rows.Scan(&ref.Kind, &ref.ID); err != nil {
			return errors.Join(err, rows.Close())
		}
		gone = append(gone, ref)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return fmt.Errorf("reading what goes: %w", err)
	}
	for _, ref := range gone {
		if err := records.Remove(ctx, tx, ref); err != nil {
			return err
		}
	}
	for _, table := range []string{"held_row", "cover", "held_interval", "held"} {
		if _, err := tx.ExecContext(ctx, "DELETE FROM "+table+" WHERE account = $1", account); err != nil {
			return fmt.Errorf("forgetting an account: %w", err)
		}
	}
	return nil
}
