package masquerade

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"meterside/care"
)

const (
	redeemWithin = 15 * time.Second
	endWithin    = 2 * time.Second
	maxReply     = 64 << 10 // bytes of the portal's answer to redeem
	maxSession   = 24 * time.Hour
)

// Headers by which the portal and the window speak of the session.
const (
	headerSession = "Meterside-Session"    // on every answer: the session it was given in
	headerActor   = "Meterside-Actor"      // on every answer: the CSR it was given to
	headerState   = "Meterside-Masquerade" // "ended" with a 401: the session is over
	authScheme    = "Masquerade "
)

// grant is what a redeemed ticket gives.
type grant struct {
	Credential Secret    `json:"credential"`
	SessionID  string    `json:"session_id"`
	EndsAt     int64     `json:"ends_at"`
	Mode       care.Mode `json:"mode"`
	Limit      care.Mode `json:"limit"`       // the most that the session can be raised to
	HandOver   *handOver `json:"hand_over"`   // where the session leads to the utility's own portal
	ThirdParty []string  `json:"third_party"` // origins of others whose files the pages may use

	left time.Duration // to EndsAt, by the portal's own clock
}

// noChanges is the name of the sentence that says why a session for viewing stays one.
func (g grant) noChanges() string {
	if g.HandOver != nil && g.HandOver.ViewOnly {
		return "change_none_there"
	}
	return "change_none"
}

// redeem exchanges the greeting's ticket. Redirects are not followed: a ticket goes to the portal or nowhere.
func redeem(ctx context.Context, rt http.RoundTripper, portal *url.URL, g Greeting) (grant, error) {
	ctx, cancel := context.WithTimeout(ctx, redeemWithin)
	defer cancel()
	res, err := post(ctx, rt, portal.JoinPath("masquerade", "redeem"), "", map[string]string{
		"ticket": string(g.Ticket), "verifier": string(g.Verifier), "device": g.Device,
	})
	if err != nil {
		return grant{}, fmt.Errorf("redeeming the ticket: %w", care.Err(care.CodeOffline, "address", portal.Host))
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxReply))
	if err != nil {
		return grant{}, fmt.Errorf("redeeming the ticket: %w", care.Err(care.CodeOffline, "address", portal.Host))
	}
	if res.StatusCode != http.StatusOK {
		var refusal care.Error
		if json.Unmarshal(body, &refusal) == nil && refusal.Code != "" {
			return grant{}, fmt.Errorf("redeeming the ticket: %w", refusal)
		}
		return grant{}, fmt.Errorf("redeeming the ticket, status %d: %w", res.StatusCode, care.Err(care.CodeNotThePortal, "address", portal.Host))
	}
	var got grant
	if json.Unmarshal(body, &got) != nil || got.Credential == "" {
		return grant{}, fmt.Errorf("redeeming the ticket: %w", care.Err(care.CodeNotThePortal, "address", portal.Host))
	}
	if got.SessionID != g.SessionID || !got.Mode.Within(g.Mode) {
		return grant{}, fmt.Errorf("redeeming the ticket for another session or mode: %w", care.Err(care.CodeTicketInvalid))
	}
	if !got.Limit.Within(care.ModeFull) {
		got.Limit = got.Mode
	}
	got.ThirdParty = care.WebOrigins(got.ThirdParty) // what is none could say anything in a header
	got.left = timeLeft(got.EndsAt, g.EndsAt, res.Header.Get("Date"))
	if got.left <= 0 {
		return grant{}, fmt.Errorf("redeeming the ticket: %w", care.Err(care.CodeMasqueradeEnded))
	}
	return got, nil
}

// timeLeft is the time from the portal's now to the earlier of two instants in ms, of which 0 means none. The desk's
// own clock may be wrong by hours, so the answer's Date is used where there is one.
func timeLeft(granted, greeted int64, date string) time.Duration {
	now := time.Now()
	if t, err := http.ParseTime(date); err == nil {
		now = t
	}
	left := maxSession
	for _, ms := range []int64{granted, greeted} {
		if ms > 0 {
			left = min(left, time.UnixMilli(ms).Sub(now))
		}
	}
	return left
}

// sayEnd tells the portal that the session is over. It is a courtesy: the portal ends sessions by its own clock too.
func sayEnd(ctx context.Context, rt http.RoundTripper, portal *url.URL, credential Secret, reason string) error {
	ctx, cancel := context.WithTimeout(ctx, endWithin)
	defer cancel()
	res, err := post(ctx, rt, portal.JoinPath("masquerade", "end"), credential, map[string]string{"reason": reason})
	if err != nil {
		return fmt.Errorf("telling the portal that the session is over: %w", err)
	}
	defer res.Body.Close()
	if res.StatusCode >= 300 {
		return fmt.Errorf("telling the portal that the session is over: status %d", res.StatusCode)
	}
	return nil
}

// post sends one JSON body by one round trip.
func post(ctx context.Context, rt http.RoundTripper, to *url.URL, credential Secret, body any) (*http.Response, error) {
	b, err := json.Marshal(body)
	if err != nil {
		return nil, fmt.Errorf("encoding the request: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to.String(), bytes.NewReader(b))
	if err != nil {
		return nil, fmt.Errorf("making the request: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	if credential != "" {
		req.Header.Set("Authorization", authScheme+string(credential))
	}
	return rt.RoundTrip(req)
}
