package records

import (
	"context"
	"database/sql/driver"
	"errors"
	"sync"

	"github.com/mattn/go-sqlite3"
)

// connecting is a driver.Connector made of a function.
type connecting func() (driver.Conn, error)

func (c connecting) Connect(context.Context) (driver.Conn, error) { return c() }
func (c connecting) Driver() driver.Driver                        { return &sqlite3.SQLiteDriver{} }

// file is the database file that the pools of an SQLite open. Connections to an earlier one live as long as they are in use.
type file struct {
	path string
	open int    // guarded by turns.mu
	gone func() // guarded by turns.mu: called once nobody has it open, after the pools were turned to another
}

// turns lets pools go on with another file.
type turns struct {
	mu  sync.Mutex
	now *file // guarded by mu
}

// connector opens the file of the moment; dsn gives its address.
func (t *turns) connector(dsn func(path string) string) driver.Connector {
	return connecting(func() (driver.Conn, error) {
		t.mu.Lock()
		f := t.now
		f.open++
		t.mu.Unlock()
		conn, err := (&sqlite3.SQLiteDriver{}).Open(dsn(f.path))
		if err != nil {
			t.closed(f)
			return nil, err
		}
		return &turning{conn.(*sqlite3.SQLiteConn), t, f}, nil //nolint:errcheck // the driver gives no other
	})
}

func (t *turns) closed(f *file) {
	t.mu.Lock()
	f.open--
	var gone func()
	if f.open == 0 {
		gone, f.gone = f.gone, nil
	}
	t.mu.Unlock()
	if gone != nil {
		gone()
	}
}

func (t *turns) current(f *file) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.now == f
}

// turning is a connection that its pool drops, once it is free, when it is to a file of the past.
type turning struct {
	*sqlite3.SQLiteConn
	turns *turns
	file  *file
}

// ResetSession says, before a free connection is used, whether it still may be.
func (c *turning) ResetSession(context.Context) error {
	if !c.turns.current(c.file) {
		return driver.ErrBadConn
	}
	return nil
}

// IsValid says, after its use, whether a connection goes back into the pool.
func (c *turning) IsValid() bool { return c.turns.current(c.file) }

// Close closes the connection, and tells who waits for the last one of its file.
func (c *turning) Close() error {
	err := c.SQLiteConn.Close()
	c.turns.closed(c.file)
	return err
}

// Path is the file that new connections open.
func (s *SQLite) Path() string {
	s.turns.mu.Lock()
	defer s.turns.mu.Unlock()
	return s.turns.now.path
}

// Turn lets both pools go on with another database file. Who reads or writes the old one just now does so to the end; gone is
// called when nobody has it open any more. A caller that must have no writer between holds the writer's one connection.
func (s *SQLite) Turn(path string, gone func()) error {
	if path == s.Path() {
		return errors.New("the database is this file already")
	}
	s.turns.mu.Lock()
	old := s.turns.now
	s.turns.now = &file{path: path}
	old.gone = gone
	unused := old.open == 0
	if unused {
		old.gone = nil
	}
	s.turns.mu.Unlock()
	if unused {
		gone()
	}
	// Idle connections go at once, so that the old file does not wait for somebody to read.
	s.Read.SetMaxIdleConns(-1)
	s.Read.SetMaxIdleConns(readers())
	s.Write.SetMaxIdleConns(-1)
	s.Write.SetMaxIdleConns(1)
	return nil
}
