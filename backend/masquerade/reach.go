package masquerade

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// How often the portal is looked for, and how long it may take to answer: who only reads in a page is to hear of its loss too.
const (
	looksEvery  = 5 * time.Second
	looksAgain  = time.Second // while it is lost, or in doubt
	looksWithin = 3 * time.Second
)

// watchPortal notices that the portal is lost, and that it is back, without a page being asked for, until ctx is done. One answer
// that does not come is no loss yet. It asks what needs no credential, so that it is no use of the session.
func (s *Session) watchPortal(ctx context.Context) {
	for doubted, next := false, looksEvery; ; {
		select {
		case <-ctx.Done():
			return
		case <-time.After(next):
		}
		answers := s.look(ctx)
		if ctx.Err() != nil {
			return
		}
		if answers || doubted {
			s.reached(answers)
		}
		doubted, next = !answers, looksEvery
		if !answers || s.lostPortal() {
			next = looksAgain
		}
	}
}

// look says whether the portal answers; and the utility's own, once it was lost: as long as its pages come, it is not asked for.
func (s *Session) look(ctx context.Context) bool {
	if answers(ctx, s.transport, http.MethodGet, s.portal.JoinPath("healthz")) != nil {
		return false
	}
	return s.target == s.portal || !s.lostPortal() || answers(ctx, s.transport, http.MethodHead, s.target) == nil
}

// answers asks for an address without any credential. A server in front that has lost the portal itself says so by its status.
func answers(ctx context.Context, rt http.RoundTripper, method string, to *url.URL) error {
	ctx, cancel := context.WithTimeout(ctx, looksWithin)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, to.String(), http.NoBody)
	if err != nil {
		return fmt.Errorf("looking for the portal: %w", err)
	}
	res, err := rt.RoundTrip(req)
	if err != nil {
		return fmt.Errorf("looking for the portal: %w", err)
	}
	_ = res.Body.Close()
	if res.StatusCode >= http.StatusInternalServerError {
		return fmt.Errorf("looking for the portal: status %d", res.StatusCode)
	}
	return nil
}

// reached notes whether the portal answered, and tells the banner and the desk when that changes.
func (s *Session) reached(ok bool) {
	s.mu.Lock()
	changed := s.portalNo == ok
	s.portalNo = !ok
	if changed {
		close(s.news)
		s.news = make(chan struct{})
	}
	s.mu.Unlock()
	switch {
	case changed && ok:
		s.say(Event{Type: Found, Reason: PartPortal})
	case changed:
		s.say(Event{Type: Lost, Reason: PartPortal})
	}
}

// answered notes whether a request of the frame was.
func (s *Session) answered(ok bool) {
	if ok {
		s.mu.Lock()
		s.served = true
		s.mu.Unlock()
	}
	s.reached(ok)
}

func (s *Session) lostPortal() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.portalNo
}

// changed is closed when the portal is lost or found next.
func (s *Session) changed() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.news
}
