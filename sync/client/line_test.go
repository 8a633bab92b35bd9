package client_test

import (
	"context"
	"encoding/pem"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"meterside/care"
	"meterside/sync/client"
)

// ask goes by the line for other paths, and by the sync's own: both must name what is in the way alike.
func ask(t *testing.T, portal string) (other, sync care.Code) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, portal+"/healthz", nil)
	if err != nil {
		t.Fatal(err)
	}
	var line client.Line
	res, err := line.Do(r)
	if err == nil {
		_ = res.Body.Close()
	}
	return care.CodeOf(err), care.CodeOf(client.New(portal, func() string { return "t" }, &memory{}, slog.New(slog.DiscardHandler)).Once(ctx))
}

// here answers as a portal does that does not know the token.
var here = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	if r.URL.Path == "/sync" {
		w.WriteHeader(http.StatusUnauthorized)
	}
	_, _ = io.WriteString(w, `{"code":"not_signed_in"}`)
})

func authorities(t *testing.T, s *httptest.Server) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// An office network that looks into TLS, or a portal with an authority of its own, is trusted once its authority is named.
//
// It fails when METERSIDE_CA is not read.
func TestExtraAuthoritiesAreTrusted(t *testing.T) {
	s := httptest.NewUnstartedServer(here)
	s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	s.StartTLS()
	defer s.Close()
	t.Setenv(client.AuthoritiesVariable, "")
	if other, sync := ask(t, s.URL); other != care.CodeCertificate || sync != care.CodeCertificate {
		t.Errorf("without its authority: %s and %s", other, sync)
	}
	t.Setenv(client.AuthoritiesVariable, authorities(t, s))
	if other, sync := ask(t, s.URL); other != "" || sync != care.CodeNotSignedIn {
		t.Errorf("with its authority: %q and %s", other, sync)
	}
	empty := filepath.Join(t.TempDir(), "empty.pem")
	if err := os.WriteFile(empty, []byte("nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{empty, empty + " is not there"} {
		t.Setenv(client.AuthoritiesVariable, file)
		if other, sync := ask(t, s.URL); other != care.CodeAuthorities || sync != care.CodeAuthorities {
			t.Errorf("with %s: %s and %s", filepath.Base(file), other, sync)
		}
	}
}

// Everything goes by the system's proxy; one that refuses is named.
//
// It fails when the proxy is not asked.
func TestTheSystemsProxyIsUsed(t *testing.T) {
	s := httptest.NewTLSServer(here)
	defer s.Close()
	var asked atomic.Int64
	refuse := atomic.Bool{}
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if r.Method != http.MethodConnect || refuse.Load() {
			w.WriteHeader(http.StatusProxyAuthRequired)
			return
		}
		there, err := net.Dial("tcp", s.Listener.Addr().String()) // whatever name was asked for
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		mine, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		_, _ = io.WriteString(mine, "HTTP/1.1 200 OK\r\n\r\n")
		go func() { _, _ = io.Copy(there, mine); _ = there.Close() }()
		go func() { _, _ = io.Copy(mine, there); _ = mine.Close() }()
	}))
	defer proxy.Close()
	t.Setenv(client.AuthoritiesVariable, authorities(t, s))
	t.Setenv("HTTPS_PROXY", proxy.URL)
	t.Setenv("NO_PROXY", "")
	const portal = "https://example.com" // a name in the test's certificate
	if other, sync := ask(t, portal); other != "" || sync != care.CodeNotSignedIn || asked.Load() != 2 {
		t.Errorf("%q and %s, the proxy was asked %d times", other, sync, asked.Load())
	}
	refuse.Store(true)
	if other, sync := ask(t, portal); other != care.CodeProxy || sync != care.CodeProxy {
		t.Errorf("a proxy that refuses is %s and %s", other, sync)
	}
}

// The page of a captive network, and its redirect, are named and never read.
//
// It fails when a refusal is read whatever its content type says.
func TestACaptiveNetworkIsNamed(t *testing.T) {
	for name, page := range map[string]http.HandlerFunc{
		"a redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/login", http.StatusFound)
		},
		"a page that looks like a refusal": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(http.StatusForbidden)
			_, _ = io.WriteString(w, `{"code":"not_signed_in"}`)
		},
		"a page": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, strings.Repeat("<p>Welcome", 10_000))
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := httptest.NewServer(page)
			defer s.Close()
			other, sync := ask(t, s.URL)
			if sync != care.CodeNotThePortal {
				t.Errorf("the sync says %s", sync)
			}
			if name == "a redirect" && other != care.CodeNotThePortal { // a page is for who knows what the answer should be
				t.Errorf("the line says %s", other)
			}
		})
	}
	t.Run("something that is no HTTP", func(t *testing.T) {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = ln.Close() }()
		go func() {
			for {
				conn, err := ln.Accept()
				if err != nil {
					return
				}
				_, _ = io.WriteString(conn, "220 mail ready\r\n\r\n")
				_ = conn.Close()
			}
		}()
		if other, sync := ask(t, "http://"+ln.Addr().String()); other == "" || sync == "" {
			t.Errorf("%q and %q", other, sync)
		}
	})
}
