package masquerade

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync"
	"time"

	"meterside/care"
)

// CodeHandOver says that the utility's own portal did not take a session over; it names the status.
const CodeHandOver care.Code = "masquerade_hand_over"

const (
	handOverPath = "masquerade/hand-over" // below the address of the utility's own portal
	askAgain     = time.Second            // how long the portal's word on looking stands
)

// handOver leads a session to the utility's own portal. The token goes there in the body of one POST, and nowhere else.
type handOver struct {
	Address  string `json:"address"`
	Home     string `json:"home"`
	Token    Secret `json:"token"`
	ViewOnly bool   `json:"view_only"` // the policy opens that portal to look only
}

// begin hands a session over, and keeps the cookies that the utility's own portal knows it by from then on.
func (h handOver) begin(ctx context.Context, rt http.RoundTripper, target *url.URL, jar *cookiejar.Jar) error {
	ctx, cancel := context.WithTimeout(ctx, redeemWithin)
	defer cancel()
	to := target.JoinPath(handOverPath)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to.String(), strings.NewReader(url.Values{"token": {string(h.Token)}}.Encode()))
	if err != nil {
		return fmt.Errorf("handing over: %w", err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := rt.RoundTrip(req)
	if err != nil {
		return fmt.Errorf("handing over: %w", care.Err(care.CodeOffline, "address", target.Host))
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, maxReply))
	// Its answer may lead to a page; where the session begins is for the policy to say, and it is not followed.
	if res.StatusCode != http.StatusNoContent && res.StatusCode != http.StatusOK && res.StatusCode != http.StatusSeeOther {
		return fmt.Errorf("handing over: %w", care.Err(CodeHandOver, "status", fmt.Sprint(res.StatusCode)))
	}
	jar.SetCookies(to, res.Cookies())
	return nil
}

// handOver begins, or raises, the session at the utility's own portal.
func (s *Session) handOver(ctx context.Context, h handOver) error {
	target, err := portalURL(h.Address)
	if err != nil {
		return err
	}
	s.target = target
	return h.begin(ctx, s.transport, target, s.jar)
}

// passer asks our own portal before anything is sent to another one: whether the session still stands, and to have it on record.
type passer struct {
	transport  http.RoundTripper
	portal     *url.URL
	credential Secret

	mu sync.Mutex
	at time.Time // when looking was allowed last
}

// pass says whether a request may be sent. It fails closed: what cannot be recorded is not sent.
func (p *passer) pass(r *http.Request, path string) (no refusal, ended bool) {
	looks := r.Method == http.MethodGet || r.Method == http.MethodHead
	page := looks && strings.Contains(r.Header.Get("Accept"), "text/html")
	p.mu.Lock()
	known := looks && !page && time.Since(p.at) < askAgain
	p.mu.Unlock()
	if known {
		return refusal{}, false
	}
	ctx, cancel := context.WithTimeout(r.Context(), redeemWithin)
	defer cancel()
	res, err := post(ctx, p.transport, p.portal.JoinPath("masquerade", "pass"), p.credential, map[string]any{"method": r.Method, "path": path, "page": page})
	if err != nil {
		return unreached, false
	}
	defer res.Body.Close()
	var said care.Error
	_ = json.NewDecoder(io.LimitReader(res.Body, maxReply)).Decode(&said)
	switch {
	case res.StatusCode == http.StatusNoContent:
		p.mu.Lock()
		defer p.mu.Unlock()
		p.at = time.Now()
		return refusal{}, false
	case res.StatusCode == http.StatusUnauthorized && res.Header.Get(headerState) == "ended":
		return refusal{status: http.StatusGone, text: "page_ended"}, true
	case said.Code == care.CodeReadOnly:
		return refusal{status: http.StatusForbidden, text: "page_view"}, false
	}
	return refusal{status: http.StatusBadGateway, text: "page_unrecorded"}, false
}
