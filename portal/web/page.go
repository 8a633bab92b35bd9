package web

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"meterside/care"
	"meterside/portal/wording"
)

// How much of what people wrote is shown.
const (
	nameShown     = 80
	nicknameShown = 40
	textShown     = 300
	accountsShown = 50
)

// page is what the frame around every page needs.
type page struct {
	wording.Catalogue
	site    *site
	visit   *visit
	title   string
	path    string
	account string   // the account that the page is about
	more    []string // what else its address says, as name, value
}

// newPage makes a page that is about an account, which may be "".
func (s *site) newPage(v *visit, title, path, account string) page {
	return page{Catalogue: catalogues[v.language], site: s, visit: v, title: title, path: path, account: account}
}

// windowTitle says before all else when somebody acts as the customer.
func (p page) windowTitle() string {
	title := wording.Shown(p.title, nameShown) + " · " + p.Say("portal")
	if p.visit.masquerade() {
		return "AS: " + title
	}
	return title
}

// link is the address of a page about the same account, with more parameters as name, value.
func (p page) link(path string, pairs ...string) string {
	return p.visit.at(path) + query(p.account, pairs...)
}

// query is an address's tail about an account.
func query(account string, pairs ...string) string {
	q := url.Values{}
	if account != "" {
		q.Set("account", account)
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}

// greeted is the customer's name, or the user name where there is none.
func (p page) greeted() string {
	if name := wording.Shown(p.visit.person.Name(), nameShown); name != "" {
		return name
	}
	return p.username()
}

func (p page) username() string { return wording.Shown(p.visit.user.Username, nameShown) }

func (p page) money(cents int64) string {
	return wording.Money(cents, wording.Shown(p.visit.policy.Get("utility.currency"), 10))
}

func (p page) zone() *time.Location { return p.visit.policy.Zone() }

// until is when the masquerade ends.
func (p page) until() string {
	return wording.Clock(time.UnixMilli(p.visit.session.EndsAt).In(p.zone()))
}

// bannerText is the utility's message above a masquerade.
func (p page) bannerText() string {
	return wording.Shown(p.visit.policy.Text("masquerade.banner", p.visit.language, "username", p.username(), "account", p.visit.session.Account), textShown)
}

// modeText says what a masquerade may do.
func (p page) modeText() string {
	switch p.visit.actor.Mode {
	case care.ModeFull:
		return p.Say("masq.mode.full")
	case care.ModeAssist:
		return p.Say("masq.mode.assist")
	}
	return p.Say("masq.mode.view")
}

// term is the word for a code of the records; one that has none is shown as it is.
func (p page) term(group, code string) string {
	if word, ok := p.Catalogue[group+code]; ok {
		return word
	}
	return wording.Shown(strings.NewReplacer(".", " ", "_", " ").Replace(code), nameShown)
}

// accountName is what a customer knows an account by.
func (p page) accountName(a care.Account) string {
	if name := wording.Shown(a.Nickname, nicknameShown); name != "" {
		return name
	}
	return p.Say("account", "number", wording.Shown(a.Number, nameShown))
}

// chosen is the account that a request is about: the one asked for, else the one that the masquerade was started for,
// else the web user's first. ok is false where the web user has none. Who lacks the right there is refused.
func (s *site) chosen(r *http.Request, v *visit, right care.Right) (account care.Account, ok bool, err error) {
	if account, ok, err = s.named(r, v); err != nil || !ok {
		return account, ok, err
	}
	if v.link.Account != account.Number {
		if v.link, err = s.portal.LinkTo(r.Context(), v.actor, account.Number); err != nil {
			return account, false, err
		}
	}
	if !v.link.May(right) {
		return account, false, errNoRight
	}
	return account, true, nil
}

// named is the account alone; where it is asked for, what links the visitor to it is read with it.
func (s *site) named(r *http.Request, v *visit) (account care.Account, ok bool, err error) {
	asked := r.URL.Query().Get("account")
	if asked == "" && v.masquerade() {
		asked = v.session.Account
	}
	if asked != "" {
		account, v.link, err = s.portal.LinkedAccount(r.Context(), v.actor, asked)
		return account, err == nil, err
	}
	accounts, err := s.linked(r, v)
	if err != nil || len(accounts) == 0 {
		return care.Account{}, false, err
	}
	return accounts[0], true, nil
}

// linked are the visitor's accounts, one more at most than a page shows; read once for a request.
func (s *site) linked(r *http.Request, v *visit) (accounts []care.Account, err error) {
	if v.accounts == nil {
		v.accounts, err = s.portal.Linked(r.Context(), v.actor, accountsShown+1)
	}
	return v.accounts, err
}

// places are the pages of the menu, by their path and the key of their words.
var places = []struct{ path, key string }{
	{"/", "menu.home"}, {"/bills", "menu.bills"}, {"/pay", "menu.pay"}, {"/usage", "menu.usage"}, {"/requests", "menu.requests"},
	{"/preferences", "menu.preferences"}, {"/profile", "menu.profile"}, {"/accounts", "menu.accounts"}, {"/people", "menu.people"}, {"/messages", "menu.messages"},
	{"/access", "menu.access"}, {"/security", "menu.security"}, {"/help", "menu.help"},
}
