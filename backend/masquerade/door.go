package masquerade

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"
)

// door is one loopback listener with its own port, so its own origin, and a path secret that keeps out every process
// and page that was not told it.
type door struct {
	ln     net.Listener
	origin string // http://127.0.0.1:port
	prefix string // /letter/32 hex digits
}

// openDoor listens on a free port of the loopback address.
func openDoor(letter string) (*door, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("opening a loopback listener: %w", err)
	}
	secret := make([]byte, 16)
	_, _ = rand.Read(secret) // never fails; the runtime stops the program instead
	return &door{ln: ln, origin: "http://" + ln.Addr().String(), prefix: "/" + letter + "/" + hex.EncodeToString(secret)}, nil
}

// server answers through guard; the caller serves and closes it.
func (d *door) server(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           d.guard(h),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
}

// guard lets in requests that name this listener in Host and know its path secret. The Host check defeats DNS
// rebinding: a page of another name whose address was switched to loopback still says its own name.
func (d *door) guard(h http.Handler) http.Handler {
	host := d.ln.Addr().String()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Host != host {
			http.Error(w, "", http.StatusMisdirectedRequest)
			return
		}
		if !d.knows(r.URL.Path) {
			if d.fromInside(r) {
				// A page wrote a path from the root, not knowing of its prefix. 307 keeps method and body.
				w.Header().Set("Location", d.prefix+r.URL.RequestURI())
				w.WriteHeader(http.StatusTemporaryRedirect)
				return
			}
			http.Error(w, "", http.StatusNotFound)
			return
		}
		h.ServeHTTP(w, r)
	})
}

// knows says whether a path begins with the secret, in a time that does not tell how much of it was right.
func (d *door) knows(path string) bool {
	n := len(d.prefix)
	return len(path) > n && path[n] == '/' && subtle.ConstantTimeCompare([]byte(path[:n]), []byte(d.prefix)) == 1
}

// fromInside says whether the request comes from a page that this door served.
func (d *door) fromInside(r *http.Request) bool {
	path, ok := strings.CutPrefix(r.Referer(), d.origin)
	return ok && d.knows(path)
}

// own says whether a request that changes something was sent by a page of this door.
func (d *door) own(r *http.Request) bool {
	return r.Header.Get("Origin") == d.origin
}
