package faultnet

import (
	"context"
	"net"
	"net/http"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// echo answers each message with itself.
func echo(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/plain" {
		w.WriteHeader(http.StatusTeapot)
		return
	}
	ws, err := upgrader.Upgrade(w, r, http.Header{"Nonce": {"n" + r.Header.Get("Authorization")}})
	if err != nil {
		return
	}
	defer func() { _ = ws.Close() }()
	for {
		_, b, err := ws.ReadMessage()
		if err != nil {
			return
		}
		if err := ws.WriteMessage(websocket.BinaryMessage, b); err != nil {
			return
		}
	}
}

// relayed serves an echo behind a relay and gives the client's way to the relay.
func relayed(t *testing.T, up, down Mischief) (*Relay, func(context.Context, string, string) (net.Conn, error)) {
	t.Helper()
	portal, desks := New(1), New(2)
	relay := NewRelay(1, portal.Line("relay").Dial, up, down)
	for _, s := range []struct {
		n *Network
		h http.Handler
	}{{portal, http.HandlerFunc(echo)}, {desks, relay}} {
		ln, err := s.n.Listen()
		if err != nil {
			t.Fatal(err)
		}
		server := &http.Server{Handler: s.h, ReadHeaderTimeout: time.Second}
		go func() { _ = server.Serve(ln) }()
		t.Cleanup(func() { _ = server.Close() })
	}
	t.Cleanup(func() { portal.Cut(); desks.Cut() })
	return relay, desks.Line("desk").Dial
}

func dialled(t *testing.T, dial func(context.Context, string, string) (net.Conn, error)) *websocket.Conn {
	t.Helper()
	d := websocket.Dialer{NetDialContext: dial}
	ws, res, err := d.Dial("ws://portal/sync", http.Header{"Authorization": {"me"}})
	if err != nil {
		t.Fatal(err)
	}
	if got := res.Header.Get("Nonce"); got != "nme" {
		t.Errorf("the answer's header is %q", got)
	}
	return ws
}

// Each mischief is done, is counted, and does what its name says.
func TestARelayDoesWhatItIsTold(t *testing.T) {
	const all = 1.0
	for name, c := range map[string]struct {
		up, down Mischief
		want     []string // what comes back of 1, 2, 3, 4
	}{
		"nothing":        {want: []string{"1", "2", "3", "4"}},
		"up drop":        {up: Mischief{Drop: all}},
		"up duplicate":   {up: Mischief{Duplicate: all}, want: []string{"1", "1", "2", "2", "3", "3", "4", "4"}},
		"down duplicate": {down: Mischief{Duplicate: all}, want: []string{"1", "1", "2", "2", "3", "3", "4", "4"}},
		"up swap":        {up: Mischief{Swap: all}, want: []string{"2", "1", "4", "3"}},
		"up delay":       {up: Mischief{Delay: all, DelayUpTo: time.Millisecond}, want: []string{"1", "2", "3", "4"}},
		"up kill":        {up: Mischief{Kill: all}},
	} {
		t.Run(name, func(t *testing.T) {
			relay, dial := relayed(t, c.up, c.down)
			ws := dialled(t, dial)
			defer func() { _ = ws.Close() }()
			for i := range 4 {
				_ = ws.WriteMessage(websocket.BinaryMessage, []byte(strconv.Itoa(i+1)))
			}
			for _, want := range c.want {
				if _, b, err := ws.ReadMessage(); err != nil || string(b) != want {
					t.Fatalf("%q came instead of %q, %v", b, want, err)
				}
			}
			if name == "up kill" {
				if _, _, err := ws.ReadMessage(); err == nil {
					_, _, err = ws.ReadMessage()
					if err == nil {
						t.Error("it was not killed")
					}
				}
			}
			if name == "up drop" {
				for relay.Did()[name] < 4 {
					runtime.Gosched()
				}
				relay.Calm(true)
				_ = ws.WriteMessage(websocket.BinaryMessage, []byte("5"))
				if _, b, err := ws.ReadMessage(); err != nil || string(b) != "5" {
					t.Errorf("after calm %q, %v", b, err)
				}
			}
			if name != "nothing" && relay.Did()[name] == 0 {
				t.Errorf("it did %v", relay.Did())
			}
		})
	}
}

func TestARelayReplaysWhatPassedBefore(t *testing.T) {
	relay, dial := relayed(t, Mischief{Replay: 1}, Mischief{})
	for range 2 {
		ws := dialled(t, dial)
		for i := range 3 {
			if err := ws.WriteMessage(websocket.BinaryMessage, []byte(strconv.Itoa(i))); err != nil {
				t.Fatal(err)
			}
		}
		if _, b, err := ws.ReadMessage(); err != nil || string(b) != "0" {
			t.Errorf("the first message is %q, %v", b, err)
		}
		for range 4 { // two more, and something before each
			if _, _, err := ws.ReadMessage(); err != nil {
				t.Fatal(err)
			}
		}
		_ = ws.Close()
	}
	if n := relay.Did()["up replay"]; n != 4 {
		t.Errorf("it replayed %d times", n)
	}
}

func TestARelayHandsOnWhatIsNoWebsocket(t *testing.T) {
	_, dial := relayed(t, Mischief{Drop: 1}, Mischief{})
	client := &http.Client{Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true}}
	res, err := client.Get("http://portal/plain")
	if err != nil || res.StatusCode != http.StatusTeapot {
		t.Fatal(res, err)
	}
	_ = res.Body.Close()
}
