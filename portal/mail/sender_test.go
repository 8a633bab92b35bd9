package mail

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"meterside/care"
	"meterside/records"
)

// R54: what a mail server says of a message is what the desk shows of it, and one that is put off comes again by itself.
//
// It fails when a refusal of the address counts as one to try again, and when a message that the server had whole, but said
// nothing about, counts as sent or as not sent.
func TestR54AMessageHasTheFateThatTheServerGivesIt(t *testing.T) {
	onBoth(t, func(p *post) {
		mta := startSMTP(p.T)
		s := p.sender(p.Portal, mta.server(p.T))
		for _, c := range []struct {
			to, status, why, words string // after the first try
			then                   string // after the second
			whole                  int    // how often the server had it
		}{
			{"fine@example.com", "accepted", "", "2.0.0 queued as 7", "", 1},
			{"later@example.com", "deferred", "", "451 4.7.1 try again later", "deferred", 0},
			{"never@example.com", "refused", "", "550 5.1.1 no such user", "", 0},
			{"full@example.com", "deferred", "", "452 4.2.2 mailbox full", "accepted", 2},
			{"early@example.com", "deferred", "line_broke", "", "accepted", 1}, // that the server had only a part is not seen from here
			{"drop@example.com", "deferred", "line_broke", "", "accepted", 2},
			{"nowhere", "refused", "bad_address", "", "", 0},
			{"a@b.example\r\nRCPT TO:<evil@example.com>", "refused", "bad_address", "", "", 0},
			{"a@example.com, evil@example.com", "refused", "bad_address", "", "", 0},
			{"müller@example.com", "refused", "bad_address", "", "", 0},
			{"fine@bücher.example", "accepted", "", "2.0.0 queued as 7", "", 1},
		} {
			id := p.queue(c.to)
			if p.drain(s) < 1 {
				t.Fatalf("%q was not taken", c.to)
			}
			n := p.found(id)
			if n.Status != c.status || n.Why != c.why || c.words != "" && n.Words != c.words {
				t.Errorf("%q is %s, %s, %q; want %s, %s, %q", c.to, n.Status, n.Why, n.Words, c.status, c.why, c.words)
			}
			if c.then != "" {
				if p.drain(s) != 0 {
					t.Errorf("%q was tried again at once", c.to)
				}
				p.later(2 * time.Minute)
				p.drain(s)
				if n = p.found(id); n.Status != c.then {
					t.Errorf("%q is %s then, want %s", c.to, n.Status, c.then)
				}
			}
			if had := mta.whole["<"+id+"@water.example>"]; had != c.whole {
				t.Errorf("the server had the message to %q %d times, want %d", c.to, had, c.whole)
			}
		}
		if all := strings.Join(mta.seen, "\n"); strings.Contains(all, "evil") {
			t.Errorf("somebody else was written to:\n%s", all)
		}
		var earlier []care.Earlier
		if err := json.Unmarshal([]byte(p.found("N-0006").History), &earlier); err != nil || len(earlier) != 2 || earlier[0].Status != "queued" || earlier[1].Why != care.WhyLineBroke {
			t.Errorf("the history is %+v, %v", earlier, err)
		}
	})
}

// R54: a message that is put off again and again is tried less and less often, and given up after a day.
func TestR54AMessageIsGivenUpAfterADay(t *testing.T) {
	onBoth(t, func(p *post) {
		mta := startSMTP(p.T)
		s := p.sender(p.Portal, mta.server(p.T))
		id := p.queue("later@example.com")
		for range 26 * 60 {
			p.drain(s)
			p.later(time.Minute)
		}
		n := p.found(id)
		if n.Status != care.NotificationRefused || n.Why != care.WhyTooLong || n.Words != "451 4.7.1 try again later" {
			t.Errorf("it is %s, %s, %q", n.Status, n.Why, n.Words)
		}
		if tries := mta.tries["later@example.com"]; tries < 25 || tries > 45 {
			t.Errorf("it was tried %d times in a day", tries)
		}
		var earlier []care.Earlier
		if err := json.Unmarshal([]byte(n.History), &earlier); err != nil || len(earlier) != 2 {
			t.Errorf("the history is %+v, %v: the same answer is one line", earlier, err)
		}
	})
}

// R54: nodes that end in the middle, lines that break and two nodes at once: every message is accepted, those whose line
// kept once and no more, and those that may come twice say so, under one Message-ID.
//
// It fails when a message is taken without a lease, when what became of it is not kept before the next one is taken, and
// when a node that comes back after its lease still settles a message.
func TestR54EachMessageIsSentOnceOrSaysThatItMayComeTwice(t *testing.T) {
	onBoth(t, func(p *post) {
		mta := startSMTP(p.T)
		ids, broken, dropped := []string{}, map[string]bool{}, map[string]bool{}
		for i := range 40 {
			kind := []string{"fine", "drop", "early", "fine"}[i%4]
			id := p.queue(fmt.Sprintf("%s%d@example.com", kind, i))
			ids = append(ids, id)
			broken[id], dropped[id] = kind != "fine", kind == "drop"
		}
		// A node that takes three messages and ends, one of them after the server had it.
		var ended []string
		for range 3 {
			o, ok, err := p.TakeMail(t.Context())
			if err != nil || !ok {
				t.Fatal(ok, err)
			}
			if len(ended) == 0 {
				s := p.sender(p.Portal, mta.server(t))
				if fate := s.send(t.Context(), o); fate.Status != care.NotificationAccepted {
					t.Fatalf("%+v", fate)
				}
				defer func() {
					if err := p.MailSettled(t.Context(), o, portalFate(care.NotificationBounced)); err != nil {
						t.Error(err)
					}
					if n := p.found(o.ID); n.Status != care.NotificationAccepted {
						t.Errorf("a node that came too late made %s of it", n.Status)
					}
				}()
			}
			ended = append(ended, o.ID)
		}
		for range 3 { // the lease runs out, and what was put off comes again
			var sending sync.WaitGroup
			for range 2 {
				s := p.sender(p.Portal, mta.server(t))
				sending.Go(func() {
					if _, err := s.Drain(t.Context()); err != nil {
						t.Error(err)
					}
				})
			}
			sending.Wait()
			p.later(6 * time.Minute)
		}
		accepted := mta.accepted()
		for _, id := range ids {
			n := p.found(id)
			twice := broken[id] || slices.Contains(ended, id)
			said := strings.Contains(n.History, care.WhyLineBroke) || strings.Contains(n.History, care.WhyInterrupted)
			if n.Status != care.NotificationAccepted || twice != said {
				t.Errorf("%s to %s is %s, history %s", id, n.Address, n.Status, n.History)
			}
			had, first := mta.whole["<"+id+"@water.example>"], accepted["<"+id+"@water.example>"]
			if first < 1 || had > 2 || !twice && had != 1 || dropped[id] && had != 2 {
				t.Errorf("%s to %s: the server had it %d times and took it %d times", id, n.Address, had, first)
			}
		}
	})
}

// R54: a server that cannot be reached puts every message off with its reason, without keeping the line waiting.
func TestR54WithoutAServerMessagesArePutOff(t *testing.T) {
	onBoth(t, func(p *post) {
		mta := startSMTP(p.T)
		s := p.sender(p.Portal, mta.server(t))
		mta.stop()
		for range 5 {
			p.queue("fine@example.com")
		}
		if n := p.drain(s); n != 5 {
			t.Errorf("%d were taken", n)
		}
		n := p.found("N-0005")
		if n.Status != care.NotificationDeferred || n.Why != care.WhyUnreachable || !strings.Contains(n.Words, "refused") {
			t.Errorf("it is %s, %s, %q", n.Status, n.Why, n.Words)
		}
	})
}

// R49: a link's letters stand in its message and nowhere else; a newer link takes the place of one that has not left, and
// what a server quotes of them is not kept.
func TestR49ALinkGoesToTheCustomerAlone(t *testing.T) {
	onBoth(t, func(p *post) {
		mta := startSMTP(p.T)
		s := p.sender(p.Portal, mta.server(t))
		p.sendLink()
		p.later(time.Second)
		p.sendLink()
		p.drain(s)
		all, err := records.Select[care.Notification](t.Context(), p.Store.Reader(), "ORDER BY sent_at")
		if err != nil || len(all) != 2 || all[0].Status != care.NotificationWithdrawn || all[0].Why != care.WhyLinkEnded || all[1].Status != care.NotificationAccepted {
			t.Fatalf("%+v, %v", all, err)
		}
		secrets := []string{linkIn(mta.raw["<"+all[1].ID+"@water.example>"])}
		if len(secrets[0]) != 43 || len(mta.raw) != 1 {
			t.Fatalf("the link's letters are %q, in %d messages", secrets[0], len(mta.raw))
		}
		if kept, err := p.Store.LinkLetters(t.Context(), all[1].About, p.Now()); kept != "" || err != nil {
			t.Errorf("the letters are kept after they left: %v", err)
		}
		user := care.WebUser{ID: "W1", Username: "jose", Email: "spam@example.com", PersonID: "1", Enrolment: care.Enrolled}
		p.put(&user)
		p.sendLink()
		p.drain(s)
		refused, err := records.Select[care.Notification](t.Context(), p.Store.Reader(), "WHERE address = 'spam@example.com'")
		if err != nil || len(refused) != 1 || refused[0].Words != "554 5.7.1 it holds [secret]" {
			t.Errorf("%+v, %v", refused, err)
		}
		secrets = append(secrets, linkIn(mta.raw["<"+refused[0].ID+"@water.example>"]))
		if !strings.Contains(p.logs.String(), all[1].ID) {
			t.Error("nothing was logged")
		}
		for _, secret := range secrets {
			if strings.Contains(p.logs.String(), secret) || strings.Contains(fmt.Sprint(all, refused), secret) {
				t.Error("a link's letters stand in the log, or in a record")
			}
		}
	})
}

// R49: an unused link is reminded of once, whichever node does it, and a used or ended one never.
func TestR49AnUnusedLinkIsRemindedOfOnce(t *testing.T) {
	onBoth(t, func(p *post) {
		p.sendLink() // revoked by the next
		p.later(time.Second)
		id := p.sendLink()
		for hour := range 26 {
			var reminding sync.WaitGroup
			for range 2 {
				reminding.Go(func() {
					if _, err := p.RemindRecoveries(t.Context()); err != nil {
						t.Error(err)
					}
				})
			}
			reminding.Wait()
			all, err := records.Select[care.Notification](t.Context(), p.Store.Reader(), "WHERE template = $1", care.TemplateReminder)
			want := 0
			if hour >= 18 {
				want = 1
			}
			if err != nil || len(all) != want || want == 1 && all[0].About != id {
				t.Fatalf("after %d hours: %+v, %v", hour, all, err)
			}
			p.later(time.Hour)
		}
	})
}

// R54: a message that a backup brings back may have been sent already: nobody sends it again by themselves.
func TestR54ARestoredMessageIsNotSentAgain(t *testing.T) {
	onBoth(t, func(p *post) {
		mta := startSMTP(p.T)
		s := p.sender(p.Portal, mta.server(t))
		id := p.queue("fine@example.com")
		p.rewind(func() { p.drain(s) })
		p.queue("fine@example.com")
		p.drain(s)
		if n := p.found(id); n.Status != care.NotificationUnknown || n.Why != care.WhyRestored {
			t.Errorf("it is %s, %s", n.Status, n.Why)
		}
		if n := p.found("N-0002"); n.Status != care.NotificationAccepted || len(mta.accepted()) != 2 {
			t.Errorf("a later one is %s; %d were sent", n.Status, len(mta.accepted()))
		}
	})
}
