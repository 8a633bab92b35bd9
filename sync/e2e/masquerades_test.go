package e2e

import (
	"context"
	"testing"
	"time"

	"meterside/backend"
	"meterside/care"
)

// listed are the masquerades that a desk lists, and fails where it cannot.
func listed(t *testing.T, b *backend.Backend, q backend.MasqueradeQuery) backend.MasqueradePage {
	t.Helper()
	page, err := b.Masquerades(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return page
}

// M11, M8: whoever may review finds every masquerade and ends an open one with words why, which stand in the log; a CSR
// finds their own, and ends nobody else's. Offline the list is there as far as the replica is. Seen to fail with a list that
// gave a CSR those of others, and with an end that wanted no words.
func TestASupervisorFindsAndEndsAMasquerade(t *testing.T) {
	s := newStage(t)
	s.town()
	grant, err := s.portal.AskMasquerade(t.Context(), csr("d1"), ask("0190b1f2-0000-7000-8000-00000000001b"), verifierHash, "en")
	if err != nil {
		t.Fatal(err)
	}
	sue, bob, ann := s.desk("SUP01"), s.desk("CSR002"), s.desk("CSR001")
	page := listed(t, sue, backend.MasqueradeQuery{State: "open", CSR: "CSR001", WebUser: "jose", Account: "030000013"})
	if page.Total != 1 || page.Own || page.Rows[0].ID != grant.SessionID || page.Rows[0].CSRName != "Ann" || page.Rows[0].Username != "jose" || page.Rows[0].Name != "José Müller" {
		t.Fatalf("the supervisor sees %+v", page)
	}
	for name, q := range map[string]backend.MasqueradeQuery{
		"of the past": {State: "over"}, "of another": {CSR: "CSR002"}, "as another": {WebUser: "ada"}, "of another account": {Account: "030000026"},
		"of later": {From: time.Now().Add(time.Hour).UnixMilli()}, "of earlier": {To: time.Now().Add(-time.Hour).UnixMilli()},
	} {
		if page := listed(t, sue, q); page.Total != 0 || len(page.Rows) != 0 {
			t.Errorf("%s: %+v", name, page)
		}
	}
	if _, err := sue.Masquerades(t.Context(), backend.MasqueradeQuery{State: "lost"}); care.CodeOf(err) != care.CodeNoChoice {
		t.Errorf("an unknown state: %v", err)
	}
	if page := listed(t, bob, backend.MasqueradeQuery{}); page.Total != 0 || !page.Own {
		t.Errorf("another CSR sees %+v", page)
	}
	if page := listed(t, ann, backend.MasqueradeQuery{}); page.Total != 1 || !page.Own {
		t.Errorf("the CSR sees %+v", page)
	}

	end := care.EndMasquerade{Session: grant.SessionID, Account: "030000013", Words: "I asked her to stop"}
	if _, err := bob.Do(t.Context(), &end); care.CodeOf(err) != care.CodeNoPermission {
		t.Errorf("another CSR ends it: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
	defer cancel()
	wordless := care.EndMasquerade{Session: grant.SessionID}
	q, err := sue.Do(ctx, &wordless)
	if err == nil {
		s.sync(sue)
		if q, err = sue.Answer(ctx, q.CommandID); err == nil && q.Code != care.CodeReasonMissing {
			t.Errorf("without words: %+v", q)
		}
	}
	if err != nil && care.CodeOf(err) != care.CodeReasonMissing {
		t.Fatal(err)
	}
	if _, err := sue.Do(ctx, &end); err != nil {
		t.Fatal(err)
	}
	s.sync(sue)
	s.sync(ann)
	if why, err := ann.MasqueradeOver(ctx, grant.SessionID, "W1"); err != nil || why != care.EndedByAnother {
		t.Errorf("the CSR's desk hears %q, %v", why, err)
	}
	log, err := sue.Activity(ctx, "030000013", []string{"masquerade.ended"}, 1)
	if err != nil || log.Total != 1 || log.Rows[0].Actor != "SUP01" || string(log.Rows[0].Detail) != `{"mode":"view","reason":"supervisor","words":"I asked her to stop"}` {
		t.Errorf("the log says %+v, %v", log.Rows, err)
	}
	s.stop()
	if page := listed(t, sue, backend.MasqueradeQuery{State: "over"}); page.Total != 1 || page.Rows[0].EndReason != care.EndedByAnother {
		t.Errorf("offline: %+v", page)
	}
}

// M11: a CSR's new password ends what is signed in by the old one: the desk hears that its masquerade is over, from the record where it is
// connected, and also where it was not and is told nothing any more.
//
// Seen to fail where the end of the sync is not heeded.
func TestM11ANewPasswordEndsTheMasqueradeAtTheDesk(t *testing.T) {
	for want, connected := range map[string]bool{"signed_out": true, "permission_lost": false} {
		t.Run(want, func(t *testing.T) {
			s := newStage(t)
			s.town()
			b := s.desk("CSR001")
			grant, err := b.AskMasquerade(t.Context(), care.StartMasquerade{WebUserID: "W1", Account: "030000013", Reason: "x", Acknowledged: true}, "en", "")
			check(t, err)
			over := func() string {
				why, err := b.MasqueradeOver(t.Context(), grant.SessionID, "W1")
				check(t, err)
				return why
			}
			if connected {
				b.Connect()
				until(t, "being connected", func() bool {
					status, err := b.Status(t.Context())
					return err == nil && status.Phase == "live"
				})
			}
			if why := over(); why != "" {
				t.Fatalf("it is over at once: %s", why)
			}
			check(t, s.portal.SetStaffPassword(t.Context(), "CSR001", "another password"))
			if !connected {
				b.Connect()
			}
			until(t, "the desk to hear of it", func() bool { return over() == want })
		})
	}
}
