// Package pgtest gives tests a PostgreSQL server of their own: one for each test program, one database for each test. It
// runs Debian's programs, listens on 127.0.0.1 alone, and leaves nothing behind.
package pgtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver
)

// Require is the environment variable that makes a missing PostgreSQL a failure, where it would skip a test.
const Require = "METERSIDE_REQUIRE_POSTGRES"

// errMissing says that PostgreSQL's programs are not installed here.
var errMissing = errors.New("PostgreSQL's programs are not installed (Debian's package postgresql)")

// Database gives the address of an empty database, which lasts as long as the test. The test is skipped where there is no
// PostgreSQL. Its server does not wait for the disk: what a power cut would do is not its subject.
func Database(t testing.TB) string {
	t.Helper()
	s, err := fast()
	if errors.Is(err, errMissing) && os.Getenv(Require) == "" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	database, drop, err := s.Database(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := drop(); err != nil {
			t.Error(err)
		}
	})
	return database
}

var fast = sync.OnceValues(func() (*Server, error) { return Start(false) })

// Server is a PostgreSQL server that ends with this process.
type Server struct {
	address *url.URL
	admin   *sql.DB
	made    atomic.Int64
	stdin   io.Closer // closing it ends the server
	ended   chan struct{}
}

// keeper starts the server and ends it when its own input ends, however this process went: no server outlives its test.
// $0 is the folder.
const keeper = `"$1" -D "$0/data" -p "$2" -k "$0" -c listen_addresses=127.0.0.1 -c fsync="$3" -c synchronous_commit="$3" -c full_page_writes="$3" \
	-c shared_buffers=64MB -c max_connections=200 -c autovacuum_naptime=10s -c max_wal_size=2GB >"$0/log" 2>&1 </dev/null &
server=$!
read -r _
kill -QUIT $server
wait $server
rm -rf "$0"`

// Start makes a cluster in a folder of its own and serves it. durable is whether a commit waits for the disk. The
// databases compare text by a language's rules unless a column says otherwise, as many servers out there do.
func Start(durable bool) (*Server, error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "meterside-pg-")
	if err != nil {
		return nil, fmt.Errorf("making a folder for PostgreSQL: %w", err)
	}
	who, err := owner(dir)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", filepath.Join(dir, "data"), "-U", "meterside", "-A", "trust", "-E", "UTF8",
		"--locale-provider=icu", "--icu-locale=en", "--locale=C", "--no-sync", "--no-instructions")
	initdb.Dir, initdb.SysProcAttr = dir, who
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, errors.Join(fmt.Errorf("making a PostgreSQL cluster: %w: %s", err, out), os.RemoveAll(dir))
	}
	port, err := freePort()
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	onOff := map[bool]string{true: "on", false: "off"}
	serve := exec.Command("sh", "-c", keeper, dir, filepath.Join(bin, "postgres"), strconv.Itoa(port), onOff[durable])
	serve.Dir, serve.SysProcAttr = dir, who
	stdin, err := serve.StdinPipe()
	if err == nil {
		err = serve.Start()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("starting PostgreSQL: %w", err), os.RemoveAll(dir))
	}
	s := &Server{
		address: &url.URL{Scheme: "postgres", User: url.User("meterside"), Host: net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), RawQuery: "sslmode=disable"},
		stdin:   stdin, ended: make(chan struct{}),
	}
	go func() {
		defer close(s.ended)
		_ = serve.Wait() // it is ended by a signal, and says so
	}()
	if s.admin, err = sql.Open("pgx", s.in("postgres")); err == nil {
		err = s.answers()
	}
	if err != nil {
		said, _ := os.ReadFile(filepath.Join(dir, "log"))
		return nil, errors.Join(fmt.Errorf("%w: %s", err, said), s.Stop())
	}
	return s, nil
}

// startWithin is how long a server may take to answer, on a machine that is busy with everything else.
const startWithin = time.Minute

func (s *Server) answers() error {
	deadline := time.Now().Add(startWithin)
	for {
		err := s.admin.PingContext(context.Background())
		if err == nil {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("PostgreSQL does not answer: %w", err)
		}
		select {
		case <-s.ended:
			return fmt.Errorf("PostgreSQL ended at once: %w", err)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// Database makes an empty database and gives its address, and the function that drops it.
func (s *Server) Database(ctx context.Context) (address string, drop func() error, err error) {
	name := fmt.Sprintf("t%d", s.made.Add(1))
	if _, err := s.admin.ExecContext(ctx, "CREATE DATABASE "+name); err != nil {
		return "", nil, fmt.Errorf("making a database: %w", err)
	}
	return s.in(name), func() error {
		_, err := s.admin.ExecContext(context.WithoutCancel(ctx), "DROP DATABASE "+name+" WITH (FORCE)")
		return err
	}, nil
}

// Stop ends the server and removes its folder.
func (s *Server) Stop() error {
	err := errors.Join(s.admin.Close(), s.stdin.Close())
	<-s.ended
	return err
}

func (s *Server) in(database string) string {
	u := *s.address
	u.Path = "/" + database
	return u.String()
}

// programs is the folder of initdb and postgres. Debian keeps each version's in a folder of its own, off the path.
func programs() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			return filepath.Dir(path), nil
		}
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return "", errMissing
	}
	return filepath.Dir(found[len(found)-1]), nil
}

// freePort finds a port that nobody has. Somebody may take it before PostgreSQL does, who then says so and ends.
func freePort() (int, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("looking for a free port: %w", err)
	}
	port := ln.Addr().(*net.TCPAddr).Port
	return port, ln.Close()
}
