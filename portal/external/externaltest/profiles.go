package externaltest

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"
)

// Profile is what the service keeps of a web user.
type Profile struct {
	ID             string     `json:"id"`
	LastLogOn      *time.Time `json:"last_log_on"` // null for never
	PasswordLocked bool       `json:"password_locked"`
}

// Profiles is a service for web users: GET /profiles/{id} and POST /profiles/{id}/unlock.
type Profiles struct {
	*httptest.Server
	*Verifier

	mu       sync.Mutex
	users    map[string]Profile
	instead  http.HandlerFunc // answers in its place, where it is set
	requests []Claims
	unlocks  []string // the bodies
}

// NewProfiles starts a service on this computer alone. The caller closes it.
func NewProfiles(v *Verifier, users ...Profile) *Profiles {
	s := &Profiles{Verifier: v, users: map[string]Profile{}}
	for _, u := range users {
		s.users[u.ID] = u
	}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		instead := s.instead
		s.mu.Unlock()
		if instead != nil {
			instead(w, r)
			return
		}
		s.answer(w, r)
	}))
	v.Audience = s.URL
	return s
}

// Instead has something else answer; nil for the service itself.
func (s *Profiles) Instead(fn http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.instead = fn
}

// Heard are the claims of the requests that were accepted, and the bodies of the unlocks.
func (s *Profiles) Heard() (requests []Claims, unlocks []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests, s.unlocks
}

func (s *Profiles) answer(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 16<<10))
	if err != nil {
		http.Error(w, "too long", http.StatusRequestEntityTooLarge)
		return
	}
	rest, found := strings.CutPrefix(r.URL.Path, "/profiles/")
	id, unlocking := strings.CutSuffix(rest, "/unlock")
	if !found || unlocking != (r.Method == http.MethodPost) {
		http.NotFound(w, r)
		return
	}
	sum := sha256.Sum256(body)
	claims, err := s.Verify(Bearer(r), "meterside-request+jwt")
	if err != nil || claims.Method != r.Method || claims.URL != s.URL+r.URL.EscapedPath() || claims.Subject != id ||
		claims.Body != base64.RawURLEncoding.EncodeToString(sum[:]) {
		http.Error(w, "who are you?", http.StatusUnauthorized)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, claims)
	user, known := s.users[id]
	if !known {
		http.NotFound(w, r)
		return
	}
	if unlocking {
		s.unlocks = append(s.unlocks, string(body))
		user.PasswordLocked = false
		s.users[user.ID] = user
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(user)
}
