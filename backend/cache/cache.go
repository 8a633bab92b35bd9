// Package cache is what a desk keeps: replica.db, which is disposable, and outbox.db, which is precious. They never share
// a transaction.
package cache

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"meterside/care"
	"meterside/records"
)

//go:embed migrations/*.sql
var outboxSteps embed.FS

// Cache is one user's cache.
type Cache struct {
	dir     string
	replica *records.SQLite
	outbox  *records.SQLite
	extras  *Extras
	actor   care.Actor

	identityMu sync.RWMutex
	identity   Identity // guarded by identityMu

	pageMu sync.Mutex
	page   page    // guarded by pageMu
	staged *staged // guarded by pageMu: a newer replica, or nil

	steps func(string) // for tests: told of each step of a swap

	toIndex chan struct{} // one slot
	inflow  inflow

	standMu sync.RWMutex
	stand   Stand         // guarded by standMu
	proof   records.Proof // guarded by standMu

	foreign atomic.Bool // see Foreign
	relay   atomic.Bool // commands went or came back elsewhere than at the outbox's end: the overlay is to be laid on anew
	residue atomic.Bool // something of what left may still stand in a log, or in the outbox's copies
}

// Stand is where the replica stands.
type Stand = records.Stand

// Open opens a user's cache in a folder, and makes it where there is none. A replica that another version made, or that
// cannot be read, is thrown away: it comes again.
func Open(ctx context.Context, dir string, actor care.Actor) (*Cache, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the desk's folder: %w", err)
	}
	outbox, err := records.OpenSQLite(filepath.Join(dir, "outbox.db"), records.Durable)
	if err != nil {
		return nil, err
	}
	c := &Cache{dir: dir, outbox: outbox, extras: newExtras(dir), actor: actor, toIndex: make(chan struct{}, 1)}
	if err := c.prepareOutbox(ctx); err != nil {
		return nil, errors.Join(err, outbox.Close())
	}
	if err := c.settleIn(ctx); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	err = c.start(ctx)
	if records.Damaged(err) { // the replica comes again; what was typed stands elsewhere
		err = errors.Join(c.throwAway(ctx), c.start(ctx))
	}
	if err := errors.Join(err, c.extras.tidy(ctx)); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// outboxVersion is a number for the steps that an outbox has gone through.
func outboxVersion() (int64, error) {
	files, err := outboxSteps.ReadDir("migrations")
	if err != nil {
		return 0, fmt.Errorf("reading the outbox's steps: %w", err)
	}
	sum := fnv.New32a()
	for _, f := range files {
		_, _ = sum.Write([]byte(f.Name() + "\n"))
	}
	return int64(sum.Sum32()>>1) + 1, nil
}

func (c *Cache) prepareOutbox(ctx context.Context) error {
	version, err := outboxVersion()
	if err != nil {
		return err
	}
	var is int64
	if err := c.outbox.Write.QueryRowContext(ctx, "PRAGMA user_version").Scan(&is); err != nil {
		return fmt.Errorf("preparing the outbox: %w", err)
	}
	if is == version { // nothing to migrate, and a start is not to wait for finding that out step by step
		return c.readIdentity(ctx)
	}
	if err := records.MigrateSet(ctx, c.outbox.Write, "goose_outbox", outboxSteps); err != nil {
		return fmt.Errorf("preparing the outbox: %w", err)
	}
	if _, err := c.outbox.Write.ExecContext(ctx, "INSERT INTO desk (only, device, last_n) VALUES (1, $1, 0) ON CONFLICT DO NOTHING", uuid.NewString()); err != nil {
		return fmt.Errorf("naming the desk: %w", err)
	}
	if _, err := c.outbox.Write.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", version)); err != nil {
		return fmt.Errorf("preparing the outbox: %w", err)
	}
	return c.readIdentity(ctx)
}

// openReplica opens a replica, and makes one where there is no file. One of this program's version has everything.
func openReplica(ctx context.Context, path string) (*records.SQLite, error) {
	return openVersion(ctx, path, records.ReplicaVersion(), records.PrepareReplica)
}

var errVersion = errors.New("the file is of another version")

// openVersion opens a disposable database of a version, or makes it: the records' tables, and what prepare adds to them.
func openVersion(ctx context.Context, path string, version int64, prepare func(context.Context, records.Conn) error) (*records.SQLite, error) {
	db, err := records.OpenSQLite(path, records.Disposable)
	if err != nil {
		return nil, err
	}
	err = func() error {
		var is int64
		if err := db.Write.QueryRowContext(ctx, "PRAGMA user_version").Scan(&is); err != nil {
			return fmt.Errorf("reading the version of %s: %w", path, err)
		}
		switch is {
		case version:
			return nil
		case 0:
		default:
			return errVersion
		}
		if err := errors.Join(records.Migrate(ctx, db.Write), prepare(ctx, db.Write)); err != nil {
			return err
		}
		_, err := db.Write.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", version))
		return err
	}()
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// start copies answers that were not copied before the desk ended, and lays the overlay on.
func (c *Cache) start(ctx context.Context) error {
	if err := c.readStand(ctx); err != nil {
		return err
	}
	if err := c.copyAnswers(ctx); err != nil {
		return err
	}
	if err := c.forget(ctx, time.Now()); err != nil {
		return err
	}
	if err := c.relaying(ctx); err != nil {
		return err
	}
	c.residue.Store(c.Stand().Cursor > 0) // the desk may have ended before it was through with what left
	return c.scrub(ctx)
}

func (c *Cache) readStand(ctx context.Context) error {
	s, err := records.ReadStand(ctx, c.replica.Read)
	if err != nil {
		return err
	}
	c.setStand(s)
	proof, err := records.ReadProof(ctx, c.replica.Read)
	c.setProof(proof)
	return err
}

// Close closes both databases.
func (c *Cache) Close() error {
	c.Abort()
	var err error
	if c.replica != nil {
		err = c.replica.Close()
	}
	return errors.Join(err, c.extras.Close(), c.outbox.Close())
}

// Extras is what was asked of the portal and is kept for a while.
func (c *Cache) Extras() *Extras { return c.extras }

// Actor is whose cache it is.
func (c *Cache) Actor() care.Actor { return c.who() }

// Folder is where everything stands.
func (c *Cache) Folder() string { return c.dir }

// Stand is where the replica stands now.
func (c *Cache) Stand() Stand {
	c.standMu.RLock()
	defer c.standMu.RUnlock()
	return c.stand
}

func (c *Cache) setStand(s Stand) {
	c.standMu.Lock()
	defer c.standMu.Unlock()
	c.stand = s
}

// Reader gives the readers' side of the replica. An apply never blocks it.
func (c *Cache) Reader() *sql.DB { return c.replica.Read }

// Counts says how many rows each table of the replica holds.
func (c *Cache) Counts(ctx context.Context) (map[string]int, error) {
	counts := map[string]int{}
	for _, k := range care.Kinds() {
		var n int
		if err := c.replica.Read.QueryRowContext(ctx, "SELECT count(*) FROM "+records.Table(k)).Scan(&n); err != nil {
			return nil, fmt.Errorf("counting: %w", err)
		}
		counts[records.Table(k)] = n
	}
	return counts, nil
}
