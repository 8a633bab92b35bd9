package client

import (
	"context"
	"net"
	"sync/atomic"
	"time"
)

// counted is a connection that counts what comes, and gives up where nothing does for a while. A large frame on a slow line
// keeps coming: its patience begins anew with each piece.
type counted struct {
	net.Conn
	bytes    *atomic.Int64
	patience *atomic.Int64 // ns; 0 for none
}

func (c *counted) Read(b []byte) (int, error) {
	if patience := time.Duration(c.patience.Load()); patience > 0 {
		if err := c.SetReadDeadline(time.Now().Add(patience)); err != nil {
			return 0, err
		}
	}
	n, err := c.Conn.Read(b)
	c.bytes.Add(int64(n))
	return n, err
}

// dialer opens connections that count into s.
func (s *session) dialer() func(ctx context.Context, network, address string) (net.Conn, error) {
	dial := s.c.Dial
	if dial == nil {
		dial = (&net.Dialer{Timeout: dialWithin, KeepAlive: 30 * time.Second}).DialContext
	}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &counted{Conn: conn, bytes: &s.bytes, patience: &s.patience}, nil
	}
}

// watch notices that nothing comes though there is more to come: neither a byte nor a frame that is being worked on.
type watch struct {
	bytes, frames int64
	since         time.Time
}

// stuck says whether nothing moved for a while, while behind says that it should have.
func (w *watch) stuck(now time.Time, bytes, frames int64, behind bool, while time.Duration) bool {
	if !behind || bytes != w.bytes || frames != w.frames || w.since.IsZero() {
		w.bytes, w.frames, w.since = bytes, frames, now
		return false
	}
	return now.Sub(w.since) >= while
}
