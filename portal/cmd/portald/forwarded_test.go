package main

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// Limits and attribution (R67) go by the address that the proxy saw, never by one that the asker wrote.
func TestTheProxyNamesTheAddress(t *testing.T) {
	for name, c := range map[string]struct {
		headers []string
		want    string
	}{
		"nothing said":           {nil, "192.0.2.1:1234"},
		"one":                    {[]string{"203.0.113.9"}, "203.0.113.9:0"},
		"one before it, forged":  {[]string{"10.0.0.1, 203.0.113.9"}, "203.0.113.9:0"},
		"a header before it too": {[]string{"10.0.0.1", "203.0.113.9"}, "203.0.113.9:0"},
		"IPv6":                   {[]string{"2001:db8::7"}, "[2001:db8::7]:0"},
		"no address":             {[]string{"203.0.113.9, unknown"}, "192.0.2.1:1234"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		for _, h := range c.headers {
			r.Header.Add("X-Forwarded-For", h)
		}
		got := ""
		forwarded(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.RemoteAddr })).ServeHTTP(httptest.NewRecorder(), r)
		if got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// A browser that came by TLS comes by nothing else for a year; who came without is told nothing that a browser would not heed.
// Seen to fail with the header on every answer, and on those of a proxy alone.
func TestBrowsersAreToldToComeByTLS(t *testing.T) {
	for name, c := range map[string]struct {
		address string
		headers map[string]string
		want    string
	}{
		"by TLS":                          {"https://portal.example/", nil, "max-age=31536000"},
		"by a proxy that speaks TLS":      {"http://portal.example/", map[string]string{"X-Forwarded-For": "203.0.113.9"}, "max-age=31536000"},
		"by one that says so":             {"http://portal.example/", map[string]string{"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}, "max-age=31536000"},
		"by one that was asked without":   {"http://portal.example/", map[string]string{"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "http"}, ""},
		"past the proxy on this computer": {"http://127.0.0.1/", nil, ""},
	} {
		r := httptest.NewRequest(http.MethodGet, c.address, nil)
		for name, value := range c.headers {
			r.Header.Set(name, value)
		}
		w := httptest.NewRecorder()
		secured(http.NotFoundHandler()).ServeHTTP(w, r)
		if got := w.Header().Get("Strict-Transport-Security"); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
