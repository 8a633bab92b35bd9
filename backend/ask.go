package backend

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"time"

	"meterside/care"
	"meterside/sync/client"
)

const answerLimit = 1 << 20

// askWithin bounds a question and its answer.
const askWithin = 20 * time.Second

// askLine is the way of questions to a portal: the same proxy and the same authorities as the sync's.
var askLine client.Line

// TLS is how the desk judges its portal's certificate, for the window of a masquerade to judge it the same.
func TLS() (*tls.Config, error) { return client.TLS() }

// post asks the portal something that needs an answer now.
func post(ctx context.Context, portal, path, token string, question, answer any) error {
	body, err := json.Marshal(question)
	if err != nil {
		return fmt.Errorf("asking the portal: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, portal+path, bytes.NewReader(body))
	if err != nil {
		return care.Err(care.CodePortalAddress)
	}
	req.Header.Set("Content-Type", "application/json")
	// This lets a question that meets a line that was closed meanwhile be sent again. Each may come twice: one to the portal's
	// records has an ID by which the second is known, a second sign-in or enrolment gives another token, a second sign-out
	// finds nothing left to end.
	req.Header["Idempotency-Key"] = []string{}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	return exchange(req, portal, answer)
}

// get asks the portal whether something is there.
func get(ctx context.Context, portal, path string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, portal+path, nil)
	if err != nil {
		return fmt.Errorf("asking the portal: %w", err)
	}
	return exchange(req, portal, nil)
}

// exchange tells an answer of the portal from the page of a captive network, which is named and never parsed.
func exchange(req *http.Request, portal string, answer any) error {
	ctx, cancel := context.WithTimeout(req.Context(), askWithin)
	defer cancel()
	res, err := askLine.Do(req.WithContext(ctx))
	if said := (care.Error{}); errors.As(err, &said) {
		return said
	}
	if err != nil {
		return care.Err(care.CodeOffline, "address", portal)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(res.Body, answerLimit))
	if err != nil {
		return care.Err(care.CodeOffline, "address", portal)
	}
	kind, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type"))
	if kind != "application/json" && res.StatusCode != http.StatusNoContent {
		return care.Err(care.CodeNotThePortal, "address", portal)
	}
	if res.StatusCode >= 300 {
		var said care.Error
		if json.Unmarshal(text, &said) == nil && said.Code != "" {
			return said
		}
		return care.Err(care.CodeNotThePortal, "address", portal)
	}
	if answer == nil {
		return nil
	}
	if err := json.Unmarshal(text, answer); err != nil {
		return care.Err(care.CodeNotThePortal, "address", portal)
	}
	return nil
}
