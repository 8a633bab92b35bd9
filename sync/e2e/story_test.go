package e2e

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"meterside/care/given"
)

// programs is the folder of the programs under test, built once.
var programs string

func TestMain(m *testing.M) {
	if profile := os.Getenv(draftsEnv); profile != "" {
		os.Exit(typeDrafts(profile))
	}
	os.Exit(runAll(m))
}

func runAll(m *testing.M) int {
	dir, err := os.MkdirTemp("", "meterside-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	build := exec.Command("go", "build", "-tags", "sqlite_fts5", "-o", dir, "meterside/portal/cmd/portald", "meterside/backend/cmd/deskctl")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "building the programs: %v\n%s", err, out)
		return 1
	}
	programs = dir
	return m.Run()
}

// TestStory tells, as text, what people do with the programs. Each chapter is a script of its own.
func TestStory(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("PATH", programs+string(os.PathListSeparator)+env.Getenv("PATH"))
			env.Setenv("METERSIDE_SECRET_FILE", filepath.Join(env.WorkDir, "secrets"))
			address, err := freeAddress()
			env.Setenv("ADDRESS", address)
			env.Setenv("PORTAL", "http://"+address)
			env.Values[portalKey{}] = &served{}
			return err
		},
		Condition: func(cond string) (bool, error) {
			if cond == "customers" {
				_, err := given.Maker()
				return err == nil, nil
			}
			return false, fmt.Errorf("unknown condition %s", cond)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"portal":     portalCommand,
			"expect":     expectCommand,
			"keep":       keepCommand,
			"same":       sameCommand,
			"customers":  customersCommand,
			"customer":   customerCommand,
			"masquerade": masqueradeCommand,
		},
	})
}

type portalKey struct{}

// served is the portal that a script runs.
type served struct{ process *exec.Cmd }

// portalCommand: portal start DATA | stop | kill
func portalCommand(ts *testscript.TestScript, _ bool, args []string) {
	s, ok := ts.Value(portalKey{}).(*served)
	if !ok || len(args) == 0 {
		ts.Fatalf("usage: portal start DATA | stop | kill")
	}
	switch args[0] {
	case "start":
		s.process = exec.Command(filepath.Join(programs, "portald"), "serve", "--data", ts.MkAbs(args[1]), "--listen", ts.Getenv("ADDRESS"))
		var log bytes.Buffer
		s.process.Stderr = &log
		out, err := s.process.StdoutPipe()
		ts.Check(err)
		ts.Check(s.process.Start())
		ts.Defer(func() { s.end(os.Interrupt) })
		if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || !strings.HasPrefix(line, "listening") {
			ts.Fatalf("portald says %q, %v: %s", line, err, log.String())
		}
	case "stop":
		s.end(os.Interrupt)
	case "kill":
		s.end(os.Kill)
	default:
		ts.Fatalf("portal %s?", args[0])
	}
}

func (s *served) end(how os.Signal) {
	if s.process == nil {
		return
	}
	if runtime.GOOS == "windows" {
		how = os.Kill
	}
	_ = s.process.Process.Signal(how)
	_ = s.process.Wait()
	s.process = nil
}

// expectCommand: expect PATH VALUE looks into the JSON on stdout; ! expect PATH VALUE wants another. A PATH is made of
// names, numbers and "length", joined by dots, or by slashes where a name has a dot.
func expectCommand(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: expect PATH VALUE")
	}
	got := lookUp(ts, args[0])
	if (got == args[1]) == neg {
		ts.Fatalf("%s is %s, not %s", args[0], got, args[1])
	}
}

// keepCommand: keep NAME PATH sets a variable of the script from the JSON on stdout.
func keepCommand(ts *testscript.TestScript, _ bool, args []string) {
	ts.Setenv(args[0], lookUp(ts, args[1]))
}

func lookUp(ts *testscript.TestScript, path string) string {
	var v any
	dec := json.NewDecoder(strings.NewReader(ts.ReadFile("stdout")))
	dec.UseNumber()
	ts.Check(dec.Decode(&v))
	separator := "."
	if strings.Contains(path, "/") {
		separator = "/"
	}
	for _, step := range strings.Split(path, separator) {
		switch at := v.(type) {
		case []any:
			if step == "length" {
				v = json.Number(strconv.Itoa(len(at)))
				continue
			}
			n, err := strconv.Atoi(step)
			if err != nil || n >= len(at) {
				ts.Fatalf("%s: there is no %s in a list of %d", path, step, len(at))
			}
			v = at[n]
		case map[string]any:
			v = at[step]
		default:
			return "nothing"
		}
	}
	if v == nil {
		return "null"
	}
	return fmt.Sprint(v)
}

// sameCommand: same DIR DIR wants the same files with the same bytes.
func sameCommand(ts *testscript.TestScript, _ bool, args []string) {
	a, err := os.ReadDir(ts.MkAbs(args[0]))
	ts.Check(err)
	if len(a) < 16 {
		ts.Fatalf("%s holds only %d files", args[0], len(a))
	}
	for _, f := range a {
		x, err := os.ReadFile(filepath.Join(ts.MkAbs(args[0]), f.Name()))
		ts.Check(err)
		y, err := os.ReadFile(filepath.Join(ts.MkAbs(args[1]), f.Name()))
		ts.Check(err)
		if !bytes.Equal(x, y) {
			ts.Fatalf("%s differs", f.Name())
		}
	}
}

// customersCommand: customers DIR FLAGS… makes an export.
func customersCommand(ts *testscript.TestScript, _ bool, args []string) {
	tool, err := given.Maker()
	ts.Check(err)
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	today := time.Now().UTC().Format(time.DateOnly)
	make := exec.CommandContext(ctx, "python3", append([]string{tool, "--out", ts.MkAbs(args[0]), "--today", today}, args[1:]...)...)
	if out, err := make.CombinedOutput(); err != nil {
		ts.Fatalf("make_customers.py: %v: %s", err, out)
	}
}

func freeAddress() (string, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return ln.Addr().String(), ln.Close()
}
