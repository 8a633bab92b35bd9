// Package pgtest gives tests a PostgreSQL server of their own: one for each test program, one database for each test. It
// runs Debian's programs, listens on 127.0.0.1 alone, and leaves nothing behind.
package pgtest

import (
	"bufio"
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

// ErrMissing says that PostgreSQL's programs are not installed here.
var ErrMissing = errors.New("PostgreSQL's programs are not installed (Debian's package postgresql)")

// Database gives the address of an empty database, which lasts as long as the test. The test is skipped where there is no
// PostgreSQL. Its server does not wait for the disk: what a power cut would do is not its subject.
func Database(t testing.TB) string {
	t.Helper()
	s, err := fast()
	if errors.Is(err, ErrMissing) && os.Getenv(Require) == "" {
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
	stdin   io.WriteCloser // closing it ends the server
	stdout  *bufio.Reader
	ended   chan struct{}
}

// keeper keeps the server: it ends it, and removes its folder, when its own input ends, however this process went, so that
// no server outlives its test. $0 is the folder. A line of input ends the server as a crash would and starts it again,
// "timeline" in another timeline, as one that took over from another.
const keeper = `while :; do
	"$1" -D "$0/data" -p "$2" -k "$0" -c listen_addresses=127.0.0.1 -c fsync="$3" -c synchronous_commit="$3" -c full_page_writes="$3" \
		-c shared_buffers=64MB -c max_connections=200 -c autovacuum_naptime=10s -c max_wal_size=2GB -c restore_command=false >>"$0/log" 2>&1 </dev/null &
	word=
	read -r word
	kill -QUIT $!
	wait $!
	[ -n "$word" ] || break
	[ "$word" != timeline ] || touch "$0/data/recovery.signal"
	echo "$word"
done
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
	if err != nil {
		return nil, errors.Join(fmt.Errorf("starting PostgreSQL: %w", err), os.RemoveAll(dir))
	}
	stdout, said := io.Pipe()
	serve.Stdout = said
	err = serve.Start()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("starting PostgreSQL: %w", err), os.RemoveAll(dir))
	}
	s := &Server{
		address: &url.URL{Scheme: "postgres", User: url.User("meterside"), Host: net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), RawQuery: "sslmode=disable"},
		stdin:   stdin, stdout: bufio.NewReader(stdout), ended: make(chan struct{}),
	}
	go func() {
		defer close(s.ended)
		_ = serve.Wait() // it is ended by a signal, and says so
		_ = said.Close()
	}()
	if s.admin, err = sql.Open("pgx", s.in("postgres")); err == nil {
		err = s.answers()
	}
	if err != nil {
		log, _ := os.ReadFile(filepath.Join(dir, "log"))
		return nil, errors.Join(fmt.Errorf("%w: %s", err, log), s.Stop())
	}
	return s, nil
}

// startWithin is how long a server may take to answer, on a machine that is busy with everything else.
const startWithin = time.Minute

func (s *Server) answers() error {
	deadline := time.Now().Add(startWithin)
	for {
		var recovering bool
		err := s.admin.QueryRowContext(context.Background(), "SELECT pg_is_in_recovery()").Scan(&recovering)
		if err == nil && !recovering {
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

// Crash ends the server without a word to anybody and starts it again at the same address. With another timeline it begins
// another history, as a server does that took over from one that failed.
func (s *Server) Crash(timeline bool) error {
	word := map[bool]string{true: "timeline", false: "again"}[timeline]
	if _, err := fmt.Fprintln(s.stdin, word); err != nil {
		return fmt.Errorf("starting PostgreSQL again: %w", err)
	}
	if _, err := s.stdout.ReadString('\n'); err != nil {
		return fmt.Errorf("starting PostgreSQL again: %w", err)
	}
	return s.answers()
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
		return "", ErrMissing
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
