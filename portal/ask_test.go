package portal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"meterside/care"
	"meterside/portal/store"
	"meterside/portal/store/storetest"
	"meterside/records"
)

const identifier = "900-12-0042"

// askTown is two accounts in two districts, their people's identifiers, and years of history at the first.
func askTown(t *testing.T, database string) *Portal {
	t.Helper()
	p, err := Open(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	p.Letters = func(care.Policy, string, string, time.Time) care.Letter { return care.Letter{Subject: "S", Text: "T"} }
	p.Paper = func(context.Context, string, string, string) (string, []byte, error) {
		return "bill.pdf", []byte("%PDF"), nil
	}
	now := time.Now()
	recs := []care.Record{
		&care.Staff{ID: "CSR001", Name: "Grace", Role: care.RoleCSR, Districts: care.List{"all"}, Active: true},
		&care.Staff{ID: "ADM001", Name: "Alan", Role: care.RoleAdmin, Districts: care.List{"all"}, Active: true},
		&care.District{ID: "D01", Name: "Lamoille"}, &care.District{ID: "D02", Name: "Caledonia"},
		&care.Premise{ID: "P1", DistrictID: "D01", Address1: "2172 MAIN ST", Unit: "APT 1", City: "BARTON"},
		&care.Premise{ID: "P2", DistrictID: "D02", Address1: "9 ELM ST", City: "SHEFFIELD"},
		&care.Premise{ID: "P3", DistrictID: "D02", Address1: "10 ELM ST", City: "SHEFFIELD", Vacant: true},
		&care.Person{ID: "1", FirstName: "José", LastName: "Müller", Email: "jose@example.com", Phone: "+18025550114", IDType: "ssn", IDLast4: "0042"},
		&care.Person{ID: "2", FirstName: "Ada", LastName: "King", IDType: "ssn", IDLast4: "0043"},
		&care.Person{ID: "3", FirstName: "Elmo", LastName: "Prospect", Prospect: true},
		&care.Account{Number: "030000013", MainPersonID: "1", PremiseID: "P1", DistrictID: "D01", Status: "active"},
		&care.Account{Number: "030000026", MainPersonID: "2", PremiseID: "P2", DistrictID: "D02", Status: "active"},
		&care.AccountPerson{Account: "030000013", PersonID: "1", Relationship: "main"},
		&care.AccountPerson{Account: "030000026", PersonID: "2", Relationship: "main"},
		&care.WebUser{ID: "W1", Username: "jose", Email: "jose@example.com", PersonID: "1", Enrolment: care.Enrolled},
		&care.WebUserAccount{WebUserID: "W1", Account: "030000013", Role: "owner", DefaultProfile: true},
	}
	for i := range 450 { // three of each instant
		recs = append(recs, &care.Activity{ID: fmt.Sprintf("A%03d", i), Account: "030000013", At: now.AddDate(0, 0, -100-i/3).UnixMilli() / 1000 * 1000, Sort: "bill.viewed", Actor: "jose", ActorKind: care.ByCustomer})
	}
	for i := range 60 {
		end := now.AddDate(0, -i, 0).Format(time.DateOnly)
		recs = append(recs, &care.Bill{ID: fmt.Sprintf("B%02d", i), Account: "030000013", PeriodEnd: end, TotalCents: 100, Segments: care.Segments{{Line: 1, Service: "electric", AmountCents: 100}}},
			&care.Payment{ID: fmt.Sprintf("Y%02d", i), Account: "030000013", CreatedAt: now.AddDate(0, -i, 0).UnixMilli(), Status: "posted", AmountCents: 100})
	}
	write(t, p, recs...)
	if _, err := p.Store.Update(t.Context(), p.system("test"), func(tx *store.Tx) error { return tx.Enrol("d-lost", "CSR001", nil, now) }); err != nil {
		t.Fatal(err)
	}
	err = p.NewBulk(System("test")).Chunk(t.Context(), func(c *Chunk) error {
		return errors.Join(c.SetPrivate("1", "1970-01-02", identifier), c.SetPrivate("2", "1980-03-04", "900-12-0043"))
	})
	if err != nil {
		t.Fatal(err)
	}
	m := Meter{Account: "030000013", ID: "m1", Source: "U/1", Service: "electric", Unit: "Wh"}
	if err := p.NewBulk(System("test")).Chunk(t.Context(), func(c *Chunk) error { return c.SetMeter(m) }); err != nil {
		t.Fatal(err)
	}
	return p
}

func write(t *testing.T, p *Portal, recs ...care.Record) {
	t.Helper()
	_, err := p.Store.Update(t.Context(), store.Options{Actor: System("test"), Now: time.Now(), Command: uuid.NewString()}, func(tx *store.Tx) error {
		for _, rec := range recs {
			if err := tx.Put(rec); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// at is a member of staff at a desk, with a district.
func at(role care.Role, id string, scopes ...string) care.Actor {
	return care.Actor{ID: id, Name: id, Origin: care.OriginDesk, Role: role, Desk: "d-" + id, IP: "127.0.0.1", Scopes: append([]string{"g"}, scopes...)}
}

func question(t *testing.T, kind string, args any) Question {
	t.Helper()
	b, err := care.Disclose(args)
	if err != nil {
		t.Fatal(err)
	}
	return Question{Envelope: care.Envelope{ID: uuid.NewString(), Kind: kind, Version: care.CommandVersion, Args: b}, VerifierHash: strings.Repeat("0", 64), Language: "en"}
}

// ofEachKind is a question of each kind, about the account in D01.
var ofEachKind = map[string]any{
	"caller.verify":  &care.VerifyCaller{ContactID: "C-none", Account: "030000013", Fact: care.FactBorn, Answer: "1970-01-02"},
	"passphrase.set": &care.SetPassphrase{ContactID: "C-none", Account: "030000013", Passphrase: "blue heron"},
	"caller.facts":   &care.CallerFacts{Account: "030000013"},

	"masquerade.start":   &care.StartMasquerade{WebUserID: "W1", Account: "030000013", Mode: care.ModeView, Reason: "x", Acknowledged: true},
	"identifier.reveal":  &care.RevealIdentifier{PersonID: "1", Account: "030000013", Field: "born"},
	"identifier.find":    &care.FindIdentifier{Value: identifier},
	"activity.older":     &care.OlderActivity{Account: "030000013", Before: care.Moment{At: 1 << 50}},
	"bills.older":        &care.OlderBills{Account: "030000013", Before: "2100-01-01"},
	"usage.interval":     &care.AskIntervals{Account: "030000013", From: "2026-01-01", To: "2026-02-01"},
	"bill.pdf":           &care.AskBillPDF{Account: "030000013", BillID: "B00", Language: "en"},
	"usage.green_button": &care.AskGreenButton{AskIntervals: care.AskIntervals{Account: "030000013", From: "2026-01-01", To: "2026-02-01"}},
	"search.portal":      &care.SearchPortal{Text: "müller"},
	"account.fetch":      &care.FetchAccount{Account: "030000013"},
	"policy.change":      &care.ChangePolicy{Changes: map[string]string{"masquerade.idle": "5m"}},
	"policy.history":     &care.PolicyHistory{},
	"staff.change":       &care.ChangeStaff{ID: "CSR001", Name: "Grace", Role: care.RoleCSR, Districts: care.List{"D01"}, Active: true, Password: "a long one"},
	"reason.change":      &care.ChangeReason{Sort: "wrap_up", ID: "resolved", English: "Done", Spanish: "Hecho"},
	"device.list":        &care.Devices{},
	"device.change":      &care.ChangeDevice{Device: "d-lost", Revoked: true},
	"district.list":      &care.Districts{},
	"depth.try":          &care.TryDepth{Changes: map[string]string{"replica.bills": "24"}},
	"letter.try":         &care.TryLetter{Template: care.TemplateBill, Language: "en", Changes: map[string]string{"message.bill_ready.en": "It is here."}},
	"import.list":        &care.Imports{},
	"import.read":        &care.ReadImport{Run: "run-1"},
	"payment.cancel":     &care.CancelPayment{PaymentID: "Y-scheduled", Account: "030000013"},

	"recovery.generate_code": &care.GenerateCode{WebUserID: "W1", Account: "030000013"},
	"profile.facts":          &care.AskProfile{WebUserID: "W1", Account: "030000013"},
	"profile.unlock":         &care.UnlockProfile{WebUserID: "W1", Account: "030000013", Reason: "failed_signins"},
}

// scheduled is a payment that can be cancelled, again and again.
func scheduled() *care.Payment {
	return &care.Payment{ID: "Y-scheduled", Account: "030000013", Status: care.PaymentScheduled, AmountCents: 4200, Method: "bank", CreatedAt: time.Now().UnixMilli()}
}

func countOf(t *testing.T, p *Portal, query string, args ...any) (n int) {
	t.Helper()
	if err := p.Store.Reader().QueryRowContext(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestWhoMayAskWhat asks every kind as every role, from every origin, inside and outside their scopes: what is not allowed
// is refused, and what is answered was logged. It was seen to fail with the scopes left out of begin, with AuthoriseQuestion
// asking the role alone, and with a reveal that is not logged. Which permission is wanted stands in the table of TestR1WhoMayAskWhat.
func TestWhoMayAskWhat(t *testing.T) { storetest.Databases(t, whoMayAskWhat) }

func whoMayAskWhat(t *testing.T, database string) {
	beyond := map[string]bool{
		"identifier.find": true, "search.portal": true, "account.fetch": true, "policy.change": true, "policy.history": true,
		"staff.change": true, "reason.change": true, "device.list": true, "device.change": true,
		"district.list": true, "depth.try": true, "letter.try": true, "import.list": true, "import.read": true,
		"caller.verify": true, "caller.facts": true, // they serve a conversation, wherever the account is
	}
	p := askTown(t, database)
	p.allowance.address = bound{1e6, 1e6} // all of them ask from one
	rows := questionTable.rows(t)
	for _, kind := range care.QuestionKinds() {
		if ofEachKind[kind] == nil || answers[kind].record == nil {
			t.Fatalf("%s is not tried, or not answered", kind)
		}
		if len(rows[kind]) == 0 {
			t.Fatalf("%s has no row in %s", kind, questionTable.path)
		}
		permission := care.Permission(rows[kind][0])
		for _, role := range []care.Role{care.RoleCSR, care.RoleSupervisor, care.RoleAdmin, "", "root"} {
			for _, origin := range []care.Origin{care.OriginDesk, care.OriginMasquerade, care.OriginPortal, care.OriginSystem, ""} {
				for _, scope := range []string{"d:D01", "d:D02"} {
					t.Run(fmt.Sprintf("%s/%s/%s/%s", kind, role, origin, scope), func(t *testing.T) {
						write(t, p, scheduled())
						who := at(role, uuid.NewString(), scope)
						who.Origin = origin
						before := countOf(t, p, "SELECT count(*) FROM activities WHERE actor = $1", who.ID)
						_, err := p.Ask(t.Context(), who, question(t, kind, ofEachKind[kind]))
						var want care.Code
						switch {
						case origin != care.OriginDesk || !role.Allows(permission):
							want = care.CodeNoPermission
						case scope != "d:D01" && !beyond[kind]:
							want = care.CodeOutOfScope
						case kind == "caller.verify" || kind == "passphrase.set" || kind == "import.read": // there is no such contact, nor import
							want = care.CodeNotFound
						case kind == "profile.facts" || kind == "profile.unlock": // no other service is named
							want = care.CodeProfilesOff
						}
						if care.CodeOf(err) != want {
							t.Errorf("got %v, want %q", err, want)
						}
						if countOf(t, p, "SELECT count(*) FROM activities WHERE actor = $1", who.ID) == before {
							t.Error("nothing was logged")
						}
					})
				}
			}
		}
	}
	if len(answers) != len(care.QuestionKinds()) {
		t.Errorf("%d kinds are answered, %d are known", len(answers), len(care.QuestionKinds()))
	}
}

// TestAHundredAsk asks one question a hundred times at once under one ID: a secret is answered once, anything else as often
// as it is asked; it is logged once. It was seen to fail with the look at Answered asking for another ID.
func TestAHundredAsk(t *testing.T) { storetest.Databases(t, aHundredAsk) }

func aHundredAsk(t *testing.T, database string) {
	p := askTown(t, database)
	for kind, secret := range map[string]bool{"identifier.reveal": true, "identifier.find": true, "masquerade.start": true, "activity.older": false} {
		t.Run(kind, func(t *testing.T) {
			who, q := at(care.RoleCSR, uuid.NewString(), "d:D01"), question(t, kind, ofEachKind[kind])
			p.allowance.csr = bound{1000, 1000}
			var given, refused int
			var mu sync.Mutex
			var all sync.WaitGroup
			for range 100 {
				all.Go(func() {
					_, err := p.Ask(t.Context(), who, q)
					mu.Lock()
					defer mu.Unlock()
					switch care.CodeOf(err) {
					case "":
						given++
					case care.CodeAnsweredOnce, care.CodeTicketUsed:
						refused++
					default:
						t.Error(err)
					}
				})
			}
			all.Wait()
			if want := map[bool]int{true: 1, false: 100}[secret]; given != want || given+refused != 100 {
				t.Errorf("%d were answered and %d refused", given, refused)
			}
			logged := countOf(t, p, "SELECT count(*) FROM activities WHERE actor = $1 AND kind <> 'masquerade.refused'", who.ID)
			if want := map[bool]int{true: 2, false: 1}[kind == "masquerade.start"]; logged != want {
				t.Errorf("%d activities were logged, want %d", logged, want)
			}
		})
	}
}

// TestAnIDIsOneQuestions was seen to fail without the fingerprint: a second look went unlogged under the first one's ID.
func TestAnIDIsOneQuestions(t *testing.T) { storetest.Databases(t, anIDIsOneQuestions) }

func anIDIsOneQuestions(t *testing.T, database string) {
	p := askTown(t, database)
	who := at(care.RoleCSR, "CSR001", "d:D01", "d:D02")
	first := question(t, "activity.older", &care.OlderActivity{Account: "030000013", Before: care.Moment{At: 1 << 50}})
	if _, err := p.Ask(t.Context(), who, first); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*Question, *care.Actor){
		"another account": func(q *Question, _ *care.Actor) {
			q.Args = json.RawMessage(`{"account":"030000026","before":{"at":9}}`)
		},
		"another kind": func(q *Question, _ *care.Actor) {
			q.Kind, q.Args = "bills.older", json.RawMessage(`{"account":"030000013","before":"2020-01-01"}`)
		},
		"another asker": func(_ *Question, a *care.Actor) { a.ID = "CSR002" },
	} {
		q, a := first, who
		change(&q, &a)
		if _, err := p.Ask(t.Context(), a, q); care.CodeOf(err) != care.CodeAnsweredOnce {
			t.Errorf("%s under the same ID: %v", name, err)
		}
	}
	if _, err := p.Ask(t.Context(), who, first); err != nil {
		t.Errorf("the same once more: %v", err)
	}
}

// TestNoSecretIsKept looks for the canary in every table that a question could write to. It was seen to fail with the
// arguments kept beside the question's ID, and with the value in the activity's detail.
func TestNoSecretIsKept(t *testing.T) { storetest.Databases(t, noSecretIsKept) }

func noSecretIsKept(t *testing.T, database string) {
	p := askTown(t, database)
	who := at(care.RoleCSR, "CSR001", "d:D01")
	for kind, args := range map[string]any{
		"identifier.reveal": &care.RevealIdentifier{PersonID: "1", Account: "030000013", Field: "identifier"},
		"identifier.find":   &care.FindIdentifier{Value: "900 120042"},
	} {
		given, err := p.Ask(t.Context(), who, question(t, kind, args))
		if err != nil {
			t.Fatal(err)
		}
		if text := fmt.Sprintf("%v %+v %#v", given, given, given); strings.Contains(text, identifier) {
			t.Errorf("the answer prints itself: %s", text)
		}
	}
	if revealed, err := p.Ask(t.Context(), who, question(t, "identifier.reveal", &care.RevealIdentifier{PersonID: "1", Account: "030000013", Field: "identifier"})); err != nil || revealed != (care.Revealed{Field: "identifier", Sort: "ssn", Value: identifier}) {
		t.Errorf("revealed %#v, %v", revealed, err)
	}
	for _, table := range append([]string{"verdict", "sync_change"}, tablesOfRecords()...) {
		rows, err := p.Store.Reader().QueryContext(t.Context(), "SELECT * FROM "+table)
		if err != nil {
			t.Fatal(err)
		}
		columns, _ := rows.Columns()
		cells := make([]any, len(columns))
		for i := range cells {
			cells[i] = new(any)
		}
		for rows.Next() {
			if err := rows.Scan(cells...); err != nil {
				t.Fatal(err)
			}
			for i, c := range cells {
				text := fmt.Sprintf("%s", *c.(*any))
				if strings.Contains(text, identifier) || strings.Contains(text, "900 120042") || strings.Contains(text, "900120042") {
					t.Errorf("%s.%s holds %s", table, columns[i], text)
				}
			}
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			t.Fatal(err)
		}
	}
}

func tablesOfRecords() []string {
	var all []string
	for _, k := range care.Kinds() {
		all = append(all, records.Table(k))
	}
	return all
}

// TestAskingIsBounded was seen to fail with every kind at the price of one.
func TestAskingIsBounded(t *testing.T) { storetest.Databases(t, askingIsBounded) }

func askingIsBounded(t *testing.T, database string) {
	p := askTown(t, database)
	now := time.Now()
	p.Now = func() time.Time { return now }
	who := at(care.RoleCSR, "CSR001", "d:D01")
	tries := 0
	for ; ; tries++ {
		_, err := p.Ask(t.Context(), who, question(t, "identifier.find", &care.FindIdentifier{Value: "111-22-3333"}))
		if care.CodeOf(err) == care.CodeAskThrottled {
			if care.AsError(err).Params["seconds"] == "" {
				t.Error("it does not say how long to wait")
			}
			break
		}
		if err != nil || tries > 10 {
			t.Fatal(tries, err)
		}
	}
	if tries != eachCSR.burst/10 {
		t.Errorf("%d guesses were let through at once", tries)
	}
	if _, err := p.Ask(t.Context(), at(care.RoleCSR, "CSR002", "d:D01"), question(t, "identifier.find", ofEachKind["identifier.find"])); err != nil {
		t.Errorf("another CSR: %v", err)
	}
	now = now.Add(3 * time.Second)
	if _, err := p.Ask(t.Context(), who, question(t, "identifier.find", ofEachKind["identifier.find"])); err != nil {
		t.Errorf("after a while: %v", err)
	}
}
