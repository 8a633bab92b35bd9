package care

import (
	"net"
	"net/url"
)

// Sealed says whether what is sent to an address crosses no network unencrypted: it is https, or http of the computer that asks.
func Sealed(u *url.URL) bool {
	return u.Scheme == "https" || u.Scheme == "http" && Loopback(u.Hostname())
}

// Loopback says whether a host's name or address can only be the computer that asks.
func Loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
