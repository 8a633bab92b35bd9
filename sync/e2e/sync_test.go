package e2e

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"meterside/backend"
	"meterside/care"
	"meterside/records"
)

func TestADeskHoldsItsDistrictsAndNoOther(t *testing.T) {
	s := newStage(t)
	s.town()
	ann, bob := s.desk("CSR001"), s.desk("CSR002")
	for _, c := range []struct {
		name string
		desk *backend.Backend
		want int
	}{{"all districts", ann, 2}, {"one district", bob, 1}} {
		counts, err := c.desk.Counts(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if counts["accounts"] != c.want || counts["persons"] != c.want || counts["premises"] != c.want {
			t.Errorf("%s: %v", c.name, counts)
		}
	}
	r, err := bob.Search(t.Context(), records.Query{Text: "2172"})
	if err != nil || r.Total != 1 {
		t.Errorf("bob finds %d, %v", r.Total, err)
	}
}

func TestAScopeThatIsGrantedComesAndOneThatIsTakenLeaves(t *testing.T) {
	s := newStage(t)
	s.town()
	bob := s.desk("CSR002")
	s.put(&care.Staff{ID: "CSR002", Name: "Bob", Role: care.RoleCSR, Team: "T1", Districts: care.List{"D02"}, Active: true})
	s.sync(bob)
	if _, err := bob.Show(t.Context(), "030000013"); care.CodeOf(err) != care.CodeNotFound {
		t.Errorf("the taken district's account is still there: %v", err)
	}
	s.show(bob, "030000026")
	r, err := bob.Search(t.Context(), records.Query{Text: "müller"})
	if err != nil || r.Total != 0 {
		t.Errorf("the taken district is still found: %d, %v", r.Total, err)
	}
}

func TestALockIsPendingOfflineAndAppliedOnceOnline(t *testing.T) {
	s := newStage(t)
	s.town()
	ann, bob := s.desk("CSR001"), s.desk("CSR002")
	s.stop()
	q := s.do(ann, "web_user.lock", `{"web_user_id":"W1","account":"030000013","reason":"compromised"}`)
	if q.State != "queued" {
		t.Errorf("offline it is %s", q.State)
	}
	before := s.show(ann, "030000013")
	if len(before.WebUsers) != 1 || len(before.WebUsers[0].Locks) != 1 || !before.WebUsers[0].Locks[0].Pending || !before.Locked {
		t.Fatalf("offline the desk shows %+v", before.WebUsers)
	}
	s.start()
	s.sync(ann)
	s.sync(bob)
	for name, b := range map[string]*backend.Backend{"who locked": ann, "another": bob} {
		after := s.show(b, "030000013")
		if len(after.WebUsers[0].Locks) != 1 || after.WebUsers[0].Locks[0].Pending || after.WebUsers[0].Locks[0].By != "CSR001" {
			t.Errorf("%s shows %+v", name, after.WebUsers[0].Locks)
		}
		page, err := b.Activity(t.Context(), "030000013", []string{"account.locked"}, 1)
		if err != nil || page.Total != 1 || page.Rows[0].IP != "127.0.0.1" || page.Rows[0].Actor != "CSR001" {
			t.Errorf("%s has the activity %+v, %v", name, page.Rows, err)
		}
	}
	if a, err := ann.Answer(t.Context(), q.CommandID); err != nil || a.State != "applied" {
		t.Errorf("the command ended %v, %v", a, err)
	}
}

func TestARefusalNeedsAttentionAndTheOriginalIsBack(t *testing.T) {
	s := newStage(t)
	s.town()
	ann, bob := s.desk("CSR001"), s.desk("CSR002")
	s.stop()
	lost := s.do(ann, "web_user.lock", `{"web_user_id":"W1","reason":"misuse"}`)
	note := s.do(ann, "note.write", `{"account":"030000013","text":"Called about a lock"}`)
	s.start()
	s.do(bob, "web_user.lock", `{"web_user_id":"W1","reason":"compromised"}`)
	s.sync(bob)
	s.sync(ann)
	attention, err := ann.Attention(t.Context())
	if err != nil || len(attention) != 1 || attention[0].CommandID != lost.CommandID || attention[0].Code != care.CodeAlreadyLocked {
		t.Fatalf("attention holds %+v, %v", attention, err)
	}
	if attention[0].After["lock"] != "csr" {
		t.Errorf("it says nothing of what was wanted: %+v", attention[0])
	}
	c := s.show(ann, "030000013")
	if got := c.WebUsers[0].Locks; len(got) != 1 || got[0].Reason != "compromised" {
		t.Errorf("the desk shows %+v", got)
	}
	if a, _ := ann.Answer(t.Context(), note.CommandID); a.State != "applied" || len(c.Notes) != 1 {
		t.Errorf("a refusal held up the command behind it: %+v", a)
	}
	if err := ann.Discard(t.Context(), lost.CommandID); err != nil {
		t.Fatal(err)
	}
	if left, _ := ann.Attention(t.Context()); len(left) != 0 {
		t.Errorf("attention still holds %+v", left)
	}
}

func TestAChangeReachesConnectedDesks(t *testing.T) {
	s := newStage(t)
	s.town()
	ann, bob := s.desk("CSR001"), s.desk("CSR002")
	ann.Connect()
	bob.Connect()
	s.do(bob, "preferences.change", `{"account":"030000013","paperless":true}`)
	until(t, "the change", func() bool { return s.show(ann, "030000013").Account.Paperless })
	page, err := ann.Tasks(t.Context(), backend.TaskQuery{By: "csr"})
	if err != nil || len(page.Rows) != 1 {
		t.Fatalf("tasks: %+v, %v", page, err)
	}
	got := page.Rows[0]
	got.ID, got.CreatedAt, got.HandledAt = "", 0, 0
	want := backend.Task{
		Sort: "paperless.enrolled", Status: "complete", AccountNumber: "030000013", CreatedBy: "csr", Origin: care.OriginDesk, CSRID: "CSR002",
		WebUserID: "CSR002", IP: "127.0.0.1", SelfServiceUserID: "W1", HandledBy: "CSR002",
	}
	if got.Offline {
		got.Offline = false // whether the socket was up yet when the command was made is not what this is about
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestACommandSentTwiceTakesEffectOnce(t *testing.T) {
	s := newStage(t)
	s.town()
	actor := care.Actor{ID: "CSR001", Origin: care.OriginDesk, Role: care.RoleCSR, Desk: "d1", Scopes: care.List{"d:D01"}}
	env := care.Envelope{N: 1, ID: "0190b1f2-0000-7000-8000-000000000001", Kind: "note.write", Version: 1, Args: []byte(`{"account":"030000013","text":"once"}`), CreatedAt: 1}
	first, err := s.portal.Do(t.Context(), actor, env)
	if err != nil || first.Outcome != care.Applied {
		t.Fatal(first, err)
	}
	again, err := s.portal.Do(t.Context(), actor, env)
	if err != nil || again.Seq != first.Seq {
		t.Errorf("the second time it says %+v, %v", again, err)
	}
	env.ID = "0190b1f2-0000-7000-8000-000000000002"
	if _, err := s.portal.Do(t.Context(), actor, env); care.CodeOf(err) != care.CodeClonedDesk {
		t.Errorf("another command under the same number: %v", err)
	}
	env.N = 5
	if _, err := s.portal.Do(t.Context(), actor, env); care.CodeOf(err) != care.CodeInvalid {
		t.Errorf("a number that skips: %v", err)
	}
	if c := s.show(s.desk("CSR002"), "030000013"); len(c.Notes) != 1 {
		t.Errorf("%d notes", len(c.Notes))
	}
}

func TestAnUnlockThatWaitedTooLongLapses(t *testing.T) {
	s := newStage(t)
	s.town()
	s.put(&care.WebUserLock{WebUserID: "W1", Lock: care.LockCSR, By: "CSR002"})
	actor := care.Actor{ID: "CSR001", Origin: care.OriginDesk, Role: care.RoleCSR, Desk: "d1", Scopes: care.List{"d:D01"}}
	env := care.Envelope{N: 1, ID: "0190b1f2-0000-7000-8000-000000000003", Kind: "web_user.unlock", Version: 1, Args: []byte(`{"web_user_id":"W1"}`)}
	env.CreatedAt = s.portal.Now().Add(-16 * 60e9).UnixMilli()
	v, err := s.portal.Do(t.Context(), actor, env)
	if err != nil || v.Outcome != care.Lapsed || v.Code != care.CodeLapsed {
		t.Errorf("%+v, %v", v, err)
	}
}

func TestACommandOutsideTheScopesIsRefused(t *testing.T) {
	s := newStage(t)
	s.town()
	bob := s.desk("CSR002")
	// Bob's desk does not hold the account, so it cannot say no; the portal does.
	q := s.do(bob, "note.write", `{"account":"030000026","text":"not mine"}`)
	s.sync(bob)
	if a, err := bob.Answer(t.Context(), q.CommandID); err != nil || a.State != "rejected" || a.Code != care.CodeOutOfScope {
		t.Errorf("%+v, %v", a, err)
	}
}

// I15: a desk that finds another portal at its address takes nothing from it, and is told.
//
// It fails when neither side compares the servers.
func TestAnotherPortalsRowsNeverEnterAReplica(t *testing.T) {
	s := newStage(t)
	s.town()
	ann := s.desk("CSR001")
	s.stop()
	other := newStage(t)
	other.stop()
	s.dir, other.address = other.dir, s.address
	s.start()
	s.town()
	if _, err := ann.SyncOnce(t.Context()); care.CodeOf(err) != care.CodeNotSignedIn {
		t.Errorf("a token of the first portal: %v", err)
	}
	if _, err := ann.SignIn(t.Context(), "http://"+s.address, "CSR001", password); err != nil {
		t.Fatal(err)
	}
	if _, err := ann.SyncOnce(t.Context()); care.CodeOf(err) != care.CodeOtherServer {
		t.Errorf("the second portal's sync: %v", err)
	}
}
