package api

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"meterside/care"
	"meterside/portal"
	"meterside/sync/hub"
	"meterside/sync/snapshot"
)

const maxQuestion = 64 << 10

// API serves desks.
type API struct {
	p      *portal.Portal
	hub    *hub.Hub
	log    *slog.Logger
	source *source
	node   string // names this one among those of one database
}

// New gives the desks' side of a portal. Run must run beside it.
func New(p *portal.Portal, log *slog.Logger) *API {
	from := &source{p: p, told: make(chan hub.Seen, mostToTell)}
	a := &API{p: p, hub: hub.New(from, log), log: log, source: from, node: uuid.NewString()}
	// A portal that serves twice in one life, as in tests, shows the figures of the last time.
	if err := p.Figures.Register(hubFigures{a.hub}); err != nil {
		p.Figures.Unregister(hubFigures{a.hub})
		p.Figures.MustRegister(hubFigures{a.hub})
	}
	return a
}

// Drain has every desk come again in its own time, and lets no new one in. It returns once all were told.
func (a *API) Drain(ctx context.Context) {
	desks := time.Duration(a.hub.Stats().Connected)
	a.hub.Drain(ctx, min(desks*time.Millisecond, 3*time.Second), min(max(desks*5*time.Millisecond, time.Second), 30*time.Second))
}

// Hub is where desks are connected, for whoever sets what it does before it serves, or drains it.
func (a *API) Hub() *hub.Hub { return a.hub }

// Run feeds connected desks until ctx ends.
func (a *API) Run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	var beside sync.WaitGroup
	beside.Go(func() { a.tell(ctx) })
	beside.Go(func() { a.hear(ctx) })
	if a.source.shelf != nil {
		beside.Go(func() { a.sweep(ctx) })
	}
	err := a.hub.Run(ctx)
	stop()
	beside.Wait()
	if a.source.shelf != nil {
		err = errors.Join(err, a.source.shelf.Close())
	}
	return err
}

// Register puts the desks' paths into a mux.
func (a *API) Register(mux *http.ServeMux) {
	mux.Handle("GET /sync", a.hub)
	mux.HandleFunc("POST /api/signin", a.signIn)
	mux.HandleFunc("POST /api/enrol", a.enrol)
	mux.HandleFunc("POST /api/signout", a.signOut)
	mux.HandleFunc("POST /api/unlock", a.unlock)
	mux.HandleFunc("/ask", a.ask)
	mux.HandleFunc("/api/ask", a.ask) // where desks of protocol 1 ask
	mux.HandleFunc("GET /.well-known/jwks.json", a.keys)
	mux.HandleFunc("GET /healthz", a.health)
	mux.HandleFunc("GET /metrics", a.localMetrics)
	if a.source.shelf != nil {
		mux.Handle("GET "+snapshot.PathPrefix+"{hash}", a.source.shelf)
	}
}

// keys tells anybody by which keys they know what the portal signed.
func (a *API) keys(w http.ResponseWriter, r *http.Request) {
	set, err := a.p.KeySet(r.Context())
	if err != nil {
		a.refuse(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "public, max-age=300")
	if _, err := w.Write(set); err != nil {
		a.log.Debug("an answer did not leave", "error", err)
	}
}

func (a *API) health(w http.ResponseWriter, r *http.Request) {
	head, err := a.p.Store.Head(r.Context())
	if err != nil {
		a.refuse(w, err)
		return
	}
	a.answer(w, map[string]any{"ok": true, "head": head})
}

func (a *API) signIn(w http.ResponseWriter, r *http.Request) {
	var q struct {
		User     string `json:"user"`
		Password string `json:"password"`
		Device   string `json:"device"`
		Key      []byte `json:"key"` // the public half; none from a desk that knows no keys
	}
	if !a.question(w, r, &q) {
		return
	}
	session, err := a.p.SignInDesk(r.Context(), q.User, q.Password, q.Device, q.Key, address(r))
	if err != nil {
		a.refuse(w, err)
		return
	}
	a.answer(w, session)
}

// enrol gives a desk that holds a token, and whose folder was copied, an identity of its own.
func (a *API) enrol(w http.ResponseWriter, r *http.Request) {
	var q struct {
		Device string `json:"device"`
		Key    []byte `json:"key"`
	}
	if !a.question(w, r, &q) {
		return
	}
	session, err := a.p.Reenrol(r.Context(), bearer(r), q.Device, q.Key, address(r))
	if err != nil {
		a.refuse(w, err)
		return
	}
	a.answer(w, session)
}

func (a *API) signOut(w http.ResponseWriter, r *http.Request) {
	actor, unknown := a.p.DeskActor(r.Context(), bearer(r), address(r))
	if err := a.p.SignOutStaff(r.Context(), bearer(r)); err != nil {
		a.refuse(w, err)
		return
	}
	if unknown == nil {
		a.hub.Recheck(actor.ID)
	}
	w.WriteHeader(http.StatusNoContent)
}

// unlock says whether a password opens a locked desk again, whose token it comes with.
func (a *API) unlock(w http.ResponseWriter, r *http.Request) {
	var q struct {
		Password string `json:"password"`
	}
	if !a.question(w, r, &q) {
		return
	}
	if err := a.p.UnlockDesk(r.Context(), bearer(r), q.Password, address(r)); err != nil {
		a.refuse(w, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// question reads a JSON question. Browsers have no business here: what carries an Origin is refused.
func (a *API) question(w http.ResponseWriter, r *http.Request, q any) bool {
	if r.Header.Get("Origin") != "" {
		a.refuse(w, care.Err(care.CodeNotSignedIn))
		return false
	}
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxQuestion)).Decode(q)
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		a.refuseAs(w, http.StatusRequestEntityTooLarge, care.Err(care.CodeTooLong, "field", "body", "most", strconv.Itoa(maxQuestion)))
		return false
	}
	if err != nil {
		a.refuse(w, care.Err(care.CodeInvalid, "field", "body", "problem", "is not the JSON that is expected"))
		return false
	}
	return true
}

// answer writes an answer, with the secrets in it. Nobody on the way may keep it.
func (a *API) answer(w http.ResponseWriter, v any) {
	b, err := care.Disclose(v)
	if err != nil {
		a.refuse(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if _, err := w.Write(append(b, '\n')); err != nil {
		a.log.Debug("an answer did not leave", "error", err)
	}
}

func (a *API) refuse(w http.ResponseWriter, err error) {
	e := care.AsError(err)
	status := http.StatusConflict
	switch e.Code {
	case care.CodeFault:
		a.log.Error("a question failed", "error", err)
		status = http.StatusInternalServerError
	case care.CodeInvalid, care.CodeMissing, care.CodeTooLong, care.CodeNoChoice, care.CodeUnknownCommand:
		status = http.StatusBadRequest
	case care.CodeNotSignedIn, care.CodeSignInFailed, care.CodeStaffInactive, care.CodeDeviceRevoked:
		status = http.StatusUnauthorized
	case care.CodeAskThrottled:
		w.Header().Set("Retry-After", e.Params["seconds"])
		status = http.StatusTooManyRequests
	case care.CodeSignInThrottled:
		status = http.StatusTooManyRequests
	case care.CodeNoPermission, care.CodeOutOfScope:
		status = http.StatusForbidden
	case care.CodeNotFound:
		status = http.StatusNotFound
	}
	if errors.Is(err, context.Canceled) {
		return
	}
	a.refuseAs(w, status, e)
}

func (a *API) refuseAs(w http.ResponseWriter, status int, e care.Error) {
	w.Header().Set("Content-Type", "application/json")
	if status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="desks"`)
	}
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(e)
}

func bearer(r *http.Request) string {
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	return token
}

func address(r *http.Request) string {
	ip, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return ip
}
