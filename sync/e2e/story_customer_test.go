package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"meterside/backend"
	"meterside/backend/keyring"
	"meterside/backend/masquerade"
	"meterside/care"
)

// customerCommand: customer USERNAME PASSWORD ACCOUNT NAME=VALUE… signs in to the customers' pages and saves preferences.
// ! customer wants the sign-in refused.
func customerCommand(ts *testscript.TestScript, neg bool, args []string) {
	jar, err := cookiejar.New(nil)
	ts.Check(err)
	pages := &http.Client{Jar: jar, Timeout: 10 * time.Second}
	portal := ts.Getenv("PORTAL")
	form := url.Values{"username": {args[0]}, "password": {args[1]}}
	status, body := send(ts, pages, portal+"/signin", form)
	if refused := status != http.StatusOK || strings.Contains(body, `name="password"`); refused != neg {
		ts.Fatalf("signing in as %s: %d, refused %v", args[0], status, refused)
	}
	if neg || len(args) < 3 {
		return
	}
	ts.Check(save(ts, pages, portal, args[2], args[3:]))
}

// masqueradeCommand: masquerade PROFILE MODE WEB_USER ACCOUNT NAME=VALUE… opens the customer's portal as the desk's second
// window does, saves preferences and closes. ! masquerade wants it refused, before or at the change.
func masqueradeCommand(ts *testscript.TestScript, neg bool, args []string) {
	err := asCustomer(ts, args, neg)
	if (err != nil) != neg {
		ts.Fatalf("masquerade: %v", err)
	}
}

func asCustomer(ts *testscript.TestScript, args []string, mayRefuse bool) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	b, err := backend.Open(ctx, backend.Options{
		Profile: ts.MkAbs(args[0]), Secrets: &keyring.File{Path: ts.Getenv("METERSIDE_SECRET_FILE")}, Log: slog.New(slog.DiscardHandler),
	})
	ts.Check(err)
	defer func() { ts.Check(b.Close()) }()
	start := care.StartMasquerade{WebUserID: args[2], Account: args[3], Reason: "the caller asked", Acknowledged: true}
	greeting, err := b.AskMasquerade(ctx, start, "en", filepath.Join(ts.MkAbs("."), "downloads"))
	if err != nil {
		return err
	}
	session, err := masquerade.Open(ctx, greeting, masquerade.Options{})
	if err != nil {
		return err
	}
	defer session.Wait()
	defer cancel()
	defer session.Close(masquerade.ReasonClosed)
	shell := &http.Client{Timeout: 10 * time.Second}
	_, banner := send(ts, shell, session.ShellURL(), nil)
	frame := regexp.MustCompile(`<iframe[^>]* src="([^"]+)"`).FindStringSubmatch(banner)
	if frame == nil {
		ts.Fatalf("the shell has no frame: %s", banner)
	}
	if args[1] != string(care.ModeView) {
		if err := makeChanges(ctx, shell, session.ShellURL()); err != nil {
			return err
		}
	}
	return save(ts, shell, strings.TrimSuffix(frame[1], "/"), args[3], args[4:], mayRefuse)
}

// makeChanges says yes in the banner to what making changes means.
func makeChanges(ctx context.Context, shell *http.Client, at string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, at+"mode", nil)
	if err != nil {
		return err
	}
	req.Header.Set("Origin", "http://"+req.URL.Host)
	res, err := shell.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	var said struct {
		Problem string `json:"problem"`
	}
	if err := json.NewDecoder(res.Body).Decode(&said); err != nil || said.Problem != "" {
		return fmt.Errorf("no changes: %s, %w", said.Problem, err)
	}
	return nil
}

// save fills the form of the preferences page and sends it, as a browser does.
func save(ts *testscript.TestScript, pages *http.Client, base, account string, values []string, mayRefuse ...bool) error {
	_, page := send(ts, pages, base+"/preferences?account="+account, nil)
	if !strings.Contains(page, "<form") {
		ts.Fatalf("no form at the preferences: %s", page)
	}
	form := url.Values{"account": {account}}
	for _, input := range regexp.MustCompile(`<input[^>]*type="hidden"[^>]*>`).FindAllString(page, -1) {
		form.Set(attribute(input, "name"), attribute(input, "value"))
	}
	for _, v := range values {
		name, value, _ := strings.Cut(v, "=")
		form.Set(name, value)
	}
	status, body := send(ts, pages, base+"/preferences?account="+account, form)
	if status != http.StatusOK {
		if len(mayRefuse) == 0 || !mayRefuse[0] || status != http.StatusForbidden {
			ts.Fatalf("saving preferences: %d %s", status, body)
		}
		return care.Err(care.CodeReadOnly)
	}
	return nil
}

func attribute(tag, name string) string {
	found := regexp.MustCompile(` ` + name + `="([^"]*)"`).FindStringSubmatch(tag)
	if found == nil {
		return ""
	}
	return html.UnescapeString(found[1])
}

func send(ts *testscript.TestScript, pages *http.Client, address string, form url.Values) (int, string) {
	method, body := http.MethodGet, io.Reader(nil)
	if form != nil {
		method, body = http.MethodPost, strings.NewReader(form.Encode())
	}
	req, err := http.NewRequestWithContext(context.Background(), method, address, body)
	ts.Check(err)
	if form != nil {
		u, err := url.Parse(address)
		ts.Check(err)
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Origin", u.Scheme+"://"+u.Host)
		req.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	res, err := pages.Do(req)
	ts.Check(err)
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	ts.Check(err)
	return res.StatusCode, string(text)
}
