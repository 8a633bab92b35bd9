package portal

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"meterside/care"
	"meterside/records"
)

// R6, R65: what a page can have a session ask for without end fills no log: of 200 pages, and of 200 requests to another portal, the
// receipt has the names, and of more the least that there were. What could not be recorded was not sent, and does not count.
//
// Seen to fail with each request recorded, with one that was not recorded counted, and with the receipt that takes a count for a request.
func TestR65ASessionCannotFillTheLog(t *testing.T) { onBothRecovering(t, cannotFillTheLog) }

func cannotFillTheLog(r *recovering) {
	credential := r.masquerade(r.Portal)
	session := func() (care.Actor, care.Masquerade) {
		r.Helper()
		actor, m, err := r.MasqueradeActor(r.Context(), credential, "127.0.0.1")
		r.wants(err, "")
		return actor, m
	}
	actor, m := session()
	r.wants(r.RaiseMasquerade(r.Context(), actor, m, care.ModeFull, true), "")
	actor, m = session()
	ended, end := context.WithCancel(r.Context())
	end()
	post := Sending{Method: http.MethodPost, Path: "/save"}
	if err := r.Sent(ended, actor, m, post); err == nil {
		r.Error("what is not recorded was sent")
	}
	const asked = 1000
	for i := range asked {
		r.wants(r.Sent(r.Context(), actor, m, post), "")
		r.wants(r.Saw(r.Context(), actor, m, fmt.Sprint("/", i)), "")
		if i != mostNamed-1 {
			continue
		}
		if trail := r.trail(m); len(trail.Sent) != mostNamed || trail.MoreSent != 0 || trail.MorePages != 0 {
			r.Errorf("of %d there are %d, and %d more", i+1, len(trail.Sent), trail.MoreSent)
		}
	}
	trail := r.trail(m)
	if len(trail.Sent) != mostNamed || trail.Sent[0] != (care.SentRequest{Method: "POST", Path: "/save", At: r.now.UnixMilli()}) || trail.MoreSent != 512 {
		r.Errorf("%d requests are told and %d more, the first %+v", len(trail.Sent), trail.MoreSent, trail.Sent[0])
	}
	if len(trail.Pages) != mostNamed || trail.MorePages != 512 {
		r.Errorf("%d pages are told and %d more", len(trail.Pages), trail.MorePages)
	}
	for _, kind := range []string{care.MasqueradeSent, care.MasqueradeViewed} {
		if n := r.count("SELECT count(*) FROM activities WHERE kind = $1", kind); n != mostNamed+10 { // 1, 2, 4 … 512
			r.Errorf("%d lines of %s", n, kind)
		}
	}
}

// trail is what a session left in the log.
func (r *recovering) trail(m care.Masquerade) care.Trail {
	r.Helper()
	_, log, err := records.OfSession(r.Context(), r.Store.Reader(), m)
	r.wants(err, "")
	return care.TrailOf(log)
}
