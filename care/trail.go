package care

import (
	"encoding/json"
	"slices"
)

// SeenPage is a page of the customer's portal that a masquerade was shown, and when it was first.
type SeenPage struct {
	Path string `json:"path"`
	At   int64  `json:"at"` // ms
}

// SentRequest is a request to the utility's own portal that may have changed something there: what, is not known here.
type SentRequest struct {
	Method string `json:"method"`
	Path   string `json:"path"`
	At     int64  `json:"at"` // ms
}

// RefusedOrigin is a third party, by its origin, of which a masquerade was refused something, and when it was first.
type RefusedOrigin struct {
	Origin string `json:"origin"`
	At     int64  `json:"at"` // ms
}

// Trail is what a masquerade left in the log beside its changes.
type Trail struct {
	Pages      []SeenPage      // in the order in which they were seen first
	MorePages  int             // at least as many others were seen, which are not told apart
	Sent       []SentRequest   // in their order
	MoreSent   int             // at least as many others were sent, which are not told apart
	Refused    []Activity      // what was tried and refused, but for third parties
	Others     []RefusedOrigin // third parties that were refused, in the order in which they were first
	MoreOthers bool            // there were more, which are not told apart
}

// TrailOf sorts what a session left in the log, the oldest first. A page counts once, although a portal that was started
// again records it once more.
func TrailOf(log []Activity) Trail {
	t := Trail{Pages: []SeenPage{}, Sent: []SentRequest{}, Refused: []Activity{}, Others: []RefusedOrigin{}}
	for _, a := range log {
		var said struct {
			Method string `json:"method"`
			Page   string `json:"page"`
			More   int    `json:"more"`
			Code   Code   `json:"code"`
			Host   string `json:"host"`
		}
		known := json.Unmarshal([]byte(a.Detail), &said) == nil
		switch {
		case a.Sort == "masquerade.refused" && said.Code == CodeOthersRefused:
			t.MoreOthers = true
		case a.Sort == "masquerade.refused" && said.Code == CodeOtherRefused:
			if !slices.ContainsFunc(t.Others, func(o RefusedOrigin) bool { return o.Origin == said.Host }) {
				t.Others = append(t.Others, RefusedOrigin{said.Host, a.At})
			}
		case a.Sort == "masquerade.refused":
			t.Refused = append(t.Refused, a)
		case a.Sort == MasqueradeSent && said.More > 0:
			t.MoreSent = max(t.MoreSent, said.More)
		case a.Sort == MasqueradeSent && known:
			t.Sent = append(t.Sent, SentRequest{said.Method, said.Page, a.At})
		case a.Sort == MasqueradeViewed && said.More > 0:
			t.MorePages = max(t.MorePages, said.More)
		case a.Sort == MasqueradeViewed && known && !slices.ContainsFunc(t.Pages, func(p SeenPage) bool { return p.Path == said.Page }):
			t.Pages = append(t.Pages, SeenPage{said.Page, a.At})
		}
	}
	return t
}
