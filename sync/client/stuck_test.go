package client_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"meterside/care"
	"meterside/sync/wire"
)

// A portal that has more for a desk and sends nothing of it is given up, and named: no_progress. One that sends little, one that
// shows by beats that it is at work, and one that has nothing more to send are not.
//
// Seen to fail when nobody looks, and when a desk that is live is taken for one that is behind.
func TestALineWithoutProgressIsGivenUpAndNamed(t *testing.T) {
	const stall = 10 * time.Second
	for name, c := range map[string]struct {
		serve func(p *fakePortal, ws *websocket.Conn)
		stuck bool
	}{
		"nothing comes": {func(_ *fakePortal, ws *websocket.Conn) { wait(ws) }, true},
		"rows, and no end of them": {func(p *fakePortal, ws *websocket.Conn) {
			p.send(ws, &wire.Rows{Scope: "g", To: 2})
			wait(ws)
		}, true},
		"a little now and then": {func(p *fakePortal, ws *websocket.Conn) {
			for p.send(ws, &wire.Rows{Scope: "g", To: 2}) {
				time.Sleep(stall / 2)
			}
		}, false},
		"a portal that is at work": {func(p *fakePortal, ws *websocket.Conn) {
			for p.send(ws, &wire.Beat{}) {
				time.Sleep(stall / 2)
			}
		}, false},
		"nothing more to send": {func(p *fakePortal, ws *websocket.Conn) {
			p.send(ws, &wire.Commit{To: 2})
			wait(ws)
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				served := make(chan struct{}, 8)
				p, stop := portal(t, func(p *fakePortal, ws *websocket.Conn) {
					p.welcome(ws, wire.Welcome{Head: 2, Plan: wire.PlanDelta, BeatMS: 60_000})
					c.serve(p, ws)
					served <- struct{}{}
				})
				defer stop()
				d := newDesk(t, p.net.Line("ann"))
				time.Sleep(stall * 9 / 10)
				if got := d.state(); got.Phase == "offline" {
					t.Errorf("after %v it is given up: %v", stall*9/10, got.Problem)
				}
				time.Sleep(stall)
				d.mu.Lock()
				named := false
				for _, s := range d.states {
					named = named || s.Problem != nil && s.Problem.Code == care.CodeNoProgress && s.Problem.Params["seconds"] == "10"
				}
				d.mu.Unlock()
				if named != c.stuck || (len(d.dials()) > 1) != c.stuck {
					t.Errorf("named: %v, %d dials", named, len(d.dials()))
				}
				d.close()
				<-served
			})
		})
	}
}
