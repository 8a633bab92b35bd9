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

// Trail is what a masquerade left in the log beside its changes.
type Trail struct {
	Pages   []SeenPage    // in the order in which they were seen first
	Sent    []SentRequest // in their order
	Refused []Activity    // what was tried and refused
}

// TrailOf sorts what a session left in the log, the oldest first. A page counts once, although a portal that was started
// again records it once more.
func TrailOf(log []Activity) Trail {
	t := Trail{Pages: []SeenPage{}, Sent: []SentRequest{}, Refused: []Activity{}}
	for _, a := range log {
		var said struct {
			Method string `json:"method"`
			Page   string `json:"page"`
		}
		known := json.Unmarshal([]byte(a.Detail), &said) == nil
		switch {
		case a.Sort == "masquerade.refused":
			t.Refused = append(t.Refused, a)
		case a.Sort == MasqueradeSent && known:
			t.Sent = append(t.Sent, SentRequest{said.Method, said.Page, a.At})
		case a.Sort == MasqueradeViewed && known && !slices.ContainsFunc(t.Pages, func(p SeenPage) bool { return p.Path == said.Page }):
			t.Pages = append(t.Pages, SeenPage{said.Page, a.At})
		}
	}
	return t
}
