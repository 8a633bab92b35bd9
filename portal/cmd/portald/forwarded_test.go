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
