package masquerade

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"time"

	"meterside/care"
)

const raiseWithin = 10 * time.Second

// raise asks the portal to let the session change things, once the CSR has acknowledged in the banner what that means. Only
// the portal's own word counts, and it must say in whose name it gave it; until then the session is for viewing.
func (s *Session) raise(ctx context.Context, t texts, origin string) raised {
	if !s.grant.Limit.Changes() {
		return raised{Problem: t[s.grant.noChanges()]}
	}
	ctx, cancel := context.WithTimeout(ctx, raiseWithin)
	defer cancel()
	res, err := post(ctx, s.transport, s.portal.JoinPath("masquerade", "mode"), s.grant.Credential, map[string]any{"mode": s.grant.Limit, "acknowledged": true})
	if err != nil {
		s.reached(false)
		return raised{Problem: t["page_lost"]}
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxReply))
	switch {
	case err != nil:
		return raised{Problem: t["page_lost"]}
	case res.StatusCode == http.StatusUnauthorized && res.Header.Get(headerState) == "ended":
		s.end(ReasonPortal)
		return raised{Problem: t["page_ended"]}
	case res.Header.Get(headerSession) != s.grant.SessionID || res.Header.Get(headerActor) != s.greeting.CSRID:
		s.warn(care.Err(CodeUnattributed))
		return raised{Problem: t["page_unattributed"]}
	}
	var got struct {
		Mode     care.Mode `json:"mode"`
		HandOver *handOver `json:"hand_over"`
	}
	if res.StatusCode != http.StatusOK || json.Unmarshal(body, &got) != nil || !got.Mode.Changes() || !got.Mode.Within(s.grant.Limit) {
		return raised{Problem: t["change_refused"]}
	}
	if (got.HandOver != nil) != (s.grant.HandOver != nil) || got.HandOver != nil && got.HandOver.begin(ctx, s.transport, s.target, s.jar) != nil {
		return raised{Problem: t["change_refused"]}
	}
	s.mu.Lock()
	changed := s.mode != got.Mode
	s.mode = got.Mode
	page := s.page
	s.mu.Unlock()
	if changed {
		s.say(Event{Type: Raised, Mode: got.Mode})
	}
	return raised{Page: origin + page}
}

// turned notes which page the frame shows.
func (s *Session) turned(place string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.page = place
}
