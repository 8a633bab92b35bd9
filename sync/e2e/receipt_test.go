package e2e

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"testing"

	"meterside/backend"
	"meterside/care"
	"meterside/portal"
)

// R67, M8: a masquerade's receipt tells at every desk, also while the portal is away, what was looked at and what was
// changed, at whichever of the customer's accounts, each once, with before and after, and what was undone since. Seen to fail where
// only the account was asked about that the session was opened on, and with undoing not looked for.
func TestAMasqueradeLeavesAReceipt(t *testing.T) {
	s := newStage(t)
	s.town()
	s.put(&care.WebUserAccount{WebUserID: "W1", Account: "030000026", Role: "owner"})
	s.put(&care.PolicyEntry{Key: "masquerade.third_party", Value: "https://maps.example.com"})
	const verifier = "only the asker knows"
	hash := sha256.Sum256([]byte(verifier))
	if _, err := s.portal.SignInStaff(t.Context(), "CSR001", password, "d1", "127.0.0.1"); err != nil {
		t.Fatal(err)
	}
	grant, err := s.portal.AskMasquerade(t.Context(), csr("d1"), care.Envelope{
		ID: "0190b1f2-0000-7000-8000-00000000000b", Kind: "masquerade.start", Version: 1,
		Args: []byte(`{"web_user_id":"W1","account":"030000013","mode":"full","reason":"No more paper","acknowledged":true}`),
	}, hex.EncodeToString(hash[:]), "en")
	if err != nil {
		t.Fatal(err)
	}
	redeemed, err := s.portal.RedeemTicket(t.Context(), grant.Ticket, verifier, "d1", "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(redeemed.ThirdParty, []string{"https://maps.example.com"}) {
		t.Errorf("R65: the window hears that %q are allowed", redeemed.ThirdParty)
	}
	actor, session, err := s.portal.MasqueradeActor(t.Context(), redeemed.Credential, "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.portal.RaiseMasquerade(t.Context(), actor, session, care.ModeFull, true); err != nil {
		t.Fatal(err)
	}
	if actor, session, err = s.portal.MasqueradeActor(t.Context(), redeemed.Credential, "127.0.0.1"); err != nil {
		t.Fatal(err)
	}
	for _, page := range []string{"/", "/bills", "/"} {
		if err := s.portal.Saw(t.Context(), actor, session, page); err != nil {
			t.Fatal(err)
		}
	}
	refused := portal.RefusedOthers{Origins: []string{"https://shop.example.com", "https://ads.example.com"}, More: true}
	if err := s.portal.RefusedOthers(t.Context(), actor, session, refused); err != nil {
		t.Fatal(err)
	}
	for _, args := range []string{`{"account":"030000013","paperless":true}`, `{"account":"030000026","nickname":"Camp"}`} {
		env, err := portal.NewEnvelope("preferences.change", []byte(args), s.portal.Now())
		if err != nil {
			t.Fatal(err)
		}
		if v, err := s.portal.Do(context.Background(), actor, env); err != nil || v.Outcome != care.Applied {
			t.Fatalf("%+v, %v", v, err)
		}
	}
	if err := s.portal.EndMasquerade(t.Context(), actor, session.ID, "closed"); err != nil {
		t.Fatal(err)
	}

	super := s.desk("SUP01")
	tasks, err := super.Tasks(t.Context(), backend.TaskQuery{Account: "030000026"})
	if err != nil || len(tasks.Rows) != 1 {
		t.Fatalf("%+v, %v", tasks, err)
	}
	if _, err := super.Do(t.Context(), &care.UndoTask{TaskID: tasks.Rows[0].ID, Account: "030000026"}); err != nil {
		t.Fatal(err)
	}
	s.sync(super)
	s.stop()
	r, err := super.Receipt(t.Context(), session.ID)
	if err != nil {
		t.Fatal(err)
	}
	var pages, changed []string
	for _, p := range r.Pages {
		pages = append(pages, p.Path)
	}
	for _, task := range r.Tasks {
		changed = append(changed, task.AccountNumber+" "+task.Sort+" "+string(task.Detail)+" "+task.UndoneBy)
		if (task.UndoneAt > 0) != (task.UndoneBy != "") {
			t.Errorf("%s was undone at %d by %q", task.Sort, task.UndoneAt, task.UndoneBy)
		}
	}
	if !slices.Equal(pages, []string{"/", "/bills"}) || !slices.Equal(changed, []string{
		`030000013 paperless.enrolled {"paperless":{"before":false,"after":true}} `, `030000026 nickname.changed {"nickname":{"before":"","after":"Camp"}} SUP01`,
	}) {
		t.Errorf("it tells of pages %q and changes %q", pages, changed)
	}
	if r.CSRID != "CSR001" || r.Username != "jose" || r.Reason != "No more paper" || r.EndReason != "closed" || r.Name != "José Müller" {
		t.Errorf("it is %+v", r)
	}
	var others []string
	for _, o := range r.Others {
		others = append(others, o.Origin)
	}
	if !slices.Equal(others, refused.Origins) || !r.OthersMore || len(r.Refused) != 0 || r.PagesMore != 0 {
		t.Errorf("R65: it tells of third parties %q, more %v, and refusals %+v", others, r.OthersMore, r.Refused)
	}
	if _, err := super.Receipt(t.Context(), "S-none"); care.CodeOf(err) != care.CodeNotFound {
		t.Errorf("of none: %v", err)
	}
}
