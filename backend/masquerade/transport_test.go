package masquerade

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"testing"
)

// A portal with an authority of its own is reached by who is told of that authority, and by nobody else.
func TestASessionTrustsWhatItIsTold(t *testing.T) {
	portal := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer portal.Close()
	own := x509.NewCertPool()
	own.AddCert(portal.Certificate())
	for _, c := range []struct {
		trust   *tls.Config
		reached bool
	}{{nil, false}, {&tls.Config{MinVersion: tls.VersionTLS12, RootCAs: own}, true}} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, portal.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := newTransport(c.trust).RoundTrip(req)
		if (err == nil) != c.reached {
			t.Errorf("told of it: %v, it says %v", c.reached, err)
		}
		if err == nil {
			_ = res.Body.Close()
		}
	}
}
