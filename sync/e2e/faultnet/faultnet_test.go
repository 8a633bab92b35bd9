package faultnet

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/net/nettest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// pair is a connection and whoever accepted it.
func pair(t *testing.T, n *Network, l *Line) (near, far net.Conn) {
	t.Helper()
	n.mu.Lock()
	ln := n.listener
	n.mu.Unlock()
	accepted := make(chan net.Conn, 1)
	go func() {
		c, err := ln.Accept()
		if err != nil {
			t.Error(err)
		}
		accepted <- c
	}()
	near, err := l.Dial(t.Context(), "tcp", "portal:1")
	if err != nil {
		t.Fatal(err)
	}
	return near, <-accepted
}

func listening(t *testing.T, seed uint64) *Network {
	t.Helper()
	n := New(seed)
	ln, err := n.Listen()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ln.Close() })
	return n
}

// A connection is one as the standard library's own: deadlines, closing, concurrent use.
func TestAConnectionBehaves(t *testing.T) {
	for name, w := range map[string]Weather{"fine": {}, "shredded": {Shred: true}, "delayed": {Delay: time.Millisecond}} {
		t.Run(name, func(t *testing.T) {
			nettest.TestConn(t, func() (net.Conn, net.Conn, func(), error) {
				n := listening(t, 1)
				l := n.Line("desk")
				l.Set(w)
				near, far := pair(t, n, l)
				return near, far, func() { _, _ = near.Close(), far.Close() }, nil
			})
		})
	}
}

// What arrives is what was sent, in its order, whatever the weather.
func TestBytesArriveInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := listening(t, 7)
		l := n.Line("desk")
		l.Set(Weather{Shred: true, Delay: time.Second, Rate: 1 << 20})
		near, far := pair(t, n, l)
		sent := bytes.Repeat([]byte("0123456789abcdef"), 64<<10)
		go func() {
			if _, err := near.Write(sent); err != nil {
				t.Error(err)
			}
			_ = near.Close()
		}()
		began := time.Now()
		got, err := io.ReadAll(far)
		if err != nil || !bytes.Equal(got, sent) {
			t.Errorf("%d bytes arrived of %d, %v", len(got), len(sent), err)
		}
		if took := time.Since(began); took < time.Second || took > time.Minute {
			t.Errorf("1 MiB at 1 MiB a second took %v", took)
		}
	})
}

func TestAPartitionHoldsUntilItHeals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := listening(t, 1)
		l := n.Line("desk")
		near, far := pair(t, n, l)
		l.Partition()
		if _, err := near.Write([]byte("held")); err != nil {
			t.Fatal(err)
		}
		_ = far.SetReadDeadline(time.Now().Add(time.Hour))
		b := make([]byte, 8)
		if _, err := far.Read(b); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("a read through a partition says %v", err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if _, err := l.Dial(ctx, "tcp", ""); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a dial through a partition says %v", err)
		}
		l.Heal()
		_ = far.SetReadDeadline(time.Time{})
		if k, err := far.Read(b); err != nil || string(b[:k]) != "held" {
			t.Errorf("after it %q, %v", b[:k], err)
		}
		_, _ = near.Close(), far.Close()
	})
}

func TestACutIsSeenByBothEndsAndFallsWhereTheSeedSays(t *testing.T) {
	passed := func(seed uint64, name string) int {
		n := listening(t, seed)
		l := n.Line(name)
		l.Set(Weather{Cut: 1000})
		near, far := pair(t, n, l)
		total := 0
		for {
			k, err := near.Write(make([]byte, 10))
			total += k
			if errors.Is(err, syscall.ECONNRESET) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if _, err := io.ReadAll(far); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("the other end reads %v", err)
		}
		return total
	}
	one, again, other := passed(5, "desk"), passed(5, "desk"), passed(5, "other desk")
	if one != again || one == other || one > 1000 {
		t.Errorf("cut after %d, %d and, on another line, %d", one, again, other)
	}
}

func TestNobodyListensMeansRefused(t *testing.T) {
	n := New(1)
	if _, err := n.Line("desk").Dial(t.Context(), "tcp", ""); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("dialling nobody says %v", err)
	}
}
