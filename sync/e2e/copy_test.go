package e2e

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// copyAsCut copies a folder of databases in use as a power cut would leave them: each database as it is at one moment, with
// whatever its log holds by then, half a transaction too. What need not survive a cut comes first, so that a copy of it is
// never newer than one of what must.
func copyAsCut(ctx context.Context, from, to string) error {
	for range 50 {
		before, err := filesOf(from)
		if err != nil {
			return err
		}
		err = copyFiles(ctx, before, from, to)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		after, again := filesOf(from)
		if again != nil {
			return again
		}
		if err == nil && maps.Equal(before, after) {
			return nil
		}
		// A file came or went meanwhile: no single moment had what was copied.
		if err := os.RemoveAll(to); err != nil {
			return err
		}
	}
	return errors.New("files come and go too fast to be copied")
}

// filesOf lists a folder's files, logs left out, with what the small one says that names the replica in use.
func filesOf(dir string) (map[string]string, error) {
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || d.IsDir() || strings.HasSuffix(path, "-wal") || strings.HasSuffix(path, "-shm") || strings.HasSuffix(path, "-journal") {
			return err
		}
		all[path] = ""
		if strings.HasSuffix(path, ".current") {
			text, err := os.ReadFile(path)
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
			all[path] = string(text)
		}
		return nil
	})
	return all, err
}

func isDatabase(path string) bool {
	name := filepath.Base(path)
	return name == "portal.db" || name == "outbox.db" || name == "extras.db" || strings.HasPrefix(name, "replica") && strings.HasSuffix(name, ".db")
}

func copyFiles(ctx context.Context, files map[string]string, from, to string) error {
	inOrder := slices.SortedFunc(maps.Keys(files), func(a, b string) int {
		if a, b := filepath.Base(a) == "outbox.db", filepath.Base(b) == "outbox.db"; a != b {
			return map[bool]int{true: 1, false: -1}[a]
		}
		return strings.Compare(a, b)
	})
	for _, path := range inOrder {
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
			return err
		}
		if isDatabase(path) {
			err = copyDatabase(ctx, path, target)
		} else {
			err = copyFile(path, target)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// copyDatabase copies a database and its log. A reader stands by meanwhile, so that no checkpoint begins the log anew or
// writes a page of it that the copy of the log does not hold.
func copyDatabase(ctx context.Context, path, target string) error {
	db, err := sql.Open("sqlite3", "file:"+path+"?mode=ro&_busy_timeout=10000")
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	var n int
	if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_master").Scan(&n); err != nil {
		return err
	}
	if err := copyFile(path, target); err != nil {
		return err
	}
	if err := copyFile(path+"-wal", target+"-wal"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func copyFile(from, to string) error {
	b, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, b, 0o600)
}

// loseTail cuts the logs of disposable databases in a copy at any byte: their commits do not wait for the disk.
func loseTail(dir string, chance *rand.Rand) error {
	return filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasPrefix(filepath.Base(path), "replica") || !strings.HasSuffix(path, "-wal") {
			return err
		}
		info, err := os.Stat(path)
		if err != nil || info.Size() == 0 {
			return err
		}
		return os.Truncate(path, chance.Int64N(info.Size()+1))
	})
}
