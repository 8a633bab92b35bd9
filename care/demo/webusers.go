package demo

import (
	"strings"
	"time"
)

// webUser is one portal user. A person has one at the most, whatever number of accounts it is linked to.
type webUser struct {
	id, name, email, person string
	part                    part
	failed                  int
	owned                   string // the account it registered with
	made, seen, csrSeen     time.Time
}

// enrol gives the account's people their portal users and links, and returns those linked.
func (t *town) enrol(a account, owner person, fresh bool) []*webUser {
	p := t.partOf(a.n, owner, fresh)
	if p.unenrolled && t.users[owner.id] == nil {
		return nil
	}
	users := []*webUser{t.webUser(a, owner, p)}
	t.link(users[0], a, "owner", "main customer", true, true)
	if a.n <= flats {
		t.point(a, users[0])
	}
	if p.second == "" {
		return users
	}
	other := t.newPerson("person", false, [2]string{t.names.FirstName(), owner.last})
	responsible := p.second == "spouse" || p.second == "roommate"
	t.out.put("account_persons", a.number, other.id, p.second, bit(responsible), "")
	if other.email == "" {
		return users
	}
	role := "viewer"
	if p.second == "spouse" || p.second == "property manager" {
		role = "manager"
	}
	u := t.webUser(a, other, part{})
	t.link(u, a, role, p.second, responsible, false)
	return append(users, u)
}

// webUser is the person's portal user, registered now if there was none.
func (t *town) webUser(a account, who person, p part) *webUser {
	if u := t.users[who.id]; u != nil {
		return u
	}
	u := &webUser{id: id("W", 8, len(t.order)+1), name: who.email, email: who.email, person: who.id, part: p, owned: a.number}
	if a.n > flats && t.hit(.3) {
		u.name = plain(who.last) + u.id[1:]
	}
	if strings.Contains(p.locks, "password") {
		u.failed = 10
	} else if t.hit(.03) {
		u.failed = t.within(1, 10)
	}
	u.made = t.moment(a.opened, a.opened.Add(t.today().Sub(a.opened)*9/10), false)
	t.users[who.id], t.order = u, append(t.order, u)
	return u
}

func (t *town) link(u *webUser, a account, role, relationship string, responsible, byDefault bool) {
	t.out.put("web_user_accounts", u.id, a.number, role, relationship, bit(responsible), bit(byDefault))
}

// point puts the first fitting resident of 2172 Main Street into the guide.
func (t *town) point(a account, u *webUser) {
	example := WebUser{ID: u.id, Username: u.name, Account: a.number}
	switch {
	case t.guide.Enrolled == (WebUser{}) && u.part == (part{}):
		t.guide.Enrolled = example
	case t.guide.Locked == (WebUser{}) && u.part == (part{locks: "csr"}):
		t.guide.Locked = example
	}
}

// never is true of a user who cannot have left a trace in the portal.
func (u *webUser) never() bool { return u.part.pending || u.part.unused }

func (t *town) writeWebUsers() {
	for _, u := range t.order {
		enrolment := "enrolled"
		if u.part.pending {
			enrolment = "pending"
		}
		t.out.put("web_users", u.id, u.name, u.email, u.person, enrolment, u.part.locks, bit(u.part.hidden), number(u.failed),
			instant(u.made), instant(u.seen), instant(u.csrSeen))
	}
}
