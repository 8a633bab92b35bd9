package hub

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"meterside/care"
	"meterside/sync/wire"
)

// upgrader keeps little: a kibibyte to read into, and nothing to write from, for messages are written as they are.
var upgrader = websocket.Upgrader{
	ReadBufferSize: 1024, WriteBufferSize: 1024, WriteBufferPool: &sync.Pool{}, HandshakeTimeout: helloWithin,
	CheckOrigin: func(r *http.Request) bool { return r.Header.Get("Origin") == "" }, // no browser has business here
}

// ServeHTTP lets a desk in, or says why not. It returns once the connection is upgraded: what serves it from then on is a
// fresh goroutine, without the stack and the buffers that a request needs.
func (h *Hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok || r.Header.Get("Origin") != "" {
		h.refuse(w, care.Err(care.CodeNotSignedIn))
		return
	}
	ip, _, _ := net.SplitHostPort(r.RemoteAddr)
	if err := h.mayKnock(ip); err != nil {
		h.refuse(w, err)
		return
	}
	leave, err := h.gate.enter("address "+ip, h.Options.PerAddress, care.CodeTooManyHere)
	if err != nil {
		h.refuse(w, err)
		return
	}
	if !h.admit(w, r, token, ip, leave) {
		leave()
	}
}

// mayKnock bounds how many connections an address may open in a while.
func (h *Hub) mayKnock(ip string) error {
	h.mu.Lock()
	draining := h.draining
	h.mu.Unlock()
	if draining {
		return care.Err(care.CodeBusy, "ms", "1000")
	}
	if wait := h.gate.knock(ip, h.Options.HellosPerSecond); wait > 0 {
		return care.Err(care.CodeBusy, "ms", strconv.FormatInt(wait.Milliseconds()+1, 10))
	}
	return nil
}

// admit finds out who knocks, upgrades the connection and serves it; false where it did not come so far, which was
// answered then.
func (h *Hub) admit(w http.ResponseWriter, r *http.Request, token, ip string, leave func()) bool {
	actor, err := h.source.Authorise(r.Context(), token, ip)
	if err != nil {
		h.refuse(w, err)
		return false
	}
	stand, err := h.gate.enter("csr "+actor.ID, h.Options.PerCSR, care.CodeTooManyDesks)
	if err != nil {
		h.refuse(w, err)
		return false
	}
	nonce := make([]byte, 16)
	_, _ = rand.Read(nonce) // never fails; the runtime stops the program instead
	ws, err := upgrader.Upgrade(w, r, http.Header{wire.NonceHeader: {hex.EncodeToString(nonce)}})
	if err != nil {
		h.log.Debug("a desk could not be let in", "error", err)
		stand()
		return false
	}
	c := &conn{hub: h, net: ws.NetConn(), ws: ws, token: token, ip: ip, nonce: nonce, actor: actor, desk: actor.Desk, csr: actor.ID}
	now := time.Now().UnixMilli()
	c.heard.Store(now)
	c.spoke.Store(now)
	c.left = func() { stand(); leave() }
	ws.SetReadLimit(maxCommand)
	ws.SetPingHandler(func(data string) error { return c.write(framed(opPong, []byte(data))) })
	ws.SetCloseHandler(func(int, string) error { return nil })
	if !h.enter(c) {
		c.end(nil)
	}
	return true
}

func (h *Hub) refuse(w http.ResponseWriter, err error) {
	e := care.AsError(err)
	h.stats.refused(e.Code)
	status := http.StatusUnauthorized
	switch e.Code {
	case care.CodeFault:
		h.log.Error("a desk could not be let in", "error", err)
		status = http.StatusInternalServerError
	case care.CodeBusy, care.CodeTooManyDesks, care.CodeTooManyHere:
		status = http.StatusTooManyRequests
	}
	w.Header().Set("Content-Type", "application/json")
	if status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="desks"`)
	}
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(e)
}
