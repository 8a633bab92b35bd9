package client

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/http/httpproxy"

	"meterside/care"
)

// AuthoritiesVariable is the environment variable that names a file of certificate authorities, in PEM, to be trusted
// beside the system's: those of an office network that looks into TLS, or of a portal with an authority of its own.
const AuthoritiesVariable = "METERSIDE_CA"

// TLS is how a desk judges the certificate of its portal.
func TLS() (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	file := os.Getenv(AuthoritiesVariable)
	if file == "" {
		return config, nil
	}
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, care.Err(care.CodeAuthorities, "file", file, "problem", reason(err))
	}
	if config.RootCAs, err = x509.SystemCertPool(); err != nil {
		config.RootCAs = x509.NewCertPool() // a system without a pool has nothing to add to
	}
	if !config.RootCAs.AppendCertsFromPEM(pem) {
		return nil, care.Err(care.CodeAuthorities, "file", file, "problem", "there is no certificate in it")
	}
	return config, nil
}

func reason(err error) string {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}

// Proxy is the system's proxy for a request, as its environment names it at this moment.
func Proxy(r *http.Request) (*url.URL, error) { return httpproxy.FromEnvironment().ProxyFunc()(r.URL) }

// Line is the way to a portal's other paths than the sync: by the system's proxy, trusting the same authorities, and
// without following redirects, for a portal gives none to a desk and a captive network does. The zero value is ready;
// it must not be copied.
type Line struct {
	// Dial opens its connections; nil is the network of this computer.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)

	mu   sync.Mutex
	file string       // guarded by mu: what AuthoritiesVariable said when http was made
	http *http.Client // guarded by mu
}

// Do asks a portal. What keeps the answer from coming is a care.Error that names it, and so is a redirect; how long it may
// take is for the request's context to say.
func (l *Line) Do(r *http.Request) (*http.Response, error) {
	c, err := l.client()
	if err != nil {
		return nil, err
	}
	address := r.URL.Scheme + "://" + r.URL.Host
	res, err := c.Do(r)
	if err != nil {
		return nil, named(err, address)
	}
	if res.StatusCode >= 300 && res.StatusCode < 400 && res.StatusCode != http.StatusNotModified {
		_ = res.Body.Close()
		return nil, care.Err(care.CodeNotThePortal, "address", address)
	}
	return res, nil
}

// Transport is the way for a request that is passed on as it is.
func (l *Line) Transport() (http.RoundTripper, error) {
	c, err := l.client()
	if err != nil {
		return nil, err
	}
	return c.Transport, nil
}

func (l *Line) client() (*http.Client, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	file := os.Getenv(AuthoritiesVariable)
	if l.http != nil && l.file == file {
		return l.http, nil
	}
	config, err := TLS()
	if err != nil {
		return nil, err
	}
	dial := l.Dial
	if dial == nil {
		dial = (&net.Dialer{Timeout: dialWithin, KeepAlive: 30 * time.Second}).DialContext
	}
	l.file = file
	l.http = &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy: Proxy, TLSClientConfig: config, ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 4, IdleConnTimeout: 90 * time.Second,
			TLSHandshakeTimeout: dialWithin, DialContext: dial,
			OnProxyConnectResponse: func(_ context.Context, _ *url.URL, r *http.Request, res *http.Response) error {
				if res.StatusCode == http.StatusOK {
					return nil
				}
				return care.Err(care.CodeProxy, "address", r.URL.Host, "problem", res.Status)
			},
		},
	}
	return l.http, nil
}

// named says in the desk's words why a portal could not be reached.
func named(err error, address string) error {
	var said care.Error
	var certificate *tls.CertificateVerificationError
	var header tls.RecordHeaderError
	switch {
	case errors.As(err, &said):
		return said
	case errors.Is(err, context.Canceled):
		return err
	case errors.As(err, &certificate):
		return care.Err(care.CodeCertificate, "address", address, "problem", certificateProblem(certificate.Err))
	case errors.As(err, &header), strings.Contains(err.Error(), "malformed HTTP"), strings.Contains(err.Error(), "HTTP response to HTTPS"):
		return care.Err(care.CodeNotThePortal, "address", address)
	case slices.Contains(proxySays, err.Error()):
		return care.Err(care.CodeProxy, "address", address, "problem", err.Error())
	}
	return care.Err(care.CodeOffline, "address", address)
}

// proxySays is how the websocket's dialer reports a proxy that refused: by the words of the status alone.
var proxySays = []string{
	"Forbidden", "Proxy Authentication Required", "Bad Gateway", "Service Unavailable", "Gateway Timeout", "Unauthorized", "Not Found", "Method Not Allowed", "Bad Request",
}

func certificateProblem(err error) string {
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &name):
		return "it is for another name"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "it has expired or is not valid yet"
	}
	return "its authority is not known"
}
