package demo

import (
	"fmt"
	"strings"
	"time"
)

// live writes what a web user left behind in the portal at one account: activity, tasks and mail.
func (t *town) live(a account, u *webUser) {
	if u.never() {
		return
	}
	begin := u.made
	if begin.Before(a.opened) {
		begin = a.opened
	}
	signin := t.moment(begin, t.today(), true)
	t.act(a, u, signin, "signin.succeeded", u.name, "", "")
	u.seen = later(u.seen, signin)
	for range min(int(t.ExpFloat64()*t.opt.Activity), 400) {
		at := t.moment(begin, t.today(), true)
		switch kind := activityKinds.pick(t.chance); kind {
		case "masquerade":
			t.masquerade(a, u, at)
		case "preferences.changed":
			t.act(a, u, at, kind, u.name, "", change("autopay", !a.autopay))
		case "signin.succeeded":
			u.seen = later(u.seen, at)
			t.act(a, u, at, kind, u.name, "", "")
		default:
			t.act(a, u, at, kind, u.name, "", "")
		}
	}
	if a.n == 1 { // the guide's example has met a CSR
		t.masquerade(a, u, t.daysAgo(9).Add(15*time.Hour))
	}
	if u.owned == a.number && strings.Contains(u.part.locks, "csr") {
		at := t.moment(later(begin, t.daysAgo(40)), t.today(), false)
		t.act(a, u, at, "account.locked", t.pick(t.csrs), "", `{"reason": "compromised"}`)
	}
	if t.hit(.2) || a.n == 1 {
		t.task(a, u, t.moment(begin, t.today(), false), "", "")
	}
	for range t.IntN(3) {
		at := later(begin, t.moment(t.daysAgo(120), t.today(), false))
		t.out.put("notifications", t.next("N", 9), a.number, u.id, t.pick(templates), u.email, instant(at), deliveries.pick(t.chance))
	}
}

// masquerade writes one visit of a CSR as the web user; in half of them something was changed.
func (t *town) masquerade(a account, u *webUser, at time.Time) {
	csr, session := t.pick(t.csrs), t.next("S", 9)
	end := at.Add(time.Duration(t.within(60, 1500)) * time.Second)
	if end.After(t.today()) {
		end = t.today()
	}
	t.act(a, u, at, "masquerade.started", csr, session, "")
	if t.hit(.5) || a.n == 1 {
		middle := at.Add(end.Sub(at) / 2).Truncate(time.Second)
		t.task(a, u, middle, csr, session)
		t.act(a, u, middle, "preferences.changed", csr, session, change("paperless", true))
	}
	t.act(a, u, end, "masquerade.ended", csr, session, "")
	u.csrSeen = later(u.csrSeen, end)
}

// task writes a self-service task with its attribution: a CSR's carries the CSR, their address and session, and neither
// the customer's user name nor email; the customer's carries those.
func (t *town) task(a account, u *webUser, at time.Time, csr, session string) {
	by, name, email, ip := "csr", "", "", fmt.Sprintf("10.20.%d.%d", a.n%250, t.within(1, 250))
	if csr == "" {
		by, name, email, ip = "customer", u.name, u.email, fmt.Sprintf("203.0.113.%d", a.n%250+1)
	}
	t.out.put("tasks", t.next("T", 9), t.pick(taskKinds), taskStates.pick(t.chance), a.number, u.id, instant(at), by, csr, name, email, ip, session)
}

func (t *town) act(a account, u *webUser, at time.Time, kind, actor, session, detail string) {
	t.out.put("activities", t.next("A", 10), a.number, u.id, instant(at), kind, actor, session, detail)
}

// change is the detail of a preference that was turned to after.
func change(name string, after bool) string {
	return fmt.Sprintf(`{%q: {"before": %t, "after": %t}}`, name, !after, after)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
