//go:build e2e

package scan

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// bench is where scanners work: a home of their own, a folder for what they report, and a server that stands for all the
// rest of the world, so that nothing leaves the machine, and a portal that can be made to ask elsewhere is found out.
type bench struct {
	t       *testing.T
	reports string
	env     []string
	world   *httptest.Server
	asked   chan string // what the rest of the world was asked for
}

func newBench(t *testing.T, reports string) *bench {
	t.Helper()
	for _, program := range []string{"sqlmap", "wapiti"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Fatalf("%v: scripts/deps.sh scan installs it", err)
		}
	}
	b := &bench{t: t, reports: reports, asked: make(chan string, 1000)}
	b.world = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Host != "" || r.Method == http.MethodConnect: // a scanner's own, which takes this for its proxy
			http.Error(w, "this scan stays on this machine", http.StatusForbidden)
		case strings.HasPrefix(r.URL.Path, "/get_"): // wapiti asks here what came in
			fmt.Fprint(w, "{}")
		default:
			select {
			case b.asked <- r.Method + " " + r.URL.String() + " by " + r.UserAgent():
			default:
			}
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(b.world.Close)
	home := t.TempDir()
	b.env = append(os.Environ(), "HOME="+home, "XDG_DATA_HOME="+home, "LANG=C.UTF-8", "LANGUAGE=en", "TERM=dumb")
	if err := os.MkdirAll(reports, 0o755); err != nil {
		t.Fatal(err)
	}
	return b
}

// run starts a scanner and gives what it says, which is also kept among the reports.
func (b *bench) run(within time.Duration, log, program string, args ...string) string {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.t.Context(), within)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env, cmd.Dir, cmd.WaitDelay = b.env, b.t.TempDir(), 10*time.Second
	if program == "wapiti" { // sqlmap asks nobody but its target
		cmd.Env = append(cmd.Env, "http_proxy="+b.world.URL, "https_proxy="+b.world.URL, "no_proxy=127.0.0.1")
	}
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	err := cmd.Run()
	if kept := os.WriteFile(filepath.Join(b.reports, log), said.Bytes(), 0o600); kept != nil {
		b.t.Fatal(kept)
	}
	if err != nil {
		b.t.Fatalf("%s: %v: %.2000s", program, err, said.String())
	}
	return said.String()
}

// modules are those of wapiti that look for what a page does. Left out: http_headers asks for X-XSS-Protection, which browsers
// have dropped; csrf for words in forms, where these pages go by what browsers say of themselves; and those that look for
// other people's programs.
const modules = "backup,blindsql,cookieflags,crlf,csp,exec,file,htaccess,methods,permanentxss,redirect,shellshock,sql,ssrf,xss,xxe"

// wapiti gives what it found from a page on, a line each. Each module ends after a while.
func (b *bench) wapiti(name, page, modules string, each time.Duration, more ...string) (found []string) {
	b.t.Helper()
	report := filepath.Join(b.reports, name+".json")
	store := b.t.TempDir()
	log := b.run(time.Hour, name+".txt", "wapiti", append([]string{
		"-u", page, "-m", modules, "-v", "1", "-f", "json", "-o", report, "--no-bugreport", "--flush-session", "--store-session", store,
		"--store-config", store, "--max-links-per-page", "40", "--max-attack-time", strconv.Itoa(int(each.Seconds())), "--endpoint", b.world.URL + "/", "-t", "30",
	}, more...)...)
	if !strings.Contains(log, "[+] POST ") {
		b.t.Errorf("wapiti tried no form from %s on: %.3000s", page, log)
	}
	written, err := os.ReadFile(report)
	if err != nil {
		b.t.Fatalf("wapiti left no report: %v", err)
	}
	var said struct {
		Vulnerabilities, Anomalies map[string][]struct {
			Method, Path, Info, Parameter string
		}
	}
	if err := json.Unmarshal(written, &said); err != nil {
		b.t.Fatalf("wapiti's report: %v", err)
	}
	for _, sorts := range []map[string][]struct{ Method, Path, Info, Parameter string }{said.Vulnerabilities, said.Anomalies} {
		for sort, all := range sorts {
			for _, one := range all {
				found = append(found, fmt.Sprintf("wapiti: %s: %s %s (%s): %s", sort, one.Method, one.Path, one.Parameter, one.Info))
			}
		}
	}
	return found
}

// sqlmap gives what it found by changing the words of one request. It fails where none of them was tried.
func (b *bench) sqlmap(name, base string, t target, more ...string) (found []string) {
	b.t.Helper()
	args := append([]string{
		"-u", base + t.path, "--method", t.method, "--batch", "--disable-coloring", "--flush-session", "--output-dir", b.t.TempDir(),
		"--technique", "BEUQ", "--param-exclude", "^once$", "--ignore-redirects", "--drop-set-cookie", "--ignore-code", "*", "--ignore-proxy", "-v", "1",
	}, more...)
	if t.body != "" {
		args = append(args, "--data", t.body, "-H", "Content-Type: "+t.kind)
	}
	said := b.run(10*time.Minute, name+".txt", "sqlmap", args...)
	switch {
	case strings.Contains(said, "identified the following injection point"):
		_, said, _ = strings.Cut(said, "identified the following injection point")
		return []string{fmt.Sprintf("sqlmap: %s %s: %.1000s", t.method, t.path, said)}
	case !strings.Contains(said, "all tested parameters do not appear to be injectable"):
		b.t.Errorf("sqlmap did not try %s %s %s: %.3000s", t.method, t.path, t.body, said)
	}
	return nil
}
