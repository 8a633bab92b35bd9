package web

import (
	"net/http"
	"slices"
	"strings"

	"meterside/care"
	"meterside/portal/wording"
)

// recentKinds are the activities that customers read; notes and refusals are the utility's own business.
var recentKinds = []string{
	"signin.succeeded", "signin.failed", "account.locked", "account.unlocked", care.ProfileUnlocked, "preferences.changed", "masquerade.started",
	"masquerade.ended", "password.changed", "password.reset_requested", "recovery.link_used", "recovery.code_used", "signin.ended_everywhere", "registration.validated", "web_user.registered", "payment.submitted", "profile.changed",
	care.EmailAsked, care.EmailKept, care.EmailChanged,
}

const recentShown = 6

// home is what the first page shows.
type home struct {
	page
	account  care.Account
	premise  care.Premise
	others   []care.Account
	more     bool
	bill     *care.Bill
	recently []care.Activity
}

// showHome is GET /.
func (s *site) showHome(w http.ResponseWriter, r *http.Request, v *visit) error {
	account, ok, err := s.chosen(r, v, care.OwnMatters)
	if err != nil {
		return err
	}
	h := home{page: s.newPage(v, "", "/", account.Number), account: account}
	h.title = h.Say("home.title", "name", h.greeted())
	if !ok {
		return s.render(w, r, http.StatusOK, noAccount(h.page))
	}
	if h.others, err = s.linked(r, v); err != nil {
		return err
	}
	listed := newest{shown: accountsShown}
	h.others, h.more = cut(&listed, h.others), listed.more
	ctx := r.Context()
	if h.premise, err = s.portal.Premise(ctx, account.PremiseID); err != nil {
		return err
	}
	bills, err := s.portal.Bills(ctx, account.Number, 1)
	if err != nil {
		return err
	}
	if len(bills) == 1 {
		h.bill = &bills[0]
	}
	kinds := recentKinds
	if v.policy.Get("masquerade.notify_customer") == "off" { // who wants to know finds it under who accessed the account
		kinds = slices.DeleteFunc(slices.Clone(kinds), func(kind string) bool { return strings.HasPrefix(kind, "masquerade.") })
	}
	if h.recently, err = s.portal.CustomerActivities(ctx, account.Number, v.user.ID, kinds, recentShown); err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, homePage(h))
}

// balance says who owes whom.
func (p page) balance(a care.Account) string {
	switch cents := a.BalanceCents; {
	case cents > 0:
		return p.Say("balance.due", "amount", p.money(cents))
	case cents < 0:
		return p.Say("balance.credit", "amount", p.money(-cents))
	}
	return p.Say("balance.nothing")
}

// onOff words a switch.
func (p page) onOff(on bool) string {
	if on {
		return p.Say("on")
	}
	return p.Say("off")
}

// byWhom says who did something, for the customer who looks. Another web user of the account goes by user name; who
// failed to sign in is not known.
func (h home) byWhom(a care.Activity) string {
	if a.Sort == "signin.failed" {
		return ""
	}
	if a.ActorKind == care.ByCustomer && a.WebUserID != h.visit.user.ID {
		return wording.Shown(a.Actor, nameShown)
	}
	return h.Say("recent." + string(a.ActorKind))
}
