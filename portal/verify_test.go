package portal

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"meterside/care"
	"meterside/portal/store/storetest"
	"meterside/records"
)

const verifiedAccount = "030000013"

// verifyTown is askTown with a passphrase, a known last payment and an open contact of CSR001.
func verifyTown(t *testing.T, database string) (*Portal, care.Actor) {
	t.Helper()
	p := askTown(t, database)
	write(t, p,
		&care.Staff{ID: "CSR001", Name: "Ann", Role: care.RoleCSR, Districts: care.List{"D01"}, Active: true},
		&care.Payment{ID: "last", Account: verifiedAccount, CreatedAt: time.Now().Add(time.Hour).UnixMilli(), EffectiveOn: "2026-10-03", Status: "posted", AmountCents: 123450},
		&care.Payment{ID: "later", Account: verifiedAccount, CreatedAt: time.Now().Add(2 * time.Hour).UnixMilli(), EffectiveOn: "2026-12-03", Status: "scheduled", AmountCents: 1},
	)
	if err := p.AgreePassphrase(t.Context(), verifiedAccount, "Blue Heron, Señor"); err != nil {
		t.Fatal(err)
	}
	p.allowance.csr = bound{1000, 1000}
	return p, at(care.RoleCSR, "CSR001", "d:D01", care.ScopeUser("CSR001"))
}

func openContact(t *testing.T, p *Portal, id string) {
	t.Helper()
	write(t, p, &care.Contact{ID: id, Account: verifiedAccount, CSRID: "CSR001", Channel: "phone", OpenedAt: time.Now().UnixMilli()})
}

func verify(t *testing.T, p *Portal, who care.Actor, contact, fact, answer string) (care.Verified, error) {
	t.Helper()
	q := question(t, "caller.verify", &care.VerifyCaller{ContactID: contact, Account: verifiedAccount, Fact: fact, Answer: care.Secret(answer)})
	q.Contact = contact
	given, err := p.Ask(t.Context(), who, q)
	if err != nil {
		return care.Verified{}, err
	}
	said, ok := given.(care.Verified)
	if !ok {
		t.Fatalf("the answer is %T", given)
	}
	return said, nil
}

func contactOf(t *testing.T, p *Portal, id string) care.Contact {
	t.Helper()
	var c care.Contact
	if ok, err := records.Load(t.Context(), p.Store.Reader(), &c, id); err != nil || !ok {
		t.Fatal(ok, err)
	}
	return c
}

// R23: right answers raise the level, one by one and each fact once; the log has the facts' names and never an answer.
func TestR23RightAnswersRaiseTheLevel(t *testing.T) {
	storetest.Databases(t, rightAnswersRaiseTheLevel)
}

func rightAnswersRaiseTheLevel(t *testing.T, database string) {
	p, who := verifyTown(t, database)
	openContact(t, p, "C1")
	known, err := p.Ask(t.Context(), who, question(t, "caller.facts", &care.CallerFacts{Account: verifiedAccount}))
	if said, ok := known.(care.FactsOnFile); err != nil || !ok || said.Facts.String() != strings.Join(care.Facts, ";") {
		t.Fatalf("on file: %+v, %v", known, err)
	}
	answers := []string{"2 January 1970", "00-42", "1.234,50; 3 de octubre", "blue heron senor"}
	for i, fact := range care.Facts {
		said, err := verify(t, p, who, "C1", fact, answers[i])
		if want := min(int64(i)+1, care.MostVerified); err != nil || !said.Right || said.Level != want || said.Left != 3 {
			t.Fatalf("%s: %+v, %v", fact, said, err)
		}
		if _, err := verify(t, p, who, "C1", fact, answers[i]); care.CodeOf(err) != care.CodeFactAnswered {
			t.Errorf("%s again: %v", fact, err)
		}
	}
	if c := contactOf(t, p, "C1"); c.Level != care.MostVerified || c.VerifiedBy != care.VerifiedByAnswers || len(c.Facts) != 4 || c.WrongAnswers != 0 {
		t.Errorf("%+v", c)
	}
	if n := countOf(t, p, "SELECT count(*) FROM activities WHERE kind = 'caller.verified' AND contact_id = 'C1'"); n != 4 {
		t.Errorf("%d lines in the log", n)
	}
	for _, answer := range append(answers, "1970-01-02", "1234.50", "Heron") {
		if n := countOf(t, p, "SELECT count(*) FROM activities WHERE kind LIKE 'caller.%' AND detail LIKE '%' || $1 || '%'", answer); n != 0 {
			t.Errorf("%q stands in the log", answer)
		}
	}
}

// R23, M13: three wrong answers end the contact, as many as policy says, and nothing is verified in it any more; a second contact about
// the account that ends so raises an alarm, and one only.
//
// Seen to fail with one answer too many, and without the alarm.
func TestR23WrongAnswersEndTheContact(t *testing.T) {
	storetest.Databases(t, wrongAnswersEndTheContact)
}

func wrongAnswersEndTheContact(t *testing.T, database string) {
	p, who := verifyTown(t, database)
	for i, most := range []int{3, 2, 4} {
		id := fmt.Sprint("C", most)
		openContact(t, p, id)
		write(t, p, &care.PolicyEntry{Key: "verify.wrong_answers", Value: fmt.Sprint(most)})
		if said, err := verify(t, p, who, id, care.FactBorn, "1970-02-01"); err != nil || said.Right || said.Left != int64(most)-1 {
			t.Fatalf("%+v, %v", said, err)
		}
		if said, err := verify(t, p, who, id, care.FactIDLast4, "0042"); err != nil || !said.Right || said.Level != 1 {
			t.Fatalf("%+v, %v", said, err)
		}
		for left := most - 2; left >= 0; left-- {
			if said, err := verify(t, p, who, id, care.FactPassphrase, "grey heron"); err != nil || said.Right || said.Left != int64(left) {
				t.Fatalf("%+v, %v", said, err)
			}
		}
		if c := contactOf(t, p, id); c.ClosedAt == 0 || c.WrapUp != care.NotVerified || c.WrongAnswers != int64(most) {
			t.Errorf("%+v", c)
		}
		if _, err := verify(t, p, who, id, care.FactBorn, "1970-01-02"); care.CodeOf(err) != care.CodeContactClosed {
			t.Errorf("after its end: %v", err)
		}
		alarms := countOf(t, p, "SELECT count(*) FROM tasks WHERE account_number = $1 AND kind = $2 AND detail = $3", verifiedAccount, care.AlarmGuessed, `{"csr_id":"CSR001","count":2}`)
		if alarms != min(i, 1) {
			t.Errorf("after %d contacts: %d alarms", i+1, alarms)
		}
	}
}

// R23: only what is asked for by policy and stands on file can be answered, by the CSR whose contact it is, about its
// account. None of that counts as a wrong answer.
func TestR23WhatCannotBeAnswered(t *testing.T) {
	p, who := verifyTown(t, t.TempDir())
	openContact(t, p, "C1")
	write(t, p,
		&care.PolicyEntry{Key: "verify.facts", Value: "born;passphrase"},
		&care.Staff{ID: "CSR002", Name: "Bo", Role: care.RoleCSR, Districts: care.List{"D01", "D02"}, Active: true},
		&care.Contact{ID: "C2", Account: "030000026", CSRID: "CSR002", Channel: "phone", OpenedAt: 1},
	)
	if _, err := verify(t, p, who, "C1", care.FactIDLast4, "0042"); care.CodeOf(err) != care.CodeNoChoice {
		t.Errorf("a fact that is not asked: %v", err)
	}
	other := at(care.RoleCSR, "CSR002", "d:D01", "d:D02")
	if _, err := verify(t, p, other, "C1", care.FactBorn, "1970-01-02"); care.CodeOf(err) != care.CodeNotFound {
		t.Errorf("somebody else's contact: %v", err)
	}
	if _, err := verify(t, p, other, "C2", care.FactBorn, "1970-01-02"); care.CodeOf(err) != care.CodeNotFound {
		t.Errorf("a contact about another account: %v", err)
	}
	q := question(t, "caller.verify", &care.VerifyCaller{ContactID: "C2", Account: "030000026", Fact: care.FactPassphrase, Answer: "x"})
	if _, err := p.Ask(t.Context(), other, q); care.CodeOf(err) != care.CodeNotOnFile {
		t.Errorf("what is not on file: %v", err)
	}
	if c := contactOf(t, p, "C2"); c.WrongAnswers != 0 || contactOf(t, p, "C1").WrongAnswers != 0 {
		t.Error("it counts as wrong")
	}
}

// R23, R24: where policy ends a verification before its contact, nobody is verified in one that is older, and what was verified
// in it stands for nothing. Seen to fail where the portal does not look at the contact's age.
func TestR23AVerificationEndsBeforeItsContact(t *testing.T) {
	p, who := verifyTown(t, t.TempDir())
	write(t, p, &care.PolicyEntry{Key: "verify.ends_after", Value: "5"},
		&care.Contact{ID: "C1", Account: verifiedAccount, CSRID: "CSR001", Channel: "phone", OpenedAt: time.Now().Add(-time.Hour).UnixMilli(), Level: 2})
	if _, err := verify(t, p, who, "C1", care.FactBorn, "1970-01-02"); care.CodeOf(err) != care.CodeVerifyOver {
		t.Errorf("an answer: %v", err)
	}
	q := question(t, "passphrase.set", &care.SetPassphrase{ContactID: "C1", Account: verifiedAccount, Passphrase: "Crimson Otter"})
	q.Contact = "C1"
	if _, err := p.Ask(t.Context(), who, q); care.CodeOf(err) != care.CodeVerifyFirst {
		t.Errorf("a passphrase: %v", err)
	}
	write(t, p, &care.PolicyEntry{Key: "verify.ends_after", Value: "90"})
	if said, err := verify(t, p, who, "C1", care.FactBorn, "1970-01-02"); err != nil || !said.Right {
		t.Errorf("before its end: %+v, %v", said, err)
	}
}

// R23: answers come as people say and type them.
func TestR23AnswersAsPeopleSayThem(t *testing.T) {
	f := onFile{born: civil{1970, 1, 2}, idLast4: "A042", passphrase: plainWords("Señor  Blue-Heron"), heard: func(kept, said string) bool { return kept == said }, paid: true, paidCents: 1250, paidOn: []civil{{2026, 10, 3}, {2026, 10, 5}}}
	for fact, answers := range map[string]map[string]bool{
		care.FactBorn: {
			"1970-01-02": true, "1/2/1970": true, "2.1.1970": true, "01/02/70": true, "01021970": true, "19700102": true, "010270": true,
			"January 2, 1970": true, "2nd jan 1970": true, "2 de enero de 1970": true, "ENERO 2 1970": true, "1970 January 2": true,
			"1970-02-02": false, "1971-01-02": false, "January 2": false, "1/2": false, "": false, "1": false, "-": false, "1970": false,
			"January February 2 1970": false, "99999999999999999999": false, "0": false, "1/2/0": false, "1/2/00": false,
		},
		care.FactIDLast4:    {"A042": true, "a-042": true, "a0  42": true, "042": false, "123A042": false, "": false},
		care.FactPassphrase: {"senor blue heron": true, "SEÑOR, BLUE HERON!": true, "blue heron": false, "": false, "...": false},
		care.FactLastPayment: {
			"12.50;2026-10-03": true, "12,50;10/5": true, "$12.50; 3 October": true, "12.5;03.10.26": true, "1250;10/3": false,
			"12.50;": false, ";10/3": false, "12.50": false, "12.51;10/3": false, "12.50;10/4": false,
		},
	} {
		for answer, want := range answers {
			if f.fits(fact, answer) != want {
				t.Errorf("%s %q is not %v", fact, answer, want)
			}
		}
	}
	for said, want := range map[string]int64{"1,234.56": 123456, "1.234,56": 123456, "1.234": 123400, "1,234": 123400, "$ 12": 1200, ".5": 50, "x": -1, "": -1} {
		if cents, ok := centsOf(said); ok != (want >= 0) || ok && cents != want {
			t.Errorf("%q is %d, %v", said, cents, ok)
		}
	}
	if none := (&onFile{}); none.fits(care.FactBorn, "0000-00-00") || none.fits(care.FactIDLast4, "") || none.fits(care.FactLastPayment, "0;0/0") {
		t.Error("what is not on file is answered")
	}
}

// R23: a verified caller agrees on a passphrase, which is known from then on, capitals and accents aside; a caller whom nobody
// verified does not. A customer chooses their own, and nobody in a masquerade. The words stand nowhere, in the log least of all.
func TestR23APassphraseIsAgreedOnWithAVerifiedCaller(t *testing.T) {
	storetest.Databases(t, passphraseIsAgreedOn)
}

func passphraseIsAgreedOn(t *testing.T, database string) {
	p, who := verifyTown(t, database)
	set := func(contact, words string) error {
		q := question(t, "passphrase.set", &care.SetPassphrase{ContactID: contact, Account: verifiedAccount, Passphrase: care.Secret(words)})
		q.Contact = contact
		_, err := p.Ask(t.Context(), who, q)
		return err
	}
	openContact(t, p, "C1")
	if err := set("C1", "Crimson Otter"); care.CodeOf(err) != care.CodeVerifyFirst {
		t.Errorf("for a caller whom nobody verified: %v", err)
	}
	if _, err := verify(t, p, who, "C1", care.FactBorn, "1970-01-02"); err != nil {
		t.Fatal(err)
	}
	if err := set("C1", "a - b"); care.CodeOf(err) != care.CodePassphraseShort {
		t.Errorf("two letters: %v", err)
	}
	if err := set("C1", "Crimson Otter"); err != nil {
		t.Fatal(err)
	}
	for words, right := range map[string]bool{"crimson, ÓTTER!": true, "blue heron senor": false} {
		contact := uuid.NewString()
		openContact(t, p, contact)
		if said, err := verify(t, p, who, contact, care.FactPassphrase, words); err != nil || said.Right != right {
			t.Errorf("%q: %+v, %v", words, said, err)
		}
	}
	customer := care.Actor{ID: "W1", Name: "jose", Origin: care.OriginPortal}
	if err := p.SetOwnPassphrase(t.Context(), customer, "Seven Gray Herons"); err != nil {
		t.Error(err)
	}
	acting := care.Actor{ID: "CSR001", Name: "Ann", Origin: care.OriginMasquerade, OnBehalfOf: "W1", Mode: care.ModeFull}
	if err := p.SetOwnPassphrase(t.Context(), acting, "Not The Customer"); care.CodeOf(err) != care.CodeEntitlement {
		t.Errorf("in a masquerade: %v", err)
	}
	openContact(t, p, "C3")
	if said, err := verify(t, p, who, "C3", care.FactPassphrase, "seven gray herons"); err != nil || !said.Right {
		t.Errorf("the customer's own: %+v, %v", said, err)
	}
	for _, query := range []string{
		"SELECT count(*) FROM person_private WHERE lower(passphrase) LIKE '%otter%' OR lower(passphrase) LIKE '%heron%'",
		"SELECT count(*) FROM activities WHERE lower(detail) LIKE '%otter%' OR lower(detail) LIKE '%heron%'",
	} {
		if countOf(t, p, query) != 0 {
			t.Errorf("%s finds the words", query)
		}
	}
}

// R23, R61: a masquerade is no way around the level that a change wants: inside, how far the caller is verified in the contact in which it
// was asked for decides, as at the desk, and as long as that lasts; what is changed belongs to the contact.
//
// Seen to fail where the level is not asked inside, where the contact does not go along, and where it counts after its end.
func TestR23TheLevelHoldsInAMasquerade(t *testing.T) {
	storetest.Databases(t, theLevelHoldsInAMasquerade)
}

func theLevelHoldsInAMasquerade(t *testing.T, database string) {
	p, who := verifyTown(t, database)
	write(t, p, &care.PolicyEntry{Key: "verify.preferences.change", Value: "2"})
	_, who.Credential = seat(t, p, who, p.Now().AddDate(0, 1, 0))
	sum := sha256.Sum256([]byte("a verifier"))
	as := func(contact string) (change func(nickname string) care.Code, end func()) {
		t.Helper()
		q := question(t, "masquerade.start", &care.StartMasquerade{WebUserID: "W1", Account: verifiedAccount, Mode: care.ModeFull, Reason: "x", Acknowledged: true})
		q.Contact = contact
		grant, err := p.AskMasquerade(t.Context(), who, q.Envelope, hex.EncodeToString(sum[:]), "en")
		if err != nil {
			t.Fatal(err)
		}
		redeemed, err := p.RedeemTicket(t.Context(), grant.Ticket, "a verifier", who.Desk, "127.0.0.1")
		if err != nil {
			t.Fatal(err)
		}
		act := func(cmd care.Command) care.Code {
			actor, _, err := p.MasqueradeActor(t.Context(), redeemed.Credential, "127.0.0.1")
			if err != nil {
				t.Fatal(err)
			}
			verdict, err := p.Do(t.Context(), actor, question(t, cmd.Kind(), cmd).Envelope)
			if err != nil {
				t.Fatal(err)
			}
			return verdict.Code
		}
		if code := act(&care.RaiseMasquerade{Session: grant.SessionID, Mode: care.ModeFull, Acknowledged: true}); code != "" {
			t.Fatalf("changes: %s", code)
		}
		change = func(nickname string) care.Code {
			return act(&care.ChangePreferences{Account: verifiedAccount, Nickname: &nickname})
		}
		return change, func() {
			if err := p.EndMasquerade(t.Context(), who, grant.SessionID, "closed"); err != nil {
				t.Fatal(err)
			}
		}
	}
	change, end := as("")
	if code := change("outside"); code != care.CodeVerifyFirst {
		t.Errorf("outside of a contact: %q", code)
	}
	end()
	openContact(t, p, "C1")
	change, end = as("C1")
	for _, c := range []struct {
		change care.Contact
		want   care.Code
	}{{care.Contact{Level: 1}, care.CodeVerifyFirst}, {care.Contact{Level: 2}, ""}, {care.Contact{Level: 2, ClosedAt: 1}, care.CodeVerifyFirst}} {
		now := contactOf(t, p, "C1")
		now.Level, now.ClosedAt = c.change.Level, c.change.ClosedAt
		write(t, p, &now)
		if code := change(fmt.Sprint("level ", c.change.Level, c.change.ClosedAt)); code != c.want {
			t.Errorf("verified to %d, closed at %d: %q, want %q", c.change.Level, c.change.ClosedAt, code, c.want)
		}
	}
	end()
	if n := countOf(t, p, "SELECT count(*) FROM activities WHERE kind = 'preferences.changed' AND contact_id = 'C1'"); n != 1 {
		t.Errorf("%d changes stand in the contact", n)
	}
}
