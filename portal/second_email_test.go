package portal

import (
	"slices"
	"strings"
	"testing"
	"time"

	"meterside/care"
	"meterside/records"
)

// R33, R64: another address for letters that waits for a second person sends nothing and changes nothing; approved, it goes on as if
// its maker had asked just then: a link to the new address that works for its whole time, a word to the old one, and the address
// changes when the link is opened. To take it back waits in the same way.
func TestR64AnotherAddressIsApproved(t *testing.T) { onBothRecovering(t, anotherAddressIsApproved) }

func anotherAddressIsApproved(r *recovering) {
	r.guarded("identity.login_email")
	ask := &care.ChangeLoginEmail{Account: sameAccount, Email: "new@example.org"}
	id := r.sent(inSession, ask)
	waits := r.task(id)
	asked, _ := waits.Asked()
	if waits.Sort != care.EmailAsked || waits.WebUserID != "W1" || string(asked.Fields["email"]) != `{"before":"jose@example.com","after":"new@example.org"}` {
		r.Errorf("what waits: %+v", waits)
	}
	if sent, given := r.addresses(), r.count("SELECT count(*) FROM recoveries"); len(sent) != 0 || given != 0 {
		r.Errorf("before it is approved %q are written to, by %d links", sent, given)
	}
	r.now = r.now.Add(3 * time.Hour) // longer than the command itself would be taken for
	r.approve(second, id, "")
	if sent := r.addresses(); !slices.Equal(sent, []string{"new_email new@example.org", "new_email_asked jose@example.com"}) {
		r.Errorf("once it is approved %q are written to", sent)
	}
	done := r.task(id)
	if done.Status != care.TaskComplete || done.CSRID != "CSR001" || done.HandledBy != "SUP01" || done.Session != "S1" || done.Sort != care.EmailAsked ||
		!strings.Contains(done.Detail, `"approved_by":"SUP01"`) || r.count("SELECT count(*) FROM tasks WHERE kind = $1", care.EmailAsked) != 1 {
		r.Errorf("what was approved: %+v", done)
	}
	given, err := r.WaitingEmail(r.Context(), "W1")
	if err != nil || given.Address != "new@example.org" || given.By != "CSR001" || given.EndsAt != r.now.Add(24*time.Hour).UnixMilli() {
		r.Errorf("the link: %+v, %v", given, err)
	}
	if n := r.count("SELECT count(*) FROM activities WHERE kind = $1 AND actor = 'CSR001' AND web_user_id = 'W1' AND account_number = $2", care.EmailAsked, sameAccount); n != 1 {
		r.Errorf("%d lines in the customer's log", n)
	}
	letters := r.letters()

	back := r.sent(inSession, &care.KeepLoginEmail{Account: sameAccount})
	if waits, err := r.WaitingEmail(r.Context(), "W1"); err != nil || waits.ID == "" {
		r.Errorf("to take it back ended it before that was approved: %v", err)
	}
	r.do(second, "task.reject", &care.RejectTask{TaskID: back, Account: sameAccount, Words: "they want it"}, "")
	if user, err := r.ConfirmEmail(r.Context(), letters, "203.0.113.9"); err != nil || user.ID != "W1" || r.email() != "new@example.org" {
		r.Errorf("the link of what was approved: %q, %v", r.email(), err)
	}

	again := r.sent(inSession, &care.ChangeLoginEmail{Account: sameAccount, Email: "third@example.org"})
	r.approve(second, again, "")
	letters = r.letters()
	back = r.sent(inSession, &care.KeepLoginEmail{Account: sameAccount})
	r.approve(second, back, "")
	if _, err := r.ConfirmEmail(r.Context(), letters, "203.0.113.9"); care.CodeOf(err) != care.CodeLinkEnded || r.task(back).Sort != care.EmailKept {
		r.Errorf("a link that was taken back with approval: %v", err)
	}
}

// R33, R64: an address that waits is not approved where it does not fit any more: the customer has another by now, or this very one,
// is locked, or had as many links as a day may bring, or its maker may not do it any more.
func TestR64AnotherAddressThatDoesNotFitIsNotApproved(t *testing.T) {
	onBothRecovering(t, func(r *recovering) {
		r.guarded("identity.login_email")
		id := r.sent(inSession, &care.ChangeLoginEmail{Account: sameAccount, Email: "new@example.org"})
		is := func(email string) func() {
			return func() {
				var user care.WebUser
				if _, err := records.Load(r.Context(), r.Store.Reader(), &user, "W1"); err != nil {
					r.Fatal(err)
				}
				user.Email = email
				write(r.T, r.Portal, &user)
			}
		}
		entitled := func(word string) func() {
			return func() { r.policy("entitlements.identity.login_email", word) }
		}
		for what, each := range map[string]struct {
			bad, good func()
			code      care.Code
		}{
			"changed": {is("other@example.com"), is("jose@example.com"), care.CodeStale},
			"same":    {is("new@example.org"), is("jose@example.com"), care.CodeSameEmail},
			"denied":  {entitled("deny"), entitled("second_person"), care.CodeMakerMayNot},
			"locked": {
				func() { r.as("web_user.lock", &care.LockWebUser{WebUserID: "W1", Reason: "misuse"}, "") },
				func() { r.as("web_user.unlock", &care.UnlockWebUser{WebUserID: "W1"}, "") }, care.CodeWebUserLocked,
			},
		} {
			r.Log(what)
			each.bad()
			r.approve(second, id, each.code)
			if len(r.addresses()) != 0 || !r.taskWaits(id) {
				r.Errorf("%s: %q are written to, the task came to %+v", what, r.addresses(), r.task(id))
			}
			each.good()
		}
		for i := range care.MostNewEmails {
			write(r.T, r.Portal, &care.Recovery{ID: string(rune('a' + i)), WebUserID: "W1", Sort: care.RecoverByEmail, By: "W1", At: r.now.UnixMilli(), EndsAt: r.now.UnixMilli()})
		}
		r.approve(second, id, care.CodeTooManyEmails)
		r.now = r.now.Add(24 * time.Hour)
		r.approve(second, id, "")
	})
}

// addresses are the templates and addresses of the letters about addresses that are in line, in order.
func (r *recovering) addresses() (all []string) {
	r.Helper()
	sent, err := records.Select[care.Notification](r.Context(), r.Store.Reader(), "WHERE template LIKE 'new_email%' ORDER BY template")
	if err != nil {
		r.Fatal(err)
	}
	for _, n := range sent {
		all = append(all, n.Template+" "+n.Address)
	}
	return all
}

func (r *recovering) email() string {
	r.Helper()
	var user care.WebUser
	if _, err := records.Load(r.Context(), r.Store.Reader(), &user, "W1"); err != nil {
		r.Fatal(err)
	}
	return user.Email
}
