package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"meterside/backend"
	"meterside/backend/keyring"
	"meterside/care"
)

const canary = "900-12-0042"

// asking is a question of a kind: its arguments for Why, and the question itself.
type asking struct {
	args string
	ask  func(*testing.T, *backend.Backend) error
}

// TestAQuestionAtEachDesk asks every kind at a desk with the portal, without it, behind a captive network and without a
// session: what cannot be answered is named, and no question waits in the outbox.
func TestAQuestionAtEachDesk(t *testing.T) {
	questions := map[string]asking{
		"masquerade.start": {`{"web_user_id":"W1","account":"030000013","mode":"view"}`, func(t *testing.T, b *backend.Backend) error {
			_, err := b.AskMasquerade(t.Context(), care.StartMasquerade{WebUserID: "W1", Account: "030000013", Mode: care.ModeView, Reason: "x", Acknowledged: true}, "en", "")
			return err
		}},
		"identifier.reveal": {`{"person_id":"1","account":"030000013","field":"born"}`, func(t *testing.T, b *backend.Backend) error {
			_, err := b.Reveal(t.Context(), care.RevealIdentifier{PersonID: "1", Account: "030000013", Field: "born"})
			return err
		}},
		"identifier.find": {``, func(t *testing.T, b *backend.Backend) error {
			found, err := b.FindIdentifier(t.Context(), canary)
			if err == nil && found.Total != 1 {
				t.Errorf("found %+v", found)
			}
			return err
		}},
		"activity.older": {``, func(t *testing.T, b *backend.Backend) error {
			page, err := b.OlderActivity(t.Context(), "030000013", nil, "")
			if page.Problem != nil {
				return *page.Problem
			}
			return err
		}},
		"bills.older": {``, func(t *testing.T, b *backend.Backend) error {
			page, err := b.OlderBills(t.Context(), "030000013", "")
			if page.Problem != nil {
				return *page.Problem
			}
			return err
		}},
		"usage.interval": {`{"account":"030000013","from":"2026-01-01","to":"2026-02-01"}`, func(t *testing.T, b *backend.Backend) error {
			view, err := b.Intervals(t.Context(), "030000013", "2026-01-01", "2026-02-01")
			if view.Problem != nil {
				return *view.Problem
			}
			return err
		}},
		"bill.pdf": {`{"account":"030000013","bill_id":"B00","language":"en"}`, func(t *testing.T, b *backend.Backend) error {
			_, err := b.Document(t.Context(), &care.AskBillPDF{Account: "030000013", BillID: "B00", Language: "en"})
			return err
		}},
		"usage.green_button": {`{"account":"030000013","from":"2026-01-01","to":"2026-02-01"}`, func(t *testing.T, b *backend.Backend) error {
			_, err := b.Document(t.Context(), &care.AskGreenButton{AskIntervals: care.AskIntervals{Account: "030000013", From: "2026-01-01", To: "2026-02-01"}})
			if care.CodeOf(err) == care.CodeNotFound { // it was asked and answered: nothing is read interval by interval here
				return nil
			}
			return err
		}},
		"search.portal": {`{"text":"müller"}`, func(t *testing.T, b *backend.Backend) error {
			_, err := b.SearchAll(t.Context(), "müller")
			return err
		}},
		"payment.cancel": {`{"payment_id":"Y1","account":"030000013"}`, func(t *testing.T, b *backend.Backend) error {
			p, err := b.CancelPayment(t.Context(), care.CancelPayment{PaymentID: "Y1", Account: "030000013"})
			if err == nil && p.Status != "cancelled" {
				t.Errorf("it is %+v", p)
			}
			return err
		}},
		"caller.verify": {`{"contact_id":"C1","account":"030000013","fact":"born","answer":"2 January 1970"}`, func(t *testing.T, b *backend.Backend) error {
			said, err := b.VerifyCaller(t.Context(), care.VerifyCaller{ContactID: "C1", Account: "030000013", Fact: care.FactBorn, Answer: "2 January 1970"})
			if err == nil && (!said.Right || said.Level != 1) {
				t.Errorf("%+v", said)
			}
			return err
		}},
		"passphrase.set": {`{"contact_id":"C1","account":"030000013"}`, func(t *testing.T, b *backend.Backend) error {
			err := b.SetPassphrase(t.Context(), care.SetPassphrase{ContactID: "C1", Account: "030000013", Passphrase: "blue heron"})
			if care.CodeOf(err) == care.CodeVerifyFirst { // it was asked and answered: nobody verified this caller
				return nil
			}
			return err
		}},
		"caller.facts": {`{"account":"030000013"}`, func(t *testing.T, b *backend.Backend) error {
			known, err := b.CallerFacts(t.Context(), care.CallerFacts{Account: "030000013"})
			if err == nil && known.Facts.String() != "born;id_last4;last_payment" {
				t.Errorf("on file: %v", known.Facts)
			}
			return err
		}},
		"profile.facts": {`{"web_user_id":"W1","account":"030000013"}`, func(t *testing.T, b *backend.Backend) error {
			_, err := b.Profile(t.Context(), care.AskProfile{WebUserID: "W1", Account: "030000013"})
			if care.CodeOf(err) == care.CodeProfilesOff { // it was asked and answered: the utility names no other service
				return nil
			}
			return err
		}},
		"profile.unlock": {`{"web_user_id":"W1","account":"030000013","reason":"failed_signins"}`, func(t *testing.T, b *backend.Backend) error {
			_, err := b.UnlockProfile(t.Context(), care.UnlockProfile{WebUserID: "W1", Account: "030000013", Reason: "failed_signins"})
			if care.CodeOf(err) == care.CodeProfilesOff {
				return nil
			}
			return err
		}},
		"account.fetch": {`{"account":"030000026"}`, func(t *testing.T, b *backend.Backend) error { return b.FetchAccount(t.Context(), "030000026") }},
		"recovery.generate_code": {`{"web_user_id":"W1","account":"030000013"}`, func(t *testing.T, b *backend.Backend) error {
			_, err := b.GenerateCode(t.Context(), care.GenerateCode{WebUserID: "W1", Account: "030000013"})
			return err
		}},
	}
	for _, kind := range care.QuestionKinds() {
		t.Run(kind, func(t *testing.T) {
			q, tried := questions[kind]
			administering, administers := adminQuestions[kind]
			if administers {
				q = administering
			} else if !tried {
				t.Fatal("it is not tried")
			}
			s := newStage(t)
			s.town()
			if administers {
				s.put(&care.Staff{ID: "CSR002", Name: "Bob", Role: care.RoleAdmin, Districts: care.List{"D01"}, Active: true})
			}
			s.history()
			s.put(&care.Payment{ID: "Y1", Account: "030000013", Status: care.PaymentScheduled, AmountCents: 4200, Method: "bank", CreatedAt: time.Now().UnixMilli()})
			s.put(&care.Contact{ID: "C1", Account: "030000013", CSRID: "CSR002", Channel: "phone", OpenedAt: 1 << 50})
			b := s.desk("CSR002")
			why := func() care.Code {
				t.Helper()
				r, err := b.Why(t.Context(), kind, []byte(q.args))
				check(t, err)
				return r.Code
			}
			b.Connect()
			until(t, "being connected", func() bool { return why() == "" })
			address := s.address
			s.stop()
			if err := q.ask(t, b); care.CodeOf(err) != care.CodeOffline {
				t.Errorf("without the portal: %v", err)
			}
			until(t, "its button telling", func() bool { return why() == care.CodeOnlineOnly })
			captive := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, "http://sign.in.example/", http.StatusFound)
			}))
			_ = captive.Listener.Close()
			captive.Listener = listen(t, address)
			captive.Start()
			if err := q.ask(t, b); care.CodeOf(err) != care.CodeNotThePortal {
				t.Errorf("behind a captive network: %v", err)
			}
			captive.Close()
			s.start()
			if err := q.ask(t, b); err != nil {
				t.Errorf("with the portal: %v", err)
			}
			if waiting, err := b.Outbox(t.Context()); err != nil || len(waiting) > 0 {
				t.Errorf("%d wait, %v", len(waiting), err)
			}
			if cmd, err := care.Decode(kind, []byte(q.args)); err == nil {
				if _, err := b.Do(t.Context(), cmd); care.CodeOf(err) != care.CodeOnlineOnly {
					t.Errorf("as a command: %v", err)
				}
			}
		})
	}
}

// lines is a log that several may write.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// TestSecretsLeaveNoTrace reveals and finds an identifier, online and not, and looks for it in every byte of the desk's folder
// and in its log. It was seen to fail with the value kept as a draft, and with its plain text in the log; as a care.Secret it does
// not show there.
func TestSecretsLeaveNoTrace(t *testing.T) {
	s := newStage(t)
	s.town()
	s.history()
	dir, log := t.TempDir(), &lines{}
	b, err := backend.Open(t.Context(), backend.Options{Profile: dir, Secrets: &keyring.Memory{}, Log: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	check(t, err)
	_, err = b.SignIn(t.Context(), "http://"+s.address, "CSR001", password)
	check(t, err)
	s.sync(b)
	ask := func() error {
		r, err := b.Reveal(t.Context(), care.RevealIdentifier{PersonID: "1", Account: "030000013", Field: "identifier"})
		if err == nil && r.Value != canary {
			t.Errorf("revealed %q", r.Value)
		}
		_, err2 := b.FindIdentifier(t.Context(), canary)
		if _, err := b.OlderActivity(t.Context(), "030000013", nil, ""); err != nil {
			t.Error(err)
		}
		return errors.Join(err, err2)
	}
	check(t, ask())
	s.sync(b)
	page, err := b.Activity(t.Context(), "030000013", []string{"identifier.revealed", "identifier.compared"}, 1)
	if err != nil || page.Total != 2 || page.Rows[0].Actor != "CSR001" {
		t.Errorf("logged: %+v, %v", page, err)
	}
	s.stop()
	if err := ask(); care.CodeOf(err) != care.CodeOffline {
		t.Errorf("without the portal: %v", err)
	}
	check(t, b.Close())
	files := 0
	check(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		files++
		text, err := os.ReadFile(path)
		if bytes.Contains(text, []byte(canary)) || bytes.Contains(text, []byte("900120042")) {
			t.Errorf("%s holds the identifier", path)
		}
		return err
	}))
	if files < 3 {
		t.Errorf("only %d files were looked at", files)
	}
	if strings.Contains(log.b.String(), canary) {
		t.Error("the log tells the identifier")
	}
}

// listen takes an address as soon as it is free.
func listen(t *testing.T, address string) net.Listener {
	t.Helper()
	var ln net.Listener
	until(t, "the address being free", func() (ok bool) {
		var err error
		ln, err = net.Listen("tcp", address)
		return err == nil
	})
	return ln
}

// TestTwoAtOneAccountKnowOfEachOther was seen to fail with Present answering for whatever account was told of last.
func TestTwoAtOneAccountKnowOfEachOther(t *testing.T) {
	s := newStage(t)
	s.town()
	ann, bob := s.desk("CSR001"), s.desk("CSR002")
	ann.Connect()
	bob.Connect()
	who := func(b *backend.Backend, account string) string {
		t.Helper()
		p, err := b.Present(account)
		check(t, err)
		return fmt.Sprint(p.Who)
	}
	check(t, ann.SetPresence("030000013", true))
	check(t, bob.SetPresence("030000013", false))
	until(t, "Bob knowing of Ann", func() bool { return who(bob, "030000013") == "[{CSR001 Ann true}]" })
	until(t, "Ann knowing of Bob", func() bool { return who(ann, "030000013") == "[{CSR002 Bob false}]" })
	if got := who(bob, "030000026"); got != "[]" {
		t.Errorf("at another account: %s", got)
	}
	s.stop()
	until(t, "nobody being there without the portal", func() bool { return who(ann, "030000013") == "[]" })
}
