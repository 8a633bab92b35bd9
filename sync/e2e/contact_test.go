package e2e

import (
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"meterside/backend"
	"meterside/care"
	"meterside/portal"
	"meterside/records"
)

const callersAccount = "030000013"

// open starts a contact about an account and gives it as the desk shows it.
func (s *stage) open(b *backend.Backend, account string) backend.OpenContact {
	s.t.Helper()
	_, err := b.StartContact(s.t.Context(), care.OpenContact{Account: account, Channel: "phone", Reason: "cannot_sign_in"})
	check(s.t, err)
	open, err := b.Contacts(s.t.Context())
	check(s.t, err)
	at := slices.IndexFunc(open.Rows, func(c backend.OpenContact) bool { return c.Account == account })
	if at < 0 || !open.Rows[at].Front {
		s.t.Fatalf("the contact is not in front: %+v", open)
	}
	return open.Rows[at]
}

func why(t *testing.T, b *backend.Backend, kind, args string) care.Code {
	t.Helper()
	r, err := b.Why(t.Context(), kind, []byte(args))
	check(t, err)
	return r.Code
}

const unlockW1 = `{"web_user_id":"W1","account":"030000013","lock":"csr"}`

// R23, R24: policy wants level 2 for an unlock. Two right answers open it, at the desk and at the portal, for the account of
// the contact and as long as it lasts; three wrong ones end the contact.
func TestR23TheLevelGatesAnUnlockAndEndsWithTheContact(t *testing.T) {
	s := newStage(t)
	s.town()
	check(t, s.portal.NewBulk(portal.System("test")).Chunk(t.Context(), func(c *portal.Chunk) error { return c.SetPrivate("1", "1970-01-02", canary) }))
	s.put(&care.PolicyEntry{Key: "verify.web_user.unlock", Value: "2"}, &care.WebUserLock{WebUserID: "W1", Lock: care.LockCSR, By: "SUP01", At: 1, Reason: "misuse"})
	b := s.desk("CSR002")
	b.Connect()
	check(t, b.Live(t.Context()))
	if code := why(t, b, "web_user.unlock", unlockW1); code != care.CodeVerifyFirst {
		t.Fatalf("without a contact: %q", code)
	}
	c := s.open(b, callersAccount)
	answer := func(contact, fact, words string) care.Verified {
		t.Helper()
		said, err := b.VerifyCaller(t.Context(), care.VerifyCaller{ContactID: contact, Account: callersAccount, Fact: fact, Answer: care.Secret(words)})
		check(t, err)
		return said
	}
	if said := answer(c.ID, care.FactBorn, "2 January 1970"); !said.Right || said.Level != 1 {
		t.Fatalf("%+v", said)
	}
	if code := why(t, b, "web_user.unlock", unlockW1); code != care.CodeVerifyFirst {
		t.Fatalf("at level 1: %q", code)
	}
	if said := answer(c.ID, care.FactIDLast4, "0042"); !said.Right || said.Level != 2 {
		t.Fatalf("%+v", said)
	}
	until(t, "the level at the desk", func() bool { return why(t, b, "web_user.unlock", unlockW1) == "" })
	q := s.do(b, "web_user.unlock", unlockW1)
	if q, err := b.Await(t.Context(), q.CommandID); err != nil || q.State != "applied" {
		t.Fatalf("%+v, %v", q, err)
	}
	_, err := b.CloseContact(t.Context(), care.CloseContact{ContactID: c.ID, Account: callersAccount, WrapUp: "resolved", Note: "unlocked for José"})
	check(t, err)
	if code := why(t, b, "web_user.unlock", unlockW1); code != care.CodeVerifyFirst {
		t.Errorf("after the contact: %q", code)
	}
	until(t, "the note at the portal", func() bool { return s.count("SELECT count(*) FROM notes WHERE contact_id = $1", c.ID) == 1 })
	if n := s.count("SELECT count(*) FROM activities WHERE kind = 'account.unlocked' AND contact_id = $1", c.ID); n != 1 {
		t.Errorf("%d unlocks stand under the contact", n)
	}
	again := s.open(b, callersAccount)
	for left := int64(2); left >= 0; left-- {
		if said := answer(again.ID, care.FactBorn, "3 January 1970"); said.Right || said.Left != left || said.Level != 0 {
			t.Fatalf("%+v", said)
		}
	}
	until(t, "the end of the contact", func() bool {
		open, err := b.Contacts(t.Context())
		check(t, err)
		return len(open.Rows) == 0
	})
}

// R23: without the portal the CSR's own judgement counts, with a reason and marked as such, and what was done on it is done
// once the desk is back. With the portal it is refused.
//
// Seen to fail with an override that stands as answered.
func TestR23AnOverrideOfflineIsMarked(t *testing.T) {
	s := newStage(t)
	s.town()
	s.put(&care.PolicyEntry{Key: "verify.web_user.unlock", Value: "2"}, &care.WebUserLock{WebUserID: "W1", Lock: care.LockCSR, By: "SUP01", At: 1, Reason: "misuse"})
	b := s.desk("CSR002")
	s.stop()
	c := s.open(b, callersAccount)
	override := fmt.Sprintf(`{"contact_id":%q,"account":"030000013","level":2,"words":"known by voice"}`, c.ID)
	s.do(b, "contact.override", override)
	if code := why(t, b, "web_user.unlock", unlockW1); code != "" {
		t.Fatalf("at level 2: %q", code)
	}
	q := s.do(b, "web_user.unlock", unlockW1)
	_, err := b.CloseContact(t.Context(), care.CloseContact{ContactID: c.ID, Account: callersAccount, WrapUp: "resolved"})
	check(t, err)
	s.start()
	s.sync(b)
	if q, err := b.Answer(t.Context(), q.CommandID); err != nil || q.State != "applied" {
		t.Fatalf("%+v, %v", q, err)
	}
	var stands care.Contact
	if _, err := records.Load(t.Context(), s.portal.Store.Reader(), &stands, c.ID); err != nil {
		t.Fatal(err)
	}
	if stands.Level != 2 || stands.VerifiedBy != care.VerifiedByOverride || stands.Words == "" || !stands.Offline || stands.ClosedAt == 0 {
		t.Errorf("at the portal: %+v", stands)
	}
	if n := s.logged("caller.overridden"); n != 1 {
		t.Errorf("%d overrides stand in the log", n)
	}
	b.Connect()
	check(t, b.Live(t.Context()))
	if code := why(t, b, "contact.override", override); code != care.CodeOverrideOnline {
		t.Errorf("with the portal: %q", code)
	}
}

func (s *stage) count(query string, args ...any) (n int) {
	s.t.Helper()
	check(s.t, s.portal.Store.Reader().QueryRowContext(s.t.Context(), query, args...).Scan(&n))
	return n
}

// R25: whatever a CSR opens, closes, looks at and writes in whatever order, up to four contacts at once: everything stands
// under the contact of its own account that was open then, or under none, at the desk and at the portal.
//
// It was seen to fail when a group of commands looked for open contacts before its own writes were in the table, when a command
// went under the contact that was opened last, and with five contacts at once.
func TestR25WhatIsDoneBelongsToTheContactOfItsAccount(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	chance := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // a test's chance
	s := newStage(t)
	s.town()
	accounts := []string{callersAccount}
	for i := range 5 {
		number := fmt.Sprintf("0300001%02d", i)
		accounts = append(accounts, number)
		s.put(&care.Account{Number: number, MainPersonID: "1", PremiseID: "P1", DistrictID: "D01", Status: "active"})
	}
	b := s.desk("CSR002")
	s.stop()
	open := map[string]string{}  // account to contact
	notes := map[string]string{} // a note's text to the contact that it belongs to
	written, refused := 0, 0
	for i := range 150 {
		account := accounts[chance.IntN(len(accounts))]
		switch chance.IntN(5) {
		case 0:
			_, err := b.StartContact(t.Context(), care.OpenContact{Account: account, Channel: "phone"})
			var want care.Code
			switch {
			case open[account] != "":
				want = care.CodeContactOpen
			case len(open) == care.MostContacts:
				want = care.CodeContactsOpen
			}
			if care.CodeOf(err) != want {
				t.Fatalf("with %d open: %v, want %q", len(open), err, want)
			}
			if want != "" {
				refused++
				continue
			}
			all, err := b.Contacts(t.Context())
			check(t, err)
			at := slices.IndexFunc(all.Rows, func(c backend.OpenContact) bool { return c.Account == account })
			open[account] = all.Rows[at].ID
		case 1:
			if open[account] == "" {
				continue
			}
			text := fmt.Sprint("closing ", i)
			_, err := b.CloseContact(t.Context(), care.CloseContact{ContactID: open[account], Account: account, WrapUp: "resolved", Note: text})
			check(t, err)
			notes[text] = open[account]
			delete(open, account)
		case 2:
			check(t, b.RecordAccess(t.Context(), care.RecordAccess{Account: account}))
		default:
			text := fmt.Sprint("note ", i)
			s.do(b, "note.write", fmt.Sprintf(`{"account":%q,"text":%q}`, account, text))
			notes[text] = open[account]
			written++
		}
	}
	s.start()
	s.sync(b)
	if waiting, err := b.Attention(t.Context()); err != nil || len(waiting) > 0 {
		t.Fatalf("%+v were refused, %v", waiting, err)
	}
	found, err := records.Select[care.Note](t.Context(), s.portal.Store.Reader(), "")
	check(t, err)
	for _, n := range found {
		if n.ContactID != notes[n.Text] {
			t.Errorf("%q stands under %q, not %q", n.Text, n.ContactID, notes[n.Text])
		}
	}
	if len(found) != len(notes) {
		t.Errorf("%d of %d notes are there", len(found), len(notes))
	}
	astray := s.count(`SELECT count(*) FROM activities a JOIN contacts c ON c.contact_id = a.contact_id WHERE a.account_number <> c.account_number`)
	if views := s.logged(care.AccessRecorded); astray != 0 || views == 0 {
		t.Errorf("%d activities stand under another account's contact; %d views", astray, views)
	}
	t.Logf("%d notes, %d contacts refused", written, refused)
}

// Opening an account is recorded once an hour, and once in each contact; a CSR whose caller is not verified as far as
// policy wants sees who and where, and nothing else. Seen to fail with each opening recorded.
func TestOpeningAnAccountIsRecordedAndMayWantVerification(t *testing.T) {
	s := newStage(t)
	s.town()
	s.put(&care.Bill{ID: "B1", Account: callersAccount, PeriodEnd: time.Now().Format(time.DateOnly), TotalCents: 100})
	b := s.desk("CSR002")
	for range 3 {
		check(t, b.RecordAccess(t.Context(), care.RecordAccess{Account: callersAccount}))
	}
	s.open(b, callersAccount)
	for range 3 {
		check(t, b.RecordAccess(t.Context(), care.RecordAccess{Account: callersAccount}))
	}
	if c := s.show(b, callersAccount); len(c.Pending) != 0 || len(c.Bills) != 1 || c.VerifyFirst != 0 {
		t.Errorf("%v wait, %d bills, level %d", c.Pending, len(c.Bills), c.VerifyFirst)
	}
	s.sync(b)
	if n := s.logged(care.AccessRecorded); n != 2 {
		t.Errorf("%d views are recorded", n)
	}
	s.put(&care.PolicyEntry{Key: "verify.account.view", Value: "1"})
	s.sync(b)
	c := s.show(b, callersAccount)
	if c.VerifyFirst != 1 || len(c.Bills) != 0 || len(c.WebUsers) != 0 || len(c.Persons) != 1 || c.Persons[0].Name != "José Müller" || c.Persons[0].Email != "" {
		t.Errorf("%+v", c)
	}
}

// R23: what policy shows for a verified caller only is in no list, page or file either, however it is asked for; once the
// caller is verified it is all there, for as long as policy lets a verification last.
//
// Seen to fail where the desk does not look at the contact's age.
func TestR23NothingOfAnAccountIsShownBeforeTheCallerIsVerified(t *testing.T) {
	s := newStage(t)
	s.town()
	s.put(
		&care.Task{ID: "T1", Account: callersAccount, WebUserID: "W1", WebUserName: "jose", Email: "jose@example.com", IP: "203.0.113.9", CreatedBy: care.ByCustomer, Origin: "portal", Sort: "autopay.enrolled", Status: "open", CreatedAt: 1000, Detail: "{}"},
		&care.Payment{ID: "Y1", Account: callersAccount, Status: "scheduled", AmountCents: 4200, Method: "bank", EffectiveOn: time.Now().Format(time.DateOnly), CreatedAt: time.Now().UnixMilli()},
		&care.PolicyEntry{Key: "verify.account.view", Value: "1"},
	)
	b := s.desk("CSR002")
	ctx := t.Context()
	asked := map[string]func() error{
		"tasks":    func() error { _, err := b.Tasks(ctx, backend.TaskQuery{Account: callersAccount}); return err },
		"payments": func() error { _, err := b.Payments(ctx, backend.PaymentQuery{Account: callersAccount}); return err },
		"activity": func() error { _, err := b.ActivityOf(ctx, backend.ActivityQuery{Account: callersAccount}); return err },
		"usage":    func() error { _, err := b.Usage(ctx, callersAccount); return err },
		"contacts": func() error { _, err := b.ContactsOf(ctx, callersAccount); return err },
		"a file": func() error {
			_, err := b.ExportTable(ctx, backend.Table{Name: "payments", Account: callersAccount}, io.Discard)
			return err
		},
		"older log":         func() error { _, err := b.OlderActivity(ctx, callersAccount, nil, ""); return err },
		"a user's payments": func() error { _, err := b.OpenPayments(ctx, "W1"); return err },
	}
	for what, ask := range asked {
		if err := ask(); care.CodeOf(err) != care.CodeVerifyFirst {
			t.Errorf("%s: %v", what, err)
		}
	}
	seen := func() (email string, amounts [3]int64, comments bool) {
		tasks, err := b.Tasks(ctx, backend.TaskQuery{Limit: 10})
		check(t, err)
		paid, err := b.Payments(ctx, backend.PaymentQuery{})
		check(t, err)
		task, err := b.Task(ctx, "T1")
		check(t, err)
		if len(tasks.Rows) != 1 || len(paid.Rows) != 1 || paid.Total != 1 || task.Name != "José Müller" {
			t.Fatalf("%+v\n%+v\n%+v", tasks, paid, task)
		}
		return *tasks.Rows[0].Email + tasks.Rows[0].IP, [3]int64{paid.AmountCents, paid.Totals[0].AmountCents, paid.Rows[0].AmountCents}, task.Detail != nil
	}
	if email, amounts, detail := seen(); email != "" || amounts != [3]int64{} || detail {
		t.Errorf("before: %q, %v, detail: %v", email, amounts, detail)
	}
	contact := s.open(b, callersAccount)
	s.do(b, "contact.override", fmt.Sprintf(`{"contact_id":%q,"account":%q,"level":1,"words":"the voice"}`, contact.ID, callersAccount))
	for what, ask := range asked {
		if err := ask(); care.CodeOf(err) == care.CodeVerifyFirst {
			t.Errorf("once verified, %s: %v", what, err)
		}
	}
	// A list of all accounts is added up for nobody while policy wants a verified caller.
	if email, amounts, detail := seen(); email != "jose@example.com203.0.113.9" || amounts != [3]int64{0, 0, 4200} || !detail {
		t.Errorf("once verified: %q, %v, detail: %v", email, amounts, detail)
	}
	// Where policy ends a verification before the contact, and that was begun an hour ago, it is as before.
	s.sync(b)
	contact.Level, contact.OpenedAt = 1, contact.OpenedAt-time.Hour.Milliseconds()
	s.put(&contact.Contact, &care.PolicyEntry{Key: "verify.ends_after", Value: "30"})
	s.sync(b)
	for what, ask := range asked {
		if err := ask(); care.CodeOf(err) != care.CodeVerifyFirst {
			t.Errorf("once that is over, %s: %v", what, err)
		}
	}
	open, err := b.Contacts(ctx)
	if err != nil || len(open.Rows) != 1 || open.Rows[0].Level != 0 || open.Rows[0].VerifiedUntil != contact.OpenedAt+(30*time.Minute).Milliseconds() {
		t.Errorf("once that is over: %+v, %v", open, err)
	}
}

// A promise stands with who is to keep it, the most overdue first, until somebody says what became of it.
func TestCallbacksAreKept(t *testing.T) {
	s := newStage(t)
	s.town()
	s.put(&care.Callback{ID: "K1", Account: callersAccount, CSRID: "CSR002", DueAt: 1000, Text: "first", PlannedBy: "CSR001"})
	b := s.desk("CSR002")
	contact := s.open(b, callersAccount)
	due := time.Now().Add(time.Hour).UnixMilli()
	s.do(b, "callback.plan", fmt.Sprintf(`{"account":"030000013","due_at":%d,"text":"second"}`, due))
	all, err := b.Callbacks(t.Context())
	check(t, err)
	if len(all) != 2 || !all[0].Overdue || all[1].Overdue || all[1].ContactID != contact.ID || all[0].Name != "José Müller" || !all[1].Pending {
		t.Fatalf("%+v", all)
	}
	if code := why(t, b, "callback.plan", `{"account":"030000013","due_at":1000,"text":"late"}`); code != care.CodeCallbackPast {
		t.Errorf("a time that has passed: %q", code)
	}
	s.do(b, "callback.done", `{"callback_id":"K1","account":"030000013","outcome":"kept"}`)
	if code := why(t, b, "callback.done", `{"callback_id":"K1","account":"030000013","outcome":"kept"}`); code != care.CodeCallbackDone {
		t.Errorf("twice: %q", code)
	}
	s.sync(b)
	history, err := b.ContactsOf(t.Context(), callersAccount)
	check(t, err)
	if len(history.Callbacks) != 1 || len(history.Contacts) != 1 || history.Contacts[0].By != "Bob" {
		t.Errorf("%+v", history)
	}
}
