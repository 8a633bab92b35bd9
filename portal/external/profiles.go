package external

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"meterside/care"
	"meterside/care/text"
)

const (
	// Within is how long the service has to answer.
	Within = 5 * time.Second
	// longest is how long its answer may be, in bytes.
	longest = 16 << 10
	// ahead is how far its clock may run before the portal's.
	ahead = 5 * time.Minute
)

// Profiles is the service that keeps the facts of web users, where the portal does not (R5).
type Profiles struct {
	Address string        // as the policy has it
	Within  time.Duration // to answer
}

// Unlocking is the body of an unlock: why the lock is lifted, in the CSR's choice and words.
type Unlocking struct {
	Reason string `json:"reason"`
	Words  string `json:"words,omitempty"`
}

// one connection for each request: nothing is sent a second time by itself, and no proxy of the environment comes between.
var way = &http.Client{
	Transport: &http.Transport{
		DialContext: (&net.Dialer{Timeout: Within}).DialContext, DisableKeepAlives: true, DisableCompression: true,
		TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}, MaxResponseHeaderBytes: longest,
	},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// Facts asks for a web user's facts: GET /profiles/{id}. id names the request, for once.
func (s Profiles) Facts(ctx context.Context, from From, user care.WebUser, id string) (care.ProfileFacts, error) {
	facts, _, err := s.ask(ctx, from, user, id, http.MethodGet, "", nil)
	return facts, err
}

// Unlock has the password lock of a web user lifted: POST /profiles/{id}/unlock. It is CodeProfileUncertain where the service was
// asked and did not say what became of it.
func (s Profiles) Unlock(ctx context.Context, from From, user care.WebUser, id string, why Unlocking) (care.ProfileFacts, error) {
	body, err := json.Marshal(why)
	if err != nil {
		return care.ProfileFacts{}, fmt.Errorf("asking for an unlock: %w", err)
	}
	facts, asked, err := s.ask(ctx, from, user, id, http.MethodPost, "/unlock", body)
	switch code := care.CodeOf(err); {
	case err == nil && facts.PasswordLocked:
		return care.ProfileFacts{}, care.Err(care.CodeProfileLocked, "username", user.Username)
	case asked && (code == care.CodeProfilesSlow || code == care.CodeProfilesDown):
		return care.ProfileFacts{}, care.Err(care.CodeProfileUncertain, "seconds", seconds(s.Within))
	}
	return facts, err
}

// ask sends one request. asked says whether there was somebody to send it to.
func (s Profiles) ask(ctx context.Context, from From, user care.WebUser, id, method, path string, body []byte) (care.ProfileFacts, bool, error) {
	if u, err := url.Parse(s.Address); err != nil || u.Host == "" || u.User != nil || !care.Sealed(u) {
		return care.ProfileFacts{}, false, care.Err(care.CodeProfilesAddress)
	}
	var connected atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected.Store(true) }})
	ctx, cancel := context.WithTimeout(ctx, s.Within)
	defer cancel()
	to := strings.TrimRight(s.Address, "/") + "/profiles/" + url.PathEscape(user.ID) + path
	req, err := s.request(ctx, from, user.ID, id, method, to, body)
	if err != nil {
		return care.ProfileFacts{}, false, err
	}
	res, err := way.Do(req)
	if err != nil {
		return care.ProfileFacts{}, connected.Load(), s.unanswered(ctx, err)
	}
	defer func() { _ = res.Body.Close() }()
	said, err := io.ReadAll(io.LimitReader(res.Body, longest+1))
	if err != nil {
		return care.ProfileFacts{}, true, s.unanswered(ctx, err)
	}
	facts, err := read(res, said, user, from.Now)
	return facts, true, err
}

// requestClaims bind a token to one request: its method, address and body (the claims htm and htu as in RFC 9449).
type requestClaims struct {
	Claims
	Method string `json:"htm"`
	URL    string `json:"htu"`
	Body   string `json:"bh"` // SHA-256 in base64url, of nothing too
}

func (s Profiles) request(ctx context.Context, from From, user, id, method, to string, body []byte) (*http.Request, error) {
	sum := sha256.Sum256(body)
	token, err := from.Key.sign(TypeRequest, requestClaims{from.claims(s.Address, user, id), method, to, encoding.EncodeToString(sum[:])})
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, method, to, bytes.NewReader(body))
	if err != nil {
		return nil, care.Err(care.CodeProfilesAddress)
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("User-Agent", "Meterside")
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return req, nil
}

// unanswered names why nothing came: too slow, a certificate that is not trusted, or nobody there.
func (s Profiles) unanswered(ctx context.Context, err error) error {
	untrusted := new(tls.CertificateVerificationError)
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return fmt.Errorf("asking the service for web users: %w", ctx.Err())
	case ctx.Err() != nil:
		return care.Err(care.CodeProfilesSlow, "seconds", seconds(s.Within))
	case errors.As(err, &untrusted):
		return untrue("profiles_certificate", "its certificate is not trusted")
	}
	return care.Err(care.CodeProfilesDown)
}

// read believes an answer that is the profile of whom was asked for, and nothing else.
func read(res *http.Response, said []byte, user care.WebUser, now time.Time) (care.ProfileFacts, error) {
	status := strconv.Itoa(res.StatusCode)
	kind, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type"))
	switch {
	case res.StatusCode == http.StatusUnauthorized || res.StatusCode == http.StatusForbidden:
		return care.ProfileFacts{}, care.Err(care.CodeProfilesRefused, "status", status)
	case res.StatusCode == http.StatusNotFound:
		return care.ProfileFacts{}, care.Err(care.CodeProfileUnknown, "username", user.Username)
	case res.StatusCode >= 300 && res.StatusCode < 400:
		return care.ProfileFacts{}, untrue("profiles_redirect", "it leads elsewhere")
	case res.StatusCode != http.StatusOK:
		return care.ProfileFacts{}, untrue("profiles_status", "it has the status "+status, "status", status)
	case len(said) > longest:
		return care.ProfileFacts{}, untrue("profiles_long", "it is longer than 16 KiB")
	}
	var profile struct {
		ID             string          `json:"id"`
		LastLogOn      json.RawMessage `json:"last_log_on"` // null for never; left out is no answer
		PasswordLocked *bool           `json:"password_locked"`
	}
	if kind != "application/json" || json.Unmarshal(said, &profile) != nil || profile.PasswordLocked == nil {
		return care.ProfileFacts{}, untrue("profiles_form", "it is not the JSON of a profile")
	}
	if profile.ID != user.ID {
		return care.ProfileFacts{}, untrue("profiles_other", "it is about another web user")
	}
	facts := care.ProfileFacts{PasswordLocked: *profile.PasswordLocked, At: now.UnixMilli()}
	var last *time.Time
	if json.Unmarshal(profile.LastLogOn, &last) != nil || last != nil && last.UnixMilli() <= 0 {
		return care.ProfileFacts{}, untrue("profiles_form", "it is not the JSON of a profile")
	}
	if last != nil {
		facts.LastLogOn = last.UnixMilli()
		if last.After(now.Add(ahead)) {
			return care.ProfileFacts{}, untrue("profiles_future", "its last log-on lies in the future")
		}
	}
	return facts, nil
}

// untrue names what is wrong with an answer by a sentence's code, with its English for logs.
func untrue(code, problem string, pairs ...string) error {
	return care.Err(care.CodeProfilesUntrue, append(pairs, text.ProblemCode, code, "problem", problem)...)
}

func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) }
