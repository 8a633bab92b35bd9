package main

import (
	"net"
	"net/http"
	"strings"
)

// forwarded serves behind a proxy: whoever asks has the address that the proxy saw, which limits and attribution go by. Only
// the last address of X-Forwarded-For is the proxy's own word; what stands before it anybody can write. The header stays, so
// that what is for this computer only still tells that it came from elsewhere.
func forwarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		all := r.Header.Values("X-Forwarded-For")
		if len(all) > 0 {
			parts := strings.Split(all[len(all)-1], ",")
			if ip := net.ParseIP(strings.TrimSpace(parts[len(parts)-1])); ip != nil {
				r.RemoteAddr = net.JoinHostPort(ip.String(), "0")
			}
		}
		next.ServeHTTP(w, r)
	})
}

// secured tells browsers to ask for the portal by TLS alone, for a year: whoever asked so, of it or of the proxy before it.
func secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		proxied := r.Header.Get("X-Forwarded-For") != "" && !strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "http")
		if r.TLS != nil || proxied {
			w.Header().Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}
