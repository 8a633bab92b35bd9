package mail

import (
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"meterside/care"
)

// bounce is what Postfix writes of a message that it could not deliver; original is the message's part.
func bounce(action, final, original string) string {
	return strings.ReplaceAll(fmt.Sprintf(`From: MAILER-DAEMON@mx.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: no-reply@water.example
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
	boundary="5F3C.1763/mx.example"

This is a MIME-encapsulated message.

--5F3C.1763/mx.example
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--5F3C.1763/mx.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
X-Postfix-Queue-ID: 5F3C
Arrival-Date: Sun, 22 Nov 2026 09:00:00 +0000 (UTC)

Final-Recipient: rfc822; %[2]s
Action: %[1]s
Status: 5.1.1
Remote-MTA: dns; mail.example.com
Diagnostic-Code: smtp; 550 5.1.1 <%[2]s>: Recipient address rejected:
    User unknown

--5F3C.1763/mx.example
%[3]s
--5F3C.1763/mx.example--
`, action, final, original), "\n", "\r\n")
}

const headers = "Content-Type: text/rfc822-headers\n\nFrom: no-reply@water.example\nMessage-ID: <%s@water.example>\nSubject: x\n"

// R54: a mail server that takes a message and cannot deliver it says so in a mail, and the desk shows it, once.
//
// It fails when the address is not compared, and when a report that comes again is taken in again.
func TestR54AMessageThatComesBackIsShownAsBounced(t *testing.T) {
	onBoth(t, func(p *post) {
		mta := startSMTP(p.T)
		s := p.sender(p.Portal, mta.server(t))
		id, waiting := p.queue("fine@example.com"), ""
		p.drain(s)
		waiting = p.queue("fine@example.com")
		read := func(mail string) int {
			t.Helper()
			n, err := ReadReport(t.Context(), p.Portal, strings.NewReader(mail))
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		original := "Content-Type: message/rfc822\n\n" + strings.ReplaceAll(string(mta.raw["<"+id+"@water.example>"]), "\r\n", "\n")
		delayed, failed := bounce("delayed", "fine@example.com", original), bounce("failed", "Fine@Example.com", original)
		for _, c := range []struct {
			name, mail string
			changes    int
			status     string
		}{
			{"about another address", bounce("failed", "other@example.com", original), 0, "accepted"},
			{"about a message that was not sent yet", bounce("failed", "fine@example.com", fmt.Sprintf(headers, waiting)), 0, "accepted"},
			{"about none of ours", bounce("failed", "fine@example.com", fmt.Sprintf(headers, "N-none")), 0, "accepted"},
			{"it was delivered", bounce("delivered", "fine@example.com", original) + " ", -1, "accepted"},
			{"not yet", delayed, 1, "deferred"},
			{"not at all", failed, 1, "bounced"},
			{"again", failed, 0, "bounced"},
			{"an earlier one, late", bounce("delayed", "fine@example.com", fmt.Sprintf(headers, id)), 0, "bounced"},
		} {
			if c.changes < 0 {
				if _, err := ReadReport(t.Context(), p.Portal, strings.NewReader(c.mail)); !errors.Is(err, ErrNoReport) {
					t.Errorf("%s: %v", c.name, err)
				}
			} else if n := read(c.mail); n != c.changes {
				t.Errorf("%s changed %d messages", c.name, n)
			}
			if n := p.found(id); n.Status != c.status {
				t.Errorf("%s: it is %s", c.name, n.Status)
			}
		}
		n := p.found(id)
		if n.Why != care.WhyToldByMail || n.Words != "5.1.1 550 5.1.1 <Fine@Example.com>: Recipient address rejected: User unknown" {
			t.Errorf("%s, %q", n.Why, n.Words)
		}
		if n := p.found(waiting); n.Status != care.NotificationQueued {
			t.Errorf("the one that waits is %s", n.Status)
		}
	})
}

// R54: a report about an address with an international host names it as mail servers do, which is how the message left.
func TestR54AMessageToAnInternationalHostComesBack(t *testing.T) {
	onBoth(t, func(p *post) {
		mta := startSMTP(p.T)
		s := p.sender(p.Portal, mta.server(t))
		id := p.queue("Fine@Bücher.example")
		p.drain(s)
		for host, want := range map[string]int{"xn--bcher-kva.example.org": 0, "xn--bcher-kva.example": 1} {
			mail := bounce("failed", "Fine@"+host, fmt.Sprintf(headers, id))
			if n, err := ReadReport(t.Context(), p.Portal, strings.NewReader(mail)); err != nil || n != want {
				t.Errorf("from %s: %d messages changed, want %d, %v", host, n, want, err)
			}
		}
		if n := p.found(id); n.Status != care.NotificationBounced {
			t.Errorf("it is %s", n.Status)
		}
	})
}

func TestReportsAreReadFromAFolder(t *testing.T) {
	onBoth(t, func(p *post) {
		mta := startSMTP(p.T)
		s := p.sender(p.Portal, mta.server(t))
		packed := func(id string) string {
			return "Content-Type: text/rfc822-headers\nContent-Transfer-Encoding: base64\n\n" +
				base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "Message-ID: <%s@water.example>\r\n\r\n", id)) + "\n"
		}
		dir := t.TempDir()
		for name, mail := range map[string]string{
			"new/1.mx":   bounce("failed", "fine@example.com", packed(p.queue("fine@example.com"))),
			"cur/2.mx:2": bounce("failed", "fine@example.com", fmt.Sprintf(headers, p.queue("fine@example.com"))),
			"new/3.mx":   "Subject: out of office\r\n\r\nI am away.\r\n",
			"tmp/4.mx":   "half",
		} {
			name = filepath.Join(dir, filepath.FromSlash(strings.ReplaceAll(name, ":", "_")))
			if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o700), os.WriteFile(name, []byte(mail), 0o600)); err != nil {
				t.Fatal(err)
			}
		}
		p.drain(s)
		n, err := ReadReports(t.Context(), p.Portal, dir, slog.New(slog.DiscardHandler))
		if n != 2 || err != nil || p.found("N-0001").Status != care.NotificationBounced || p.found("N-0002").Status != care.NotificationBounced {
			t.Errorf("%d changed, %v", n, err)
		}
		left, err := filepath.Glob(filepath.Join(dir, "*", "*"))
		if err != nil || len(left) != 4 || !strings.Contains(strings.Join(left, " "), filepath.Join("read", "3.mx")) {
			t.Errorf("left are %v, %v", left, err)
		}
		if n, err := ReadReports(t.Context(), p.Portal, dir, slog.New(slog.DiscardHandler)); n != 0 || err != nil {
			t.Errorf("the second time %d changed, %v", n, err)
		}
	})
}

func FuzzReport(f *testing.F) {
	f.Add([]byte(bounce("failed", "fine@example.com", fmt.Sprintf(headers, "N-1"))))
	f.Add([]byte("Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n--b--"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, err := readReport(raw)
		if (err == nil) != (r.id != "" && len(r.recipients) > 0) {
			t.Errorf("%+v, %v", r, err)
		}
		for _, each := range r.recipients {
			if each.status != care.NotificationBounced && each.status != care.NotificationDeferred {
				t.Errorf("a report says %s", each.status)
			}
		}
	})
}
