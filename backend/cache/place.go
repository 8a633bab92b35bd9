package cache

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"meterside/records"
)

// A replica stands in replica.db, or in the replica-<n>.db that the file pointer names: a newer one is made beside it and
// takes its place by one write of that small file, since an open database can be renamed nowhere on Windows.
const (
	firstReplica = "replica.db"
	pointer      = "replica.current"
	filling      = "filling" // what is being filled by rows has no number yet
)

var numbered = regexp.MustCompile(`^replica-([1-9][0-9]{0,8})\.db$`)

// number is the n of a replica's name: 0 for the first, -1 for what is none.
func numberOf(name string) int {
	if name == firstReplica {
		return 0
	}
	if m := numbered.FindStringSubmatch(name); m != nil {
		n, err := strconv.Atoi(m[1])
		if err == nil {
			return n
		}
	}
	return -1
}

// ReplicaFile is the path of the replica that stands in a user's folder.
func ReplicaFile(dir string) (string, error) {
	b, err := os.ReadFile(filepath.Join(dir, pointer))
	if errors.Is(err, os.ErrNotExist) {
		return filepath.Join(dir, firstReplica), nil
	}
	if err != nil {
		return "", fmt.Errorf("finding the replica: %w", err)
	}
	name := strings.TrimSpace(string(b))
	if numberOf(name) < 0 {
		name = firstReplica // nobody wrote this; what it hides comes again
	}
	return filepath.Join(dir, name), nil
}

// point makes a replica the one that stands in the folder. It is done when it returns, and survives a power cut.
func point(dir, name string) error {
	path := filepath.Join(dir, pointer)
	file, err := os.OpenFile(path+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("swapping the replica: %w", err)
	}
	_, err = file.WriteString(name + "\n")
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return fmt.Errorf("swapping the replica: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("swapping the replica: %w", err)
	}
	return syncFolder(dir)
}

// removeReplica takes a database away with all that SQLite keeps beside it. It is not written over first, as Erase does where a
// desk loses its right: here the user still holds the same rows in the replica that took its place, and a reader may have the
// file open to the end of a query, who must not find zeros in it.
func removeReplica(path string) error {
	var all error
	for _, tail := range []string{"", "-wal", "-shm", "-journal"} {
		if err := os.Remove(path + tail); err != nil && !errors.Is(err, os.ErrNotExist) {
			all = errors.Join(all, fmt.Errorf("throwing a replica away: %w", err))
		}
	}
	return all
}

// settleIn opens the replica of the moment, and makes one where there is none or where it cannot be read. What was left of
// others is taken away, but for the newest that is whole and only waits for its first page.
func (c *Cache) settleIn(ctx context.Context) error {
	path, err := ReplicaFile(c.dir)
	if err != nil {
		return err
	}
	if c.replica, err = openReplica(ctx, path); err != nil {
		if err := c.anotherThan(ctx, path); err != nil {
			return err
		}
		path = c.replica.Path()
	}
	now := numberOf(filepath.Base(path))
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		return fmt.Errorf("reading the desk's folder: %w", err)
	}
	for _, e := range entries {
		path, n := filepath.Join(c.dir, e.Name()), numberOf(e.Name())
		switch {
		case strings.HasPrefix(e.Name(), filling):
			_ = os.Remove(path)
		case n < 0 || n == now:
		case n < now || c.staged != nil && n < numberOf(filepath.Base(c.staged.path)):
			_ = removeReplica(path) // one that is still open goes the next time
		default:
			s, err := c.readStaged(ctx, path)
			if err != nil {
				_ = removeReplica(path)
				continue
			}
			if c.staged != nil {
				_ = removeReplica(c.staged.path)
			}
			c.staged = s
		}
	}
	return nil
}

// throwAway begins with an empty replica, in the place of one that cannot be used.
func (c *Cache) throwAway(ctx context.Context) error {
	path := c.replica.Path()
	_ = c.replica.Close() // it is damaged
	return c.anotherThan(ctx, path)
}

// anotherThan opens an empty replica, and removes the one that cannot be used.
func (c *Cache) anotherThan(ctx context.Context, path string) error {
	err := errors.Join(removeReplica(path), removed(filepath.Join(c.dir, pointer)))
	if err == nil {
		c.replica, err = openReplica(ctx, filepath.Join(c.dir, firstReplica))
	}
	return err
}

func removed(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// readStaged looks where a replica stands that is not used yet.
func (c *Cache) readStaged(ctx context.Context, path string) (*staged, error) {
	db, err := openReplica(ctx, path)
	if err != nil {
		return nil, err
	}
	stand, err := records.ReadStand(ctx, db.Read)
	if err == nil && stand.Server == "" {
		err = errors.New("a replica that does not say of which portal")
	}
	var proof records.Proof
	if err == nil {
		proof, err = records.ReadProof(ctx, db.Read)
	}
	if err := errors.Join(err, db.Close()); err != nil {
		return nil, err
	}
	return &staged{path: path, stand: stand, proof: proof}, nil
}

// nextPath is where the next replica goes.
func (c *Cache) nextPath() (string, error) {
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		return "", fmt.Errorf("reading the desk's folder: %w", err)
	}
	n := 0
	for _, e := range entries {
		n = max(n, numberOf(e.Name()))
	}
	return filepath.Join(c.dir, fmt.Sprintf("replica-%d.db", n+1)), nil
}
