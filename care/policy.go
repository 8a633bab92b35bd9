package care

import (
	"maps"
	"strconv"
	"sync"
	"time"
)

// Policy is the utility's answer where the field's products disagree. The portal keeps and enforces it, the desk only
// explains it. It is stored as one PolicyEntry a key, so that a key can be changed, synced and audited by itself.
type Policy map[string]string

// PolicyDefaults holds every key with its default value.
func PolicyDefaults() Policy { return maps.Clone(defaults) }

var defaults = withLetters(Policy{
	"masquerade.mode.csr":               string(ModeFull),
	"masquerade.mode.supervisor":        string(ModeFull),
	"masquerade.mode.admin":             string(ModeView),
	"masquerade.acknowledge":            "every",
	"masquerade.ack_text.en":            "Changes that you make affect the customer's account. They are recorded under your name.",
	"masquerade.ack_text.es":            "Los cambios que haga afectan la cuenta del cliente. Se registran a su nombre.",
	"masquerade.reason":                 "required",
	"masquerade.banner.en":              "You are acting as this customer. Everything is recorded under your name.",
	"masquerade.banner.es":              "Está actuando como este cliente. Todo se registra a su nombre.",
	"masquerade.idle":                   "10m",
	"masquerade.max":                    "30m",
	"masquerade.third_party":            "deny",
	"masquerade.notify_customer":        "portal",
	"masquerade.customer_receipt":       "off",
	"alarm.starts":                      "10",
	"alarm.lookups":                     "20",
	"entitlements.paperless.edit":       "allow",
	"entitlements.autopay.edit":         "allow",
	"entitlements.nickname.edit":        "allow",
	"entitlements.profile.contact":      "allow",
	"entitlements.guests.edit":          "deny",
	"entitlements.pay.card":             "deny",
	"entitlements.pay.bank":             "deny",
	"lockout.consecutive_failures":      "10",
	"replica.bills":                     "13",
	"replica.activity":                  "90",
	"conflict.online":                   "last_save_wins",
	"mail.bills":                        "email",
	"mail.change_by_staff":              "off",
	"utility.timezone":                  "America/New_York",
	"utility.currency":                  "USD",
	"signin.password":                   "on",
	"unlock.queue":                      "15m",
	"recovery.link_ttl":                 "24h",
	"recovery.code_ttl":                 "24h",
	"deactivate.action":                 "permanent_lock",
	"deactivate.open_payments":          OpenPaymentsWarn,
	"conflict.offline_late":             "review",
	"entitlements.web_user.unlink":      "second_person",
	"entitlements.identity.login_email": "deny",
	"console.enabled":                   "on",
	"desk.lock_after":                   "15",
	"portal.in_use":                     "on",
	"portal.address":                    "",
	"portal.home_page":                  "/",
	"portal.hand_over":                  HandOverOff,
	"portal.profiles_endpoint":          "",
	"verify.facts":                      "born;id_last4;last_payment;passphrase",
	"verify.wrong_answers":              "3",
	"task.others":                       "handle",
	"verify.ends_after":                 "0",
	"verify.override":                   OverrideOffline,
	"announcement.en":                   "",
	"announcement.es":                   "",
})

// Get returns a key's value, or its default where the utility set none.
func (p Policy) Get(key string) string {
	if v, ok := p[key]; ok {
		return v
	}
	return defaults[key]
}

// Duration returns a key's value as a duration, or the default's where the value is not one.
func (p Policy) Duration(key string) time.Duration {
	if d, err := time.ParseDuration(p.Get(key)); err == nil && d > 0 {
		return d
	}
	d, _ := time.ParseDuration(defaults[key])
	return d
}

// Int returns a key's value as a positive whole number, or the default's where the value is not one.
func (p Policy) Int(key string) int {
	if n, err := strconv.Atoi(p.Get(key)); err == nil && n > 0 {
		return n
	}
	n, _ := strconv.Atoi(defaults[key])
	return n
}

// LockAfter is how long nobody may touch a desk's keys or pointer before it locks itself; 0 is for as long as they like.
func (p Policy) LockAfter() time.Duration {
	minutes, err := strconv.Atoi(p.Get("desk.lock_after"))
	if err != nil || minutes < 0 {
		minutes, _ = strconv.Atoi(defaults["desk.lock_after"])
	}
	return time.Duration(minutes) * time.Minute
}

// zones are those that were asked for before: the standard library reads a zone's file each time.
var zones sync.Map

// Zone is the utility's time zone, or UTC where this computer does not know it.
func (p Policy) Zone() *time.Location {
	name := p.Get("utility.timezone")
	if zone, ok := zones.Load(name); ok {
		return zone.(*time.Location)
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	zones.Store(name, zone)
	return zone
}

// MasqueradeMode is the most that a role may do inside a masquerade.
func (p Policy) MasqueradeMode(r Role) Mode {
	switch m := Mode(p.Get("masquerade.mode." + string(r))); m {
	case ModeFull, ModeAssist, ModeView:
		return m
	}
	return ModeOff
}

// MasqueradeLimit is the most that a member of staff may do inside a masquerade: what their role may, and no more than
// viewing without the permission to act, or in another portal that does not declare to honour what it is told.
func (p Policy) MasqueradeLimit(a Actor) Mode {
	limit := p.MasqueradeMode(a.Role)
	if limit != ModeOff && (!p.Allows(a, MayAct) || p.HandOver() == HandOverView) {
		return ModeView
	}
	return limit
}

// Changes says whether a mode is for more than viewing.
func (m Mode) Changes() bool { return m == ModeAssist || m == ModeFull }

// rank orders the modes from none to all.
func (m Mode) rank() int {
	switch m {
	case ModeView:
		return 1
	case ModeAssist:
		return 2
	case ModeFull:
		return 3
	}
	return 0
}

// Within says whether m asks for something and for no more than limit allows.
func (m Mode) Within(limit Mode) bool { return m.rank() > 0 && m.rank() <= limit.rank() }

// TaskPassword is what nobody is entitled to but the customer: no setting gives it away.
const TaskPassword = "identity.password"

// Entitled says whether a sensitive task is open to an actor: what is said of the person counts before what is said of the
// role, and that before what is said of all.
func (p Policy) Entitled(a Actor, task string) bool {
	return p.ofActor("entitlements.", a, task) == "allow"
}

// Entitlement is the word that stands for an actor and a sensitive task: allow, deny or second_person.
func (p Policy) Entitlement(a Actor, task string) string { return p.ofActor("entitlements.", a, task) }

// Allows says whether an actor has a permission: as the utility said of the person or the role, or else as roles have it.
func (p Policy) Allows(a Actor, perm Permission) bool {
	if said := p.ofActor("permissions.", a, string(perm)); said != "" {
		return said == "allow"
	}
	return a.Role.Allows(perm)
}

// ofActor is the nearest that is said of a person in a group of keys.
func (p Policy) ofActor(group string, a Actor, what string) string {
	for _, key := range []string{group + "staff." + a.ID + "." + what, group + string(a.Role) + "." + what} {
		if said, ok := p[key]; ok && said != "" {
			return said
		}
	}
	return p.Get(group + what)
}

// MostVerified is the highest level to which a caller can be verified.
const MostVerified = 3

// VerifyLevel is how far a caller must be verified before a command or question of a kind is done for them; 0 is not at all.
// "account.view" stands for opening an account.
//
// What another service unlocks is worth no less than what the portal unlocks itself, and what shows more of an account no less than opening it.
func (p Policy) VerifyLevel(kind string) int64 {
	return max(p.verifyLevel(kind), p.verifyLevel(noLess[kind]))
}

// noLess names for a kind another one, whose level is asked of it too. What brings an account to the desk is not among them: the caller's
// contact is about it, and begins after.
var noLess = map[string]string{
	"profile.unlock":     "web_user.unlock",
	"profile.facts":      "account.view",
	"activity.older":     "account.view",
	"bills.older":        "account.view",
	"usage.interval":     "account.view",
	"bill.pdf":           "account.view",
	"usage.green_button": "account.view",
	"identifier.reveal":  "account.view",
	"masquerade.start":   "account.view",
}

func (p Policy) verifyLevel(kind string) int64 {
	n, err := strconv.ParseInt(p.Get("verify."+kind), 10, 64)
	if err != nil {
		return 0
	}
	return min(max(n, 0), MostVerified)
}
