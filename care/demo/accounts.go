package demo

import (
	"fmt"
	"strings"
	"time"
)

// Accounts with a part of their own. 1 to 24 live at 2172 Main Street; the property manager's thirty follow.
const (
	numberHolds2172  = flats + court + 1 // its number holds 2172
	mailboxHolds2172 = flats + court + 2 // its bills go to PO Box 2172
)

// account is what its bills, usage and portal rows need to know.
type account struct {
	n              int
	number         string
	opened, closed time.Time
	autopay        bool
	commercial     bool
}

func accountNumber(n int) string {
	if n == numberHolds2172 {
		return "721721720"
	}
	return id("", 9, 30000000+13*n)
}

// settle moves somebody into the next premise that is not vacant and writes everything of the account.
func (t *town) settle(n int) {
	p := t.places.next()
	for t.writePremise(p); p.vacant; t.writePremise(p) {
		p = t.places.next()
	}
	owner, fresh := t.owner(n, p)
	a := t.newAccount(n, owner, p)
	t.out.put("account_persons", a.number, owner.id, "main", "1", "")
	users := t.enrol(a, owner, fresh)
	t.bills(a)
	t.sideServices(a)
	for _, u := range users {
		t.live(a, u)
	}
}

// owner is the account's main person: the property manager, somebody who has an account already, or somebody new.
func (t *town) owner(n int, p place) (who person, fresh bool) {
	switch {
	case n <= flats:
		return t.newPerson("person", false, castName(n)), true
	case n <= flats+court:
		if t.manager == nil {
			m := t.newPerson("business", false, [2]string{"Rosalind", "Limekiln Court Property"})
			t.manager, fresh = &m, true
		}
		return *t.manager, fresh
	case len(t.people) > 0 && t.hit(.05):
		return t.people[t.IntN(len(t.people))], false
	}
	kind := "person"
	if p.kind == "commercial" {
		kind = "business"
	}
	who = t.newPerson(kind, false, [2]string{})
	if len(t.people) < 1000 && t.hit(.05) {
		t.people = append(t.people, who)
	}
	return who, true
}

func (t *town) newAccount(n int, owner person, p place) account {
	a := account{n: n, number: accountNumber(n), autopay: t.hit(.3), commercial: p.kind == "commercial"}
	a.opened = t.daysAgo(t.within(40, 9000))
	status, class := "active", "residential"
	if n <= smallest {
		a.opened = t.daysAgo(t.within(900, 9000))
	} else if t.hit(.02) {
		a.closed = t.moment(a.opened, t.today(), false).Truncate(24 * time.Hour)
		status = "closed"
	}
	if a.commercial {
		class = "commercial"
	}
	balance := 0
	if t.hit(.45) {
		balance = t.within(1200, 46000)
	}
	mail := p.mailing()
	if n == mailboxHolds2172 {
		mail = p.envelope("PO BOX 2172")
	} else if n > smallest && t.hit(.15) {
		mail = p.envelope(fmt.Sprintf("PO BOX %d", t.within(10, 9999)))
	}
	nickname := ""
	if t.hit(.1) {
		nickname = t.pick([]string{"Home", "Home", "Camp", "Shop"})
	}
	t.out.put("accounts", a.number, owner.id, p.premise, p.district, class, status, day(a.opened), day(a.closed), mail,
		bit(a.autopay), bit(t.hit(.42)), nickname, number(balance), t.flags(n))
	return a
}

func (t *town) flags(n int) string {
	var all []string
	for k, f := range []struct {
		name  string
		share float64
	}{{"critical_care", .008}, {"cash_only", .006}, {"assistance", .03}, {"disconnect_notice", .012}} {
		if t.hit(f.share) || n == 13+k {
			all = append(all, f.name)
		}
	}
	return strings.Join(all, ";")
}
