package e2e

import (
	"testing"
	"time"

	"meterside/backend"
	"meterside/care"
)

// R62, M1: where the utility wants it once a shift, what was acknowledged holds at the desk and at the portal until the CSR signs
// in anew or the text changes, and each start's record names the text and says when. Seen to fail while once a shift was as every
// time, and with a desk that took its own word for it.
func TestAnAcknowledgementHoldsForAShift(t *testing.T) {
	s := newStage(t)
	s.town()
	s.put(&care.PolicyEntry{Key: "masquerade.acknowledge", Value: care.AcknowledgeOnce})
	o := backend.Options{Profile: t.TempDir()}
	b := s.deskWith("CSR001", o)
	policy := func() backend.MasqueradePolicy {
		t.Helper()
		view, err := b.PolicyView(t.Context(), "en")
		if err != nil {
			t.Fatal(err)
		}
		return view.Masquerade
	}
	// start asks for a session and ends it at once.
	start := func(acknowledged bool, ack string) care.Code {
		t.Helper()
		g, err := b.AskMasquerade(t.Context(), care.StartMasquerade{WebUserID: "W1", Account: "030000013", Reason: "x", Acknowledged: acknowledged, Ack: ack}, "en", "")
		if err == nil {
			err = s.portal.EndMasquerade(t.Context(), csr(""), g.SessionID, "closed")
		}
		return care.CodeOf(err)
	}
	text := policy().AckVersion
	if policy().Acknowledged || text == "" {
		t.Fatalf("before anything was acknowledged: %+v", policy())
	}
	for _, step := range []struct {
		name         string
		acknowledged bool
		ack          string
		want         care.Code
	}{
		{"none yet", false, text, care.CodeNotAcknowledged},
		{"another text", true, "en:000000000000", care.CodeNotAcknowledged},
		{"the text", true, text, ""},
		{"the text of earlier", false, text, ""},
		{"no text", false, "", care.CodeNotAcknowledged},
		{"another text than the earlier", false, "es:000000000000", care.CodeNotAcknowledged},
	} {
		if got := start(step.acknowledged, step.ack); got != step.want {
			t.Errorf("%s: %q", step.name, got)
		}
	}
	if policy().Acknowledged {
		t.Error("after the portal wanted it again, the desk counts it as acknowledged")
	}
	if got := start(true, text); got != "" || !policy().Acknowledged {
		t.Errorf("acknowledged again: %q, %+v", got, policy())
	}

	// Another text, and then another sign-in, ask for it again.
	s.put(&care.PolicyEntry{Key: "masquerade.ack_text.en", Value: "Think twice."})
	s.sync(b)
	if got := start(false, text); got != care.CodeNotAcknowledged || policy().Acknowledged {
		t.Errorf("a text that changed: %q, %+v", got, policy())
	}
	text = policy().AckVersion
	if got := start(true, text); got != "" || !policy().Acknowledged {
		t.Errorf("the new text: %q", got)
	}
	s.ahead.Store(int64(time.Second)) // the later sign-in is later
	if _, err := b.SignIn(t.Context(), "http://"+s.address, "CSR001", password); err != nil {
		t.Fatal(err)
	}
	if got := start(false, text); got != care.CodeNotAcknowledged || policy().Acknowledged {
		t.Errorf("in the next shift: %q, %+v", got, policy())
	}

	var now, earlier int
	for detail, n := range map[string]*int{`%"acknowledged":"now"%"ack":"` + text + `"%`: &now, `%"acknowledged":"this_shift"%`: &earlier} {
		row := s.portal.Store.Reader().QueryRowContext(t.Context(), "SELECT count(*) FROM activities WHERE kind = 'masquerade.granted' AND (detail LIKE $1 OR detail LIKE $2)",
			detail, `%"ack":"`+text+`"%"acknowledged":"now"%`)
		if err := row.Scan(n); err != nil {
			t.Fatal(err)
		}
	}
	if now != 1 || earlier < 1 {
		t.Errorf("the log names %d starts with the new text, %d of earlier in the shift", now, earlier)
	}
}
