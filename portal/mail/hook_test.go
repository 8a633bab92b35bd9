package mail

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"meterside/care"
)

// R54: what a service tells of a message counts once, only if it knows the secret, and only as long as it is news.
//
// It fails when the time is not part of what is signed, when it is not compared, and when less may follow more.
func TestR54AServiceTellsWhatBecameOfAMessage(t *testing.T) {
	onBoth(t, func(p *post) {
		const shared = care.Secret("a secret that both know")
		mta := startSMTP(p.T)
		s := p.sender(p.Portal, mta.server(t))
		id := p.queue("fine@example.com")
		p.drain(s)
		p.put(&care.Notification{ID: "N-0000", Account: "030000013", Template: care.TemplateBill, Address: "fine@example.com", SentAt: p.Now().Add(time.Hour).UnixMilli(), Status: care.NotificationQueued}) // waits
		web := httptest.NewServer(Hook(p.Portal, shared, slog.New(slog.NewTextHandler(lockedWriter{&p.mu, &p.logs}, nil))))
		defer web.Close()
		tell := func(body, sign string) int {
			t.Helper()
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, web.URL+HookPath, strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set(HookHeader, sign)
			answer, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			_ = answer.Body.Close()
			return answer.StatusCode
		}
		event := func(id, what string) string {
			return fmt.Sprintf(`{"message_id":"<%s@water.example>","event":"%s","recipient":"fine@example.com","words":"250 ok\r\nX: y"}`, id, what)
		}
		delivered := event(id, "delivered")
		sign := func(body string, secret care.Secret, d time.Duration) string {
			return Sign([]byte(body), secret, p.Now().Add(d))
		}
		first := sign(delivered, shared, 0)
		for _, c := range []struct {
			name, body, sign string
			answer           int
			status           string
		}{
			{"unsigned", delivered, "", 401, "accepted"},
			{"by who does not know the secret", delivered, sign(delivered, "another secret, as long", 0), 401, "accepted"},
			{"another body", event(id, "bounced"), first, 401, "accepted"},
			{"another time", delivered, "t=1" + first[2:], 401, "accepted"},
			{"too old", delivered, sign(delivered, shared, -6*time.Minute), 401, "accepted"},
			{"from the future", delivered, sign(delivered, shared, 6*time.Minute), 401, "accepted"},
			{"of no known event", event(id, "queued"), sign(event(id, "queued"), shared, 0), 400, "accepted"},
			{"no JSON", "{", sign("{", shared, 0), 400, "accepted"},
			{"too long", strings.Repeat(" ", 9000), sign(strings.Repeat(" ", 9000), shared, 0), 400, "accepted"},
			{"about a message that waits", event("N-0000", "opened"), sign(event("N-0000", "opened"), shared, 0), 204, "accepted"},
			{"about none", event("N-none", "opened"), sign(event("N-none", "opened"), shared, 0), 204, "accepted"},
			{"delivered", delivered, first, 204, "delivered"},
			{"opened", event(id, "opened"), sign(event(id, "opened"), shared, 0), 204, "opened"},
			{"delivered, told again", delivered, first, 204, "opened"},
			{"delivered, signed anew", delivered, sign(delivered, shared, time.Second), 204, "opened"},
			{"bounced, after it was opened", event(id, "bounced"), sign(event(id, "bounced"), shared, 0), 204, "opened"},
		} {
			if answer := tell(c.body, c.sign); answer != c.answer {
				t.Errorf("%s: answered %d, want %d", c.name, answer, c.answer)
			}
			if n := p.found(id); n.Status != c.status {
				t.Errorf("%s: it is %s", c.name, n.Status)
			}
		}
		if n := p.found(id); n.Words != "250 ok X: y" {
			t.Errorf("the words are %q", n.Words)
		}
		third := p.queue("fine@example.com")
		p.drain(s)
		back := event(third, "bounced")
		bounced := sign(back, shared, 0)
		tell(back, bounced)
		tell(event(third, "delivered"), sign(event(third, "delivered"), shared, 0)) // on its second way
		if tell(back, bounced); p.found(third).Status != care.NotificationDelivered {
			t.Error("what was told before counted again")
		}
		if n := p.found("N-0000"); n.Status != care.NotificationQueued {
			t.Errorf("the one that waits is %s", n.Status)
		}
		if strings.Contains(p.logs.String(), string(shared)) {
			t.Error("the secret stands in the log")
		}
	})
}
